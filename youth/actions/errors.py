"""What an action of this app refuses, in the words the screen shows."""

from collections.abc import Sequence
from typing import Any

from core.errors import ActionError
from core.holdings import Holding


class YouthError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class HeldElsewhereError(YouthError):
    """Something still goes on for her in an upper app; nothing was written. `holdings`: what."""

    def __init__(self, person: Any, holdings: Sequence[Holding]) -> None:
        self.holdings = list(holdings)
        super().__init__(f"{person.short_name} a des positionnements en cours\u00a0: dites ce que devient chacun.")


class NeedError(YouthError):
    """Refused of a need; nothing was written."""
