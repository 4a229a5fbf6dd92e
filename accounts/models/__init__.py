from accounts.models.invitation import Invitation
from accounts.models.membership import GroupMembership, Membership
from accounts.models.structure import Site, Structure, StructureGroup
from accounts.models.user import Access, User

__all__ = [
    "Access",
    "GroupMembership",
    "Invitation",
    "Membership",
    "Site",
    "Structure",
    "StructureGroup",
    "User",
]
