"""What is held of one young person, for herself."""

from typing import Any

from django.db import models
from django.db.models import QuerySet

from core.activity import shown_value
from core.columns import field_label
from core.models import ActivityEntry
from youth.held_elsewhere import EXPORTS
from youth.models import FileAccess, Need, Obstacle, PathwayMove, YoungPerson

# Marks of the row, which say nothing to the person.
_INNER = frozenset(
    {"id", "structure", "version", "deleted_at", "deleted_by", "name_key", "created_by", "young_person", "created_at"}
)


def personal_record(young_person: YoungPerson) -> dict[str, Any]:
    """Everything held of one person, in French words: {section: {label: value} or rows of it}."""
    sections: dict[str, Any] = {
        "Dossier": _shown(young_person),
        "Parcours": _rows(PathwayMove.objects.filter(young_person=young_person).order_by("on", "pk")),
        "Freins": _rows(Obstacle.objects.filter(young_person=young_person).order_by("noted_on", "pk")),
        "Besoins": _rows(
            Need.objects.filter(young_person=young_person).select_related("occupation").order_by("opened_at", "pk")
        ),
        "Fil": [
            {"le": f"{line.at:%d/%m/%Y}", "titre": line.title, "texte": line.body, "modifications": line.changes}
            for line in ActivityEntry.objects.about(young_person)
        ],
        "Qui a ouvert le dossier": _rows(
            FileAccess.objects.filter(young_person=young_person).select_related("user").order_by("at", "pk")
        ),
    }
    for export in EXPORTS:
        title, rows = export(young_person)
        sections[title] = rows
    return sections


def _rows(queryset: QuerySet) -> list[dict[str, str]]:
    return [_shown(row) for row in queryset]


def _shown(row: models.Model) -> dict[str, str]:
    """{label: value} of the fields that hold something."""
    names = [field.name for field in row._meta.concrete_fields if field.name not in _INNER]
    return {field_label(type(row), name): said for name in names if (said := shown_value(row, name))}
