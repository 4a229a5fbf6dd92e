"""What upper apps hold of a young person: they declare it here when they start, and this app never imports them.

`held_elsewhere(export=…, erase=…)`, from the `ready` of an application:
- `export(young_person)` returns (title in French, rows as {label: shown value}), for whoever asks for her data;
- `erase(young_person)` blanks their texts about her, in the transaction that makes her file anonymous.
"""

from collections.abc import Callable
from typing import Any

Export = Callable[[Any], tuple[str, list[dict[str, str]]]]
Erase = Callable[[Any], None]

EXPORTS: list[Export] = []
ERASERS: list[Erase] = []


def held_elsewhere(*, export: Export, erase: Erase) -> None:
    if export not in EXPORTS:
        EXPORTS.append(export)
        ERASERS.append(erase)
