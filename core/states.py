"""States as data, and the one door through which a row changes state."""

from collections.abc import Mapping
from typing import Any, ClassVar


class InvalidMoveError(Exception):
    """The table of moves forbids it. `str(error)` is a French sentence for the person."""


class StateMixin:
    """For a model with a `state` field; `MOVES` is {state: states it may become}.

    Actions lock the row, call `move_to`, fill the dates, write the history row and save: nothing is saved here.
    """

    MOVES: ClassVar[Mapping[str, frozenset[str]]] = {}
    state: Any

    @property
    def moves_open(self) -> frozenset[str]:
        """The states it may become now."""
        return self.MOVES.get(self.state, frozenset())

    def can_become(self, state: str) -> bool:
        return state in self.moves_open

    def move_to(self, state: str) -> str:
        """The state it had. Raises `InvalidMoveError`, which names both."""
        before = self.state
        if not self.can_become(state):
            labels = dict(type(self)._meta.get_field("state").flatchoices)  # type: ignore[attr-defined]
            asked = labels.get(state, state)
            raise InvalidMoveError(
                f"De «\u00a0{labels.get(before, before)}\u00a0», on ne passe pas à «\u00a0{asked}\u00a0»."
            )
        self.state = state
        return before
