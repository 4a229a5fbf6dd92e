"""What actions of this app refuse, in the words the screen shows."""

from core.errors import ActionError


class CampaignError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""
