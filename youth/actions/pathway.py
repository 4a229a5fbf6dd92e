"""Where a young person stands on the pathway: phase, step, and the way out."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.activity import changes_between, shown_values
from core.changes import locked, write_fields
from core.errors import RowConflictError
from core.models import ActivityKind
from core.phases import Phase
from youth.actions.accesses import log_file_access
from youth.actions.contacts import contact_fields
from youth.actions.errors import HeldElsewhereError, YouthError
from youth.actions.files import check_not_anonymous, log_change
from youth.actions.needs import close_needs_of
from youth.enums import AccessKind, Outcome, PathwayStep
from youth.held_elsewhere import SETTLERS, Becomes, holdings_of
from youth.models import PathwayMove, YoungPerson


@transaction.atomic
def move_pathway(
    *,
    young_person: YoungPerson,
    phase: int,
    step: str,
    on: dt.date,
    by: Any,
    now: dt.datetime,
    note: str = "",
    version: int | None = None,
) -> PathwayMove:
    """To another phase, another step, or both. Somebody who had left is accompanied again; leaving is `leave`."""
    if step == PathwayStep.LEFT:
        raise YouthError("Une sortie dit vers quoi\u00a0: passez par «\u00a0Noter la sortie\u00a0».")
    current = locked(young_person, version=version)
    if (current.phase, current.step) == (phase, step):
        raise YouthError("C’est déjà sa phase et son étape\u00a0: rien n’a changé.")
    return _move(current, phase=phase, step=step, outcome="", on=on, note=note, by=by, now=now)


@transaction.atomic
def leave(
    *,
    young_person: YoungPerson,
    outcome: str,
    on: dt.date,
    by: Any,
    now: dt.datetime,
    note: str = "",
    becomes: Becomes | None = None,
    version: int | None = None,
) -> PathwayMove:
    """The end of the accompaniment, and for what. The needs that waited are closed first, with that reason.

    `becomes`: of each thing that goes on elsewhere (`youth.held_elsewhere`), what becomes of it, on that day too.
    Raises `HeldElsewhereError` when something goes on that it does not tell.
    """
    becomes = becomes or {}
    if becomes:
        _settle_elsewhere(young_person, becomes, on=on, by=by, now=now, version=version)
        version = None
    current = locked(young_person, version=version)
    untold = [holding for holding in holdings_of(current) if holding.key not in becomes]
    if untold:
        raise HeldElsewhereError(current, untold)
    if current.has_left:
        raise YouthError("Sa sortie est déjà notée.")
    if outcome not in Outcome.values:
        raise YouthError("Dites vers quoi le jeune sort.")
    _check_day(current, on, now)
    close_needs_of(young_person=current, by=by, now=now)
    return _move(current, phase=current.phase, step=PathwayStep.LEFT, outcome=outcome, on=on, note=note, by=by, now=now)


def _settle_elsewhere(
    person: YoungPerson, becomes: Becomes, *, on: dt.date, by: Any, now: dt.datetime, version: int | None
) -> None:
    """Upper apps lock their rows, then hers: it comes before her lock. What they write on her file is no conflict."""
    read = YoungPerson.objects.filter(pk=person.pk).first()
    if read and version is not None and read.version != version:
        raise RowConflictError(read)
    for settle in SETTLERS:
        settle(young_person=person, becomes=becomes, on=on, by=by, now=now)


def _check_day(person: YoungPerson, on: dt.date, now: dt.datetime) -> None:
    check_not_anonymous(person)
    if on > timezone.localdate(now):
        raise YouthError("Cette date est à venir\u00a0: le parcours dit ce qui a eu lieu.")
    if on < max(person.phase_since, person.step_since):
        latest = max(person.phase_since, person.step_since)
        raise YouthError(
            f"Le parcours a déjà un changement le {latest:%d/%m/%Y}\u00a0: choisissez ce jour ou un suivant."
        )


def _move(
    person: YoungPerson, *, phase: int, step: str, outcome: str, on: dt.date, note: str, by: Any, now: dt.datetime
) -> PathwayMove:
    _check_day(person, on, now)
    move = PathwayMove(
        structure_id=person.structure_id,
        young_person=person,
        on=on,
        from_phase=person.phase,
        to_phase=phase,
        from_step=person.step,
        to_step=step,
        outcome=outcome,
        note=note.strip(),
        at=now,
        by=by,
    )
    before = shown_values(person, ("phase", "step", "outcome"))
    values: dict[str, Any] = {"outcome": outcome, **contact_fields(person, on)}
    if phase != person.phase:
        values |= {"phase": phase, "phase_since": on}
    if step != person.step:
        values |= {"step": step, "step_since": on}
    write_fields(person, values)
    move.save()
    log_change(
        person,
        "young_person_left" if step == PathwayStep.LEFT else "pathway_moved",
        _move_title(move),
        kind=ActivityKind.PATHWAY,
        body=move.note,
        changes=changes_between(person, before),
        by=by,
        at=now,
    )
    log_file_access(young_person=person, user=by, kind=AccessKind.CHANGED, at=now)
    return move


def _move_title(move: PathwayMove) -> str:
    """« Sortie : CDI », « Phase Validation, étape En accompagnement »."""
    if move.to_step == PathwayStep.LEFT:
        return f"Sortie\u00a0: {move.get_outcome_display()}"
    said = []
    if move.from_phase != move.to_phase:
        said.append(f"phase {Phase(move.to_phase).label}")
    if move.from_step != move.to_step:
        said.append(f"étape {PathwayStep(move.to_step).label}")
    text = ", ".join(said)
    return text[:1].upper() + text[1:]
