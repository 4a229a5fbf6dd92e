"""A file to staged rows: read, match with the structure’s young people, compare, classify. No file is written."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth import get_user_model
from django.utils import timezone

from core.form_fields import holds_nir
from core.imports.bulk import CHUNK
from core.imports.cells import text_of
from core.imports.enums import RowClass, RowDecision
from core.imports.files import Advance, file_on_disk, header_of, mapping_of, raw_rows, remark_as_json, told_rows
from core.imports.records import Remark
from core.models import Municipality
from core.text import search_key
from youth.admission import admission_problem
from youth.enums import FILE_ROLES, District, Gender
from youth.imports.columns import never_read
from youth.imports.rows import ParsedPerson, parse_rows
from youth.models import ELSEWHERE, YoungPerson, YouthImportBatch, YouthImportRow

Changes = dict[str, list[Any]]
OVERWRITTEN = (
    "last_name", "first_name", "birth_date", "email", "phone", "postcode", "city", "insee_code", "training_level",
    "programme", "district",
)  # fmt: skip
WHEN_EMPTY = ("imilo_number", "counsellor_id", "backup_id", "consented_on")
WRITTEN = (*OVERWRITTEN, *WHEN_EMPTY, "gender", "has_rqth", "latitude", "longitude", "entered_on")
# How many rows wait for the reason of the import, doubtful ones included.
TO_JUSTIFY = "to_justify"
# Upper case and accents apart, these are one value: a file in capitals corrects nothing.
_SPELLED = frozenset({"last_name", "first_name", "city", "email"})
DATES = frozenset({"birth_date", "consented_on", "entered_on"})


@dataclass(slots=True)
class Staged:
    """One person of the file on her way to a row."""

    parsed: ParsedPerson
    person: YoungPerson | None = None
    candidates: list[tuple[YoungPerson, str]] = field(default_factory=list)
    binned: bool = False

    @property
    def values(self) -> dict[str, Any]:
        return self.parsed.values

    def remark(self, kind: str, message: str, *, column: str = "", before: str = "") -> None:
        remark = Remark(self.parsed.number, column, "", before, "", message)
        {"error": self.parsed.errors, "warning": self.parsed.warnings}[kind].append(remark)


def plain(value: Any) -> Any:
    """A model’s value as the staged rows keep it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def stage_batch(*, batch: YouthImportBatch, content: bytes, advance: Advance) -> dict[str, int]:
    """Replace the staged rows of the batch; returns {row class: count}, "rows", "repairs" and "warnings" besides.

    Writes YouthImportRow alone. Raises SpreadsheetError or ImportFileError when the file cannot be taken.
    """
    with file_on_disk(content, batch.file_name) as path:
        rows = told_rows(path, batch.sheet, advance)
        staged = [Staged(parsed) for parsed in parse_rows(rows, mapping_of(batch), header_of(batch))]
        refused = {item.parsed.number for item in staged}
        raw = raw_rows(path, batch.sheet, refused)
    today = timezone.localdate()
    _look_up(staged, batch.structure_id)
    _refuse_days_to_come(staged, today)
    _match(staged, batch.structure_id)
    _admit(staged, today)
    counts: Counter[str] = Counter({"rows": len(staged)})
    apart: Counter[str] = Counter()
    YouthImportRow.objects.filter(batch=batch).delete()
    for start in range(0, len(staged), CHUNK):
        new = [_row(batch, item, raw) for item in staged[start : start + CHUNK]]
        YouthImportRow.objects.bulk_create(new)
        counts.update(row.row_class for row in new)
        apart.update(row.row_class for row in new if row.is_elsewhere)
        for row in new:
            counts.update(f"{remark['kind']}s" for remark in row.remarks if remark["kind"] != "error")
        advance(start + len(new), len(staged), "Comparaison avec vos jeunes.")
    # Of the files that somebody else follows, those that change are shown apart.
    counts[RowClass.CHANGED] -= apart[RowClass.CHANGED]
    counts[ELSEWHERE] = apart[RowClass.CHANGED]
    counts[TO_JUSTIFY] = apart.total()
    return dict(counts)


# --- values ---------------------------------------------------------------------------------------
def _look_up(staged: Sequence[Staged], structure_id: int) -> None:
    people = _counsellors(structure_id)
    communes = _communes(staged)
    for item in staged:
        _place(item, communes)
        for name, target in (("counsellor_name", "counsellor_id"), ("backup_name", "backup_id")):
            said = item.values.pop(name, "")
            if not said:
                continue
            if found := people.get(search_key(said)):
                item.values[target] = found
            else:
                item.remark(
                    "warning", f"«\u00a0{said}\u00a0» ne suit pas de jeunes dans votre structure\u00a0: non repris."
                )
        if item.values.get("backup_id") and item.values.get("backup_id") == item.values.get("counsellor_id"):
            del item.values["backup_id"]


