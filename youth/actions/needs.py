"""What a young person needs from companies: noted, corrected, and its states, through one door.

The young person is locked before her needs, always: whoever leaves closes them under the same lock.
Opportunities and placements call `propose_solution`, `meet_need` and `reopen_need` when something moves on their side.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from core.activity import log_activity
from core.changes import labelled, locked, title_of, write_fields
from core.form_fields import holds_nir
from core.models import ActivityKind
from core.phases import KINDS_BY_PHASE, Phase
from core.states import InvalidMoveError
from youth.actions.errors import NeedError
from youth.enums import AbandonReason, NeedState
from youth.held_elsewhere import NEED_CLOSERS
from youth.models import Need, NeedMove, YoungPerson

# What `values` may hold; the state has its own gestures.
NEED_FIELDS = frozenset(
    {
        "phase",
        "kind",
        "occupation",
        "trade",
        "postcode",
        "city",
        "insee_code",
        "latitude",
        "longitude",
        "radius_km",
        "without_car",
        "starts_on",
        "ends_on",
        "comment",
    }
)
_FREE_TEXTS = {"trade": "Le métier", "comment": "Le commentaire", "city": "La commune"}
# A place is told by its name.
_UNTOLD = ("insee_code", "latitude", "longitude")


# --- noting and correcting ---------------------------------------------------------------------
@transaction.atomic
def log_need(*, young_person: YoungPerson, values: Mapping[str, Any], by: Any, now: dt.datetime) -> Need:
    """Raises `NeedError` for somebody who left, of another structure, and for what a need cannot say."""
    person = _accompanied(young_person)
    if by is not None and not by.access.roles.get(person.structure_id):
        raise NeedError("Une autre structure accompagne cette personne.")
    need = Need(young_person=person, structure_id=person.structure_id, opened_at=now, opened_by=by)
    for name in _known(values):
        setattr(need, name, values[name])
    _refuse_nonsense(need)
    need.save()
    _write_move(need, "", by=by, at=now)
    _tell(need, "need_logged", f"Besoin noté\u00a0: {need}", by=by, at=now, body=need.comment)
    return need


@transaction.atomic
def edit_need(*, need: Need, values: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None) -> Need:
    """Raises `NeedError`; `RowConflictError` when somebody saved first. Nothing is told when nothing changes."""
    _accompanied(need.young_person)
    current = locked(need, version=version)
    if not current.is_waiting:
        raise NeedError("Ce besoin est clos\u00a0: rouvrez-le avant de le corriger.")
    for name in _known(values):
        setattr(current, name, values[name])
    _refuse_nonsense(current)
    current.refresh_from_db()
    changes = write_fields(current, {name: values[name] for name in _known(values)})
    told = {name: pair for name, pair in changes.items() if name not in _UNTOLD}
    if told:
        title = f"Besoin corrigé ({current})\u00a0: {title_of(Need, told)}"
        _tell(current, "need_edited", title, by=by, at=now, changes=labelled(Need, told))
    return current


def _known(values: Mapping[str, Any]) -> list[str]:
    strange = set(values) - NEED_FIELDS
    if strange:
        raise ValueError(f"not fields of a need: {sorted(strange)}")
    return list(values)


def _accompanied(young_person: YoungPerson) -> YoungPerson:
    person = locked(young_person)
    if person.has_left:
        raise NeedError(
            f"{person.short_name} a quitté l’accompagnement de votre structure\u00a0: rouvrez d’abord son parcours."
        )
    return person


def _refuse_nonsense(need: Need) -> None:
    """What the database would refuse too, said in French."""
    if need.phase not in Phase.values:
        raise NeedError("Dites pour quelle phase.")
    if need.kind and need.kind not in KINDS_BY_PHASE[Phase(need.phase)]:
        raise NeedError(
            f"«\u00a0{need.get_kind_display()}\u00a0» n’est pas une solution de la phase {need.get_phase_display()}."
        )
    if need.starts_on and need.ends_on and need.ends_on < need.starts_on:
        raise NeedError("Les dates sont inversées\u00a0: la fin vient après le début.")
    for name, said in _FREE_TEXTS.items():
        _refuse_nir(getattr(need, name), said)


def _refuse_nir(text: str, said: str) -> None:
    if holds_nir(text):
        raise NeedError(
            f"{said} contient un numéro de sécurité sociale\u00a0: retirez-le, il n’a pas à être gardé ici."
        )


# --- states ------------------------------------------------------------------------------------
@transaction.atomic
def propose_solution(*, need: Need, by: Any, now: dt.datetime, note: str = "") -> Need:
    """Something is on its way. A need that waits already for one stays as it is."""
    current = locked(need)
    if current.state == NeedState.PROPOSED:
        return current
    before = _move(current, NeedState.PROPOSED)
    current.proposed_at = current.proposed_at or now
    return _moved(current, before, "need_proposed", "Solution proposée", by=by, at=now, note=note)


@transaction.atomic
def meet_need(*, need: Need, by: Any, now: dt.datetime, note: str = "") -> Need:
    """It has begun. Called twice, it is met once."""
    current = locked(need)
    if current.state == NeedState.MET:
        return current
    before = _move(current, NeedState.MET)
    current.proposed_at = current.proposed_at or now
    current.closed_at = now
    return _moved(current, before, "need_met", "Besoin satisfait", by=by, at=now, note=note)


@transaction.atomic
def abandon_need(*, need: Need, reason: str, by: Any, now: dt.datetime, note: str = "") -> Need:
    current = locked(need)
    return _abandon(current, reason, by=by, at=now, note=note)


@transaction.atomic
def reopen_need(*, need: Need, by: Any, now: dt.datetime, note: str = "") -> Need:
    """Back among those without a solution, from any other state; refused for somebody who left."""
    _accompanied(need.young_person)
    current = locked(need)
    if current.state == NeedState.OPEN:
        return current
    before = _move(current, NeedState.OPEN)
    current.closed_at, current.abandon_reason, current.abandon_note = None, "", ""
    said = "Solution retirée" if before == NeedState.PROPOSED else "Besoin rouvert"
    return _moved(current, before, "need_reopened", said, by=by, at=now, note=note)


@transaction.atomic
def close_needs_of(*, young_person: YoungPerson, by: Any, now: dt.datetime) -> int:
    """Abandon every waiting need of somebody who is about to leave; how many. The caller holds her lock."""
    waiting = Need.objects.filter(young_person=young_person).waiting().order_by("pk")
    rows = list(waiting.select_for_update(of=("self",)).select_related("occupation"))
    for need in rows:
        _abandon(need, AbandonReason.LEFT, by=by, at=now, note="")
    return len(rows)


def _abandon(need: Need, reason: str, *, by: Any, at: dt.datetime, note: str) -> Need:
    if reason not in AbandonReason.values:
        raise NeedError("Dites pourquoi le besoin est abandonné.")
    _refuse_nir(note, "La précision")
    before = _move(need, NeedState.ABANDONED)
    need.closed_at, need.abandon_reason, need.abandon_note = at, reason, note[:300]
    said = AbandonReason(reason).label
    return _moved(need, before, "need_abandoned", f"Besoin abandonné, {said.lower()}", by=by, at=at, note=note)


def _move(need: Need, state: NeedState) -> str:
    try:
        return need.move_to(state)
    except InvalidMoveError as error:
        raise NeedError(str(error)) from error


def _moved(need: Need, before: str, verb: str, said: str, *, by: Any, at: dt.datetime, note: str) -> Need:
    _refuse_nir(note, "La précision")
    need.version += 1
    need.save(update_fields=["state", "proposed_at", "closed_at", "abandon_reason", "abandon_note", "version"])
    _write_move(need, before, by=by, at=at, note=note)
    _tell(need, verb, f"{said}\u00a0: {need}", by=by, at=at, body=note)
    if not need.is_waiting:
        for need_closed in NEED_CLOSERS:
            need_closed(need=need, by=by, now=at)
    return need


def _write_move(need: Need, before: str, *, by: Any, at: dt.datetime, note: str = "") -> None:
    NeedMove.objects.create(
        structure_id=need.structure_id,
        need=need,
        from_state=before,
        to_state=need.state,
        note=note[:300],
        at=at,
        by=by,
    )


def _tell(need: Need, verb: str, title: str, *, by: Any, at: dt.datetime, **more: Any) -> None:
    log_activity(
        subject=need.young_person, kind=ActivityKind.NEED, verb=verb, title=title, by=by, at=at, source=need, **more
    )
