from opportunities.actions.errors import LivePlacementsError, OpportunityError, refused_in_french
from opportunities.actions.opportunities import (
    assign_manager,
    create_opportunity,
    duplicate_opportunity,
    edit_opportunity,
    move_opportunity,
    widen_criteria,
)

__all__ = [
    "LivePlacementsError",
    "OpportunityError",
    "assign_manager",
    "create_opportunity",
    "duplicate_opportunity",
    "edit_opportunity",
    "move_opportunity",
    "refused_in_french",
    "widen_criteria",
]
