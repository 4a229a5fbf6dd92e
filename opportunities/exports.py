"""The list of opportunities as a file."""

import tempfile
from typing import IO

from companies.exports import FORMATS, MAX_ROWS, SPOOL_SIZE
from core.lists import Listing
from core.spreadsheets.writing import write_table

__all__ = ["FORMATS", "MAX_ROWS", "export_file"]


def export_file(listing: Listing, kind: str, *, every_column: bool = False) -> IO[bytes]:
    """The rows of the list in its order, with the columns it shows or all of them, rewound; `kind`: csv or xlsx."""
    header, rows = listing.export(every_column=every_column)
    file: IO[bytes] = tempfile.SpooledTemporaryFile(max_size=SPOOL_SIZE)  # noqa: SIM115 -- the response closes it
    write_table(file, kind, header, rows, sheet="Opportunités")
    file.seek(0)
    return file