def _counsellors(structure_id: int) -> dict[str, int | None]:
    """{name, both ways round, or e-mail: user}; None where two people share it."""
    found: dict[str, int | None] = {}
    people = get_user_model().objects.with_role_in([structure_id], *FILE_ROLES).distinct()
    for person in people.order_by("pk"):
        for key in (f"{person.first_name} {person.last_name}", f"{person.last_name} {person.first_name}", person.email):
            found[search_key(key)] = None if search_key(key) in found else person.pk
    return found


def _communes(staged: Iterable[Staged]) -> dict[tuple[str, str], list[Municipality]]:
    """{(postcode, name), ("", code): communes}."""
    values = [item.values for item in staged]
    postcodes = sorted({each["postcode"] for each in values if each.get("postcode")})
    codes = {each["insee_code"] for each in values if each.get("insee_code")}
    found: dict[tuple[str, str], list[Municipality]] = {}
    for commune in Municipality.objects.filter(insee_code__in=codes):
        found.setdefault(("", commune.insee_code), []).append(commune)
    around = Municipality.objects.filter(postcodes__has_any_keys=postcodes) if postcodes else []
    for commune in around:
        for postcode in commune.postcodes:
            found.setdefault((postcode, _place_key(commune.name)), []).append(commune)
    return found


def _place_key(name: str) -> str:
    return " ".join(
        {"st": "saint", "ste": "sainte"}.get(word, word) for word in search_key(name).replace("-", " ").split()
    )


def _place(item: Staged, communes: Mapping[tuple[str, str], list[Municipality]]) -> None:
    """Code and position of the commune, when one answer alone is possible."""
    values = item.values
    key = ("", values.get("insee_code", ""))
    if not values.get("insee_code"):
        key = (values.get("postcode", ""), _place_key(values.get("city", "")))
    found = communes.get(key, [])
    if len(found) == 1:
        commune = found[0]
        values["insee_code"], values["city"] = commune.insee_code, values.get("city") or commune.name
        if not values.get("postcode") and len(commune.postcodes) == 1:
            values["postcode"] = commune.postcodes[0]
        if commune.latitude is not None:
            values["latitude"], values["longitude"] = commune.latitude, commune.longitude


# --- matching -------------------------------------------------------------------------------------
def _identity(last_name: str, first_name: str, birth_date: dt.date) -> tuple[str, dt.date]:
    return search_key(f"{last_name} {first_name}"), birth_date


def _match(staged: Sequence[Staged], structure_id: int) -> None:
    """By i-Milo number, then by name and birth date; what half agrees waits for a person."""
    people = YoungPerson._base_manager.filter(structure_id=structure_id, anonymised_at=None).order_by("pk")
    by_number: dict[str, YoungPerson] = {}
    by_identity: dict[tuple[str, dt.date], list[YoungPerson]] = {}
    by_name: dict[str, list[YoungPerson]] = {}
    for person in people:
        if person.imilo_number and not person.is_deleted:
            by_number[person.imilo_number] = person
        known = _identity(person.last_name, person.first_name, person.birth_date)
        by_identity.setdefault(known, []).append(person)
        by_name.setdefault(known[0], []).append(person)
    seen: dict[Any, int] = {}
    for item in staged:
        values = item.values
        if item.parsed.errors:
            continue
        name = search_key(f"{values['last_name']} {values['first_name']}")
        identity = (name, values["birth_date"]) if values.get("birth_date") else None
        number = values.get("imilo_number", "")
        if _said_twice(item, seen, [key for key in (number, identity) if key]):
            continue
        _find(item, by_number.get(number), by_identity.get(identity, []) if identity else [], by_name.get(name, []))


def _said_twice(item: Staged, seen: dict[Any, int], keys: Sequence[Any]) -> bool:
    first = next((seen[key] for key in keys if key in seen), 0)
    for key in keys:
        seen.setdefault(key, item.parsed.number)
    if first:
        item.remark("error", f"Même jeune que la ligne {first}\u00a0: gardez une seule des deux lignes.")
    return bool(first)


def _find(
    item: Staged, numbered: YoungPerson | None, alike: Sequence[YoungPerson], namesakes: Sequence[YoungPerson]
) -> None:
    values, live = item.values, [one for one in alike if not one.is_deleted]
    number = values.get("imilo_number", "")
    if numbered is not None:
        same_name = search_key(f"{numbered.last_name} {numbered.first_name}") == search_key(
            f"{values['last_name']} {values['first_name']}"
        )
        same_birth = values.get("birth_date") in (None, numbered.birth_date)
        if same_name or (same_birth and values.get("birth_date")):
            item.person = numbered
        else:
            item.candidates = [(numbered, "même numéro i-Milo, autre nom")]
        return
    certain = [one for one in live if not (number and one.imilo_number and one.imilo_number != number)]
    if len(certain) == 1:
        item.person = certain[0]
    elif live:
        item.candidates = [(one, "même nom, même date de naissance") for one in live[:5]]
    elif alike:
        item.binned = True
        item.candidates = [(alike[0], "dans la corbeille")]
    elif not values.get("birth_date"):
        item.candidates = [(one, "même nom, sans date de naissance") for one in namesakes[:5] if not one.is_deleted]
        if not item.candidates:
            item.remark("error", "Il manque la date de naissance, et aucun de vos jeunes ne porte ce numéro ni ce nom.")


