"""Who may see the rows of this app."""

from campaigns.enums import CAMPAIGN_ROLES
from core.models import StructureScopedQuerySet


class CampaignScopedQuerySet(StructureScopedQuerySet):
    viewing_roles = CAMPAIGN_ROLES
