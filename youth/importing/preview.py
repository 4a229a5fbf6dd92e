"""What the pages show of a staged import of young people: rows as a person reads them. Writes nothing."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model

from youth.importing.staging import DATES
from youth.models import YoungPerson, YouthImportRow

_HIDDEN = frozenset({"insee_code", "latitude", "longitude"})


@dataclass(frozen=True, slots=True)
class Candidate:
    young_person: YoungPerson
    why: str
    is_chosen: bool


@dataclass(slots=True)
class ShownRow:
    """A staged row, the file it is when it has one, what changes, whom it may be."""

    row: YouthImportRow
    young_person: YoungPerson | None = None
    changes: list[tuple[str, str, str]] = field(default_factory=list)
    candidates: list[Candidate] = field(default_factory=list)
    counsellor: str = ""

    @property
    def subject(self) -> YoungPerson | None:
        return self.young_person

    @property
    def name(self) -> str:
        return f"{self.row.values.get('first_name', '')} {self.row.values.get('last_name', '')}".strip()

    @property
    def birth_date(self) -> dt.date | None:
        text = self.row.values.get("birth_date")
        return dt.date.fromisoformat(text) if text else None

    @property
    def place(self) -> str:
        return " ".join(filter(None, [self.row.values.get("postcode"), self.row.values.get("city")]))

    @property
    def errors(self) -> list[dict[str, Any]]:
        return [remark for remark in self.row.remarks if remark["kind"] == "error"]


def shown_rows(rows: Iterable[YouthImportRow]) -> list[ShownRow]:
    """In few queries whatever their number: young people, and the counsellors named."""
    rows = list(rows)
    ids = {row.young_person_id for row in rows if row.young_person_id}
    ids |= {candidate["young_person"] for row in rows for candidate in row.candidates}
    people = YoungPerson._base_manager.in_bulk(ids)
    wanted = {row.values[name] for row in rows for name in ("counsellor_id", "backup_id") if row.values.get(name)}
    names = {one.pk: one.full_name for one in get_user_model().objects.filter(pk__in=wanted).order_by("pk")}
    return [_shown(row, people, names) for row in rows]


def _shown(row: YouthImportRow, people: Mapping[int, YoungPerson], names: Mapping[int, str]) -> ShownRow:
    return ShownRow(
        row,
        people.get(row.young_person_id or 0),
        [
            # What the file of somebody else holds is not shown: only what would be written there.
            (
                str(_field(name).verbose_name),
                "" if row.is_elsewhere else _value(name, before, names),
                _value(name, after, names),
            )
            for name, (before, after) in row.changes.items()
            if name not in _HIDDEN
        ],
        [
            Candidate(people[one["young_person"]], one["why"], one["young_person"] == row.young_person_id)
            for one in row.candidates
            if one["young_person"] in people
        ],
        names.get(row.values.get("counsellor_id", 0), ""),
    )


def _field(name: str) -> Any:
    return YoungPerson._meta.get_field(name.removesuffix("_id"))


def _value(name: str, value: Any, names: Mapping[int, str]) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if name in DATES:
        return f"{dt.date.fromisoformat(value):%d/%m/%Y}"
    if name.endswith("_id"):
        return names.get(value, "")
    return str(dict(_field(name).flatchoices).get(value, value))
