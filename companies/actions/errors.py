"""What an action refuses, in the words the screen shows."""

from typing import Any


class CompanyError(Exception):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class ConflictError(CompanyError):
    """Somebody else saved first. `current` is the row as it now is; nothing was written."""

    def __init__(self, current: Any) -> None:
        super().__init__("Quelqu’un a enregistré cette fiche pendant que vous la modifiiez.")
        self.current = current
