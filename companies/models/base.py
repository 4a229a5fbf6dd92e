"""Who may see the rows of this app."""

from accounts.enums import ALL_ROLES
from core.models import Deletable, StructureScopedQuerySet
from core.models import DeletableQuerySet as BinnableQuerySet

__all__ = ["CompanyScopedQuerySet", "Deletable", "DeletableQuerySet"]


class CompanyScopedQuerySet(StructureScopedQuerySet):
    # Every role of a structure reads its companies; who may write is in `permissions`.
    viewing_roles = ALL_ROLES


class DeletableQuerySet(BinnableQuerySet):
    viewing_roles = ALL_ROLES
