"""What is done to a young person's file. Every action is atomic and writes its line of the timeline."""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import Role
from core.activity import changes_between, log_activity, shown_values
from core.changes import labelled, locked, title_of, write_fields
from core.columns import field_label
from core.errors import RowConflictError
from core.models import ActivityKind
from core.phases import Phase
from youth.actions.errors import HeldElsewhereError, YouthError
from youth.actions.needs import close_needs_of
from youth.admission import LONGEST_KEPT, admission_problem, years_after
from youth.enums import (
    AccessKind,
    ObstacleLevel,
    Outcome,
    PathwayStep,
)
from youth.held_elsewhere import SETTLERS, Becomes, holdings_of
from youth.models import FileAccess, Obstacle, ObstacleShare, PathwayMove, YoungPerson

# After the last contact, unless the structure says another date on the file.
KEPT_YEARS = 2
# They follow the commune, which is told.
FOLLOWING = frozenset({"insee_code", "latitude", "longitude"})
# Long texts and what is delicate: the timeline says that they changed, and repeats nothing of them.
UNTOLD = frozenset({"strengths", "vulnerabilities", "company_profile", "has_rqth", "gender", "district"})
_ENDINGS = {
    "birth_date": "e",
    "city": "e",
    "entered_on": "e",
    "company_profile": "e",
    "strengths": "s",
    "vulnerabilities": "es",
    "has_rqth": "e",
}
_NOUNS = {
    "has_rqth": "RQTH",
    "district": "QPV",
    "entered_on": "entrée",
    "strengths": "atouts",
    "vulnerabilities": "fragilités",
    "company_profile": "présentation aux entreprises",
    "profile_fields": "ce que le jeune accepte de montrer",
    "profile_agreed_on": "accord du jeune",
    "consented_on": "consentement",
    "keep_until": "conservation",
}

_REFUSALS = {
    "young_person_keep_ceiling": f"Un dossier se garde {LONGEST_KEPT} ans au plus à partir d’aujourd’hui.",
    "young_person_imilo_unique": "Un jeune de votre structure porte déjà ce numéro i-Milo.",
    "young_person_age_at_entry": "À son entrée, un jeune a de 16 à 25 ans (29 ans avec une RQTH).",
    "young_person_backup_is_another": "Le conseiller relais est une autre personne que le référent.",
    "obstacle_one_of_a_kind": "Ce frein est déjà noté pour ce jeune.",
    "obstacle_share_once": "Ce frein est déjà partagé avec cette personne.",
}


