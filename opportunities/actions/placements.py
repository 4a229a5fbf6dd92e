"""What is done to a placement. Every action is atomic, keeps its history row and writes both timelines.

The opportunity is locked first, always: of two people who take the last place, one waits, reads it again, and is told.
Then the young person (when she is needed), the placement, the need.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.activity import log_activity
from core.changes import locked
from core.errors import RowGoneError, refused_in_french
from core.form_fields import holds_nir
from core.french import french_date, french_moment, french_time
from core.models import ActivityKind
from opportunities.actions.errors import OpportunityError, PlacementDayError, PlacementError
from opportunities.actions.opportunities import move_opportunity
from opportunities.enums import (
    PLACE_TAKING,
    BreakCause,
    OpportunityState,
    Party,
    PlacementRefusalReason,
    PlacementState,
)
from opportunities.models import Opportunity, Placement, PlacementMove
from youth.actions import count_as_contact, meet_need, propose_solution, reopen_need
from youth.models import Need, YoungPerson

_P = PlacementState
# How a step is said after a name.
SAID = {
    _P.CONSIDERED: "positionnement envisagé",
    _P.PROPOSED: "profil proposé à l’entreprise",
    _P.MEETING: "rencontre prévue",
    _P.ACCEPTED: "accord de l’entreprise",
    _P.REFUSED: "refus",
    _P.STARTED: "a commencé",
    _P.ENDED: "a terminé",
    _P.BROKEN: "rupture",
}
# Nobody who left is put forward; what happened all the same is noted.
_ASKS_PRESENCE = frozenset({_P.PROPOSED, _P.MEETING, _P.ACCEPTED})
_ASKS_AN_OFFER = _ASKS_PRESENCE
_NO_LONGER_OFFERED = {
    OpportunityState.REFUSED: "Nous avons refusé cette opportunité",
    OpportunityState.WITHDRAWN: "L’entreprise a retiré cette opportunité",
}
_DATED = {
    _P.PROPOSED: "proposed_on",
    _P.ACCEPTED: "accepted_on",
    _P.REFUSED: "refused_on",
    _P.STARTED: "started_on",
    _P.ENDED: "ended_on",
    _P.BROKEN: "ended_on",
}
_KEPT = {
    _P.REFUSED: ("refused_by", "refusal_reason", "outcome_note"),
    _P.STARTED: ("planned_end_on",),
    _P.ENDED: ("outcome_note",),
    _P.BROKEN: ("broken_by", "break_cause", "outcome_note"),
}
RECENT = dt.timedelta(hours=12)


# --- putting somebody forward ---------------------------------------------------------------------
@transaction.atomic
def place_young_person(
    *,
    opportunity: Opportunity,
    young_person: YoungPerson,
    by: Any,
    now: dt.datetime,
    need: Need | None = None,
    on: dt.date | None = None,
) -> Placement:
    """Put one young person forward on one opportunity, for one of her needs; the need then has a solution proposed.

    `on`: the day, today by default. Raises `PlacementError`.
    """
    current, person = locked(opportunity), locked(young_person)
    if current.company.deleted_at:
        raise RowGoneError("L’entreprise de cette opportunité est à la corbeille")
    day = on or timezone.localdate(now)
    if person.structure_id != current.structure_id:
        raise PlacementError("Une autre structure accompagne cette personne.")
    if person.has_left:
        raise PlacementError(f"{person.short_name} a quitté l’accompagnement de votre structure.")
    if current.state != OpportunityState.OPEN:
        state = current.get_state_display().lower()
        raise PlacementError(f"Cette opportunité n’est pas ouverte ({state})\u00a0: personne n’y est positionné.")
    _refuse_future(day, now)
    if need:
        _refuse_other_need(need, person)
    placement = Placement(
        structure_id=current.structure_id,
        opportunity=current,
        young_person=person,
        need=need,
        state_since=now,
        considered_on=day,
        created_by=by,
    )
    with refused_in_french(OpportunityError, Placement):
        placement.save()
    _record_move(placement, before="", on=day, note="", by=by, now=now)
    _tell(placement, "placement_considered", f"{_named(placement)}\u00a0: {SAID[_P.CONSIDERED]}", by=by, at=now)
    if need:
        propose_solution(need=need, by=by, now=now, note=str(current))
    return placement


def _refuse_other_need(need: Need, person: YoungPerson) -> None:
    if need.young_person_id != person.pk:
        raise PlacementError("Ce besoin est celui d’un autre jeune.")
    if not need.is_waiting:
        raise PlacementError("Ce besoin est clos\u00a0: rouvrez-le avant d’y répondre.")


# --- the one door to another state ----------------------------------------------------------------
@transaction.atomic
def move_placement(
    *,
    placement: Placement,
    to: str,
    values: Mapping[str, Any],
    by: Any,
    now: dt.datetime,
    version: int | None = None,
) -> Placement:
    """Move it, with what that state asks:

    proposed `on` · meeting `at` · accepted `on` · refused `on`, `refused_by`, `refusal_reason`, `outcome_note` ·
    started `on`, `planned_end_on` · ended `on`, `outcome_note` · broken `on`, `broken_by`, `break_cause`,
    `outcome_note`.
    A day not said is today. Starting meets the need and, when no place is left, fills the opportunity; a refusal puts
    the need back among those that wait. A place that frees itself reopens nothing: the screens propose it.

    Raises `InvalidMoveError`, `PlacementError`, `RowConflictError` when it is not `version` any more.
    """
    opportunity, current = _locked(placement, version=version, with_person=True)
    state = PlacementState(to) if to in PlacementState.values else None
    before = current.move_to(to)  # refuses what is not a state too
    assert state is not None
    day = values.get("on") or timezone.localdate(now)
    _refuse_absurd(current, opportunity, state, day, now)
    _fill(current, state, day, values)
    if state == _P.ACCEPTED:
        _refuse_overbooking(opportunity, now)
    current.state_since = now
    current.version += 1
    with refused_in_french(OpportunityError, Placement, Opportunity):
        current.save()
    _record_move(current, before=before, on=day, note=_note_of(current, state), by=by, now=now)
    _tell_move(current, state, by=by, at=now)
    _tell_need(current, state, by=by, now=now)
    count_as_contact(young_person=current.young_person, on=day)
    if state == _P.STARTED:
        _fill_opportunity(opportunity, by=by, now=now)
    return current


def _locked(
    placement: Placement, *, version: int | None = None, with_person: bool = False
) -> tuple[Opportunity, Placement]:
    """`with_person`: what follows is a contact, may reopen her need, and somebody may be noting that she leaves."""
    opportunity = locked(Opportunity(pk=placement.opportunity_id))
    person = locked(YoungPerson(pk=placement.young_person_id)) if with_person else None
    current = locked(placement, version=version)
    current.opportunity = opportunity
    if person:
        current.young_person = person
    return opportunity, current


def _refuse_future(day: dt.date, now: dt.datetime) -> None:
    if day > timezone.localdate(now):
        raise PlacementDayError("Ce jour est à venir\u00a0: notez l’étape quand elle a eu lieu.")


def _refuse_absurd(
    placement: Placement, opportunity: Opportunity, to: PlacementState, day: dt.date, now: dt.datetime
) -> None:
    _refuse_future(day, now)
    last = placement.moves.order_by("-at", "-pk").values_list("on", flat=True).first()
    if last and day < last:
        raise PlacementDayError(f"L’étape précédente est du {french_date(last)}\u00a0: celle-ci vient après.")
    if to in _ASKS_PRESENCE and placement.young_person.has_left:
        raise PlacementError(f"{placement.young_person.short_name} a quitté l’accompagnement de votre structure.")
    if to in _ASKS_AN_OFFER and opportunity.state in _NO_LONGER_OFFERED:
        said = _NO_LONGER_OFFERED[OpportunityState(opportunity.state)]
        raise PlacementError(f"{said}\u00a0: on ne peut plus y positionner quelqu’un.")


def _fill(placement: Placement, to: PlacementState, day: dt.date, values: Mapping[str, Any]) -> None:
    """The dates and reasons of that state, complete."""
    if to in _DATED:
        setattr(placement, _DATED[to], day)
    for name in _KEPT.get(to, ()):
        setattr(placement, name, values.get(name) or ("" if name != "planned_end_on" else None))
    if to == _P.MEETING:
        if not values.get("at"):
            raise PlacementError("Dites quand aura lieu la rencontre.")
        placement.meeting_at = values["at"]
    if to == _P.REFUSED and not (
        placement.refused_by in Party.values and placement.refusal_reason in PlacementRefusalReason.values
    ):
        raise PlacementError("Dites qui refuse, et pourquoi.")
    if to == _P.STARTED and placement.planned_end_on and placement.planned_end_on < day:
        raise PlacementError("Les dates sont inversées\u00a0: la fin prévue vient après le début.")
    if to == _P.BROKEN and not (placement.broken_by in Party.values and placement.break_cause in BreakCause.values):
        raise PlacementError("Dites qui a rompu, et pourquoi.")
    _refuse_nir(placement.outcome_note, "La précision")


def _refuse_overbooking(opportunity: Opportunity, now: dt.datetime) -> None:
    """The opportunity is locked: what is read here is what is."""
    if opportunity.free_places > 0:
        return
    last = (
        PlacementMove.objects.filter(
            placement__opportunity=opportunity, placement__state__in=PLACE_TAKING, to_state=_P.ACCEPTED
        )
        .select_related("placement__young_person", "by")
        .order_by("-at", "-pk")
        .first()
    )
    if last is None:
        raise PlacementError("Toutes les places de cette opportunité sont prises.")
    who = last.placement.young_person.short_name
    noted = f" (noté par {last.by.full_name})" if last.by else ""
    if now - last.at < RECENT:
        raise PlacementError(
            f"La dernière place vient d’être prise par {who}, à {french_time(last.at)}{noted}\u00a0:"
            " voyez avec l’entreprise si elle en ouvre une autre."
        )
    raise PlacementError(
        f"La dernière place a été prise par {who}, {french_date(last.on)}{noted}\u00a0:"
        " voyez avec l’entreprise si elle en ouvre une autre."
    )


def _fill_opportunity(opportunity: Opportunity, *, by: Any, now: dt.datetime) -> None:
    """Somebody began and no place is left: it is filled."""
    if opportunity.state == OpportunityState.OPEN and opportunity.free_places <= 0:
        move_opportunity(opportunity=opportunity, to=OpportunityState.FILLED, by=by, now=now, note="Plus aucune place")


def _tell_need(placement: Placement, to: PlacementState, *, by: Any, now: dt.datetime) -> None:
    """Starting meets it; a refusal, when nothing else answers it, puts it back among those that wait."""
    if placement.need_id is None:
        return
    need = locked(Need(pk=placement.need_id))
    if to == _P.STARTED and need.is_waiting:
        meet_need(need=need, by=by, now=now, note=str(placement.opportunity))
    elif to == _P.REFUSED and need.can_become("open") and need.is_waiting:
        others = Placement.objects.filter(need=need).exclude(pk=placement.pk).live()
        if not others.exists() and not placement.young_person.has_left:
            reopen_need(need=need, by=by, now=now, note=f"Positionnement refusé\u00a0: {placement.opportunity}")


# --- the meeting ----------------------------------------------------------------------------------
@transaction.atomic
def postpone_meeting(*, placement: Placement, at: dt.datetime, by: Any, now: dt.datetime) -> Placement:
    """Another hour for a meeting already planned. The hour it had stays in the history."""
    _opportunity, current = _locked(placement)
    if current.state != _P.MEETING:
        raise PlacementError("Aucune rencontre n’est prévue pour ce positionnement.")
    if current.meeting_at == at:
        return current
    was = french_moment(current.meeting_at) if current.meeting_at else ""
    current.meeting_at = at
    current.version += 1
    current.save(update_fields=["meeting_at", "version"])
    note = f"Reportée à {french_moment(at)}" + (f" (elle était prévue {was})" if was else "")
    _record_move(current, before=_P.MEETING, on=timezone.localdate(now), note=note, by=by, now=now)
    title = f"{_named(current)}\u00a0: rencontre reportée à {french_moment(at)}"
    _tell(current, "placement_meeting_postponed", title, by=by, at=now)
    return current


# --- preparing both sides -------------------------------------------------------------------------
@transaction.atomic
def prepare_placement(
    *, placement: Placement, youth: str, company: str, by: Any, now: dt.datetime, version: int | None = None
) -> Placement:
    """What was said with the young person, and with the company, before they meet. Read by whoever carries it."""
    current = locked(placement, version=version)
    _refuse_nir(youth, "La préparation du jeune")
    _refuse_nir(company, "La préparation de l’entreprise")
    told = [
        said
        for said, before, after in [
            ("avec le jeune", current.preparation_youth, youth.strip()),
            ("avec l’entreprise", current.preparation_company, company.strip()),
        ]
        if before != after
    ]
    if not told:
        return current
    current.preparation_youth, current.preparation_company = youth.strip(), company.strip()
    current.version += 1
    current.save(update_fields=["preparation_youth", "preparation_company", "version"])
    title = f"{_named(current)}\u00a0: préparation {' et '.join(told)}"
    _tell(current, "placement_prepared", title, by=by, at=now)
    return current


# --- what is told ---------------------------------------------------------------------------------
def _named(placement: Placement) -> str:
    """« Maël R. · Immersion charpente »: all that a timeline says of who."""
    return f"{placement.young_person.short_name} · {placement.opportunity}"


def _refuse_nir(text: str, said: str) -> None:
    if holds_nir(text):
        raise PlacementError(
            f"{said} contient un numéro de sécurité sociale\u00a0: retirez-le, il n’a pas à être gardé ici."
        )


def _note_of(placement: Placement, state: PlacementState) -> str:
    """« L’entreprise, autre candidat retenu : a déjà signé »; the hour of a meeting; "" when there is nothing."""
    if state == _P.MEETING and placement.meeting_at:
        return french_moment(placement.meeting_at)
    if state == _P.STARTED and placement.planned_end_on:
        return f"jusqu’à {french_date(placement.planned_end_on)}"
    said = ""
    if state == _P.REFUSED:
        said = f"{placement.get_refused_by_display()}, {placement.get_refusal_reason_display().lower()}"
    elif state == _P.BROKEN:
        said = f"{placement.get_broken_by_display()}, {placement.get_break_cause_display().lower()}"
    return "\u00a0: ".join(part for part in (said, placement.outcome_note) if part)


def _tell_move(placement: Placement, state: PlacementState, *, by: Any, at: dt.datetime) -> None:
    """Why, on the young person's timeline only: the company's says what became of it."""
    said = SAID[state]
    if state == _P.MEETING and placement.meeting_at:
        said = f"{said} {french_moment(placement.meeting_at)}"
    title = f"{_named(placement)}\u00a0: {said}"
    why = _note_of(placement, state) if state != _P.MEETING else ""
    _tell(placement, f"placement_{state}", title, by=by, at=at, why=why)


def _tell(placement: Placement, verb: str, title: str, *, by: Any, at: dt.datetime, why: str = "") -> None:
    rest: dict[str, Any] = {"kind": ActivityKind.PLACEMENT, "verb": verb, "by": by, "at": at, "source": placement}
    log_activity(subject=placement.opportunity.company, title=title, **rest)
    log_activity(subject=placement.young_person, title=title, body=why, **rest)


def _record_move(
    placement: Placement, *, before: str, on: dt.date, note: str, by: Any, now: dt.datetime
) -> PlacementMove:
    return PlacementMove.objects.create(
        structure_id=placement.structure_id,
        placement=placement,
        from_state=before,
        to_state=placement.state,
        on=on,
        note=note[:300],
        by=by,
        at=now,
    )
