"""The empty model to fill: every column is recognised when it comes back."""

from typing import IO

from core.spreadsheets.writing import write_table
from youth.imports.columns import FIELD_BY_KEY

TEMPLATE_FIELDS = (
    "imilo_number", "last_name", "first_name", "birth_date", "gender", "email", "phone", "postcode", "city",
    "district", "has_rqth", "training_level", "programme", "counsellor_name", "backup_name", "entered_on",
    "consented_on",
)  # fmt: skip
# Invented: a row to replace, which shows the forms we expect.
_EXAMPLE = {
    "last_name": "Exemple",
    "first_name": "Camille",
    "birth_date": "31/12/2006",
    "postcode": "01000",
    "city": "Bourg-en-Bresse",
    "district": "non",
    "training_level": "CAP",
    "programme": "CEJ",
    "entered_on": "15/09/2026",
}


def write_template(target: IO[bytes], format: str) -> None:
    """ "csv" or "xlsx"."""
    header = [FIELD_BY_KEY[key].label for key in TEMPLATE_FIELDS]
    write_table(target, format, header, [[_EXAMPLE.get(key, "") for key in TEMPLATE_FIELDS]], sheet="Jeunes")
