"""What this app holds of a young person: given to her with the rest of her file, and erased with it."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import F, Value
from django.db.models.functions import Replace

from core.activity import shown_value
from core.columns import field_label
from core.models import ActivityEntry
from opportunities.models import Immersion, Placement, PlacementMove, ProfileLink

_SHOWN = (
    "state",
    "considered_on",
    "refused_by",
    "refusal_reason",
    "broken_by",
    "break_cause",
    "outcome_note",
    "preparation_youth",
    "preparation_company",
)
SOMEBODY = "Un jeune"


def placements_held(young_person: Any) -> tuple[str, list[dict[str, str]]]:
    """(title, rows of {label: shown value}): where she was put forward, and how it ended."""
    rows = Placement.objects.filter(young_person=young_person).select_related("opportunity__company").order_by("pk")
    told = []
    for placement in rows:
        held = {name: shown_value(placement, name) for name in _SHOWN}
        said = {field_label(Placement, name): value for name, value in held.items() if value}
        told.append(
            {"opportunité": str(placement.opportunity), "entreprise": placement.opportunity.company.name, **said}
        )
    return "Positionnements", told


def erase_placements(young_person: Any) -> None:
    """The texts about her, the links to her profile, and her name in the companies' timelines; the counts stay."""
    placements = Placement.objects.filter(young_person=young_person)
    pks = list(placements.values_list("pk", flat=True))
    PlacementMove.objects.filter(placement__in=pks).update(note="")
    Immersion.objects.filter(placement__in=pks).update(activities="", schedule="", convention_number="")
    ProfileLink.objects.filter(placement__in=pks).delete()
    placements.update(outcome_note="", preparation_youth="", preparation_company="")
    lines = ActivityEntry.objects.filter(
        source_type=ContentType.objects.get_for_model(Placement), source_id__in=pks, structure=young_person.structure_id
    )
    name = Value(young_person.short_name)
    lines.update(title=Replace(F("title"), name, Value(SOMEBODY)), body="", changes={})
