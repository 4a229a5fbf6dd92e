"""A list as a file."""

import tempfile
from typing import IO

from core.lists import Listing
from core.spreadsheets.writing import write_table

FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# Written while the person waits: see docs/performance.md for how long that is.
MAX_ROWS = 50_000
# Kept in memory up to here, then on the disk.
SPOOL_SIZE = 8_000_000


def export_file(listing: Listing, kind: str, *, sheet: str, every_column: bool = False) -> IO[bytes]:
    """The rows of the list in its order, with the columns it shows or all of them, rewound; `kind`: csv or xlsx."""
    header, rows = listing.export(every_column=every_column)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_SIZE)  # noqa: SIM115 -- the response closes it
    write_table(file, kind, header, rows, sheet=sheet)
    file.seek(0)
    return file
