"""Rows of a sheet to young people, one at a time, as they come. Pure: nothing is looked up here."""

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.form_fields import holds_nir
from core.imports.cells import NOTHING, Level, Reading, limited, read_boolean, read_date, text_of
from core.imports.contact_points import read_email, read_phone
from core.imports.headers import HeaderGuess, is_repeated_header
from core.imports.places import read_city, read_insee_code, read_postcode
from core.imports.records import Remark
from core.spreadsheets.tables import Cell, Row
from core.text import search_key
from youth.enums import District, Gender, Programme, TrainingLevel
from youth.imports.columns import FIELD_BY_KEY

_GENDERS = {
    Gender.WOMAN: "f femme feminin mme madame mlle mademoiselle fille",
    Gender.MAN: "h m homme masculin mr monsieur garcon",
    Gender.OTHER: "autre nb non-binaire x",
    Gender.UNSAID: "nsp nc",
}
_GENDER_OF = {word: gender for gender, words in _GENDERS.items() for word in words.split()}
# As exports write them: the framework of 2019, the one before it, and diplomas.
_LEVELS: tuple[tuple[TrainingLevel, str], ...] = (
    (
        TrainingLevel.BELOW,
        r"infra ?3|niveau vi|niveau v ?bis|vi|v ?bis|[12]|niveau [12]|sans diplome|aucun diplome|brevet|dnb",
    ),
    (TrainingLevel.LEVEL_3, r"niveau v|v|3|niveau 3|cap|bep|cap.?bep|niveau 3 .*"),
    (TrainingLevel.LEVEL_4, r"niveau iv|iv|4|niveau 4|bac|bac pro.*|baccalaureat.*|bp|niveau 4 .*"),
    (TrainingLevel.LEVEL_5, r"niveau iii|iii|5|niveau 5|bac ?\+ ?2|bts|dut|deug|niveau 5 .*"),
    (TrainingLevel.LEVEL_6, r"niveau ii|ii|6|niveau 6|bac ?\+ ?[34]|licence.*|but|niveau 6 .*"),
    (TrainingLevel.LEVEL_7, r"niveau i|i|7|niveau 7|bac ?\+ ?5|master.*|niveau 7 .*"),
)
# A year on two digits: born in the nineties, or since.
_CENTURY = 2090


