"""Which column fills which field: proposed from the labels, corrected by a person, remembered for the next file.

A mapping is `{column index from 0: field key of columns.FIELD_BY_KEY}`; a column that is not in it is not imported.
"""

import difflib
from collections.abc import Mapping, Sequence

from companies.imports.columns import CONTACT_SLOTS, FIELD_BY_KEY, IDENTIFYING_FIELDS, contact_field
from companies.imports.labels import KNOWN_NAMES, Reading, label_words, read_label
from core.imports.errors import ImportFileError

# Words of files about young persons: what is not said to be the company's is then theirs, and stays out.
_YOUNG_PERSON_WORDS = frozenset(
    {
        "beneficiaire",
        "rqth",
        "jeune",
        "candidature",
        "candidat",
        "naissance",
        "stagiaire",
        "eleve",
        "imilo",
    }
)
_SAFE_AMONG_YOUNG_PERSONS = frozenset(
    {
        "legal_name",
        "trade_name",
        "siret",
        "siren",
        "nic",
        "naf_code",
        "naf_2025_code",
        "headcount",
        "workforce_band",
        "legal_category",
        "address",
        "address_extra",
        "street_number",
        "street_repeat",
        "street_type",
        "street_name",
        "postcode",
        "city",
        "postcode_city",
        "insee_code",
    }
)
# Files whose labels mean something else than they seem: {labels that tell the file: {label: field key}}.
_PROFILES: dict[frozenset[str], dict[str, str]] = {
    # Grants paid to associations (the national open data schema): the beneficiary is the organisation.
    frozenset({"nom attribuant", "nom beneficiaire", "id beneficiaire"}): {
        "nom beneficiaire": "legal_name",
        "id beneficiaire": "siret",
        "objet": "",
        "nature": "",
    },
}
_NEAR = 0.8


def propose_mapping(labels: Sequence[str], remembered: Mapping[str, str] | None = None) -> dict[int, str]:
    """The fields the labels name, by column. `remembered` (see `remember_mapping`) wins over our own reading.

    Each field is filled by one column, the one whose label says it best, except those that take several. Columns about
    young persons are never proposed.
    """
    words = [" ".join(label_words(label)) for label in labels]
    readings = {index: reading for index, label in enumerate(labels) if (reading := read_label(label)) is not None}
    profile = next((fields for signature, fields in _PROFILES.items() if signature <= set(words)), {})
    chosen = {**profile, **_known_fields(remembered or {})}
    mapping: dict[int, str] = {}
    taken: set[str] = set()
    for index, word in enumerate(words):
        if word in chosen:
            readings.pop(index, None)
            key = chosen[word]
            if key and (key not in taken or FIELD_BY_KEY[key].several):
                mapping[index] = key
                taken.add(key)
    if not profile and is_about_young_persons(labels):
        readings = {index: reading for index, reading in readings.items() if _is_safe(reading, words[index])}
    readings = _give_bare_name_to_the_person(readings, words)
    _add_company_fields(mapping, taken, readings)
    _add_contact_fields(mapping, taken, readings)
    return dict(sorted(mapping.items()))


def check_mapping(labels: Sequence[str], mapping: Mapping[int, str]) -> None:
    """Raise ImportFileError unless a column names the companies (a name, a SIRET, or SIREN and NIC)."""
    keys = set(mapping.values())
    if keys & IDENTIFYING_FIELDS or {"siren", "nic"} <= keys or "parent_company" in keys:
        return
    if is_about_young_persons(labels):
        raise ImportFileError(
            "young-persons",
            "Ce fichier semble décrire des jeunes et non des entreprises\u00a0: aucune colonne ne donne le nom ou le "
            "SIRET d’une entreprise. Il n’est pas importé ici.",
        )
    found = ", ".join(f"«\u00a0{label}\u00a0»" for label in labels if label.strip()) or "aucune"
    if len(found) > 300:
        found = found[:300].rsplit(", ", 1)[0] + "…"
    near = near_misses(labels, mapping)
    hints = "".join(
        f" Vouliez-vous dire «\u00a0{FIELD_BY_KEY[key].label}\u00a0» pour «\u00a0{labels[index].strip()}\u00a0»\u202f?"
        for index, key in near.items()
        if key in IDENTIFYING_FIELDS
    )
    raise ImportFileError(
        "no-company-column",
        "Aucune colonne ne donne le nom de l’entreprise ni son SIRET\u00a0: il faut au moins l’un des deux. "
        f"Colonnes trouvées\u00a0: {found}.{hints} Indiquez la bonne colonne, ou renommez-la "
        "«\u00a0Raison sociale\u00a0» ou «\u00a0SIRET\u00a0» dans le fichier.",
    )


