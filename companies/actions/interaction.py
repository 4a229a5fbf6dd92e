"""Recording what was said, and what comes next."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone

from companies.actions.changes import labelled, lock, lock_with_company, title_of, write_fields
from companies.actions.company import refresh_dates
from companies.actions.errors import CompanyError
from companies.actions.next_action import NextActionDraft, complete_next_action, write_next_action
from companies.actions.solicitation import forget_solicitation, record_solicitation
from companies.enums import CallOutcome, InteractionKind, RelationState, SolicitationChannel
from companies.models import Company, Contact, Interaction, NextAction
from core.activity import log_activity
from core.french import duration, french_date
from core.models import ActivityEntry, ActivityKind

# Of what was said, as much as the ledger of requests repeats.
REQUEST_LENGTH = 120
# Nobody was spoken to: a prospect stays a prospect.
UNANSWERED = frozenset({CallOutcome.NO_ANSWER, CallOutcome.MESSAGE, CallOutcome.WRONG_NUMBER})
# How the ledger of requests calls each exchange.
_ASKED_BY = {
    InteractionKind.CALL: SolicitationChannel.CALL,
    InteractionKind.VISIT: SolicitationChannel.VISIT,
    InteractionKind.EMAIL: SolicitationChannel.EMAIL,
    InteractionKind.MEETING: SolicitationChannel.VISIT,
    InteractionKind.EVENT: SolicitationChannel.EVENT,
}


@transaction.atomic
def record_interaction(
    *,
    company: Company,
    values: Mapping[str, Any],
    by: Any,
    now: dt.datetime,
    next_action: NextActionDraft | None = None,
    nothing_next: bool = False,
    contacts: Iterable[Contact] = (),
    colleagues: Iterable[Any] = (),
    closes: Iterable[NextAction] = (),
) -> Interaction:
    """One exchange, which ends with a next action or an explicit « rien à prévoir »: `CompanyError` otherwise.

    `values`: fields of the exchange (kind, at, direction, duration_minutes, site, place, outcome, summary, asked,
    steps); what was asked goes to the ledger of requests.
    `closes`: next actions done by this gesture. The first real exchange moves a prospect to « en relation ».
    """
    if (next_action is None) == (not nothing_next):
        raise CompanyError("Dites ce qui vient ensuite, ou «\u00a0rien à prévoir\u00a0».")
    company = lock(company)
    for action in closes:
        complete_next_action(action=action, by=by, now=now)
    interaction = Interaction(
        structure_id=company.structure_id, company=company, by=by, nothing_next=nothing_next, **values
    )
    if next_action is not None:
        interaction.next_action = write_next_action(company=company, draft=next_action, by=by)
    interaction.save()
    interaction.contacts.add(*contacts)
    interaction.colleagues.add(*colleagues)
    _tell(interaction, changes=_enter_relation(interaction, now))
    _write_request(interaction)
    refresh_dates([company.pk])
    return interaction


def _write_request(interaction: Interaction) -> None:
    """The ledger says what the exchange says: a request of that day, or none."""
    forget_solicitation(source=interaction)
    if not interaction.asked or interaction.is_deleted:
        return
    record_solicitation(
        company=interaction.company,
        channel=_ASKED_BY[InteractionKind(interaction.kind)],
        on=timezone.localdate(interaction.at),
        by=interaction.by,
        title=interaction.summary.strip().split("\n")[0][:REQUEST_LENGTH] or interaction_title(interaction),
        source=interaction,
    )


def _enter_relation(interaction: Interaction, now: dt.datetime) -> dict[str, list[str]]:
    company = interaction.company
    if company.relation_state != RelationState.PROSPECT or interaction.outcome in UNANSWERED:
        return {}
    before = company.get_relation_state_display()
    write_fields(company, {"relation_state": RelationState.IN_RELATION})
    return {"état de la relation": [before, company.get_relation_state_display()]}


def interaction_title(interaction: Interaction) -> str:
    """« Visite, 55 min », « Appel : message laissé »."""
    said = interaction.get_kind_display()
    if interaction.duration_minutes:
        said = f"{said}, {duration(interaction.duration_minutes)}"
    if interaction.outcome and interaction.outcome != CallOutcome.REACHED:
        said = f"{said}\u00a0: {interaction.get_outcome_display().lower()}"
    if interaction.place:
        said = f"{said}, {interaction.place}"
    return said


def _tell(interaction: Interaction, *, changes: dict[str, list[str]] | None = None) -> ActivityEntry:
    return log_activity(
        subject=interaction.company,
        kind=ActivityKind.INTERACTION,
        verb="interaction_recorded",
        title=interaction_title(interaction),
        body=interaction.summary,
        changes=changes,
        by=interaction.by,
        at=interaction.at,
        source=interaction,
    )


def _entry(interaction: Interaction) -> Any:
    content_type = ContentType.objects.get_for_model(Interaction)
    return ActivityEntry.objects.filter(
        source_type=content_type, source_id=interaction.pk, kind=ActivityKind.INTERACTION
    )


@transaction.atomic
def edit_interaction(
    *, interaction: Interaction, changes: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None
) -> Interaction:
    """Correct an exchange (`contacts` and `colleagues` allowed in `changes`); its line of the timeline follows it.

    `ConflictError` when somebody saved since `version`.
    """
    current = lock_with_company(interaction, version=version)
    written = write_fields(current, changes, many=("contacts", "colleagues"))
    if not written:
        return current
    _entry(current).update(title=interaction_title(current), body=current.summary, at=current.at)
    _write_request(current)
    refresh_dates([current.company_id])
    log_activity(
        subject=current.company,
        kind=ActivityKind.CHANGE,
        verb="interaction_edited",
        title=f"{_named(current)}\u00a0: {_lowered(title_of(Interaction, written))}",
        changes=labelled(Interaction, written),
        by=by,
        at=now,
        source=current,
    )
    return current


def _named(interaction: Interaction) -> str:
    day = timezone.localtime(interaction.at).date()
    return f"{InteractionKind(interaction.kind).label} du {french_date(day)}"


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


@transaction.atomic
def bin_interaction(*, interaction: Interaction, by: Any, now: dt.datetime) -> Interaction:
    """Out of the timeline; what it planned stays to be done."""
    current = lock_with_company(interaction, even_binned=True)
    if current.is_deleted:
        return current
    current.put_in_bin(by=by, at=now)
    _entry(current).delete()
    _write_request(current)
    refresh_dates([current.company_id])
    _log_move(current, "interaction_binned", "mis à la corbeille", by, now)
    return current


@transaction.atomic
def restore_interaction(*, interaction: Interaction, by: Any, now: dt.datetime) -> Interaction:
    current = lock_with_company(interaction, even_binned=True)
    if not current.is_deleted:
        return current
    current.take_out_of_bin()
    _tell(current)
    _write_request(current)
    refresh_dates([current.company_id])
    _log_move(current, "interaction_restored", "sorti de la corbeille", by, now)
    return current


def _log_move(interaction: Interaction, verb: str, said: str, by: Any, now: dt.datetime) -> None:
    log_activity(
        subject=interaction.company,
        kind=ActivityKind.CHANGE,
        verb=verb,
        title=f"Échange {said}\u00a0: {_lowered(_named(interaction))}",
        by=by,
        at=now,
        source=interaction,
    )
