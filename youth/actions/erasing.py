"""The end of a file: one path makes it anonymous, whoever asks for it (the night, a manager, the person herself)."""

import datetime as dt
from contextlib import suppress
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from core.models import ActivityEntry, ActivityKind
from core.scope import structure_scope
from youth.actions.errors import YouthError
from youth.actions.needs import close_needs_of
from youth.enums import District, Gender, Outcome, PathwayStep
from youth.held_elsewhere import ERASERS
from youth.models import ErasedFile, FileAccess, Need, NeedMove, Obstacle, ObstacleShare, PathwayMove, YoungPerson

ANONYMOUS = "Anonyme"


@transaction.atomic
def anonymise_young_person(
    *, young_person: YoungPerson, by: Any | None, now: dt.datetime, again: bool = False
) -> YoungPerson:
    """Nothing says any more who she is; what figures count (phase, step, outcome, needs, dates) stays.

    Names, contact, place, texts, obstacles, lines of the timeline, reasons of accesses, and what upper apps hold
    (`youth.held_elsewhere`). Done twice, it changes nothing. The ledger keeps her number, for a restored backup;
    `again`: what it asks for, whatever the day. Raises `YouthError` when she is still accompanied and the time has not
    come.
    """
    current = YoungPerson._base_manager.select_for_update(of=("self",)).get(pk=young_person.pk)
    if current.anonymised_at is not None:
        return current
    if by is None and not again and current.keep_until >= timezone.localdate(now):
        raise YouthError("Ce dossier est encore à conserver.")
    # Placements before needs: the order in which those who move a placement lock them.
    for erase in ERASERS:
        erase(current)
    if not current.has_left:
        close_needs_of(young_person=current, by=by, now=now)
    _blank_what_hangs_on(current)
    _blank(current, now)
    _forget_lines(current)
    ErasedFile.objects.get_or_create(
        structure_id=current.structure_id, file_number=current.pk, defaults={"erased_at": now}
    )
    return current


def expired_files(*, structure_id: int, now: dt.datetime) -> models.QuerySet:
    """Those whose time has passed, in the bin or not; call it inside their structure's scope."""
    day = timezone.localdate(now)
    return YoungPerson.objects.filter(structure_id=structure_id).due_for_erasure_on(day).order_by("keep_until", "pk")


def purge_expired_files(*, structure_id: int, now: dt.datetime) -> int:
    """Make them anonymous, one transaction each; how many. What one file refuses stops no other."""
    with structure_scope([structure_id]):
        waiting = list(expired_files(structure_id=structure_id, now=now))
    done = 0
    for person in waiting:
        with suppress(YouthError), structure_scope([structure_id]):
            anonymise_young_person(young_person=person, by=None, now=now)
            done += 1
    return done


def to_erase_again(*, structure_id: int) -> models.QuerySet:
    """Files that a restored backup brought back; call it inside their structure's scope.

    A file opened since under the number of another one is not it: a restored database gives numbers again.
    """
    erased = ErasedFile.objects.filter(structure_id=structure_id, file_number=models.OuterRef("pk"))
    rows = YoungPerson._base_manager.filter(structure_id=structure_id, anonymised_at=None)
    return rows.filter(models.Exists(erased.filter(erased_at__gt=models.OuterRef("created_at")))).order_by("pk")


def replay_erasures(*, structure_id: int, now: dt.datetime) -> int:
    """Erase them again, one transaction each; how many."""
    with structure_scope([structure_id]):
        back = list(to_erase_again(structure_id=structure_id))
    for person in back:
        with structure_scope([structure_id]):
            anonymise_young_person(young_person=person, by=None, now=now, again=True)
    return len(back)


def _blank(person: YoungPerson, now: dt.datetime) -> None:
    """The year of birth and the department stay for the figures; the pathway too."""
    person.first_name, person.last_name = ANONYMOUS, ""
    person.birth_date = dt.date(person.birth_date.year, 1, 1)
    person.gender, person.district, person.has_rqth = Gender.UNSAID, District.UNKNOWN, False
    person.email = person.phone = person.imilo_number = ""
    person.postcode = person.city = person.insee_code = ""
    person.latitude = person.longitude = None
    person.strengths = person.vulnerabilities = person.company_profile = ""
    person.profile_fields, person.profile_agreed_on, person.consented_on = [], None, None
    person.counsellor = person.backup = None
    if not person.has_left:
        person.step, person.step_since, person.outcome = PathwayStep.LEFT, timezone.localdate(now), Outcome.OTHER
    person.anonymised_at = now
    person.version += 1
    person.save()


def _blank_what_hangs_on(person: YoungPerson) -> None:
    ObstacleShare.objects.filter(obstacle__young_person=person).delete()
    Obstacle.objects.filter(young_person=person).delete()
    PathwayMove.objects.filter(young_person=person).update(note="")
    needs = Need.objects.filter(young_person=person)
    NeedMove.objects.filter(need__in=needs).update(note="")
    needs.update(
        trade="",
        comment="",
        abandon_note="",
        postcode="",
        city="",
        insee_code="",
        latitude=None,
        longitude=None,
        version=models.F("version") + 1,
    )
    FileAccess.objects.filter(young_person=person).update(reason="")


def _forget_lines(person: YoungPerson) -> None:
    """The lines of her timeline, and those elsewhere that tell one of her needs."""
    content_type = ContentType.objects.get_for_model(YoungPerson)
    ActivityEntry.objects.filter(subject_type=content_type, subject_id=person.pk).update(
        title="Ligne effacée avec le dossier", body="", changes={}, kind=ActivityKind.CHANGE
    )