def near_misses(labels: Sequence[str], mapping: Mapping[int, str]) -> dict[int, str]:
    """Columns left out whose label is nearly a known one (« Sirett »): {index: field key}, to suggest, not to apply."""
    taken = set(mapping.values())
    suggestions: dict[int, str] = {}
    for index, label in enumerate(labels):
        words = label_words(label)
        if index in mapping or read_label(label) is not None or not words:
            continue
        key = _nearest(words)
        if key and (key not in taken or FIELD_BY_KEY[key].several):
            suggestions[index] = key
    return suggestions


def is_about_young_persons(labels: Sequence[str]) -> bool:
    return any(_YOUNG_PERSON_WORDS & set(label_words(label)) for label in labels)


_TELLING = ("siret", "sirets", "entreprise")


def _nearest(words: tuple[str, ...]) -> str:
    joined = "".join(words)
    candidates = {name.replace(" ", ""): field for name, field in KNOWN_NAMES.items()}
    if joined in candidates:
        return candidates[joined].key
    if len(joined) >= 4 and (match := difflib.get_close_matches(joined, candidates, n=1, cutoff=_NEAR)):
        return candidates[match[0]].key
    # One word of several is enough only for what every file must have: « Réf. interne » is no « Site internet ».
    for word in words:
        if match := difflib.get_close_matches(word, _TELLING, n=1, cutoff=_NEAR):
            return candidates[match[0]].key
    return ""


def _known_fields(remembered: Mapping[str, str]) -> dict[str, str]:
    return {words: key for words, key in remembered.items() if not key or key in FIELD_BY_KEY}


def _is_safe(reading: Reading, words: str) -> bool:
    if _YOUNG_PERSON_WORDS & set(words.split()) or "residence" in words or words == "structure":
        return False
    if reading.is_contact:
        return reading.owned
    return reading.field.key in _SAFE_AMONG_YOUNG_PERSONS and words not in {"nom", "name"}


def _give_bare_name_to_the_person(readings: dict[int, Reading], words: Sequence[str]) -> dict[int, Reading]:
    """« Nom » beside « Prénom » is the person's name; « E-mail » beside « E-mail de l’entreprise » is the person's."""
    has_first_name = any(
        reading.is_contact and reading.field.attribute == "first_name" and not reading.owned
        for reading in readings.values()
    )
    company_owned = {reading.field.key for reading in readings.values() if reading.owned and not reading.is_contact}
    moved: dict[int, Reading] = {}
    for index, reading in readings.items():
        bare_name = has_first_name and words[index] in {"nom", "name"}
        key = reading.field.key
        bare_coordinate = key in {"email", "phone"} and not reading.owned and key in company_owned
        if bare_name:
            moved[index] = Reading(contact_field("last_name", 1), 0)
        elif bare_coordinate:
            moved[index] = Reading(contact_field(key, 1), 5)
        else:
            moved[index] = reading
    return moved


def _add_company_fields(mapping: dict[int, str], taken: set[str], readings: dict[int, Reading]) -> None:
    company = [(reading.rank, index, reading.field) for index, reading in readings.items() if not reading.is_contact]
    for _rank, index, field in sorted(company, key=lambda item: item[:2]):
        if field.several or field.key not in taken:
            mapping[index] = field.key
            taken.add(field.key)


def _add_contact_fields(mapping: dict[int, str], taken: set[str], readings: dict[int, Reading]) -> None:
    """Persons get their slots in the order of the columns; who is not named (« Contact ») joins the first they can."""
    contacts = [(index, reading) for index, reading in sorted(readings.items()) if reading.is_contact]
    slot_of: dict[str, int] = {}
    named = list(dict.fromkeys(reading.person for _index, reading in contacts if reading.person and not reading.slot))
    numbered = {reading.slot for _index, reading in contacts if reading.slot}
    free = [slot for slot in CONTACT_SLOTS if slot not in numbered] if not named else list(CONTACT_SLOTS)
    slot_of.update(zip(named, free, strict=False))
    ordered = sorted(contacts, key=lambda item: (not (item[1].person or item[1].slot), item[1].rank, item[0]))
    for index, reading in ordered:
        if reading.slot:
            slots: Sequence[int] = (reading.slot,)
        elif reading.person:
            slots = (slot_of[reading.person],) if reading.person in slot_of else ()
        else:
            slots = CONTACT_SLOTS
        for slot in slots:
            key = contact_field(reading.field.attribute, slot).key
            if key not in taken:
                mapping[index] = key
                taken.add(key)
                break
