from opportunities.actions.bin import bin_opportunity, restore_opportunity
from opportunities.actions.errors import LivePlacementsError, OpportunityError, PlacementDayError, PlacementError
from opportunities.actions.immersions import plan_immersion
from opportunities.actions.opportunities import (
    assign_manager,
    create_opportunity,
    duplicate_opportunity,
    edit_opportunity,
    move_opportunity,
    widen_criteria,
)
from opportunities.actions.placements import move_placement, place_young_person, postpone_meeting, prepare_placement
from opportunities.actions.profiles import record_profile_view, revoke_profile, share_profile
from opportunities.actions.prospecting import solicit_for_family, solicit_for_need

__all__ = [
    "LivePlacementsError",
    "OpportunityError",
    "PlacementDayError",
    "PlacementError",
    "assign_manager",
    "bin_opportunity",
    "create_opportunity",
    "duplicate_opportunity",
    "edit_opportunity",
    "move_opportunity",
    "move_placement",
    "place_young_person",
    "plan_immersion",
    "postpone_meeting",
    "prepare_placement",
    "record_profile_view",
    "restore_opportunity",
    "revoke_profile",
    "share_profile",
    "solicit_for_family",
    "solicit_for_need",
    "widen_criteria",
]
