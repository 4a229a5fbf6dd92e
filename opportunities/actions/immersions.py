"""What an immersion (PMSMP) asks besides its placement. The State's service makes the convention."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from companies.models import Contact
from core.activity import log_activity
from core.changes import labelled, locked, title_of, write_fields
from core.errors import refused_in_french
from core.form_fields import holds_nir
from core.models import ActivityKind
from core.phases import IMMERSIONS
from opportunities.actions.errors import OpportunityError, PlacementError
from opportunities.immersions import fits_one_month
from opportunities.models import Immersion, Placement

FIELDS = frozenset(
    {
        "starts_on",
        "ends_on",
        "weekly_hours",
        "schedule",
        "tutor",
        "activities",
        "requested_on",
        "convention_number",
    }
)
_TEXTS = {"schedule": "Les horaires", "activities": "Les activités", "convention_number": "Le numéro de convention"}
_NOUNS = {"starts_on": "début", "ends_on": "fin", "activities": "activités", "requested_on": "demande de convention"}
_ENDINGS = {"activities": "es", "requested_on": "e", "weekly_hours": "es", "schedule": "s", "ends_on": "e"}


@transaction.atomic
def plan_immersion(*, placement: Placement, values: Mapping[str, Any], by: Any, now: dt.datetime) -> Immersion:
    """Write what is said of it, even in part: the check-list says what the convention still misses.

    Refused in French: an opportunity that is no immersion, dates reversed or longer than a month, somebody of another
    company. Raises `PlacementError`.
    """
    strange = set(values) - FIELDS
    if strange:
        raise ValueError(f"not fields of an immersion: {sorted(strange)}")
    current = locked(placement)
    if current.opportunity.kind not in IMMERSIONS:
        raise PlacementError("Cette opportunité n’est pas une immersion.")
    for name, said in _TEXTS.items():
        if holds_nir(values.get(name) or ""):
            raise PlacementError(
                f"{said} contiennent un numéro de sécurité sociale\u00a0: retirez-le, il n’a pas à être gardé ici."
            )
    immersion, _created = Immersion.objects.get_or_create(
        placement=current, defaults={"structure_id": current.structure_id}
    )
    _refuse_dates(values.get("starts_on", immersion.starts_on), values.get("ends_on", immersion.ends_on))
    _refuse_tutor(values.get("tutor"), current)
    with refused_in_french(OpportunityError, Immersion):
        written = write_fields(immersion, values)
    if written:
        said = title_of(Immersion, written, endings=_ENDINGS, nouns=_NOUNS)
        title = f"{current.young_person.short_name} · {current.opportunity}\u00a0: {said[:1].lower()}{said[1:]}"
        log_activity(
            subject=current.young_person,
            kind=ActivityKind.PLACEMENT,
            verb="immersion_planned",
            title=title,
            by=by,
            at=now,
            changes=labelled(Immersion, written),
            source=current,
        )
    return immersion


def _refuse_dates(starts_on: dt.date | None, ends_on: dt.date | None) -> None:
    if starts_on is None or ends_on is None:
        return
    if ends_on < starts_on:
        raise PlacementError("Les dates sont inversées\u00a0: la fin vient après le début.")
    if not fits_one_month(starts_on, ends_on):
        raise PlacementError("Une immersion dure un mois au plus\u00a0: rapprochez les dates.")


def _refuse_tutor(tutor: Contact | None, placement: Placement) -> None:
    if tutor and tutor.company_id != placement.opportunity.company_id:
        raise PlacementError("Cette personne n’est pas un contact de l’entreprise.")
