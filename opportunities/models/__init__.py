from opportunities.models.moves import CriteriaChange, OpportunityMove, PlacementMove
from opportunities.models.opportunity import Opportunity
from opportunities.models.placement import Immersion, Placement
from opportunities.models.profile_link import ProfileLink, ProfileView
from opportunities.models.solicitation import Solicitation

__all__ = [
    "CriteriaChange",
    "Immersion",
    "Opportunity",
    "OpportunityMove",
    "Placement",
    "PlacementMove",
    "ProfileLink",
    "ProfileView",
    "Solicitation",
]
