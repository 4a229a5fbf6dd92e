"""What actions of this app refuse, in French sentences for the person."""


class CampaignError(Exception):
    """`str(error)` is shown as it is."""
