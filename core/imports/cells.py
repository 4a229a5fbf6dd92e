"""One cell to one typed value, and what must be said of it. Pure functions: a cell in, a Reading out.

Nothing is invented: a value is repaired only when one reading alone is possible, and the repair is said. Nothing is
lost: what cannot be kept in its field is in `leftover`, for the notes.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from enum import Enum
from typing import Any

from core.spreadsheets.tables import Cell
from core.spreadsheets.writing import unescape
from core.text import search_key


class Level(Enum):
    """What a reading calls for: nothing, a mention, a doubt, a refusal of the row."""

    FINE = "fine"
    REPAIR = "repair"
    WARNING = "warning"
    ERROR = "error"


@dataclass(frozen=True, slots=True)
class Reading:
    """`value`: what goes in the field ("" or None: nothing). `message`: French, when `level` is not FINE.

    `leftover`: what the field could not take. `extra`: a second value read in the same cell (a mobile beside a phone).
    """

    value: Any = ""
    level: Level = Level.FINE
    message: str = ""
    leftover: str = ""
    extra: str = ""


NOTHING = Reading()
_EMPTY = frozenset(
    {"", "-", "--", "—", "–", "/", ".", "?", "null", "none", "nan", "nil", "n/a", "na", "n.a.", "nc", "n.c.", "nr"}
    | {"neant", "aucun", "aucune", "vide", "non renseigne", "non renseignee", "non communique", "inconnu", "inconnue"}
    | {"[nd]", "nd", "#n/a", "#ref!", "#valeur!", "#value!", "#nom?", "#name?", "#null!", "sans", "xxx", "x"}
)
_SPACES = re.compile(r"\s+")


def text_of(cell: Cell) -> str:
    """The cell as a person reads it: one line, no needless space, no « .0 » after a whole number; "" when it is empty.

    « NULL », « néant », « n/a » and their like are empty; the apostrophe our own CSV puts before a formula is removed.
    """
    if cell is None:
        return ""
    if isinstance(cell, str):
        text = _SPACES.sub(" ", unescape(cell)).strip()
        return "" if len(text) < 20 and search_key(text) in _EMPTY else text
    return _plain(cell)


def lines_of(cell: Cell) -> str:
    """As `text_of`, with its line breaks kept: for descriptions and notes."""
    if not isinstance(cell, str):
        return text_of(cell)
    lines = [_SPACES.sub(" ", line).strip() for line in unescape(cell).splitlines()]
    text = "\n".join(line for line in lines if line)
    return "" if search_key(text) in _EMPTY else text


def _plain(cell: bool | float | date | time) -> str:
    if isinstance(cell, bool):
        return "oui" if cell else "non"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y") if cell.time() == time() else cell.strftime("%d/%m/%Y %H:%M")
    if isinstance(cell, date):
        return cell.strftime("%d/%m/%Y")
    return str(cell)


def limited(text: str, length: int) -> Reading:
    """`text`, cut at `length` with the whole of it left for the notes."""
    if len(text) <= length:
        return Reading(text)
    cut = text[: length - 1].rstrip() + "…"
    return Reading(
        cut, Level.WARNING, f"Texte trop long\u00a0: coupé à {length} caractères, entier dans les notes.", text
    )


def read_decimal(cell: Cell) -> float | None:
    """A decimal number, with a point or a comma; None when the cell holds none."""
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return float(cell)
    try:
        number = Decimal(text_of(cell).replace(",", ".").replace(" ", ""))
    except InvalidOperation:
        return None
    return float(number) if number.is_finite() else None


def read_boolean(cell: Cell) -> bool | None:
    """True or False as files write them; None when the cell says neither."""
    if isinstance(cell, bool):
        return cell
    key = search_key(text_of(cell))
    if key in {"oui", "o", "vrai", "true", "yes", "y", "1", "ja", "v", "ok"} or text_of_mark(cell):
        return True
    if key in {"non", "n", "faux", "false", "no", "0", "nein", "f"}:
        return False
    return None


def text_of_mark(cell: Cell) -> bool:
    """True for the x or the tick by which a list says yes (`text_of` takes an x for nothing)."""
    return isinstance(cell, str) and cell.strip().lower() in {"x", "✓", "✔", "☑"}


_MONTHS = {
    name: number
    for number, names in enumerate(
        ("janvier janv jan", "fevrier fevr fev", "mars", "avril avr", "mai", "juin", "juillet juil", "aout",
         "septembre sept", "octobre oct", "novembre nov", "decembre dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


def read_date(cell: Cell) -> Reading:
    """A date cell, 31/12/2026, 31-12-26, 2026-12-31 or « 31 décembre 2026 »; value is a date or None."""
    if isinstance(cell, datetime):
        return Reading(cell.date())
    if isinstance(cell, date):
        return Reading(cell)
    text = text_of(cell)
    if not text:
        return Reading(None)
    for parts in _date_parts(search_key(text)):
        try:
            return Reading(date(*parts))
        except ValueError:
            continue
    return Reading(None, Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas une date\u00a0: gardé dans les notes.", text)


def _date_parts(key: str) -> Sequence[tuple[int, int, int]]:
    if match := re.match(r"(\d{4})-(\d{1,2})-(\d{1,2})", key):
        return [(int(match[1]), int(match[2]), int(match[3]))]
    if match := re.match(r"(?:le )?(\d{1,2})[/.\- ](\d{1,2})[/.\- ](\d{4}|\d{2})(?!\d)", key):
        year = int(match[3]) + (0 if len(match[3]) == 4 else 2000)
        return [(year, int(match[2]), int(match[1]))]
    if (match := re.match(r"(?:\w+ )?(\d{1,2})(?:er)? ([a-z]+)\.? (\d{4})", key)) and match[2] in _MONTHS:
        return [(int(match[3]), _MONTHS[match[2]], int(match[1]))]
    return []
