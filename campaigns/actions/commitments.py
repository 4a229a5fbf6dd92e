"""What a yes becomes: a draft of opportunity with an owner and a clock; and what a yes taken back leaves."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.models import User
from campaigns.actions.errors import CampaignError
from campaigns.commitments import Draft, opening_of
from campaigns.models import Answer, Commitment, Recipient
from campaigns.queries import settings_of
from companies.actions import NextActionDraft, add_next_action
from companies.enums import NextActionKind
from companies.models import Company, Contact, NextAction
from core.activity import log_activity
from core.changes import locked
from core.models import ActivityKind, Occupation
from core.occupations import trades_named
from core.working_days import add_working_days, zone_of
from opportunities.actions import create_opportunity, edit_opportunity, move_opportunity
from opportunities.enums import CASE_ROLES, Frequency, OpportunityState, Origin, WithdrawalReason
from opportunities.models import Opportunity

_TAKEN_BACK = "L’entreprise a modifié sa réponse à l’enquête"


def due_day(recipient: Recipient, now: dt.datetime) -> dt.date:
    """The last day to follow up what was promised now: working days of the structure, from the day it is there."""
    structure = recipient.structure
    today = now.astimezone(zone_of(structure.department)).date()
    return add_working_days(today, settings_of(structure).clock_working_days, structure.department)


def follower_of(recipient: Recipient, company: Company) -> Any | None:
    """Who is to follow up: the company's adviser, else who leads the campaign; nobody whose account is closed."""
    campaign = recipient.campaign
    pks = [recipient.adviser_id, company.adviser_id, campaign.owner_id, campaign.created_by_id]
    people = User.objects.with_role_in([recipient.structure_id], *CASE_ROLES).in_bulk([pk for pk in pks if pk])
    return next((people[pk] for pk in pks if pk in people), None)


# --- following an answer --------------------------------------------------------------------------
@dataclass(frozen=True)
class _Gesture:
    """What every step needs: whose answer, on which record, for whom, by whom, when."""

    answer: Answer
    company: Company
    follower: Any
    by: Any
    now: dt.datetime

    @property
    def recipient(self) -> Recipient:
        return self.answer.recipient

    @property
    def day(self) -> dt.date:
        return self.now.astimezone(zone_of(self.recipient.structure.department)).date()


def keep_commitments(
    *, answer: Answer, company: Company, drafts: Sequence[Draft], by: Any, now: dt.datetime
) -> tuple[list[Commitment], list[Commitment]]:
    """One commitment for each yes, and none standing for the rest: (made now, taken back now).

    What stands already keeps its clock. A draft nobody has touched follows the new words; one that somebody works on
    is hers: the timeline tells her. The caller holds the lock on the recipient.
    """
    gesture = _Gesture(answer, company, follower_of(answer.recipient, company), by, now)
    standing = {row.question: row for row in _commitments(answer)}
    made = []
    for draft in drafts:
        row = standing.get(draft.question)
        if row is None or row.withdrawn_at:
            made.append(_make(row, draft, gesture))
        else:
            _follow_words(row, draft, gesture)
    asked = {draft.question for draft in drafts}
    gone = [row for name, row in standing.items() if name not in asked and row.withdrawn_at is None]
    for row in gone:
        _withdraw(row, by, now)
    return made, gone


def _commitments(answer: Answer) -> list[Commitment]:
    return list(answer.commitments.select_related("opportunity__company").order_by("pk"))


def withdraw_commitments(*, answer: Answer, by: Any, now: dt.datetime) -> list[Commitment]:
    """All of them: the company does not wish to take part after all."""
    rows = [row for row in _commitments(answer) if row.withdrawn_at is None]
    for row in rows:
        _withdraw(row, by, now)
    return rows


def _make(row: Commitment | None, draft: Draft, gesture: _Gesture) -> Commitment:
    """The promise, or the same one made again: its draft comes back when the company had withdrawn it."""
    if row is None:
        row = Commitment(
            structure_id=gesture.answer.structure_id, answer=gesture.answer, question=draft.question, phase=draft.phase
        )
    opportunity = None if row.opportunity is None or row.opportunity.deleted_at else row.opportunity
    ours = opportunity is None or opportunity.version == row.draft_version
    if opportunity is not None and opportunity.state == OpportunityState.WITHDRAWN:
        to = OpportunityState.TO_QUALIFY
        opportunity = move_opportunity(opportunity=opportunity, to=to, by=gesture.by, now=gesture.now)
    elif opportunity is None or not opportunity.is_live:
        opportunity, ours = _draft_opportunity(draft, gesture), True
    row.opportunity, row.adviser = opportunity, gesture.follower
    # Of one that was worked on in between, no version is ours.
    row.draft_version = opportunity.version if ours else 0
    row.made_at, row.due_on = gesture.now, due_day(gesture.recipient, gesture.now)
    row.settled_at = row.withdrawn_at = None
    row.save()
    _follow_words(row, draft, gesture)
    return row


def _draft_opportunity(draft: Draft, gesture: _Gesture) -> Opportunity:
    place = ("address", "postcode", "city", "insee_code", "latitude", "longitude")
    values = {
        **_words_of(draft),
        **{name: getattr(gesture.company, name) for name in place},
        "phase": draft.phase,
        "kind": draft.kind,
        "contact": contact_of(gesture.recipient, gesture.company),
        "origin": Origin.SURVEY,
        "frequency": Frequency.SEASONAL if draft.months else Frequency.OCCASIONAL,
        "received_on": gesture.day,
        "received_by": gesture.by or gesture.follower,
        "managed_by": gesture.follower,
    }
    return create_opportunity(company=gesture.company, values=values, by=gesture.by, now=gesture.now)


