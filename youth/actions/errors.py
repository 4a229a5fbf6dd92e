"""What an action of this app refuses, in the words the screen shows."""

from core.errors import ActionError


class YouthError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class NeedError(YouthError):
    """Refused of a need; nothing was written."""
