"""An opportunity out of the way, and back."""

import datetime as dt
from typing import Any

from django.db import transaction

from core.activity import log_activity
from core.changes import locked
from core.errors import RowGoneError
from core.french import counted
from core.models import ActivityKind
from opportunities.actions.errors import LivePlacementsError, OpportunityError
from opportunities.enums import LIVE_PLACEMENTS, REALISED
from opportunities.models import Opportunity


@transaction.atomic
def bin_opportunity(*, opportunity: Opportunity, by: Any, now: dt.datetime) -> Opportunity:
    """Out of the board, the lists and the figures; `restore_opportunity` brings it back. A draft goes too.

    Raises `LivePlacementsError` while somebody is put forward there, and `OpportunityError` once somebody began: it is
    one of the réalisations, and is closed rather than thrown away.
    """
    current = locked(opportunity)
    states = list(current.placements.filter(young_person__deleted_at=None).values_list("state", flat=True))
    live = sum(state in LIVE_PLACEMENTS for state in states)
    if live:
        said = counted(live, "positionnement y est en cours", "positionnements y sont en cours")
        raise LivePlacementsError(f"{said}\u00a0: notez d’abord ce que cela devient.", count=live)
    if any(state in REALISED for state in states):
        raise OpportunityError(
            "Un jeune y a commencé\u00a0: elle compte parmi les réalisations. Passez-la plutôt à «\u00a0Close\u00a0»."
        )
    current.put_in_bin(by=by, at=now)
    _log(current, "opportunity_binned", f"Opportunité mise à la corbeille\u00a0: {current}", by=by, at=now)
    return current


@transaction.atomic
def restore_opportunity(*, opportunity: Opportunity, by: Any, now: dt.datetime) -> Opportunity:
    """As it was. Raises `RowGoneError` while its company is in the bin."""
    current = Opportunity._base_manager.select_for_update(of=("self",)).get(pk=opportunity.pk)
    if not current.is_deleted:
        return current
    if current.company.deleted_at:
        raise RowGoneError("L’entreprise de cette opportunité est à la corbeille\u00a0: restaurez-la d’abord")
    current.take_out_of_bin()
    _log(current, "opportunity_restored", f"Opportunité sortie de la corbeille\u00a0: {current}", by=by, at=now)
    return current


def _log(opportunity: Opportunity, verb: str, title: str, **rest: Any) -> None:
    log_activity(
        subject=opportunity.company, kind=ActivityKind.OPPORTUNITY, verb=verb, title=title, source=opportunity, **rest
    )
