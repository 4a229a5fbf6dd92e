"""Writing CSV and XLSX that open well in French spreadsheets and run nothing: the one door (`write_table`)."""

import csv
import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from rustpy_xlsxwriter import FastExcel, Format

# A spreadsheet may take text that begins so for a formula, and run it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
# … but not these: a number, or a telephone number. They are left as they are, so that a CSV stays usable.
_HARMLESS = re.compile(r"[+-]?\d[\d .,]*")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MAX_CELL = 32_767
_WIDTHS = (8.0, 50.0)


def write_table(
    target: Path | str | BinaryIO,
    format: str,
    header: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    sheet: str = "Feuille 1",
) -> None:
    """Write one table as `format` ("csv" or "xlsx") to a path or a binary buffer; `rows` is read once, as it goes.

    Text stays text in both: SIRET and postcodes keep their zeros in XLSX; in CSV, text that a spreadsheet would run
    as a formula gets an apostrophe before it (`unescape` takes it off again), numbers and telephone numbers aside.
    Dates are dates in XLSX and 31/12/2026 in CSV, booleans are « oui » and « non », None and NaN are empty.
    CSV: UTF-8 with its mark, semicolons, CRLF, decimal comma. Text over 32,767 characters is cut.
    """
    if format == "csv":
        _write_csv(target, header, rows)
    elif format == "xlsx":
        _write_xlsx(target, header, rows, sheet)
    else:
        raise ValueError(f"Unknown table format: {format!r}")


def escape(text: str) -> str:
    """`text` as a CSV may hold it: an apostrophe first when a spreadsheet would take it for a formula."""
    if text.startswith(_FORMULA_STARTS) and not _HARMLESS.fullmatch(text):
        return f"'{text}"
    return text


def unescape(text: str) -> str:
    """What `escape` was given."""
    if text.startswith("'") and text[1:].startswith(_FORMULA_STARTS):
        return text[1:]
    return text


def _write_csv(target: Path | str | BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    if isinstance(target, Path | str):
        with Path(target).open("wb") as file:
            _write_csv(file, header, rows)
        return
    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="", write_through=True)
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow([escape(label) for label in header])
    writer.writerows([_csv_value(value) for value in row] for row in rows)
    # The buffer is the caller's: it must not close with this wrapper.
    text.detach()


def _csv_value(value: Any) -> str:  # noqa: PLR0911 -- one return per type
    if value is None:
        return ""
    if isinstance(value, str):
        return escape(_CONTROLS.sub("", value)[:_MAX_CELL])
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.strftime("%d/%m/%Y %H:%M")
    if isinstance(value, date):
        return value.strftime("%d/%m/%Y")
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if isinstance(value, float | Decimal):
        return "" if math.isnan(value) else str(value).replace(".", ",")
    return escape(str(value))


def _write_xlsx(
    target: Path | str | BinaryIO, header: Sequence[str], rows: Iterable[Sequence[Any]], sheet: str
) -> None:
    labels = _distinct(header)
    iterator = iter(rows)
    first = next(iterator, None)
    if first is None:
        # The writer names the columns after the rows it gets: an empty one, when there is none.
        records: Iterable[dict[str, Any]] = [dict.fromkeys(labels)]
        first = [None] * len(labels)
    else:
        records = _records(labels, first, iterator)
    moments = [label for label, value in zip(labels, first, strict=True) if isinstance(value, datetime)]
    formats = {label: Format().set_num_format("dd/mm/yyyy hh:mm") for label in moments}
    widths = {label: min(max(len(label) + 4.0, _WIDTHS[0]), _WIDTHS[1]) for label in labels}
    book = FastExcel(str(target) if isinstance(target, Path) else target, output_format="xlsx")
    book.format(bold_headers=True, datetime_format="dd/mm/yyyy").freeze(row=1)
    book.sheet(
        _sheet_name(sheet),
        records,
        column_widths=widths,
        column_formats=formats or None,
        autofilter=True,
        ignore_errors=labels,
    )
    book.save()


def _records(labels: list[str], first: Sequence[Any], rest: Iterator[Sequence[Any]]) -> Iterator[dict[str, Any]]:
    yield dict(zip(labels, map(_xlsx_value, first), strict=True))
    for row in rest:
        yield dict(zip(labels, map(_xlsx_value, row), strict=True))


def _xlsx_value(value: Any) -> Any:
    if isinstance(value, str):
        return _CONTROLS.sub("", value)[:_MAX_CELL]
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, Decimal):
        return float(value)
    if value is None or isinstance(value, int | float | date):
        return value
    return str(value)


def _distinct(header: Sequence[str]) -> list[str]:
    """The labels, each once: a blank one and a second « Nom » get spaces, which nobody sees, to stay columns."""
    labels: list[str] = []
    for label in header:
        distinct = _CONTROLS.sub("", label) or " "
        while distinct in labels:
            distinct += " "
        labels.append(distinct)
    return labels


def _sheet_name(name: str) -> str:
    return re.sub(r"[\[\]:*?/\\]", " ", name).strip("' ")[:31] or "Feuille 1"
