"""What upper apps hold of a young person: they declare it here when they start, and this app never imports them.

`held_elsewhere(export=…, erase=…, going_on=…, settle=…, need_closed=…)`, from the `ready` of an application:
- `export(young_person)` returns (title in French, rows as {label: shown value}), for whoever asks for her data;
- `erase(young_person)` blanks their texts about her, in the transaction that makes her file anonymous;
- `going_on(young_person)` returns what is not over (`core.holdings.Holding`): nobody is binned, nor leaves, over it;
- `settle(young_person=…, becomes=…, on=…, by=…, now=…)` writes what becomes of each when she leaves: `becomes` is
  {key of a holding: (way, reason)}. It locks its own rows before hers, and raises an `ActionError`;
- `need_closed(need=…, by=…, now=…)` ends what was still to be done for a need that is met or abandoned. The need is
  locked, and others may hold what it wants to write: it waits for nobody.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from core.holdings import Holding

Export = Callable[[Any], tuple[str, list[dict[str, str]]]]
Erase = Callable[[Any], None]
GoingOn = Callable[[Any], Sequence[Holding]]
Becomes = Mapping[str, tuple[str, str]]


class Settle(Protocol):
    def __call__(self, *, young_person: Any, becomes: Becomes, on: dt.date, by: Any, now: dt.datetime) -> None: ...


class NeedClosed(Protocol):
    def __call__(self, *, need: Any, by: Any, now: dt.datetime) -> None: ...


EXPORTS: list[Export] = []
ERASERS: list[Erase] = []
GOING_ON: list[GoingOn] = []
SETTLERS: list[Settle] = []
NEED_CLOSERS: list[NeedClosed] = []


def held_elsewhere(*, export: Export, erase: Erase, going_on: GoingOn, settle: Settle, need_closed: NeedClosed) -> None:
    if export not in EXPORTS:
        EXPORTS.append(export)
        ERASERS.append(erase)
        GOING_ON.append(going_on)
        SETTLERS.append(settle)
        NEED_CLOSERS.append(need_closed)


def holdings_of(young_person: Any) -> list[Holding]:
    return [holding for going_on in GOING_ON for holding in going_on(young_person)]
