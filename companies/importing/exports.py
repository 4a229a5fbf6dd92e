"""Files an import gives back: the empty model to fill, and the refused rows to mend."""

from typing import IO

from companies.imports.columns import FIELD_BY_KEY
from core.spreadsheets.writing import write_table

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
