"""What an action refuses, in the words the screen shows."""

from collections.abc import Sequence
from typing import Any

from core.errors import ActionError, RowConflictError
from core.holdings import Holding


class CompanyError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class HeldElsewhereError(CompanyError):
    """Something still goes on with the company; nothing was written. `holdings`: what; `must_end`: one of them must."""

    def __init__(self, company: Any, holdings: Sequence[Holding]) -> None:
        self.holdings = list(holdings)
        self.must_end = any(holding.must_end for holding in holdings)
        said = "des positionnements y sont en cours" if self.must_end else "des opportunités y sont en cours"
        super().__init__(f"«\u00a0{company}\u00a0» n’est pas à la corbeille\u00a0: {said}.")


class GoneError(CompanyError):
    """The row, or its company, went to the bin or into another company before the gesture; nothing was written.

    `company`: where to go on, when there is one: the company it was merged into, or the one whose row it was.
    """

    def __init__(self, message: str, *, company: Any = None) -> None:
        super().__init__(f"{message}\u00a0: rien n’a été enregistré.")
        self.company = company


class ConflictError(CompanyError, RowConflictError):
    """Somebody else saved first. `current` is the row as it now is; nothing was written."""
