"""Who may do what with opportunities and placements. Each takes the user and the row (or the structure) concerned."""

from typing import Any

from accounts.enums import Role
from opportunities.enums import CASE_ROLES

EDITORS = frozenset({Role.ADVISER, Role.MANAGER})


def _structure_id(obj: Any) -> int | None:
    """The structure of a row; a Structure is its own; None asks whether any structure would do."""
    return None if obj is None else getattr(obj, "structure_id", obj.pk)


def can_view_opportunity(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)


def can_edit_opportunity(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_move_opportunity(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_export_opportunities(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_place_young_person(user: Any, obj: Any = None) -> bool:
    """Counsellors propose the young people they know; advisers carry the placement to the company."""
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)


def can_edit_placement(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)


def can_share_profile(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)
