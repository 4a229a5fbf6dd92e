"""What the pages show of a staged import: rows as a person reads them, a page at a time. Writes nothing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model

from companies.importing.differences import shown_changes
from companies.imports.records import ContactValues
from companies.models import Company, Contact, ImportRow


@dataclass(frozen=True, slots=True)
class ShownContact:
    name: str
    is_new: bool
    changes: Sequence[tuple[str, str, str]] = ()


@dataclass(frozen=True, slots=True)
class Candidate:
    company: Company
    why: str
    is_chosen: bool


@dataclass(slots=True)
class ShownRow:
    """A staged row, its company when it has one, what changes, whom it may be."""

    row: ImportRow
    company: Company | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    contacts: list[ShownContact] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)

    @property
    def subject(self) -> Company | None:
        return self.company

    @property
    def name(self) -> str:
        values = self.row.values
        return values.get("trade_name") or values.get("legal_name") or values.get("siret", "")

    @property
    def place(self) -> str:
        return " ".join(filter(None, [self.row.values.get("postcode"), self.row.values.get("city")]))

    @property
    def remarks(self) -> list[dict[str, Any]]:
        return [remark for remark in self.row.remarks if remark["kind"] != "error"]

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [remark for remark in self.row.remarks if remark["kind"] == "error"]

    @property
    def new_contacts(self) -> int:
        return sum(1 for contact in self.contacts if contact.is_new)


def shown_rows(rows: Iterable[ImportRow]) -> list[ShownRow]:
    """In few queries whatever their number: companies, and the advisers named."""
    rows = list(rows)
    ids = {row.company_id for row in rows if row.company_id}
    ids |= {candidate["company"] for row in rows for candidate in row.candidates}
    companies = Company.objects.in_bulk(ids)
    people = _people(rows)
    return [_shown(row, companies, people) for row in rows]


def _people(rows: Iterable[ImportRow]) -> dict[int, str]:
    wanted = {row.values["adviser_id"] for row in rows if row.values.get("adviser_id")}
    if not wanted:
        return {}
    return {person.pk: person.full_name for person in get_user_model().objects.filter(pk__in=wanted).order_by("pk")}


def _shown(row: ImportRow, companies: Mapping[int, Company], people: Mapping[int, str]) -> ShownRow:
    return ShownRow(
        row,
        companies.get(row.company_id or 0),
        shown_changes(row.changes, people=people),
        [_contact(entry) for entry in row.contacts],
        [
            Candidate(companies[candidate["company"]], candidate["why"], candidate["company"] == row.company_id)
            for candidate in row.candidates
            if candidate["company"] in companies
        ],
    )


def _contact(entry: Mapping[str, Any]) -> ShownContact:
    values = ContactValues(**entry["values"])
    name = values.full_name or values.job_title or values.email or values.mobile or values.phone
    return ShownContact(name, entry["contact"] is None, shown_changes(entry["changes"], model=Contact))
