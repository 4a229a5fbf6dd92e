"""What an action refuses, in the words the screen shows. Each app derives its own."""

from typing import Any


class ActionError(Exception):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class RowGoneError(ActionError):
    """The row went to the bin, or was erased, before the gesture; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}\u00a0: rien n’a été enregistré.")


class RowConflictError(ActionError):
    """Somebody else saved first. `current` is the row as it now is; nothing was written."""

    def __init__(self, current: Any) -> None:
        super().__init__("Quelqu’un a enregistré cette fiche pendant que vous la modifiiez.")
        self.current = current
