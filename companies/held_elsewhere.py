"""What upper apps hold of a company: they declare it here when they start, and this app never imports them.

`held_elsewhere(going_on=…)`, from the `ready` of an application: `going_on(company)` returns what still goes on there
(`core.holdings.Holding`). It is called in the transaction of the gesture, the company locked: it locks its own rows,
so that nothing begins there meanwhile.
"""

from collections.abc import Callable, Sequence
from typing import Any

from core.holdings import Holding

GoingOn = Callable[[Any], Sequence[Holding]]

GOING_ON: list[GoingOn] = []


def held_elsewhere(*, going_on: GoingOn) -> None:
    if going_on not in GOING_ON:
        GOING_ON.append(going_on)


def holdings_of(company: Any) -> list[Holding]:
    """What must end comes first."""
    found = [holding for going_on in GOING_ON for holding in going_on(company)]
    return sorted(found, key=lambda holding: not holding.must_end)
