"""What one row of a file says, once read: typed values and what must be told about them. No database here.

Empty is "" for text, None for a number, () for several values. Values of closed vocabularies (`sector`, `company_type`,
`workforce_band`, `relation_state`) are values of `companies.enums`, never labels.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from core.imports.records import Remark


@dataclass(slots=True)
class CompanyValues:
    """The company of a row. SIRET and codes are text without separators; `phone` is E.164; `naf_code` is "47.72A".

    The names are those of the model `Company`, except `tags` (names), `rome_codes` and `adviser_name` (as the file
    writes it), which are to be looked up.
    """

    legal_name: str = ""
    trade_name: str = ""
    siret: str = ""
    naf_code: str = ""
    naf_2025_code: str = ""
    legal_category: str = ""
    workforce_band: str = ""
    sector: str = ""
    company_type: str = ""
    address: str = ""
    address_extra: str = ""
    postcode: str = ""
    city: str = ""
    insee_code: str = ""
    latitude: float | None = None
    longitude: float | None = None
    phone: str = ""
    email: str = ""
    website: str = ""
    relation_state: str = ""
    watch_reason: str = ""
    origin_network: str = ""
    origin_direction: str = ""
    origin_on: date | None = None
    network_kind: str = ""
    is_pilot: bool | None = None
    adviser_name: str = ""
    activity: str = ""
    tags: tuple[str, ...] = ()
    rome_codes: tuple[str, ...] = ()
    notes: str = ""

    @property
    def name(self) -> str:
        return self.legal_name or self.trade_name

    def filled(self) -> dict[str, Any]:
        """The fields that hold something, by name."""
        return {item.name: value for item in fields(self) if (value := getattr(self, item.name)) not in ("", None, ())}


@dataclass(slots=True)
class ContactValues:
    """A person of the company; the names are those of the model `Contact`. `civility` is "m" or "mme"."""

    civility: str = ""
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    part: str = ""
    email: str = ""
    phone: str = ""
    mobile: str = ""
    notes: str = ""

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()

    def filled(self) -> dict[str, Any]:
        """The fields that hold something, by name."""
        return {item.name: value for item in fields(self) if (value := getattr(self, item.name))}


@dataclass(slots=True)
class ParsedRow:
    """One row of the file. `number` is the row the spreadsheet shows.

    - `repairs`: values changed with certainty (a leading zero given back);
    - `warnings`: the row is taken, something of it is not, or is doubtful;
    - `errors`: the row is refused.

    `parent_name` names the company this row's person works for, when the row is a person (Odoo);
    `continues` is the number of the row whose company this one goes on with (its own company cells are blank).
    """

    number: int
    company: CompanyValues
    contacts: list[ContactValues] = field(default_factory=list)
    repairs: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)
    parent_name: str = ""
    continues: int | None = None


@dataclass(slots=True)
class CompanyGroup:
    """The rows of one company: values merged (the first that is not empty), contacts without duplicates.

    A row with errors makes a group of its own, whose `errors` are not empty: nothing of it may be written.
    """

    company: CompanyValues
    rows: list[int]
    contacts: list[ContactValues] = field(default_factory=list)
    repairs: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)

    def remarks(self) -> Iterator[Remark]:
        yield from self.errors
        yield from self.warnings
        yield from self.repairs