@contextmanager
def refusals_said() -> Iterator[None]:
    """What the database refuses becomes a `YouthError` in French; the rest stays an error."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        said = next((text for name, text in _REFUSALS.items() if name in str(error)), "")
        if not said:
            raise
        raise YouthError(said) from error


def _log(person: YoungPerson, verb: str, title: str, kind: ActivityKind = ActivityKind.CHANGE, **rest: Any) -> None:
    log_activity(subject=person, kind=kind, verb=verb, title=title, **rest)


def kept_until(last_contact_on: dt.date) -> dt.date:
    return years_after(last_contact_on, KEPT_YEARS)


def _seen(person: YoungPerson, day: dt.date) -> dict[str, Any]:
    """The fields that a contact on that day moves: nothing for a day before the last one."""
    if person.last_contact_on and day <= person.last_contact_on:
        return {}
    return {"last_contact_on": day, "keep_until": max(person.keep_until, kept_until(day))}


# --- the file -----------------------------------------------------------------------------------
@transaction.atomic
def create_young_person(*, structure: Any, values: Mapping[str, Any], by: Any, now: dt.datetime) -> YoungPerson:
    """`values`: {field name: value}; the pathway begins on `entered_on`, at `phase` and `step` when they are given.

    Raises `YouthError` for an age that does not fit and for an i-Milo number already there.
    """
    person = YoungPerson(structure=structure, created_by=by, **values)
    _check_age(person)
    if person.step == PathwayStep.LEFT:
        raise YouthError("Un dossier commence avec un jeune accompagné\u00a0: notez la sortie ensuite.")
    person.phase_since = person.step_since = person.entered_on
    person.last_contact_on = timezone.localdate(now)
    if person.keep_until is None:
        person.keep_until = kept_until(person.last_contact_on)
    with refusals_said():
        person.save()
    PathwayMove.objects.create(
        structure=structure,
        young_person=person,
        on=person.entered_on,
        to_phase=person.phase,
        to_step=person.step,
        at=now,
        by=by,
    )
    _log(person, "young_person_created", "Dossier ouvert", by=by, at=now)
    log_file_access(young_person=person, user=by, kind=AccessKind.CHANGED, at=now, reason="Ouverture du dossier")
    return person


def _check_age(person: YoungPerson) -> None:
    problem = admission_problem(
        birth_date=person.birth_date, entered_on=person.entered_on, has_rqth=bool(person.has_rqth)
    )
    if problem and person.anonymised_at is None:
        raise YouthError(problem)


@transaction.atomic
def edit_young_person(
    *,
    young_person: YoungPerson,
    changes: Mapping[str, Any],
    by: Any,
    now: dt.datetime,
    version: int | None = None,
    reason: str = "",
) -> YoungPerson:
    """Write `changes` ({field name: new value}); the pathway moves by `move_pathway` and `leave` alone.

    `reason`: kept in the register, for a file that somebody else follows.
    `version`: the one the person had before her; `RowConflictError` when somebody saved since. Raises `YouthError`
    for an age that does not fit and for an i-Milo number already there. Returns the row as written.
    """
    current = locked(young_person, version=version)
    _check_not_anonymous(current)
    if {"birth_date", "entered_on", "has_rqth"} & set(changes):
        _check_age(_as_if(current, changes))
    with refusals_said():
        written = write_fields(current, changes)
    told = {name: pair for name, pair in written.items() if name not in FOLLOWING}
    given = told.pop("counsellor", None)
    if given:
        tell_assignment(current, given, by=by, now=now)
    if told:
        _tell(current, told, by=by, now=now)
    if given or told or reason:
        log_file_access(young_person=current, user=by, kind=AccessKind.CHANGED, at=now, reason=reason)
    return current


def tell_assignment(person: YoungPerson, names: list[str], *, by: Any, now: dt.datetime) -> None:
    """The line that says to whom the file is given. `names`: [before, after]."""
    title = f"Confié à {names[1]}" if names[1] else "N’a plus de conseiller référent"
    _log(person, "counsellor_assigned", title, changes={"conseiller référent": names}, by=by, at=now)


def _as_if(person: YoungPerson, changes: Mapping[str, Any]) -> YoungPerson:
    """A copy that is not saved, with these values."""
    names = ("birth_date", "entered_on", "has_rqth", "anonymised_at")
    return YoungPerson(**{name: changes.get(name, getattr(person, name)) for name in names})


def _tell(person: YoungPerson, written: Mapping[str, list[str]], *, by: Any, now: dt.datetime) -> None:
    plain = {name: ["", ""] if name in UNTOLD else pair for name, pair in written.items()}
    title = title_of(YoungPerson, plain, endings=_ENDINGS, nouns=_NOUNS)
    if len(plain) == 1 and set(plain) <= UNTOLD:
        name = next(iter(plain))
        noun = _NOUNS.get(name) or field_label(YoungPerson, name)
        title = f"{noun[:1].upper()}{noun[1:]}\u00a0: modifié"
    shown = {name: pair for name, pair in written.items() if name not in UNTOLD}
    _log(person, "young_person_edited", title, changes=labelled(YoungPerson, shown), by=by, at=now)


def _check_not_anonymous(person: YoungPerson) -> None:
    if person.anonymised_at is not None:
        raise YouthError("Ce dossier a été rendu anonyme\u00a0: il ne se modifie plus.")


@transaction.atomic
def record_contact(*, young_person: YoungPerson, on: dt.date, by: Any, now: dt.datetime) -> YoungPerson:
    """She was met or spoken to: the file is kept two years from that day on."""
    current = locked(young_person)
    _check_not_anonymous(current)
    if on > timezone.localdate(now):
        raise YouthError("Un contact se note une fois qu’il a eu lieu.")
    moved = _seen(current, on)
    if moved:
        write_fields(current, moved)
        _log(current, "young_person_met", f"Contact le {on:%d/%m/%Y}", by=by, at=now)
    return current


# --- pathway ------------------------------------------------------------------------------------
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
    _check_not_anonymous(person)
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
    values: dict[str, Any] = {"outcome": outcome, **_seen(person, on)}
    if phase != person.phase:
        values |= {"phase": phase, "phase_since": on}
    if step != person.step:
        values |= {"step": step, "step_since": on}
    write_fields(person, values)
    move.save()
    _log(
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


# --- obstacles ----------------------------------------------------------------------------------
@transaction.atomic
def note_obstacle(
    *, young_person: YoungPerson, kind: str, level: int, by: Any, now: dt.datetime, note: str = ""
) -> Obstacle:
    """Raises `YouthError` when that obstacle already stands."""
    current = locked(young_person)
    _check_not_anonymous(current)
    obstacle = Obstacle(
        structure_id=current.structure_id,
        young_person=current,
        kind=kind,
        level=level,
        note=note.strip(),
        noted_on=timezone.localdate(now),
        noted_by=by,
    )
    with refusals_said():
        obstacle.save()
    _log(current, "obstacle_noted", f"Frein noté\u00a0: {_obstacle_words(obstacle)}", by=by, at=now)
    return obstacle


def _obstacle_words(obstacle: Obstacle) -> str:
    """« mobilité, gênant »."""
    return f"{obstacle.get_kind_display().lower()}, {ObstacleLevel(obstacle.level).label.lower()}"


@transaction.atomic
def edit_obstacle(*, obstacle: Obstacle, level: int, note: str, by: Any, now: dt.datetime) -> Obstacle:
    person = locked(obstacle.young_person)
    current = _standing(obstacle)
    written = write_fields(current, {"level": level, "note": note.strip()})
    if written:
        title = f"Frein revu\u00a0: {_obstacle_words(current)}"
        changes = labelled(Obstacle, {name: pair for name, pair in written.items() if name == "level"})
        _log(person, "obstacle_edited", title, changes=changes, by=by, at=now)
    return current


def _standing(obstacle: Obstacle) -> Obstacle:
    current = locked(obstacle)
    if current.lifted_on:
        raise YouthError("Ce frein est déjà levé.")
    return current


@transaction.atomic
def lift_obstacle(*, obstacle: Obstacle, by: Any, now: dt.datetime) -> Obstacle:
    """It stands no more; whoever was told of it sees it no more."""
    person = locked(obstacle.young_person)
    current = _standing(obstacle)
    current.lifted_on = max(timezone.localdate(now), current.noted_on)
    current.save(update_fields=["lifted_on"])
    ObstacleShare.objects.filter(obstacle=current, ended_at=None).update(ended_at=now)
    _log(person, "obstacle_lifted", f"Frein levé\u00a0: {current.get_kind_display().lower()}", by=by, at=now)
    return current


@transaction.atomic
def share_obstacle(*, obstacle: Obstacle, adviser: Any, by: Any, now: dt.datetime) -> ObstacleShare:
    """Tell one adviser of the structure about one obstacle. Raises `YouthError` for anybody else."""
    person = locked(obstacle.young_person)
    current = _standing(obstacle)
    if not adviser.is_active or not adviser.access.has_role(current.structure_id, Role.ADVISER):
        raise YouthError(f"{adviser.full_name} n’est pas conseillère ou conseiller entreprises de cette structure.")
    share = ObstacleShare(
        structure_id=current.structure_id, obstacle=current, adviser=adviser, shared_at=now, shared_by=by
    )
    with refusals_said():
        share.save()
    title = f"Frein partagé avec {adviser.full_name}\u00a0: {current.get_kind_display().lower()}"
    _log(person, "obstacle_shared", title, by=by, at=now)
    return share


@transaction.atomic
def unshare_obstacle(*, share: ObstacleShare, by: Any, now: dt.datetime) -> ObstacleShare:
    person = locked(share.obstacle.young_person)
    current = locked(share)
    if current.ended_at is None:
        current.ended_at = now
        current.save(update_fields=["ended_at"])
        kind = current.obstacle.get_kind_display().lower()
        title = f"Frein repris à {current.adviser.full_name}\u00a0: {kind}"
        _log(person, "obstacle_unshared", title, by=by, at=now)
    return current


# --- profile for companies ----------------------------------------------------------------------
@transaction.atomic
def set_company_profile(
    *,
    young_person: YoungPerson,
    text: str,
    fields: Iterable[str],
    agreed_on: dt.date | None,
    by: Any,
    now: dt.datetime,
    version: int | None = None,
) -> YoungPerson:
    """What companies may read of her, and the day she agreed to it: nothing is shown without her agreement."""
    shown, said = list(fields), text.strip()
    if (shown or said) and agreed_on is None:
        raise YouthError("Dites quand le jeune a donné son accord\u00a0: sans lui, rien n’est montré à une entreprise.")
    if agreed_on and agreed_on > timezone.localdate(now):
        raise YouthError("L’accord du jeune se note une fois donné\u00a0: cette date est à venir.")
    values = {"company_profile": said, "profile_fields": shown, "profile_agreed_on": agreed_on}
    return edit_young_person(young_person=young_person, changes=values, by=by, now=now, version=version)


# --- bin ----------------------------------------------------------------------------------------
@transaction.atomic
def bin_young_person(*, young_person: YoungPerson, by: Any, now: dt.datetime) -> YoungPerson:
    """Out of lists, of needs and of what advisers see; `restore_young_person` brings all of it back.

    Raises `HeldElsewhereError` while she is put forward somewhere.
    """
    current = locked(young_person)
    holdings = holdings_of(current)
    if holdings:
        raise HeldElsewhereError(current, holdings)
    current.put_in_bin(by=by, at=now)
    _log(current, "young_person_binned", "Mis à la corbeille", by=by, at=now)
    log_file_access(young_person=current, user=by, kind=AccessKind.CHANGED, at=now)
    return current


@transaction.atomic
def restore_young_person(*, young_person: YoungPerson, by: Any, now: dt.datetime) -> YoungPerson:
    """Raises `YouthError` when another file took its i-Milo number meanwhile."""
    current = YoungPerson._base_manager.select_for_update(of=("self",)).get(pk=young_person.pk)
    if not current.is_deleted:
        return current
    with refusals_said():
        current.take_out_of_bin()
    _log(current, "young_person_restored", "Sorti de la corbeille", by=by, at=now)
    return current


# --- who opened it ------------------------------------------------------------------------------
def log_file_access(
    *, young_person: YoungPerson, user: Any, at: dt.datetime, kind: str = AccessKind.READ, reason: str = ""
) -> FileAccess:
    """One line of the register of accesses: the one thing that opening a page writes."""
    return FileAccess.objects.create(
        structure_id=young_person.structure_id,
        young_person=young_person,
        file_number=young_person.pk,
        user=user,
        kind=kind,
        reason=reason.strip()[:200],
        at=at,
    )