@dataclass(slots=True)
class ParsedPerson:
    """`values`: fields of YoungPerson, with `counsellor_name` and `backup_name` besides, to be looked up."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    repairs: list[Remark] = field(default_factory=list)
    warnings: list[Remark] = field(default_factory=list)
    errors: list[Remark] = field(default_factory=list)


def parse_rows(rows: Iterable[Row], mapping: Mapping[int, str], header: HeaderGuess) -> Iterator[ParsedPerson]:
    """One person for each row under the header, in order; blank rows and a header said again are left out."""
    columns: dict[str, list[int]] = defaultdict(list)
    for index, key in sorted(mapping.items()):
        columns[key].append(index)
    for row in rows:
        if row.number > header.last_row and not is_repeated_header(row, header):
            yield _parse(row, columns, header.labels)


def _parse(row: Row, columns: Mapping[str, Sequence[int]], labels: Sequence[str]) -> ParsedPerson:
    parsed = ParsedPerson(row.number)
    for key, indexes in columns.items():
        cells = [row.cells[index] for index in indexes if index < len(row.cells)]
        cell = next((one for one in cells if text_of(one)), None)
        if cell is None:
            continue
        label = labels[indexes[0]] or FIELD_BY_KEY[key].label
        if holds_nir(text_of(cell)):
            # Said without being repeated: a remark is kept with the row.
            message = "Un numéro de sécurité sociale est écrit dans cette cellule\u00a0: retirez-le du fichier."
            parsed.errors.append(Remark(row.number, label, key, "", "", message))
            continue
        _take(parsed, key, label, cell)
    _name(parsed)
    return parsed


def _take(parsed: ParsedPerson, key: str, label: str, cell: Cell) -> None:
    reading = _READERS[key](cell)
    if reading.value not in ("", None):
        parsed.values[key] = reading.value
    if reading.level is Level.FINE:
        return
    told = {Level.REPAIR: parsed.repairs, Level.WARNING: parsed.warnings, Level.ERROR: parsed.errors}[reading.level]
    after = "" if reading.value in ("", None) else _said(reading.value)
    message = reading.message.replace("\u00a0: gardé dans les notes", "\u00a0: non repris").replace(
        ", entier dans les notes", ""
    )
    message = message.replace("gardé dans les notes", "non repris")
    told.append(Remark(parsed.number, label, key, text_of(cell), after, message))


def _said(value: Any) -> str:
    return f"{value:%d/%m/%Y}" if isinstance(value, dt.date) else str(value)


def _name(parsed: ParsedPerson) -> None:
    values = parsed.values
    whole = values.pop("full_name", "")
    if whole and not (values.get("last_name") and values.get("first_name")):
        last, first = split_name(whole)
        values.setdefault("last_name", last)
        values.setdefault("first_name", first)
    missing = [FIELD_BY_KEY[key].label.lower() for key in ("last_name", "first_name") if not values.get(key)]
    if missing:
        message = f"Il manque le {' et le '.join(missing)}\u00a0: on ne sait pas de qui il s’agit."
        parsed.errors.append(Remark(parsed.number, FIELD_BY_KEY["last_name"].label, "last_name", "", "", message))


def split_name(text: str) -> tuple[str, str]:
    """(last, first): « MARTIN Léa » and « Léa MARTIN » by their capitals, else the first word is the last name."""
    words = text.split()
    capitals = [word for word in words if word.isupper() and len(word) > 1]
    others = [word for word in words if word not in capitals]
    if capitals and others:
        return " ".join(capitals), " ".join(others)
    return (words[0], " ".join(words[1:])) if words else ("", "")


def _short(length: int) -> Callable[[Cell], Reading]:
    return lambda cell: limited(text_of(cell), length)


def _number(cell: Cell) -> Reading:
    text = re.sub(r"\s", "", text_of(cell))
    if len(text) > 20:
        return Reading("", Level.ERROR, "Un numéro de dossier a 20 caractères au plus.")
    return Reading(text)


def _birth(cell: Cell) -> Reading:
    found = read_date(cell)
    if found.value is None:
        return Reading(None, Level.ERROR, f"«\u00a0{text_of(cell)}\u00a0» n’est pas une date de naissance.")
    if found.value.year >= _CENTURY:
        return Reading(found.value.replace(year=found.value.year - 100))
    return found


def _among(words: Mapping[str, str], noun: str) -> Callable[[Cell], Reading]:
    def read(cell: Cell) -> Reading:
        value = words.get(search_key(text_of(cell)).strip(". "))
        if value is None:
            return Reading(
                "", Level.WARNING, f"«\u00a0{text_of(cell)}\u00a0» n’est pas {noun} connu\u00a0: non repris."
            )
        return Reading(value)

    return read


def _yes_no(cell: Cell) -> bool | None:
    return read_boolean(cell)


def _district(cell: Cell) -> Reading:
    answer = _yes_no(cell)
    if answer is None:
        return Reading("", Level.WARNING, f"QPV\u00a0: «\u00a0{text_of(cell)}\u00a0» n’est ni oui ni non, non repris.")
    return Reading(District.YES.value if answer else District.NO.value)


def _rqth(cell: Cell) -> Reading:
    return Reading(True) if _yes_no(cell) else NOTHING


def _level(cell: Cell) -> Reading:
    key = search_key(text_of(cell)).strip(". ")
    for level, pattern in _LEVELS:
        if re.fullmatch(pattern, key):
            return Reading(level.value)
    return Reading(
        "", Level.WARNING, f"«\u00a0{text_of(cell)}\u00a0» n’est pas un niveau de formation connu\u00a0: non repris."
    )


def _programme(cell: Cell) -> Reading:
    key = search_key(text_of(cell))
    if "pacea" in key:
        return Reading(Programme.PACEA.value)
    if re.search(r"\bcej\b|engagement jeune", key):
        return Reading(Programme.CEJ.value)
    return Reading(Programme.OTHER.value)


_READERS: dict[str, Callable[[Cell], Reading]] = {
    "last_name": _short(100),
    "first_name": _short(100),
    "full_name": _short(200),
    "birth_date": _birth,
    "imilo_number": _number,
    "gender": _among(_GENDER_OF, "un genre"),
    "email": read_email,
    "phone": read_phone,
    "postcode": read_postcode,
    "city": read_city,
    "insee_code": read_insee_code,
    "district": _district,
    "has_rqth": _rqth,
    "training_level": _level,
    "programme": _programme,
    "counsellor_name": _short(200),
    "backup_name": _short(200),
    "entered_on": read_date,
    "consented_on": read_date,
}
