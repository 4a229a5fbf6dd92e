"""Who may do what with companies. Each takes the user and the row (or the structure) concerned."""

from typing import Any

from accounts.enums import Role

EDITORS = (Role.ADVISER, Role.MANAGER)
RECORDERS = (Role.ADVISER, Role.MANAGER, Role.COUNSELLOR)
IMPORTERS = (Role.ADVISER, Role.MANAGER, Role.ADMINISTRATOR)


def _structure_id(obj: Any) -> int | None:
    """The structure of a row; a Structure is its own; None asks whether any structure would do."""
    return None if obj is None else getattr(obj, "structure_id", obj.pk)


def can_view_company(user: Any, obj: Any) -> bool:
    """Every role of the structure."""
    return bool(user.access.roles.get(_structure_id(obj)))


def can_edit_company(user: Any, obj: Any = None) -> bool:
    """Create, change, put in the bin, restore: companies, contacts, tags."""
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_record_interaction(user: Any, obj: Any = None) -> bool:
    """Counsellors log an exchange too."""
    return user.access.has_role(_structure_id(obj), *RECORDERS)


def can_edit_interaction(user: Any, obj: Any) -> bool:
    """Its author, or a manager."""
    return (obj.by_id == user.pk and can_record_interaction(user, obj)) or user.access.has_role(
        obj.structure_id, Role.MANAGER
    )


def can_edit_next_action(user: Any, obj: Any) -> bool:
    """Advisers and managers; a counsellor, the actions given to her."""
    return can_edit_company(user, obj) or (obj.assigned_to_id == user.pk and can_record_interaction(user, obj))


def can_export_companies(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_merge_companies(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)


def can_import_companies(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *IMPORTERS)


def can_share_view(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *EDITORS)
