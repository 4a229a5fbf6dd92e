"""What is done to an opportunity. Every action is atomic, keeps its history row and writes its line of the timeline."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from companies.actions import complete_next_action
from companies.models import Company, NextAction
from core.activity import log_activity
from core.changes import labelled, locked, title_of, write_fields
from core.errors import RowGoneError, refused_in_french
from core.french import MONTHS, counted
from core.models import ActivityKind
from core.years import years_after
from opportunities.actions.errors import LivePlacementsError, OpportunityError
from opportunities.enums import (
    LIVE_OPPORTUNITIES,
    STATE_SAID,
    UNDECIDED_PLACEMENTS,
    Frequency,
    OpportunityState,
    RefusalReason,
    WithdrawalReason,
)
from opportunities.models import CriteriaChange, Opportunity, OpportunityMove

MANY = ("occupations",)
# They follow another field, which is told.
FOLLOWING = frozenset({"insee_code", "latitude", "longitude", "initial_criteria"})
# What the next season's offer takes from the last one.
_COPIED = (
    "company_id", "contact_id", "title", "phase", "kind", "description", "places", "months", "schedule", "address",
    "postcode", "city", "insee_code", "latitude", "longitude", "without_car", "conditions", "criteria", "negotiable",
    "is_open_to_all", "frequency", "managed_by_id",
)  # fmt: skip
_REASONS = {OpportunityState.REFUSED: RefusalReason, OpportunityState.WITHDRAWN: WithdrawalReason}
_ASKS_WHY = {
    OpportunityState.REFUSED: "Dites pourquoi nous la refusons.",
    OpportunityState.WITHDRAWN: "Dites pourquoi l’entreprise la retire.",
}
# Nobody can be put forward any more: those who wait must be told.
_ENDING = frozenset({OpportunityState.CLOSED, OpportunityState.REFUSED, OpportunityState.WITHDRAWN})
_FEMININE = (
    "frequency", "origin", "phase", "address", "city", "description", "answer_by", "managed_by", "received_by",
    "received_on", "is_open_to_all",
)  # fmt: skip
_ENDINGS = dict.fromkeys(_FEMININE, "e") | {
    "places": "es",
    "conditions": "es",
    "schedule": "s",
    "criteria": "s",
    "occupations": "s",
    "months": "s",
}
_NOUNS = {
    "starts_on": "début",
    "ends_on": "fin",
    "months": "mois",
    "answer_by": "date limite de réponse",
    "contact": "contact",
    "managed_by": "personne qui la gère",
    "received_by": "personne qui l’a reçue",
    "received_on": "date de réception",
    "description": "description",
    "is_open_to_all": "ouverture aux femmes et aux hommes",
}


def _log(opportunity: Opportunity, verb: str, title: str, **rest: Any) -> None:
    """On the company's timeline: the opportunity's own page reads its history rows."""
    log_activity(
        subject=opportunity.company, kind=ActivityKind.OPPORTUNITY, verb=verb, title=title, source=opportunity, **rest
    )


def _locked(opportunity: Opportunity, *, version: int | None = None) -> Opportunity:
    current = locked(opportunity, version=version)
    if current.company.deleted_at:
        raise RowGoneError("L’entreprise de cette opportunité est à la corbeille")
    return current


def summary_of(opportunity: Opportunity) -> str:
    """« Emploi · CDI · 2 places »."""
    places = counted(opportunity.places, "place")
    return f"{opportunity.get_phase_display()} · {opportunity.get_kind_display()} · {places}"


# --- adding and correcting ------------------------------------------------------------------------
@transaction.atomic
def create_opportunity(
    *,
    company: Company,
    values: Mapping[str, Any],
    by: Any,
    now: dt.datetime,
    state: str = OpportunityState.DRAFT,
    asked: NextAction | None = None,
) -> Opportunity:
    """`values`: {field name: value}, `occupations` as rows; `state`: draft, to qualify or open.

    What the company asks on that day is kept as its first criteria. `asked`: the action it says yes to, done then.
    Raises `OpportunityError`.
    """
    if state not in LIVE_OPPORTUNITIES:
        raise OpportunityError("Une opportunité commence en brouillon, à qualifier ou ouverte.")
    company = locked(company)
    plain = {name: value for name, value in values.items() if name not in MANY}
    opportunity = Opportunity(
        structure_id=company.structure_id, company=company, state=state, state_since=now, created_by=by, **plain
    )
    opportunity.initial_criteria = opportunity.criteria
    _refuse_stranger(opportunity)
    with refused_in_french(OpportunityError, Opportunity):
        opportunity.save()
    for name in MANY:
        getattr(opportunity, name).set(values.get(name, ()))
    _record_move(opportunity, before="", note="", by=by, now=now)
    title = f"Opportunité proposée\u00a0: {opportunity}"
    body = f"{summary_of(opportunity)} · {STATE_SAID[OpportunityState(opportunity.state)]}"
    _log(opportunity, "opportunity_created", title, body=body, by=by, at=now)
    if asked and asked.is_open and asked.company_id == company.pk:
        complete_next_action(action=asked, by=by, now=now)
    return opportunity


def _refuse_stranger(opportunity: Opportunity) -> None:
    if opportunity.contact and opportunity.contact.company_id != opportunity.company_id:
        raise OpportunityError("Cette personne n’est pas un contact de l’entreprise.")


@transaction.atomic
def edit_opportunity(
    *, opportunity: Opportunity, changes: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None
) -> Opportunity:
    """Write `changes` ({field name: new value}). Criteria that change are kept as `widen_criteria` keeps them.

    `version`: the one the person had before her. Raises `OpportunityError`, `RowConflictError`, `RowGoneError`.
    """
    current = _locked(opportunity, version=version)
    changes = dict(changes)
    places = changes.get("places", current.places)
    if places < current.taken:
        said = counted(current.taken, "place est déjà prise", "places sont déjà prises")
        raise OpportunityError(f"{said}\u00a0: gardez-en au moins {current.taken}.")
    before = current.criteria
    if not current.initial_criteria:
        changes["initial_criteria"] = before or changes.get("criteria", "")
    months = list(current.months)
    with refused_in_french(OpportunityError, Opportunity):
        written = write_fields(current, changes, many=MANY)
    _refuse_stranger(current)
    if before and current.criteria != before:
        _record_criteria(current, before=before, note="", by=by, now=now)
    told = {name: pair for name, pair in written.items() if name not in FOLLOWING}
    if "months" in told:
        told["months"] = [_months_said(months), _months_said(current.months)]
    if told:
        title = title_of(Opportunity, told, endings=_ENDINGS, nouns=_NOUNS)
        full = f"Opportunité «\u00a0{current}\u00a0»\u00a0: {title[:1].lower()}{title[1:]}"
        _log(current, "opportunity_edited", full, changes=labelled(Opportunity, told), by=by, at=now)
    return current


def _months_said(months: Sequence[int]) -> str:
    return ", ".join(MONTHS[month - 1] for month in sorted(months))


# --- criteria -------------------------------------------------------------------------------------
@transaction.atomic
def widen_criteria(
    *,
    opportunity: Opportunity,
    criteria: str,
    by: Any,
    now: dt.datetime,
    note: str = "",
    negotiable: str | None = None,
    version: int | None = None,
) -> CriteriaChange | None:
    """What the company asks now that it was negotiated; what it asked before stays in the history.

    `note`: how it was obtained; `negotiable`: what may still move, None leaves it; when that alone changes it is a
    correction, and None is returned. Raises `OpportunityError`.
    """
    current = _locked(opportunity, version=version)
    before = current.criteria
    if criteria.strip() == before.strip():
        if negotiable is not None and negotiable.strip() != current.negotiable.strip():
            edit_opportunity(opportunity=current, changes={"negotiable": negotiable}, by=by, now=now)
            return None
        raise OpportunityError(
            "Les critères sont les mêmes qu’avant\u00a0: écrivez ce que l’entreprise demande maintenant."
        )
    values = {"criteria": criteria, "initial_criteria": current.initial_criteria or before}
    if negotiable is not None:
        values["negotiable"] = negotiable
    write_fields(current, values)
    change = _record_criteria(current, before=before, note=note, by=by, now=now)
    title = f"Critères élargis\u00a0: {current}"
    _log(current, "criteria_widened", title, body=note, changes={"critères": [before, criteria]}, by=by, at=now)
    return change


def _record_criteria(opportunity: Opportunity, *, before: str, note: str, by: Any, now: dt.datetime) -> CriteriaChange:
    return CriteriaChange.objects.create(
        structure_id=opportunity.structure_id,
        opportunity=opportunity,
        before=before,
        after=opportunity.criteria,
        note=note,
        by=by,
        at=now,
    )


# --- states ---------------------------------------------------------------------------------------
@transaction.atomic
def move_opportunity(
    *,
    opportunity: Opportunity,
    to: str,
    by: Any,
    now: dt.datetime,
    reason: str = "",
    note: str = "",
    confirmed: bool = False,
    version: int | None = None,
) -> Opportunity:
    """The one door to another state. Refused and withdrawn ask for a `reason`; « autre » asks for a `note`.

    Raises `InvalidMoveError` when the table of moves forbids it, `OpportunityError` when something is missing, and
    `LivePlacementsError` when ending it would leave young people waiting, unless it is `confirmed`.
    """
    current = _locked(opportunity, version=version)
    before = current.move_to(to)
    why = _reason_said(to, reason, note)
    if to == OpportunityState.OPEN and current.free_places <= 0:
        raise OpportunityError("Toutes les places sont prises\u00a0: ajoutez-en une avant de la rouvrir.")
    if to in _ENDING and not confirmed:
        _ask_about_those_who_wait(current)
    current.state_since = now
    current.refusal_reason = reason if to == OpportunityState.REFUSED else ""
    current.withdrawal_reason = reason if to == OpportunityState.WITHDRAWN else ""
    current.reason_note = note.strip() if to in _REASONS else ""
    current.version += 1
    names = ["state", "state_since", "refusal_reason", "withdrawal_reason", "reason_note", "version", "updated_at"]
    with refused_in_french(OpportunityError, Opportunity):
        current.save(update_fields=names)
    _record_move(current, before=before, note=why or note.strip(), by=by, now=now)
    title = f"Opportunité {STATE_SAID[OpportunityState(to)]}\u00a0: {current}"
    _log(current, "opportunity_moved", title, body=why or note.strip(), by=by, at=now)
    return current


def _reason_said(to: str, reason: str, note: str) -> str:
    """« Sécurité insuffisante : machines sans carter »; "" for a state that asks nothing."""
    reasons = _REASONS.get(OpportunityState(to))
    if reasons is None:
        return ""
    if reason not in reasons.values:
        raise OpportunityError(_ASKS_WHY[OpportunityState(to)])
    if reason == "other" and not note.strip():
        raise OpportunityError("Précisez en quelques mots.")
    label = str(reasons(reason).label)
    return f"{label}\u00a0: {note.strip()}" if note.strip() else label


def _ask_about_those_who_wait(opportunity: Opportunity) -> None:
    waiting = opportunity.placements.filter(state__in=UNDECIDED_PLACEMENTS, young_person__deleted_at=None).count()
    if waiting:
        said = counted(waiting, "positionnement y est encore en cours", "positionnements y sont encore en cours")
        raise LivePlacementsError(
            f"{said}, sans décision\u00a0: dites-leur ce qu’il en est, puis confirmez.", count=waiting
        )


def _record_move(opportunity: Opportunity, *, before: str, note: str, by: Any, now: dt.datetime) -> None:
    OpportunityMove.objects.create(
        structure_id=opportunity.structure_id,
        opportunity=opportunity,
        from_state=before,
        to_state=opportunity.state,
        note=note[:400],
        by=by,
        at=now,
    )


# --- next season ----------------------------------------------------------------------------------
@transaction.atomic
def duplicate_opportunity(*, opportunity: Opportunity, by: Any, now: dt.datetime) -> Opportunity:
    """The same for its next season, as a draft with every place free; dates go on by whole years until they are ahead.

    Pressed twice, it gives the same draft.
    """
    source = _locked(opportunity)
    waiting = source.copies.kept().filter(state=OpportunityState.DRAFT).order_by("pk").first()
    if waiting:
        return waiting
    today = timezone.localdate(now)
    years = _years_ahead(source, today)
    copy = Opportunity(
        structure_id=source.structure_id,
        copied_from=source,
        state=OpportunityState.DRAFT,
        state_since=now,
        received_on=today,
        received_by=by,
        created_by=by,
        origin="prior_relation",
        initial_criteria=source.criteria,
        **{name: getattr(source, name) for name in _COPIED},
    )
    if copy.contact and copy.contact.has_left:
        copy.contact = None
    if copy.frequency == Frequency.OCCASIONAL:
        copy.frequency = Frequency.SEASONAL  # asked for a second time: it comes back
    for name in ("starts_on", "ends_on", "answer_by"):
        day = getattr(source, name)
        setattr(copy, name, day and years_after(day, years))
    copy.save()
    copy.occupations.set(source.occupations.all())
    note = f"Reprise de celle reçue en {source.received_on.year}"
    _record_move(copy, before="", note=note, by=by, now=now)
    _log(copy, "opportunity_duplicated", f"Opportunité à redemander\u00a0: {copy}", body=f"{note}.", by=by, at=now)
    return copy


def _years_ahead(source: Opportunity, today: dt.date) -> int:
    last = source.ends_on or source.starts_on
    return max(1, today.year - last.year) if last else 1


# --- several at once ------------------------------------------------------------------------------
@transaction.atomic
def assign_manager(
    *, opportunities: Sequence[Opportunity], manager: Any | None, by: Any, now: dt.datetime
) -> list[Opportunity]:
    """Give them to one person (None: to nobody). Locked in pk order; returns those that changed."""
    pks = sorted(row.pk for row in opportunities)
    rows = Opportunity.objects.kept().filter(pk__in=pks).select_for_update(of=("self",)).order_by("pk")
    changed = [
        row
        for row in rows.select_related("company", "managed_by")
        if row.managed_by_id != (manager.pk if manager else None)
    ]
    for row in changed:
        before = row.managed_by.full_name if row.managed_by else ""
        row.managed_by, row.version = manager, row.version + 1
        row.save(update_fields=["managed_by", "version", "updated_at"])
        name = manager.full_name if manager else "personne"
        changes = {"gérée par": [before, manager.full_name if manager else ""]}
        _log(
            row, "manager_assigned", f"Opportunité «\u00a0{row}\u00a0» gérée par {name}", changes=changes, by=by, at=now
        )
    return changed