def contact_of(recipient: Recipient, company: Company) -> Contact | None:
    """Whom the letter was written to, when she is still there."""
    contact = recipient.contact
    there = contact and contact.company_id == company.pk and not contact.has_left and not contact.is_deleted
    return contact if there else None


def _words_of(draft: Draft) -> dict[str, Any]:
    said = f"Dit dans l’enquête d’engagement\u00a0: «\u00a0{draft.posts}\u00a0»." if draft.posts else ""
    return {
        "title": draft.title,
        "description": said,
        "months": list(draft.months),
        "is_open_to_all": draft.is_open_to_all,
        "occupations": proposed_occupations(draft),
    }


def proposed_occupations(draft: Draft) -> list[Occupation]:
    """The trades chosen; for posts said in words, the ROME's nearest to each: the adviser keeps what fits."""
    if draft.codes:
        return list(Occupation.objects.filter(pk__in=draft.codes).order_by("pk"))
    found = [trades_named(words, limit=1) for words in draft.words]
    return list({trades[0].occupation.pk: trades[0].occupation for trades in found if trades}.values())


def is_untouched(row: Commitment) -> bool:
    """The draft is as the answer wrote it, and nobody is put forward on it."""
    opportunity = row.opportunity
    return (
        opportunity is not None
        and not opportunity.deleted_at
        and opportunity.state in (OpportunityState.DRAFT, OpportunityState.TO_QUALIFY)
        and opportunity.version == row.draft_version
        and not opportunity.placements.exists()
    )


def _follow_words(row: Commitment, draft: Draft, gesture: _Gesture) -> None:
    opportunity = row.opportunity
    if opportunity is None or opportunity.deleted_at or not _says_otherwise(opportunity, draft):
        return
    if not is_untouched(row):
        body = f"«\u00a0{draft.title}\u00a0». L’opportunité a déjà été travaillée\u00a0: elle reste telle quelle."
        title = f"Réponse précisée\u00a0: {opportunity}"
        _tell(opportunity, verb="commitment_reworded", title=title, body=body, by=gesture.by, at=gesture.now)
        return
    changed = edit_opportunity(opportunity=opportunity, changes=_words_of(draft), by=gesture.by, now=gesture.now)
    row.draft_version = changed.version
    row.save(update_fields=["draft_version"])


def _says_otherwise(opportunity: Opportunity, draft: Draft) -> bool:
    pairs = [
        (opportunity.title, draft.title),
        (list(opportunity.months), list(draft.months)),
        (opportunity.is_open_to_all, draft.is_open_to_all),
    ]
    return any(known != said for known, said in pairs)


def _withdraw(row: Commitment, by: Any, now: dt.datetime) -> None:
    """The draft nobody touched is withdrawn by the company; one in hand stays, and whoever has it is told."""
    opportunity = row.opportunity
    if opportunity is not None and is_untouched(row):
        row.opportunity = move_opportunity(
            opportunity=opportunity,
            to=OpportunityState.WITHDRAWN,
            reason=WithdrawalReason.OTHER,
            note=_TAKEN_BACK,
            by=by,
            now=now,
        )
        row.draft_version = row.opportunity.version
    elif is_in_hand(row):
        title = f"L’entreprise ne s’engage plus\u00a0: {opportunity}"
        body = "L’opportunité avait été travaillée\u00a0: elle reste ouverte. Voyez avec l’entreprise ce qu’il en est."
        _tell(opportunity, verb="commitment_withdrawn", title=title, body=body, by=by, at=now)
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at", "draft_version"])


def is_in_hand(row: Commitment) -> bool:
    """Its opportunity still stands."""
    opportunity = row.opportunity
    return opportunity is not None and opportunity.is_live and not opportunity.deleted_at


def _tell(opportunity: Any, **said: Any) -> None:
    log_activity(subject=opportunity.company, kind=ActivityKind.CAMPAIGN, source=opportunity, **said)


# --- following it up ------------------------------------------------------------------------------
def plan_follow_up(
    *, recipient: Recipient, company: Company, title: str, due_on: dt.date, by: Any, now: dt.datetime
) -> NextAction | None:
    """One action for the adviser, whatever the number of yes; none when nobody is there, nor a second of its name."""
    follower = follower_of(recipient, company)
    if follower is None:
        return None
    waiting = NextAction.objects.filter(company=company, title=title).open().first()
    if waiting:
        return waiting
    draft = NextActionDraft(
        title=title,
        due_on=due_on,
        assigned_to=follower,
        kind=NextActionKind.CALL,
        contact=contact_of(recipient, company),
    )
    return add_next_action(company=company, draft=draft, by=by, now=now)


@transaction.atomic
def settle_commitment(*, commitment: Commitment, by: Any, now: dt.datetime) -> Commitment:
    """It was followed up: out of what waits. Done twice, it stays as it was. Raises `CampaignError`."""
    current = locked(commitment)
    if current.withdrawn_at:
        raise CampaignError("L’entreprise est revenue sur cet engagement.")
    if current.settled_at is None:
        current.settled_at = now
        current.save(update_fields=["settled_at"])
        opening = opening_of(current.question)
        company = current.answer.recipient.company
        log_activity(
            subject=company,
            kind=ActivityKind.CAMPAIGN,
            verb="commitment_settled",
            title=f"Engagement repris\u00a0: {opening.title if opening else current.question}",
            by=by,
            at=now,
            source=current,
        )
    return current


@transaction.atomic
def unsettle_commitment(*, commitment: Commitment, by: Any, now: dt.datetime) -> Commitment:
    """The way back."""
    current = locked(commitment)
    if current.settled_at is not None:
        current.settled_at = None
        current.save(update_fields=["settled_at"])
    return current
