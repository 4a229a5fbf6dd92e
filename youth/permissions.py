"""Who may do what with young people and their needs. Each takes the user and the row (or the structure) concerned."""

from typing import Any

from accounts.enums import Role
from youth.enums import CASE_ROLES, FILE_ROLES

IMPORTERS = frozenset({Role.COUNSELLOR, Role.MANAGER})


def _structure_id(obj: Any) -> int | None:
    """The structure of a row; a Structure is its own; None asks whether any structure would do."""
    return None if obj is None else getattr(obj, "structure_id", obj.pk)


def can_view_file(user: Any, obj: Any = None) -> bool:
    """A young person's file: counsellors and managers. An adviser is given a card."""
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_edit_file(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_view_card(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)


def can_log_need(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_view_need(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CASE_ROLES)


def can_edit_need(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_share_obstacle(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_export_files(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *FILE_ROLES)


def can_import_youth(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *IMPORTERS)


def can_view_accesses(user: Any, obj: Any = None) -> bool:
    """Who opened which file."""
    return user.access.has_role(_structure_id(obj), Role.MANAGER)


def can_erase_file(user: Any, obj: Any = None) -> bool:
    """Make a file anonymous before its time, at the person's own request."""
    return user.access.has_role(_structure_id(obj), Role.MANAGER)
