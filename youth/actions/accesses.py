"""Opening a file: who may without a word, who says why, how many an hour. Each opening is kept."""

import datetime as dt
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.errors import ActionError
from youth.enums import AccessKind
from youth.models import FileAccess, YoungPerson

# A stolen account reads no more files than this in an hour: about what the busiest day takes.
QUOTA = 200
QUOTA_SPAN = dt.timedelta(hours=1)
REASON_LENGTH = 8


class ReasonNeededError(ActionError):
    """The file is outside her own caseload, and she said nothing today of why she opens it."""


class QuotaReachedError(ActionError):
    """Too many different files in an hour."""


def midnight_of(now: dt.datetime) -> dt.datetime:
    return timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)


def is_own_file(young_person: YoungPerson, user: Any) -> bool:
    """She is the referent, or the backup."""
    return user.pk in (young_person.counsellor_id, young_person.backup_id)


@dataclass(frozen=True)
class Opening:
    """`others`: how many other files she opened within the hour; `is_again`: this one was opened within the hour."""

    others: int
    is_again: bool


def check_opening(*, young_person: YoungPerson, user: Any, now: dt.datetime) -> Opening:
    """May she open this file now? Raises `ReasonNeededError`, `QuotaReachedError`.

    A file opened within the hour counts once. A reason holds until the end of the day.
    """
    midnight = midnight_of(now)
    since = min(midnight, now - QUOTA_SPAN)
    this = Q(young_person=young_person)
    # A list taken away, or a file handed over, says nothing of why a file would be read.
    said_why = ~Q(reason="") & ~Q(kind=AccessKind.EXPORTED)
    read = Q(kind=AccessKind.READ, at__gte=now - QUOTA_SPAN)
    seen = FileAccess.objects.filter(user=user, at__gte=since).aggregate(
        reasons=Count("pk", filter=this & said_why & Q(at__gte=midnight)),
        again=Count("pk", filter=this & read),
        others=Count("file_number", distinct=True, filter=~Q(file_number=young_person.pk) & read),
    )
    if seen["others"] >= QUOTA and not seen["again"]:
        raise QuotaReachedError(f"Vous avez ouvert {QUOTA} dossiers en une heure\u00a0: attendez un peu.")
    if not seen["reasons"] and not is_own_file(young_person, user):
        raise ReasonNeededError(
            "Ce jeune n’est pas de ceux que vous suivez\u00a0: dites pourquoi vous ouvrez son dossier."
        )
    return Opening(others=seen["others"], is_again=bool(seen["again"]))


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


def _one_at_a_time(user: Any) -> None:
    """Two openings at once by one account would each count the other out: the second waits for the first one’s end.

    A statement of its own: a count that waits would still see what stood before it waited.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('youth.quota'), %s)", [user.pk])


def open_file(*, young_person: YoungPerson, user: Any, now: dt.datetime, only_once: bool = False) -> bool:
    """Write that she opened it; True when it is the last one that the hour allows. Raises like `check_opening`.

    `only_once`: not when it was opened within the hour already.
    """
    _one_at_a_time(user)
    opening = check_opening(young_person=young_person, user=user, now=now)
    if only_once and opening.is_again:
        return False
    log_file_access(young_person=young_person, user=user, at=now)
    return opening.others + 1 == QUOTA


def reason_said(text: str) -> str:
    """The reason, on one line. Raises `ActionError` when it says nothing."""
    said = " ".join(text.split())
    if len(said) < REASON_LENGTH:
        raise ActionError("Dites en quelques mots pourquoi vous ouvrez ce dossier.")
    return said[:200]


def give_reason(*, young_person: YoungPerson, user: Any, reason: str, now: dt.datetime) -> FileAccess:
    """Raises `ActionError` when too little is said, `QuotaReachedError` when the hour is full."""
    said = reason_said(reason)
    _one_at_a_time(user)
    with suppress(ReasonNeededError):
        check_opening(young_person=young_person, user=user, now=now)
    return log_file_access(young_person=young_person, user=user, kind=AccessKind.READ, at=now, reason=said)


# --- exports --------------------------------------------------------------------------------------
LIST_EXPORT = "Export de la liste"


class ExportRefusedError(ActionError):
    """She already took such a file away today."""


@transaction.atomic
def log_export(*, young_people: QuerySet, user: Any, now: dt.datetime, reason: str = LIST_EXPORT) -> int:
    """Write one line for each young person named in a list taken away; how many. Call it before the file is written.

    Her own caseload may be exported at will; beyond it, once a day: `ExportRefusedError`. `reason` begins with
    `LIST_EXPORT`: all such lists count together. Two exports asked at once wait for each other.
    """
    User.objects.select_for_update(of=("self",)).get(pk=user.pk)
    rows = list(young_people.order_by().values_list("pk", "structure_id", "counsellor_id", "backup_id"))
    if any(user.pk not in followers for _, _, *followers in rows):
        done = FileAccess.objects.filter(
            user=user, kind=AccessKind.EXPORTED, reason__startswith=LIST_EXPORT, at__gte=midnight_of(now)
        ).exclude(Q(young_person__counsellor=user) | Q(young_person__backup=user))
        if done.exists():
            raise ExportRefusedError(
                "Vous avez déjà exporté aujourd’hui une liste qui dépasse vos propres jeunes\u00a0: "
                "c’est une fois par jour. Filtrez sur vos jeunes, ou revenez demain."
            )
    FileAccess.objects.bulk_create(
        [
            FileAccess(
                structure_id=structure_id,
                young_person_id=pk,
                file_number=pk,
                user=user,
                kind=AccessKind.EXPORTED,
                reason=reason,
                at=now,
            )
            for pk, structure_id, *_ in rows
        ],
        batch_size=2000,
    )
    return len(rows)
