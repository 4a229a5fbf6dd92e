"""Giving files to a counsellor: which change, which are left out and why; then all of them at once."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from accounts.enums import Role
from core.changes import locked, write_fields
from youth.actions.accesses import log_file_access
from youth.actions.errors import YouthError
from youth.actions.files import tell_assignment
from youth.enums import FILE_ROLES, AccessKind
from youth.models import YoungPerson


@dataclass(frozen=True)
class Assignment:
    """Files that change hands, and the others by reason: (reason, files)."""

    changing: list[YoungPerson]
    left_out: list[tuple[str, list[YoungPerson]]]


def assignment_of(*, young_people: Sequence[YoungPerson], counsellor: Any, by: Any) -> Assignment:
    """What giving these files to `counsellor` would do. `counsellor` and `backup` of each are read.

    A manager hands over every file of the structure; a counsellor those she follows. Any other would become hers
    without her saying why: its own page asks that first.
    """
    managed = set(by.access.structure_ids({Role.MANAGER}))
    changing: list[YoungPerson] = []
    groups: dict[str, list[YoungPerson]] = {}
    for person in young_people:
        reason = _reason_to_leave_out(person, counsellor, by, managed)
        (groups.setdefault(reason, []) if reason else changing).append(person)
    return Assignment(changing, list(groups.items()))


def _reason_to_leave_out(person: YoungPerson, counsellor: Any, by: Any, managed: set[int]) -> str:
    if person.counsellor_id == counsellor.pk:
        return f"déjà avec {counsellor.full_name}"
    if not counsellor.access.has_role(person.structure_id, *FILE_ROLES):
        return f"d’une structure où {counsellor.full_name} ne suit pas de jeunes"
    if person.structure_id not in managed and by.pk not in (person.counsellor_id, person.backup_id):
        return "hors de vos propres jeunes\u00a0: confiez-le depuis son dossier, ou demandez à votre responsable"
    return ""


@transaction.atomic
def assign_counsellor(
    *, young_people: Sequence[YoungPerson], counsellor: Any | None, by: Any, now: dt.datetime
) -> list[YoungPerson]:
    """Give the files to one counsellor (None: to nobody yet). Returns those that changed, locked in pk order.

    Each gets its line of the timeline and of the register. A backup who becomes the referent is no longer the backup.
    """
    changed = []
    for person in sorted(young_people, key=lambda row: row.pk):
        current = locked(person)
        if current.counsellor_id == (counsellor.pk if counsellor else None):
            continue
        if counsellor and not counsellor.access.has_role(current.structure_id, *FILE_ROLES):
            raise YouthError(f"{counsellor.full_name} ne suit pas de jeunes dans cette structure.")
        before = current.counsellor.full_name if current.counsellor else ""
        values = {"counsellor": counsellor}
        if counsellor and current.backup_id == counsellor.pk:
            values["backup"] = None
        write_fields(current, values)
        tell_assignment(current, [before, counsellor.full_name if counsellor else ""], by=by, now=now)
        log_file_access(young_person=current, user=by, kind=AccessKind.CHANGED, at=now)
        changed.append(current)
    return changed
