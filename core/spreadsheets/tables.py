"""What a spreadsheet is made of once read, and the limits it must keep to."""

from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import NamedTuple, TypeAlias

# Text is kept as written (spaces included); an empty cell is None; a number that was a number stays one, so that a
# reader can tell 79914163500018.0 from "79914163500018".
Cell: TypeAlias = str | int | float | bool | date | datetime | time | None


class Row(NamedTuple):
    """One row that is not blank: `number` as the spreadsheet shows it (from 1), cells without trailing Nones."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one file. Sizes in bytes, `cpu_seconds` and `memory` for the process that parses it."""

    file_size: int = 10_000_000
    unzipped_size: int = 100_000_000
    rows: int = 50_000
    columns: int = 500
    cell_length: int = 32_767
    cpu_seconds: int = 10
    memory: int = 250_000_000
    sample_rows: int = 60


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """One sheet. A hidden sheet is named and never read: its counts are 0 and its sample is empty.

    `rows` counts the rows that are not blank, `columns` the widest of them; `sample` holds the first of these rows,
    enough to find the header and to show a preview without a second reading.
    """

    name: str
    hidden: bool
    rows: int
    columns: int
    sample: tuple[Row, ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class Workbook:
    """A file that can be read. `kind`: csv, xlsx, xls or ods, told by the content; `encoding` and `separator`: CSV."""

    kind: str
    sheets: tuple[SheetInfo, ...]
    encoding: str = ""
    separator: str = ""

    @property
    def visible_sheets(self) -> tuple[SheetInfo, ...]:
        return tuple(sheet for sheet in self.sheets if not sheet.hidden)


class SpreadsheetError(Exception):
    """The file cannot be read. `str(error)` is a French sentence for its owner; `code` is stable, for logs."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
