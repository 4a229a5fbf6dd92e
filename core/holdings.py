"""What upper apps hold of a row that is about to leave: shown to the person before it does."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Holding:
    """One thing that goes on elsewhere, as a line with its address.

    `must_end`: the row cannot go to the bin before it has ended; otherwise it is hidden with the row.
    `ways`: (value, label) of what may become of it when a person leaves; those of `asking` need one of `reasons`.
    """

    key: str
    label: str
    detail: str
    url: str
    must_end: bool = False
    ways: Sequence[tuple[str, str]] = ()
    reasons: Sequence[tuple[str, str]] = ()
    asking: frozenset[str] = frozenset()
