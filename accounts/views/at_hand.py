"""Which structure a page of settings is about."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from accounts.enums import Role
from accounts.models import Structure


def administered(request: HttpRequest) -> list[Structure]:
    """The structures she administers, narrowed to the one chosen in the header; PermissionDenied when there is none."""
    allowed = set(request.user.access.structure_ids([Role.ADMINISTRATOR]))
    candidates = [request.structure] if request.structure else request.structures
    found = [structure for structure in candidates if structure.pk in allowed]
    if not found:
        raise PermissionDenied
    return found


class SeveralStructures(Exception):
    """She administers several and has chosen none: the page asks which."""


def structure_at_hand(request: HttpRequest) -> Structure:
    found = administered(request)
    if len(found) > 1:
        raise SeveralStructures
    return found[0]
