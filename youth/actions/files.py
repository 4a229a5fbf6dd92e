"""What is done to a young person's file. Every action is atomic and writes its line of the timeline."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction
from django.utils import timezone

from core.activity import log_activity
from core.changes import labelled, locked, title_of, write_fields
from core.columns import field_label
from core.errors import refused_in_french
from core.models import ActivityKind
from youth.actions.accesses import log_file_access
from youth.actions.contacts import contact_fields, kept_until
from youth.actions.errors import HeldElsewhereError, YouthError
from youth.admission import LONGEST_KEPT, admission_problem
from youth.enums import (
    AccessKind,
    PathwayStep,
)
from youth.held_elsewhere import holdings_of
from youth.models import PathwayMove, YoungPerson

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

# Walls that the tables alone hold.
_WALLS = {
    "young_person_keep_ceiling": f"Un dossier se garde {LONGEST_KEPT} ans au plus à partir d’aujourd’hui.",
    "young_person_age_at_entry": "À son entrée, un jeune a de 16 à 25 ans (29 ans avec une RQTH).",
}


def log_change(
    person: YoungPerson, verb: str, title: str, kind: ActivityKind = ActivityKind.CHANGE, **rest: Any
) -> None:
    log_activity(subject=person, kind=kind, verb=verb, title=title, **rest)


# --- the file -------------------------------------------------------------------------------------
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
    with refused_in_french(YouthError, YoungPerson, besides=_WALLS):
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
    log_change(person, "young_person_created", "Dossier ouvert", by=by, at=now)
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
    check_not_anonymous(current)
    if {"birth_date", "entered_on", "has_rqth"} & set(changes):
        _check_age(_as_if(current, changes))
    with refused_in_french(YouthError, YoungPerson, besides=_WALLS):
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
    log_change(person, "counsellor_assigned", title, changes={"conseiller référent": names}, by=by, at=now)


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
    log_change(person, "young_person_edited", title, changes=labelled(YoungPerson, shown), by=by, at=now)


def check_not_anonymous(person: YoungPerson) -> None:
    if person.anonymised_at is not None:
        raise YouthError("Ce dossier a été rendu anonyme\u00a0: il ne se modifie plus.")


@transaction.atomic
def record_contact(*, young_person: YoungPerson, on: dt.date, by: Any, now: dt.datetime) -> YoungPerson:
    """She was met or spoken to: the file is kept two years from that day on."""
    current = locked(young_person)
    check_not_anonymous(current)
    if on > timezone.localdate(now):
        raise YouthError("Un contact se note une fois qu’il a eu lieu.")
    moved = contact_fields(current, on)
    if moved:
        write_fields(current, moved)
        log_change(current, "young_person_met", f"Contact le {on:%d/%m/%Y}", by=by, at=now)
    return current


# --- profile for companies ------------------------------------------------------------------------
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


# --- bin ------------------------------------------------------------------------------------------
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
    log_change(current, "young_person_binned", "Mis à la corbeille", by=by, at=now)
    log_file_access(young_person=current, user=by, kind=AccessKind.CHANGED, at=now)
    return current


@transaction.atomic
def restore_young_person(*, young_person: YoungPerson, by: Any, now: dt.datetime) -> YoungPerson:
    """Raises `YouthError` when another file took its i-Milo number meanwhile."""
    current = YoungPerson._base_manager.select_for_update(of=("self",)).get(pk=young_person.pk)
    if not current.is_deleted:
        return current
    with refused_in_french(YouthError, YoungPerson, besides=_WALLS):
        current.take_out_of_bin()
    log_change(current, "young_person_restored", "Sorti de la corbeille", by=by, at=now)
    return current