def _refuse_days_to_come(staged: Iterable[Staged], today: dt.date) -> None:
    for item in staged:
        day = item.values.get("entered_on")
        if day and day > today:
            item.remark("error", f"L’entrée est à venir ({day:%d/%m/%Y})\u00a0: un dossier s’ouvre le jour même.")


def _admit(staged: Iterable[Staged], today: dt.date) -> None:
    """A new file needs an age that fits on the day of the entry; without that day, it is the one of the import."""
    for item in staged:
        if item.parsed.errors or item.person or item.candidates:
            continue
        if not item.values.get("entered_on"):
            item.values["entered_on"] = today
            item.remark("warning", "Pas de date d’entrée\u00a0: ce sera le jour de l’import.")
        problem = admission_problem(
            birth_date=item.values["birth_date"],
            entered_on=item.values["entered_on"],
            has_rqth=bool(item.values.get("has_rqth")),
        )
        if problem:
            item.remark("error", problem)


# --- rows -----------------------------------------------------------------------------------------
def person_changes(person: YoungPerson, values: Mapping[str, Any]) -> Changes:
    """What the values of a row, plain JSON, would change. An empty cell erases nothing."""
    changes: Changes = {}
    for name in OVERWRITTEN:
        known = plain(getattr(person, name))
        if name in values and not _same(name, known, values[name]):
            changes[name] = [known, values[name]]
    for name in WHEN_EMPTY:
        if name in values and getattr(person, name) in ("", None):
            changes[name] = [plain(getattr(person, name)), values[name]]
    if changes.get("backup_id", [0, 0])[1] == changes.get("counsellor_id", [0, person.counsellor_id])[1]:
        changes.pop("backup_id", None)
    if "gender" in values and person.gender == Gender.UNSAID and values["gender"] != Gender.UNSAID:
        changes["gender"] = [person.gender, values["gender"]]
    if values.get("has_rqth") and not person.has_rqth:
        changes["has_rqth"] = [False, True]
    moved = "insee_code" in changes or person.latitude is None
    if moved and values.get("latitude") is not None:
        changes["latitude"] = [person.latitude, values["latitude"]]
        changes["longitude"] = [person.longitude, values["longitude"]]
    return changes


def _same(name: str, known: Any, given: Any) -> bool:
    if known == given or (name == "district" and given == District.UNKNOWN):
        return True
    return name in _SPELLED and bool(known) and search_key(known) == search_key(given)


def _row(batch: YouthImportBatch, item: Staged, raw: Mapping[int, list[Any]]) -> YouthImportRow:
    values = {name: plain(value) for name, value in item.values.items()}
    row = YouthImportRow(batch=batch, structure_id=batch.structure_id, number=item.parsed.number, values=values)
    if item.parsed.errors:
        row.row_class = RowClass.ERROR
        row.raw = [_kept_cells(batch, raw.get(item.parsed.number, []))]
    elif item.person is not None:
        row.young_person = item.person
        row.changes = person_changes(item.person, values)
        row.row_class = RowClass.CHANGED if row.changes else RowClass.UNCHANGED
    elif item.candidates:
        row.row_class = RowClass.DOUBTFUL
        row.candidates = [{"young_person": one.pk, "why": why} for one, why in item.candidates]
        if item.binned:
            row.decision = RowDecision.IGNORE
        else:
            row.young_person = item.candidates[0][0]
            row.changes = person_changes(row.young_person, values)
    else:
        row.row_class = RowClass.NEW
    _set_apart(row)
    told = [("error", item.parsed.errors), ("warning", item.parsed.warnings), ("repair", item.parsed.repairs)]
    row.remarks = [remark_as_json(remark, kind) for kind, remarks in told for remark in remarks]
    return row


def _set_apart(row: YouthImportRow) -> None:
    """What would be written in a file that somebody else follows is left out, until a reason is given for it."""
    row.is_elsewhere = is_elsewhere(row, row.batch.created_by_id)
    if row.is_elsewhere:
        row.decision = RowDecision.IGNORE


def is_elsewhere(row: YouthImportRow, user_id: int | None) -> bool:
    """The row would change a file, and that person is neither its referent nor its backup."""
    person = row.young_person
    if person is None or row.row_class not in (RowClass.CHANGED, RowClass.DOUBTFUL):
        return False
    return user_id is None or user_id not in (person.counsellor_id, person.backup_id)


def _kept_cells(batch: YouthImportBatch, cells: Sequence[Any]) -> list[Any]:
    """The cells of a refused row, to give back: nothing of the columns never read, no number of social security."""
    left_out = never_read(batch.labels)
    return ["" if index in left_out or holds_nir(text_of(cell)) else cell for index, cell in enumerate(cells)]
