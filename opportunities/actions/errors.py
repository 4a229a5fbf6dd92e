"""What an action on opportunities or placements refuses, in the words the screen shows."""

from core.errors import ActionError


class OpportunityError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class PlacementError(OpportunityError):
    """Refused of a placement; nothing was written."""


class PlacementDayError(PlacementError):
    """The day of a step cannot be that one."""


class LivePlacementsError(OpportunityError):
    """Young people are still put forward and not decided upon: the gesture asks to be confirmed. `count`: how many."""

    def __init__(self, message: str, *, count: int) -> None:
        super().__init__(message)
        self.count = count
