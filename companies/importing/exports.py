"""Files an import gives back: the empty model to fill, and the refused rows to mend."""

from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from companies.enums import RowClass
from companies.imports.columns import FIELD_BY_KEY
from companies.models import ImportBatch, ImportRow
from core.spreadsheets.writing import write_table

ERROR_COLUMN = "Erreur"
TEMPLATE_FIELDS = (
    "legal_name", "trade_name", "siret", "naf_code", "headcount", "sector", "address", "address_extra", "postcode",
    "city", "phone", "email", "website", "relation_state", "origin", "adviser_name", "tags", "rome_codes", "notes",
    "contact_civility", "contact_first_name", "contact_last_name", "contact_job_title", "contact_email",
    "contact_phone", "contact_mobile",
)  # fmt: skip
# Invented: a row to replace, which shows the forms we expect.
_EXAMPLE = {
    "legal_name": "Boulangerie Exemple",
    "postcode": "01000",
    "city": "Bourg-en-Bresse",
    "headcount": "8",
    "phone": "04 00 00 00 00",
    "email": "contact@example.org",
    "contact_civility": "Mme",
    "contact_first_name": "Camille",
    "contact_last_name": "Exemple",
    "contact_job_title": "Gérante",
}


def write_template(target: IO[bytes], format: str) -> None:
    """The model to fill: every column is recognised when it comes back. "csv" or "xlsx"."""
    header = [FIELD_BY_KEY[key].label for key in TEMPLATE_FIELDS]
    write_table(target, format, header, [[_EXAMPLE.get(key, "") for key in TEMPLATE_FIELDS]], sheet="Entreprises")


def write_error_rows(batch: ImportBatch, target: Path | IO[bytes], format: str) -> None:
    """The refused rows as they were read, under their own labels, and what to mend in a last column.

    Mended, the file goes through the same import: the labels are the same, the last column is in no field.
    """
    labels = [label or f"Colonne {index}" for index, label in enumerate(batch.labels, start=1)]
    write_table(target, format, [*labels, ERROR_COLUMN], _error_rows(batch, len(labels)), sheet="À corriger")


def _error_rows(batch: ImportBatch, width: int) -> Iterator[list[Any]]:
    for row in ImportRow.objects.filter(batch=batch).of_class(RowClass.ERROR):
        said = " ".join(
            f"{remark['column']}\u00a0: {remark['message']}" for remark in row.remarks if remark["kind"] == "error"
        )
        for cells in row.raw:
            texts = ["" if cell is None else cell for cell in cells[:width]]
            yield [*texts, *[""] * (width - len(texts)), said]
