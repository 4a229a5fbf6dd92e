"""The refused rows of an import, given back to mend."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from core.imports.enums import RowClass
from core.spreadsheets.writing import write_table

ERROR_COLUMN = "Erreur"


def write_error_rows(batch: Any, target: Path | IO[bytes], format: str) -> None:
    """The refused rows as they were read, under their own labels, and what to mend in a last column.

    Mended, the file goes through the same import: the labels are the same, the last column is in no field.
    """
    labels = [label or f"Colonne {index}" for index, label in enumerate(batch.labels, start=1)]
    write_table(target, format, [*labels, ERROR_COLUMN], _error_rows(batch, len(labels)), sheet="À corriger")


def _error_rows(batch: Any, width: int) -> Iterator[list[Any]]:
    for row in batch.rows.of_class(RowClass.ERROR):
        said = " ".join(
            f"{remark['column']}\u00a0: {remark['message']}" for remark in row.remarks if remark["kind"] == "error"
        )
        for cells in row.raw:
            texts = ["" if cell is None else cell for cell in cells[:width]]
            yield [*texts, *[""] * (width - len(texts)), said]
