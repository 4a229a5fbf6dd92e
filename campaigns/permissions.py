"""Who may do what with campaigns. Each takes the user and the row (or the structure) concerned."""

from typing import Any

from accounts.enums import Role
from campaigns.enums import CAMPAIGN_ROLES

LETTER_ROLES = frozenset({Role.ADVISER, Role.MANAGER, Role.ADMINISTRATOR})
SENDING_ROLES = frozenset({Role.MANAGER, Role.ADMINISTRATOR})


def _structure_id(obj: Any) -> int | None:
    """The structure of a row; a Structure is its own; None asks whether any structure would do."""
    return None if obj is None else getattr(obj, "structure_id", obj.pk)


def can_view_campaign(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_edit_campaign(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_launch_campaign(user: Any, obj: Any = None) -> bool:
    """Asks for approval first where the structure wants it: see `actions.launch_campaign`."""
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_approve_campaign(user: Any, obj: Any = None) -> bool:
    """A manager, and never the person who prepared it: two pairs of eyes."""
    if obj is not None and getattr(obj, "created_by_id", None) == user.pk:
        return False
    return user.access.has_role(_structure_id(obj), Role.MANAGER)


def can_stop_campaign(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_enter_answer(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_settle_message(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_export_campaign(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *CAMPAIGN_ROLES)


def can_view_letter(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *LETTER_ROLES)


def can_edit_letter(user: Any, obj: Any = None) -> bool:
    return user.access.has_role(_structure_id(obj), *LETTER_ROLES)


def can_edit_sending(user: Any, obj: Any = None) -> bool:
    """Approval, rates, hours, addresses, limits of solicitation."""
    return user.access.has_role(_structure_id(obj), *SENDING_ROLES)
