"""A file to staged rows: read, match with the structure’s companies, compare, classify. No company is written."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model

from accounts.enums import Role
from companies.enums import RelationState, RowClass, RowDecision
from companies.importing.differences import Changes, company_changes, contact_changes, plain
from companies.importing.matching import Directory, Match, load_directory, match_contact, place_key
from companies.imports.groups import group_rows
from companies.imports.records import CompanyGroup, ContactValues, Remark
from companies.imports.rows import parse_rows
from companies.models import Company, Contact, ImportBatch, ImportRow
from companies.sectors import proposed_sector, proposed_type
from core.imports.bulk import CHUNK, insert_rows
from core.imports.files import Advance, file_on_disk, header_of, mapping_of, raw_rows, remark_as_json, told_rows
from core.models import Municipality, Occupation
from core.text import search_key


@dataclass(slots=True)
class Staged:
    """One company of the file on its way to a row."""

    group: CompanyGroup
    values: dict[str, Any] = field(default_factory=dict)
    guessed: list[str] = field(default_factory=list)
    match: Match = field(default_factory=Match)
    binned: int | None = None  # the company it would be, if it were not in the bin
    remarks: list[dict[str, Any]] = field(default_factory=list)

    @property
    def number(self) -> int:
        return self.group.rows[0]

    @property
    def company_id(self) -> int | None:
        """The company it is, or the likeliest of those it may be."""
        return self.match.company or (self.match.candidates[0][0] if self.match.candidates else None)

    def warn(self, message: str, *, column: str = "", before: str = "") -> None:
        self.remarks.append(
            {"kind": "warning", "row": self.number, "column": column, "before": before, "after": "", "message": message}
        )


def stage_batch(*, batch: ImportBatch, content: bytes, advance: Advance) -> dict[str, int]:
    """Replace the staged rows of the batch; returns {row class: count}, "rows" and "contacts" besides.

    Writes ImportRow alone. Raises SpreadsheetError or ImportFileError when the file cannot be taken.
    """
    with file_on_disk(content, batch.file_name) as path:
        groups = _read_groups(batch, path, advance)
        bad_numbers = {number for group in groups if group.errors for number in group.rows}
        raw = raw_rows(path, batch.sheet, bad_numbers)
    staged = [Staged(group) for group in groups]
    _fill_values(staged, _Lookups.load(batch.structure_id, groups))
    _match(staged, load_directory(structure_id=batch.structure_id, rows=(item.group.company for item in staged)))
    new = [item for item in staged if not item.group.errors and item.company_id is None]
    _look_in_bin(new, batch.structure_id)
    counts: Counter[str] = Counter({"rows": sum(len(group.rows) for group in groups)})
    ImportRow.objects.filter(batch=batch).delete()
    for start in range(0, len(staged), CHUNK):
        chunk = staged[start : start + CHUNK]
        rows = _rows(batch, chunk, raw)
        insert_rows(rows)
        counts.update(row.row_class for row in rows)
        counts["contacts"] += sum(len(row.contacts) for row in rows)
        counts["repairs"] += sum(1 for row in rows for remark in row.remarks if remark["kind"] == "repair")
        counts["warnings"] += sum(1 for row in rows for remark in row.remarks if remark["kind"] == "warning")
        advance(start + len(chunk), len(staged), "Comparaison avec vos entreprises.")
    return dict(counts)


# --- reading --------------------------------------------------------------------------------------
def _read_groups(batch: ImportBatch, path: Path, advance: Advance) -> list[CompanyGroup]:
    return group_rows(parse_rows(told_rows(path, batch.sheet, advance), mapping_of(batch), header_of(batch)))


# --- values ---------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Lookups:
    """What the referentials and the structure know of the words of the file."""

    communes: Mapping[str, tuple[str, tuple[str, ...]]]
    codes_by_place: Mapping[tuple[str, str], list[str]]
    occupations: frozenset[str]
    advisers: Mapping[str, int | None]

    @classmethod
    def load(cls, structure_id: int, groups: Sequence[CompanyGroup]) -> "_Lookups":
        codes = {group.company.insee_code for group in groups} - {""}
        postcodes = {group.company.postcode for group in groups if not group.company.insee_code} - {""}
        fields = ("insee_code", "name", "postcodes")
        communes = {
            code: (name, tuple(own))
            for code, name, own in Municipality.objects.filter(insee_code__in=codes).values_list(*fields)
        }
        by_place: dict[tuple[str, str], list[str]] = {}
        if postcodes:
            around = Municipality.objects.filter(postcodes__has_any_keys=sorted(postcodes)).values_list(*fields)
            for code, name, own in around:
                for postcode in own:
                    by_place.setdefault((postcode, place_key(name)), []).append(code)
        occupations = {code for group in groups for code in group.company.rome_codes}
        known = frozenset(Occupation.objects.filter(code__in=occupations).values_list("code", flat=True))
        return cls(communes, by_place, known, _advisers(structure_id) if _names_advisers(groups) else {})


def _names_advisers(groups: Iterable[CompanyGroup]) -> bool:
    return any(group.company.adviser_name for group in groups)


def _advisers(structure_id: int) -> dict[str, int | None]:
    """{name, both ways round, or e-mail: user}; None where two people share it."""
    found: dict[str, int | None] = {}
    people = get_user_model().objects.with_role_in([structure_id], Role.ADVISER, Role.MANAGER).distinct()
    for person in people.order_by("pk"):
        for key in (f"{person.first_name} {person.last_name}", f"{person.last_name} {person.first_name}", person.email):
            found[search_key(key)] = None if search_key(key) in found else person.pk
    return found


def _fill_values(staged: Iterable[Staged], lookups: _Lookups) -> None:
    for item in staged:
        company = item.group.company
        item.remarks = [remark_as_json(remark, kind) for kind, remark in _told(item.group)]
        _place(item, lookups)
        filled = company.filled()
        item.values = {
            name: list(value) if isinstance(value, tuple) else plain(value)
            for name, value in filled.items()
            if name not in ("rome_codes", "adviser_name")
        }
        _propose(item)
        if company.relation_state == RelationState.WATCH:
            item.values.setdefault("watch_reason", "Selon le fichier importé")
        else:
            item.values.pop("watch_reason", None)
        if company.adviser_name:
            _give_adviser(item, lookups)
        if company.rome_codes:
            _give_occupations(item, lookups)


def _told(group: CompanyGroup) -> Iterator[tuple[str, Remark]]:
    yield from (("error", remark) for remark in group.errors)
    yield from (("warning", remark) for remark in group.warnings)
    yield from (("repair", remark) for remark in group.repairs)


def _place(item: Staged, lookups: _Lookups) -> None:
    """The commune’s code from its name and postcode, or its name from its code, when one answer alone is possible."""
    company = item.group.company
    if company.insee_code and company.insee_code in lookups.communes:
        name, postcodes = lookups.communes[company.insee_code]
        if not company.city:
            company.city = name
            item.guessed.append("city")
        if not company.postcode and len(postcodes) == 1:
            company.postcode = postcodes[0]
            item.guessed.append("postcode")
    elif not company.insee_code and company.city and company.postcode:
        codes = lookups.codes_by_place.get((company.postcode, place_key(company.city)), [])
        if len(codes) == 1:
            company.insee_code = codes[0]
            item.guessed.append("insee_code")


def _propose(item: Staged) -> None:
    """Sector and type as the codes suggest, where the file does not say them: they only fill what is empty."""
    company = item.group.company
    if not company.sector and (sector := proposed_sector(company.naf_code or company.naf_2025_code)):
        item.values["sector"] = sector
    if not company.company_type:
        found = proposed_type(workforce_band=company.workforce_band, legal_category=company.legal_category)
        if found:
            item.values["company_type"] = found


def _give_adviser(item: Staged, lookups: _Lookups) -> None:
    name = item.group.company.adviser_name
    person = lookups.advisers.get(search_key(name))
    if person:
        item.values["adviser_id"] = person
    else:
        item.warn(f"«\u00a0{name}\u00a0» ne suit pas d’entreprise dans votre structure\u00a0: non repris.", before=name)


def _give_occupations(item: Staged, lookups: _Lookups) -> None:
    codes = item.group.company.rome_codes
    known = [code for code in codes if code in lookups.occupations]
    unknown = [code for code in codes if code not in lookups.occupations]
    if known:
        item.values["occupations"] = known
    if unknown:
        said = ", ".join(unknown)
        item.warn(f"Code ROME inconnu du référentiel\u00a0: {said}, non repris.", before=said)


# --- matching and comparing -------------------------------------------------------------------------
def _match(staged: Iterable[Staged], directory: Directory) -> None:
    taken: dict[int, int] = {}
    for item in staged:
        if item.group.errors:
            continue
        match = directory.match(item.group.company)
        if match.company in taken:
            # Two rows may not write one company: the second waits for a person.
            match = Match(
                candidates=((match.company, f"déjà rapprochée de la ligne {taken[match.company]} du fichier"),)
            )
        elif match.company:
            taken[match.company] = item.number
        item.match = match


def _look_in_bin(staged: Sequence[Staged], structure_id: int) -> None:
    """A row we would create may be a company somebody put in the bin: a twin is not made without asking."""
    companies = [item.group.company for item in staged]
    directory = load_directory(structure_id=structure_id, rows=companies, binned=True)
    for item in staged:
        item.binned = directory.surely(item.group.company)


@dataclass(frozen=True, slots=True)
class Existing:
    """The companies a chunk of rows is compared with, and what hangs from them."""

    companies: Mapping[int, Company]
    contacts: Mapping[int, list[Contact]]
    tags: Mapping[int, list[str]]
    occupations: Mapping[int, list[str]]

    @classmethod
    def load(cls, company_ids: Iterable[int], *, sets: bool = True) -> "Existing":
        ids = sorted(set(company_ids))
        contacts: dict[int, list[Contact]] = {}
        for contact in Contact.objects.kept().filter(company__in=ids).order_by("pk"):
            contacts.setdefault(contact.company_id, []).append(contact)
        return cls(
            Company.objects.in_bulk(ids),
            contacts,
            _related(Company.tags.through, "tag__name", ids) if sets else {},
            _related(Company.occupations.through, "occupation_id", ids) if sets else {},
        )


def _related(through: Any, name: str, company_ids: Sequence[int]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = through.objects.filter(company__in=company_ids).order_by("company_id", name).values_list("company_id", name)
    for company_id, value in rows:
        found.setdefault(company_id, []).append(value)
    return found


def row_changes(values: Mapping[str, Any], guessed: Iterable[str], company_id: int, existing: Existing) -> Changes:
    """What the values of a row would change in that company, tags and trades included."""
    changes = company_changes(existing.companies[company_id], values, guessed)
    for name, known in (("tags", existing.tags), ("occupations", existing.occupations)):
        before = known.get(company_id, [])
        keys = {search_key(value) for value in before}
        added = [value for value in values.get(name, ()) if search_key(value) not in keys]
        if added:
            changes[name] = [before, [*before, *added]]
    return changes


def staged_contacts(contacts: Iterable[Mapping[str, Any]], known: Sequence[Contact]) -> list[dict[str, Any]]:
    """Each contact of a row with the person she is in the company, and what changes."""
    staged = []
    left = list(known)
    for values in contacts:
        found = match_contact(ContactValues(**values), left)
        if found is not None:
            left.remove(found)
        staged.append(
            {
                "values": dict(values),
                "contact": found.pk if found else None,
                "changes": contact_changes(found, values) if found else {},
            }
        )
    return staged


def _rows(batch: ImportBatch, chunk: Sequence[Staged], raw: Mapping[int, list[Any]]) -> list[ImportRow]:
    existing = Existing.load(item.company_id for item in chunk if item.company_id)
    return [_row(batch, item, existing, raw) for item in chunk]


def _row(batch: ImportBatch, item: Staged, existing: Existing, raw: Mapping[int, list[Any]]) -> ImportRow:
    contacts = [values for contact in item.group.contacts if (values := _contact_values(item, contact))]
    row = ImportRow(batch=batch, structure_id=batch.structure_id, number=item.number, values=item.values)
    if item.guessed:
        row.values["guessed"] = item.guessed
    if item.group.errors:
        row.row_class = RowClass.ERROR
        row.raw = [raw.get(number, []) for number in item.group.rows]
        row.contacts = staged_contacts(contacts, [])
    elif item.company_id is None:
        row.row_class = RowClass.NEW
        row.contacts = staged_contacts(contacts, [])
        _name_it(item)
        if item.binned:
            _warn_of_bin(item, row)
    else:
        row.company_id = item.company_id
        row.changes = row_changes(item.values, item.guessed, item.company_id, existing)
        row.contacts = staged_contacts(contacts, existing.contacts.get(item.company_id, []))
        row.candidates = [{"company": pk, "why": why} for pk, why in item.match.candidates]
        row.row_class = _class_of(item, row)
    row.remarks = item.remarks
    return row


def _class_of(item: Staged, row: ImportRow) -> RowClass:
    touched = row.changes or any(entry["changes"] or entry["contact"] is None for entry in row.contacts)
    if not touched and len(item.match.candidates) < 2:
        # Of the one company it may be, the row says nothing new: whoever it is, there is nothing to write.
        return RowClass.UNCHANGED
    return RowClass.DOUBTFUL if item.match.candidates else RowClass.CHANGED


def _warn_of_bin(item: Staged, row: ImportRow) -> None:
    """Left aside unless somebody decides otherwise for this very row: what is said of its class is not about it."""
    row.row_class, row.decision = RowClass.DOUBTFUL, RowDecision.IGNORE
    row.candidates = [{"company": item.binned, "why": "dans la corbeille"}]
    item.warn(
        "Cette entreprise est dans la corbeille\u00a0: restaurez-la puis refaites la vérification, ou laissez la ligne"
        " de côté.",
        before=item.group.company.name or item.group.company.siret,
    )


def _name_it(item: Staged) -> None:
    """A company known by its SIRET alone is taken, under a name that says so."""
    if item.group.company.name:
        return
    item.values["legal_name"] = f"Établissement {item.group.company.siret}"
    item.warn("Aucun nom sur cette ligne\u00a0: l’entreprise est nommée d’après son SIRET.")


def _contact_values(item: Staged, contact: ContactValues) -> dict[str, Any]:
    """Empty when the row says of a person neither name, function, e-mail nor telephone: no contact can be made."""
    values = contact.filled()
    if not set(values) - {"civility", "part", "notes"}:
        item.warn("Contact sans nom, fonction, e-mail ni téléphone\u00a0: non repris.", before=contact.notes)
        return {}
    return values
