"""The limited process that parses one file: `python -m core.spreadsheets.child sheets|rows PATH LIMITS [SHEET]`.

It bounds its own CPU and memory before it opens anything, and answers on its standard output, one JSON value a line:

- `sheets`: one object, the fields of Workbook;
- `rows`: one array per row, then `{"end": true}`;
- an error at any point: `{"error": code, "message": French sentence}`.

In a row, a date is {"d": iso}, a date with a time {"t": iso}, a time {"h": iso}; the rest is plain JSON.
"""

import json
import resource
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path
from typing import IO, Any

import python_calamine

from core.spreadsheets import archives, delimited, refusals, sniffing
from core.spreadsheets.tables import Limits, Row, SheetInfo, SpreadsheetError

_CSV_SHEET = "CSV"


def main(arguments: list[str]) -> None:
    task, path, limits_json, *sheet = arguments
    limits = Limits(**json.loads(limits_json))
    _bound_this_process(limits)
    out = sys.stdout
    try:
        if task == "sheets":
            _write(out, describe(Path(path), limits))
        else:
            for row in rows_of(Path(path), sheet[0], limits):
                _write(out, [row.number, row.cells])
            _write(out, {"end": True})
    except SpreadsheetError as error:
        _write(out, {"error": error.code, "message": str(error)})
    except MemoryError:
        _write(out, {"error": "memory"})


def _bound_this_process(limits: Limits) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu_seconds, limits.cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.unzipped_size, 2 * limits.unzipped_size))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The default action ends the process: nobody reads any more.
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)


def describe(path: Path, limits: Limits) -> dict[str, Any]:
    """The fields of Workbook, as plain values. Every visible sheet is read once, to count and to sample."""
    kind = sniffing.file_kind(path)
    if kind == "csv":
        text, encoding = delimited.decode(path.read_bytes())
        separator = delimited.find_separator(text)
        sheet = _summary(_CSV_SHEET, delimited.parse(text, separator, limits), limits)
        return {"kind": kind, "encoding": encoding, "separator": separator, "sheets": [sheet]}
    with _calamine(path, kind, limits) as book:
        sheets = []
        for metadata in book.sheets_metadata:
            hidden = metadata.visible != python_calamine.SheetVisibleEnum.Visible
            if metadata.typ != python_calamine.SheetTypeEnum.WorkSheet:
                continue
            rows = iter(()) if hidden else _sheet_rows(book, metadata.name, limits)
            sheets.append(_summary(metadata.name, rows, limits, hidden=hidden))
    return {"kind": kind, "encoding": "", "separator": "", "sheets": sheets}


def rows_of(path: Path, sheet: str, limits: Limits) -> Iterator[Row]:
    """The rows of one visible sheet. Raises SpreadsheetError no-such-sheet for a hidden one as for an unknown one."""
    kind = sniffing.file_kind(path)
    if kind == "csv":
        text, _encoding = delimited.decode(path.read_bytes())
        yield from delimited.parse(text, delimited.find_separator(text), limits)
        return
    with _calamine(path, kind, limits) as book:
        visible = {
            metadata.name
            for metadata in book.sheets_metadata
            if metadata.visible == python_calamine.SheetVisibleEnum.Visible
        }
        if sheet not in visible:
            raise refusals.no_such_sheet(sheet)
        yield from _sheet_rows(book, sheet, limits)


class _calamine:  # noqa: N801 -- a context manager, used as a function
    """The workbook at `path`, opened from a measured copy when it is an archive; closed and erased on exit."""

    def __init__(self, path: Path, kind: str, limits: Limits) -> None:
        self.path, self.kind, self.limits = path, kind, limits

    def __enter__(self) -> python_calamine.CalamineWorkbook:
        self.copy: IO[bytes] = tempfile.NamedTemporaryFile(suffix=f".{self.kind}")
        if self.kind == "xls":
            self.copy.write(self.path.read_bytes())
        else:
            archives.repack(self.path, self.copy, self.limits)
        self.copy.flush()
        return _guarded(lambda: python_calamine.CalamineWorkbook.from_path(self.copy.name))

    def __exit__(self, *_exception: object) -> None:
        self.copy.close()


def _guarded(call: Callable[[], Any]) -> Any:
    """`call()`, its failures told as SpreadsheetError. A panic of the Rust parser is a BaseException."""
    try:
        return call()
    except (SpreadsheetError, MemoryError):
        raise
    except python_calamine.PasswordError:
        raise refusals.encrypted() from None
    except BaseException as error:  # PanicException does not derive from Exception
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        if "password" in str(error).lower():
            raise refusals.encrypted() from None
        raise refusals.damaged() from None


def _sheet_rows(book: python_calamine.CalamineWorkbook, name: str, limits: Limits) -> Iterator[Row]:
    sheet = _guarded(lambda: book.get_sheet_by_name(name))
    if sheet.start is None:
        return
    rows = _guarded(sheet.iter_rows)
    # The parser gives the blank rows above the first cell, and leaves out the blank columns on its left.
    margin = [None] * sheet.start[1]
    kept = 0
    for number in range(1, sheet.end[0] + 2):
        cells = _guarded(lambda: next(rows, None))
        if cells is None:
            return
        row = delimited.clean_row(number, margin + cells, limits)
        if row is None:
            continue
        kept += 1
        if kept > limits.rows + 1:
            raise refusals.too_many_rows(limits)
        yield row


def _summary(name: str, rows: Iterator[Row], limits: Limits, *, hidden: bool = False) -> dict[str, Any]:
    sample = list(islice(rows, limits.sample_rows))
    count = len(sample)
    columns = max((len(row.cells) for row in sample), default=0)
    for row in rows:
        count += 1
        columns = max(columns, len(row.cells))
    return asdict(SheetInfo(name, hidden, count, columns)) | {"sample": [[row.number, row.cells] for row in sample]}


def _plain(value: object) -> Any:
    if isinstance(value, datetime):
        return {"t": value.isoformat()}
    if isinstance(value, date):
        return {"d": value.isoformat()}
    if isinstance(value, time):
        return {"h": value.isoformat()}
    if isinstance(value, timedelta):
        return str(value)
    raise TypeError(type(value).__name__)


def _write(out: IO[str], value: object) -> None:
    out.write(json.dumps(value, default=_plain, ensure_ascii=True, separators=(",", ":")))
    out.write("\n")


if __name__ == "__main__":
    main(sys.argv[1:])
