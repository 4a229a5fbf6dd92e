"""Who may do what with structures, teams and groups. Each takes the user and the row concerned."""

from typing import Any

from accounts.enums import APPROVERS, Role


def can_edit_structure(user: Any, structure: Any = None) -> bool:
    """Name, address, logo, sites. With None: of any structure."""
    return user.access.has_role(structure.pk if structure else None, Role.ADMINISTRATOR)


def can_manage_members(user: Any, structure: Any = None) -> bool:
    """See the team, invite, change roles."""
    return user.access.has_role(structure.pk if structure else None, Role.ADMINISTRATOR)


def can_approve_members(user: Any, structure: Any = None) -> bool:
    """See which roles wait for a second person; which of them she may approve, the action says."""
    return user.access.has_role(structure.pk if structure else None, *APPROVERS)


def can_close_account(user: Any, person: Any) -> bool:
    """Close, reopen, take the second factor off: these reach every structure of the person, so all must be one's own.

    A coordinator's account belongs to a group too: only her roles can be changed here.
    """
    mine = set(user.access.structure_ids([Role.ADMINISTRATOR]))
    theirs = set(person.memberships.values_list("structure_id", flat=True))
    return person.pk != user.pk and bool(theirs) and theirs <= mine and not person.group_memberships.exists()


def can_view_group(user: Any, group: Any = None) -> bool:
    """Its name and, in time, its aggregates; no row of its structures. With None: any group."""
    return group.pk in user.access.group_ids if group else bool(user.access.group_ids)
