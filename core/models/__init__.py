from core.models.activity import ActivityEntry, ActivityKind
from core.models.job import Job, JobState
from core.models.referentials import Activity, Municipality, Nomenclature, Occupation
from core.models.scoped import StructureScoped, StructureScopedQuerySet

__all__ = [
    "Activity",
    "ActivityEntry",
    "ActivityKind",
    "Job",
    "JobState",
    "Municipality",
    "Nomenclature",
    "Occupation",
    "StructureScoped",
    "StructureScopedQuerySet",
]
