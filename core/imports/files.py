"""The file of an import: read by a limited process, its header and mapping as the batch keeps them."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.imports.bulk import CHUNK
from core.imports.headers import HeaderGuess
from core.imports.records import Remark
from core.models.imports import BaseImportBatch
from core.spreadsheets.reading import Workbook, open_workbook, read_rows
from core.spreadsheets.tables import Row

# advance(done, total, message): says how far the work is; raises to stop it.
Advance = Callable[[int, int, str], None]


@contextmanager
def file_on_disk(content: bytes, name: str) -> Iterator[Path]:
    """The file where the limited process that parses it can open it; erased on exit."""
    with tempfile.NamedTemporaryFile(suffix=Path(name).suffix[:10]) as copy:
        copy.write(content)
        copy.flush()
        yield Path(copy.name)


def read_workbook(content: bytes, name: str) -> Workbook:
    """The sheets of the file and their first rows. Raises SpreadsheetError, a French sentence."""
    with file_on_disk(content, name) as path:
        return open_workbook(path)


def header_of(batch: BaseImportBatch) -> HeaderGuess:
    """The header the batch keeps, in the terms of the reader."""
    first_row = batch.header_row + 1
    return HeaderGuess(
        first_row, batch.header_rows, tuple(batch.labels), 1.0, last_row=first_row + batch.header_rows - 1
    )


def mapping_of(batch: BaseImportBatch) -> dict[int, str]:
    return {int(index): key for index, key in batch.mapping.items() if key}


def told_rows(path: Path, sheet: str, advance: Advance) -> Iterator[Row]:
    """The rows of the sheet, as they come; says how far the reading is."""
    for count, row in enumerate(read_rows(path, sheet)):
        if count % CHUNK == 0:
            advance(count, 0, "Lecture du fichier.")
        yield row


def raw_rows(path: Path, sheet: str, numbers: set[int]) -> dict[int, list[Any]]:
    """The cells of the refused rows, as read: a second reading costs less than keeping every cell."""
    if not numbers:
        return {}
    found: dict[int, list[Any]] = {}
    last = max(numbers)
    for row in read_rows(path, sheet):
        if row.number in numbers:
            found[row.number] = list(row.cells)
        if row.number >= last:
            break
    return found


def remark_as_json(remark: Remark, kind: str) -> dict[str, Any]:
    return {
        "kind": kind,
        "row": remark.row,
        "column": remark.column,
        "before": remark.before,
        "after": remark.after,
        "message": remark.message,
    }
