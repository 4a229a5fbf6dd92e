"""Showing a young person's profile to a company: a link that expires, that one takes back, and whose uses are noted."""

import datetime as dt
from typing import Any

from django.db import transaction

from core.activity import log_activity
from core.changes import locked
from core.models import ActivityKind
from core.tokens import digest_of, random_key
from opportunities.actions.errors import PlacementError
from opportunities.models import Placement, ProfileLink, ProfileView
from opportunities.profile import is_shareable

LIFE = dt.timedelta(days=30)
LONGEST_LIFE = dt.timedelta(days=90)


@transaction.atomic
def share_profile(
    *, placement: Placement, by: Any, now: dt.datetime, life: dt.timedelta = LIFE
) -> tuple[ProfileLink, str]:
    """A new link, and its key, which is told once and kept nowhere. Raises `PlacementError`."""
    current = locked(placement)
    person = current.young_person
    if person.has_left:
        raise PlacementError(f"{person.short_name} n’est plus accompagné par votre structure.")
    if not current.is_live:
        raise PlacementError("Ce positionnement est terminé\u00a0: son profil ne se partage plus.")
    if not is_shareable(person):
        raise PlacementError(
            f"{person.short_name} n’a pas encore donné son accord pour qu’un profil soit montré à une entreprise."
        )
    key = random_key(current.structure_id)
    link = ProfileLink.objects.create(
        structure_id=current.structure_id,
        placement=current,
        digest=digest_of(key),
        expires_at=now + min(life, LONGEST_LIFE),
        created_at=now,
        created_by=by,
    )
    _log(current, "profile_shared", "profil partagé avec l’entreprise", by=by, at=now)
    return link, key


@transaction.atomic
def revoke_profile(*, link: ProfileLink, by: Any, now: dt.datetime) -> ProfileLink:
    """From now on the address shows nothing."""
    current = locked(link)
    if current.revoked_at is None:
        current.revoked_at = now
        current.save(update_fields=["revoked_at"])
        _log(current.placement, "profile_revoked", "lien vers le profil annulé", by=by, at=now)
    return current


def record_profile_view(*, link: ProfileLink, now: dt.datetime) -> ProfileView:
    """The company pressed « Voir le profil »."""
    return ProfileView.objects.create(structure_id=link.structure_id, link=link, at=now)


def _log(placement: Placement, verb: str, said: str, *, by: Any, at: dt.datetime) -> None:
    title = f"{placement.young_person.short_name} · {placement.opportunity}\u00a0: {said}"
    log_activity(
        subject=placement.young_person,
        kind=ActivityKind.PLACEMENT,
        verb=verb,
        title=title,
        by=by,
        at=at,
        source=placement,
    )
