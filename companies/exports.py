"""The list of companies as a file."""

from typing import IO

from core.exports import FORMATS, MAX_ROWS, SPOOL_SIZE
from core.exports import export_file as file_of
from core.lists import Listing

__all__ = ["FORMATS", "MAX_ROWS", "SPOOL_SIZE", "export_file"]


def export_file(listing: Listing, kind: str, *, every_column: bool = False) -> IO[bytes]:
    """`core.exports.export_file`, its sheet named."""
    return file_of(listing, kind, sheet="Entreprises", every_column=every_column)
