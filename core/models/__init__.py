from core.models.activity import ActivityEntry, ActivityKind
from core.models.deletable import Deletable, DeletableQuerySet
from core.models.job import Job, JobState
from core.models.periodic_run import PeriodicRun, take_period
from core.models.referentials import (
    Activity,
    Municipality,
    Nomenclature,
    Occupation,
    OccupationActivity,
    OccupationTitle,
)
from core.models.saved_view import DefaultView, SavedView
from core.models.scoped import StructureScoped, StructureScopedQuerySet

__all__ = [
    "Activity",
    "ActivityEntry",
    "ActivityKind",
    "DefaultView",
    "Deletable",
    "DeletableQuerySet",
    "Job",
    "JobState",
    "Municipality",
    "Nomenclature",
    "Occupation",
    "OccupationActivity",
    "OccupationTitle",
    "PeriodicRun",
    "SavedView",
    "StructureScoped",
    "StructureScopedQuerySet",
    "take_period",
]
