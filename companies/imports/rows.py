"""Rows of a sheet to companies and contacts, one at a time, as they come. Pure."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from companies.imports.columns import COMPANY_FIELDS, CONTACT_FIELDS, CONTACT_SLOTS
from companies.imports.identifiers import (
    join_siret,
    read_headcount,
    read_legal_category,
    read_naf,
    read_siret,
    read_workforce_band,
)
from companies.imports.persons import part_of, read_civility, split_name
from companies.imports.records import CompanyValues, ContactValues, ParsedRow, Remark
from companies.imports.vocabularies import read_company_type, read_origin, read_relation_state, read_sector
from core.imports.cells import Level, Reading, limited, lines_of, read_boolean, read_date, read_decimal, text_of
from core.imports.contact_points import read_details, read_email, read_phone, read_website
from core.imports.headers import HeaderGuess, is_repeated_header
from core.imports.places import read_city, read_coordinates, read_insee_code, read_postcode, split_address
from core.spreadsheets.tables import Cell, Row
from core.text import search_key
from core.validators import parse_phone

_LABELS = {field.key: field.label for field in COMPANY_FIELDS}
_CLOSED = frozenset({"f", "c", "ferme", "fermee", "cessee", "cesse", "radiee", "radie"})
_FRANCE = frozenset({"france", "fr", "fra", "base.fr", "frankreich", "99100", "france metropolitaine"})
_READERS: dict[str, Callable[[Cell], Reading]] = {
    "siret": read_siret,
    "legal_category": read_legal_category,
    "sector": read_sector,
    "company_type": read_company_type,
    "relation_state": read_relation_state,
    "insee_code": read_insee_code,
    "email": read_email,
    "website": read_website,
    "origin_on": read_date,
}
# {slot: {attribute: field key}}
_CONTACT_KEYS = {
    slot: {field.attribute: field.key for field in CONTACT_FIELDS if field.slot == slot} for slot in CONTACT_SLOTS
}
_LENGTHS = {"legal_name": 200, "address": 200, "address_extra": 200, "watch_reason": 200, "adviser_name": 200}


def parse_rows(rows: Iterable[Row], mapping: Mapping[int, str], header: HeaderGuess) -> Iterator[ParsedRow]:
    """One ParsedRow for each row under the header, in order; a header said again is left out.

    `mapping` is one that `check_mapping` accepts. Nothing is raised for what the cells hold: it is in the remarks.
    """
    columns: dict[str, list[int]] = defaultdict(list)
    for index, key in sorted(mapping.items()):
        columns[key].append(index)
    owner: int | None = None
    for row in rows:
        if row.number <= header.last_row or is_repeated_header(row, header):
            continue
        parsed = _RowParser(row, columns, header.labels).parse(owner)
        if parsed.continues is None and not parsed.parent_name:
            owner = parsed.number
        yield parsed


class _RowParser:
    """One row: reads its cells field by field and collects remarks and notes."""

    def __init__(self, row: Row, columns: Mapping[str, Sequence[int]], labels: Sequence[str]) -> None:
        self.row, self.columns, self.labels = row, columns, labels
        self.company = CompanyValues()
        self.parsed = ParsedRow(row.number, self.company)
        self.notes: list[str] = []
        self.contact_notes: list[str] = []

    def parse(self, owner: int | None) -> ParsedRow:
        self._read_company()
        contacts = [contact for slot in CONTACT_SLOTS if (contact := self._read_contact(slot)).filled()]
        self.parsed.contacts = contacts
        self.company.notes = "\n".join(self.notes)
        if "is_company" in self.columns and not read_boolean(self._cell("is_company")):
            self._turn_into_person()
        elif not self.company.name and not self.company.siret and not self.parsed.errors:
            if contacts and owner is not None and not self.company.filled():
                self.parsed.continues = owner
            else:
                self._error(
                    "legal_name", "", "Ni nom ni SIRET\u00a0: impossible de savoir de quelle entreprise il s’agit."
                )
        elif not self.company.name and self.company.siret:
            self._warn("legal_name", "", "Cette ligne a un SIRET et pas de nom d’entreprise.")
        return self.parsed

    # Cells

    def _cells(self, key: str) -> list[tuple[int, Cell]]:
        """(column, cell) of the columns of a field whose cell says something."""
        cells = self.row.cells
        return [
            (index, cells[index])
            for index in self.columns.get(key, ())
            if index < len(cells) and cells[index] is not None
        ]

    def _cell(self, key: str) -> Cell:
        cells = self._cells(key)
        return cells[0][1] if cells else None

    def _text(self, key: str) -> str:
        return text_of(self._cell(key))

    def _texts(self, key: str) -> list[str]:
        return list(dict.fromkeys(text for _index, cell in self._cells(key) if (text := text_of(cell))))

    def _label(self, key: str, index: int | None = None) -> str:
        columns = self.columns.get(key, ())
        if index is None and columns:
            index = columns[0]
        label = self.labels[index] if index is not None and index < len(self.labels) else ""
        return label or _LABELS.get(key, "")

    # Remarks

    def _take(self, key: str, reading: Reading, cell: Cell, notes: list[str] | None = None, index: int | None = None):
        """The value of a reading; what must be said of it and what it leaves are kept."""
        if reading.level is not Level.FINE:
            remark = Remark(
                self.row.number,
                self._label(key, index),
                key,
                text_of(cell) or str(cell),
                "" if reading.value in ("", None) else str(reading.value),
                reading.message,
            )
            remarks = {
                Level.REPAIR: self.parsed.repairs,
                Level.WARNING: self.parsed.warnings,
                Level.ERROR: self.parsed.errors,
            }
            remarks[reading.level].append(remark)
        if reading.leftover:
            self._note(self._label(key, index), reading.leftover, notes)
        return reading.value

    def _note(self, label: str, text: str, notes: list[str] | None = None) -> None:
        (self.notes if notes is None else notes).append(f"{label}\u00a0: {text}")

    def _warn(self, key: str, before: str, message: str) -> None:
        self.parsed.warnings.append(Remark(self.row.number, self._label(key), key, before, "", message))

    def _repair(self, key: str, before: str, after: str, message: str) -> None:
        self.parsed.repairs.append(Remark(self.row.number, self._label(key), key, before, after, message))

    def _error(self, key: str, before: str, message: str) -> None:
        self.parsed.errors.append(Remark(self.row.number, self._label(key), key, before, "", message))

    # The company

    def _read_company(self) -> None:
        company = self.company
        for key, read in _READERS.items():
            if cells := self._cells(key):
                setattr(company, key, self._take(key, read(cells[0][1]), cells[0][1]))
        self._read_names()
        if not company.siret and not self.parsed.errors and "siren" in self.columns and "nic" in self.columns:
            company.siret = join_siret(self._cell("siren"), self._cell("nic"))
        self._read_codes()
        self._read_place()
        self._read_phones()
        self._read_relation()
        company.tags = self._read_tags()
        company.rome_codes = tuple(
            dict.fromkeys(code.upper() for code in self._texts("rome_codes") if len(code) == 5 and code[1:].isdigit())
        )
        activities = dict.fromkeys(text for _index, cell in self._cells("activity") if (text := lines_of(cell)))
        company.activity = "\n".join(activities)
        for index, cell in self._cells("notes"):
            if text := lines_of(cell):
                label = self._label("notes", index)
                self.notes.append(text if len(self.columns["notes"]) == 1 else f"{label}\u00a0: {text}")

    def _limited(self, key: str, text: str) -> str:
        return self._take(key, limited(text, _LENGTHS.get(key, 200)), text) if text else ""

    def _read_names(self) -> None:
        company = self.company
        name = self._text("legal_name")
        if not name and (last_name := self._text("trader_last_name")):
            name = f"{self._text('trader_first_name')} {last_name}".strip()
        trade_names = [text for text in self._texts("trade_name") if search_key(text) != search_key(name)]
        if not name and trade_names:
            name = trade_names.pop(0)
        company.legal_name = self._limited("legal_name", name)
        company.trade_name = self._limited("trade_name", trade_names[0]) if trade_names else ""

    def _read_codes(self) -> None:
        company = self.company
        nomenclature = self._text("naf_nomenclature")
        for key in ("naf_code", "naf_2025_code"):
            if (cell := self._cell(key)) is not None:
                reading = read_naf(cell, nomenclature if key == "naf_code" else "")
                setattr(company, key, self._take(key, reading, cell))
        for key, read in (("workforce_band", read_workforce_band), ("headcount", read_headcount)):
            if not company.workforce_band and (cell := self._cell(key)) is not None:
                company.workforce_band = self._take(key, read(cell), cell)
        if search_key(self._text("establishment_state")) in _CLOSED:
            self._warn(
                "establishment_state",
                self._text("establishment_state"),
                "Cet établissement est fermé selon le registre.",
            )

    def _read_relation(self) -> None:
        company = self.company
        company.watch_reason = self._limited("watch_reason", self._text("watch_reason"))
        company.adviser_name = self._limited("adviser_name", self._text("adviser_name"))
        company.is_pilot = read_boolean(self._cell("is_pilot"))
        if origin := self._text("origin"):
            fields = read_origin(origin)
            for name, value in fields.items():
                setattr(company, name, value)
            if not fields:
                self._note(self._label("origin"), origin)

    def _read_tags(self) -> tuple[str, ...]:
        names: dict[str, str] = {}
        for text in self._texts("tags"):
            for name in text.replace(";", ",").split(","):
                if name := " ".join(name.split()):
                    names.setdefault(search_key(name), name[:50])
        return tuple(names.values())

    # The place

    def _read_place(self) -> None:
        company = self.company
        country = self._text("country")
        is_foreign = bool(country) and search_key(country) not in _FRANCE
        company.address = self._street()
        if is_foreign:
            self._read_foreign_place(country)
        else:
            self._read_french_place()
        extra = [text for text in self._texts("address_extra") if search_key(text) != search_key(company.address)]
        company.address_extra = self._limited("address_extra", ", ".join(extra))
        company.address = self._limited("address", company.address)
        self._read_coordinates()

    def _street(self) -> str:
        parts = [self._text(key) for key in ("street_number", "street_repeat", "street_type", "street_name")]
        joined = " ".join(part for part in parts if part)
        return joined if parts[3] else (self._text("address") or joined)

    def _read_french_place(self) -> None:
        company = self.company
        found_postcode = ""
        if (cell := self._cell("postcode")) is not None:
            reading = read_postcode(cell)
            company.postcode = self._take("postcode", reading, cell)
            company.city = reading.extra
        if (cell := self._cell("city")) is not None:
            reading = read_city(cell)
            company.city = self._take("city", reading, cell) or company.city
            found_postcode = reading.extra
        if not (company.postcode and company.city) and (cell := self._cell("postcode_city")) is not None:
            reading = read_city(cell)
            company.city = company.city or reading.value
            found_postcode = found_postcode or reading.extra
        if not company.postcode and found_postcode:
            company.postcode = found_postcode
        self._split_address()

    def _split_address(self) -> None:
        """« 7 RUE VILLENEUVE 01000 BOURG-EN-BRESSE »: the end of the address fills what the other columns left."""
        company = self.company
        street, postcode, city = split_address(company.address)
        if not postcode or (company.postcode and company.postcode != postcode):
            return
        if company.city and search_key(company.city).replace("-", " ") != search_key(city).replace("-", " "):
            # The same postcode serves several communes: the column « Ville » is believed, the address is left whole.
            company.postcode = company.postcode or postcode
            return
        before = company.address
        company.address, company.postcode, company.city = street, postcode, company.city or city
        self._repair("address", before, street, "Code postal et ville séparés de l’adresse.")

    def _read_foreign_place(self, country: str) -> None:
        """Abroad, a postcode is not ours to check: it stays in the address, with the city and the country."""
        company = self.company
        postcode, city = self._text("postcode"), self._text("city")
        place = f"{postcode} {city}".strip()
        company.city = city[:100]
        company.address = ", ".join(part for part in (company.address, place, country) if part)
        self._warn("country", country, "Adresse à l’étranger\u00a0: le code postal est gardé dans l’adresse.")

    def _read_coordinates(self) -> None:
        company = self.company
        latitude, longitude = read_decimal(self._cell("latitude")), read_decimal(self._cell("longitude"))
        if latitude is None:
            # X is usually the longitude; where the file says otherwise, the numbers themselves tell.
            latitude, longitude = read_decimal(self._cell("coordinate_y")), read_decimal(self._cell("coordinate_x"))
        if latitude is None and (text := self._text("coordinates")):
            parts = text.replace(";", " ").replace(", ", " ").split()
            if len(parts) == 1:
                parts = text.split(",")
            if len(parts) == 2:
                latitude, longitude = read_decimal(parts[0]), read_decimal(parts[1])
        company.latitude, company.longitude = read_coordinates(latitude, longitude)

    # Telephones and persons

    def _read_phones(self) -> None:
        for index, cell in self._cells("phone"):
            reading = read_phone(cell)
            value = self._take("phone", reading, cell, index=index)
            if value and not self.company.phone:
                self.company.phone = value
                value = ""
            for other in (value, reading.extra):
                if other and other != self.company.phone:
                    self._note("Autre téléphone", other)

    def _read_contact(self, slot: int) -> ContactValues:
        keys = _CONTACT_KEYS[slot]
        contact = ContactValues()
        if self.columns.keys().isdisjoint(keys.values()):
            return contact
        self.contact_notes = []
        self._read_contact_name(contact, keys)
        contact.job_title = self._text(keys["job_title"])[:150]
        contact.part = part_of(contact.job_title) or part_of(self._label(keys["full_name"]))
        if (cell := self._cell(keys["email"])) is not None:
            contact.email = self._take(keys["email"], read_email(cell), cell, self.contact_notes) or contact.email
        for name in ("mobile", "phone"):
            if (cell := self._cell(keys[name])) is not None:
                reading = read_phone(cell)
                value = self._take(keys[name], reading, cell, self.contact_notes)
                for number in (value, reading.extra):
                    self._add_phone(contact, number, name)
        if text := lines_of(self._cell(keys["notes"])):
            self.contact_notes.append(text)
        if (
            not contact.full_name
            and not contact.job_title
            and not contact.email
            and not (contact.phone or contact.mobile)
        ):
            # Nobody is there to keep these notes: the company does.
            self.notes.extend(self.contact_notes)
            return ContactValues()
        contact.notes = "\n".join(self.contact_notes)
        return contact

    def _read_contact_name(self, contact: ContactValues, keys: Mapping[str, str]) -> None:
        contact.civility = self._take(
            keys["civility"],
            read_civility(self._cell(keys["civility"])),
            self._cell(keys["civility"]),
            self.contact_notes,
        )
        contact.first_name = self._text(keys["first_name"])[:100]
        contact.last_name = self._text(keys["last_name"])[:100]
        written = self._text(keys["details"]) or self._text(keys["full_name"])
        if not written:
            return
        details = read_details(written)
        civility, first_name, last_name = split_name(details.name)
        contact.civility = contact.civility or civility
        if not contact.full_name:
            contact.first_name, contact.last_name = first_name[:100], last_name[:100]
        contact.email = details.email
        self._add_phone(contact, details.phone, "phone")

    def _add_phone(self, contact: ContactValues, number: str, wanted: str) -> None:
        if not number or number in {contact.phone, contact.mobile}:
            return
        phone = parse_phone(number)
        place = "mobile" if wanted == "mobile" or (phone is not None and phone.is_mobile) else "phone"
        other = "phone" if place == "mobile" else "mobile"
        if not getattr(contact, place):
            setattr(contact, place, number)
        elif place == wanted and not getattr(contact, other):
            setattr(contact, other, number)
        else:
            self._note("Autre téléphone", number, self.contact_notes)

    def _turn_into_person(self) -> None:
        """A row that says it is not a company: a contact of the company it names, refused when it names none."""
        company, parent = self.company, self._text("parent_company")
        if not parent:
            self._error(
                "is_company",
                company.name,
                "Cette ligne décrit une personne et ne dit pas dans quelle entreprise elle travaille.",
            )
            return
        civility, first_name, last_name = split_name(company.legal_name)
        contact = self.parsed.contacts[0] if self.parsed.contacts else ContactValues()
        contact.civility, contact.first_name, contact.last_name = civility, first_name, last_name
        contact.email = contact.email or company.email
        self._add_phone(contact, company.phone, "phone")
        self.parsed.contacts = [contact]
        self.parsed.parent_name = parent
        self.parsed.company = CompanyValues(legal_name=parent)
