"""What an action refuses, in the words the screen shows."""

from typing import Any

from core.errors import ActionError, RowConflictError


class CompanyError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class GoneError(CompanyError):
    """The row, or its company, went to the bin or into another company before the gesture; nothing was written.

    `company`: where to go on, when there is one: the company it was merged into, or the one whose row it was.
    """

    def __init__(self, message: str, *, company: Any = None) -> None:
        super().__init__(f"{message}\u00a0: rien n’a été enregistré.")
        self.company = company


class ConflictError(CompanyError, RowConflictError):
    """Somebody else saved first. `current` is the row as it now is; nothing was written."""
