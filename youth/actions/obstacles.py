"""What stands in a young person’s way: noted, corrected, lifted, and told to one adviser on purpose."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.enums import Role
from core.changes import labelled, locked, write_fields
from core.errors import refused_in_french
from youth.actions.errors import YouthError
from youth.actions.files import check_not_anonymous, log_change
from youth.enums import ObstacleLevel
from youth.models import Obstacle, ObstacleShare, YoungPerson


@transaction.atomic
def note_obstacle(
    *, young_person: YoungPerson, kind: str, level: int, by: Any, now: dt.datetime, note: str = ""
) -> Obstacle:
    """Raises `YouthError` when that obstacle already stands."""
    current = locked(young_person)
    check_not_anonymous(current)
    obstacle = Obstacle(
        structure_id=current.structure_id,
        young_person=current,
        kind=kind,
        level=level,
        note=note.strip(),
        noted_on=timezone.localdate(now),
        noted_by=by,
    )
    with refused_in_french(YouthError, Obstacle):
        obstacle.save()
    log_change(current, "obstacle_noted", f"Frein noté\u00a0: {_obstacle_words(obstacle)}", by=by, at=now)
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
        log_change(person, "obstacle_edited", title, changes=changes, by=by, at=now)
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
    log_change(person, "obstacle_lifted", f"Frein levé\u00a0: {current.get_kind_display().lower()}", by=by, at=now)
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
    with refused_in_french(YouthError, ObstacleShare):
        share.save()
    title = f"Frein partagé avec {adviser.full_name}\u00a0: {current.get_kind_display().lower()}"
    log_change(person, "obstacle_shared", title, by=by, at=now)
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
        log_change(person, "obstacle_unshared", title, by=by, at=now)
    return current
