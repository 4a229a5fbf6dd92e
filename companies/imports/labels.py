"""A column's label reduced to the words that say what it holds, and the field that answers to them. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from companies.imports.columns import COMPANY_FIELDS, CONTACT_FIELDS, Field
from core.imports.labels import Words, label_words

# Whose attribute it is: a company…
_COMPANY_WORDS = frozenset(
    {
        "entreprise",
        "societe",
        "etablissement",
        "structure",
        "employeur",
        "agence",
        "company",
        "organisation",
        "organisme",
        "unternehmen",
        "firma",
        "account",
        "client",
        "prospect",
        "partenaire",
        "siege",
        "legale",
        "unite",
    }
)
_COMPANY_ALONE = frozenset((word,) for word in _COMPANY_WORDS - {"siege", "legale", "unite", "account"})
# … or a person in it. The value tells apart two persons of one row; "" is whoever is there.
_CONTACT_WORDS = {
    "contact": "",
    "interlocuteur": "",
    "interlocutrice": "",
    "correspondant": "",
    "personne": "",
    "responsable": "responsable",
    "tuteur": "tuteur",
    "tutrice": "tuteur",
    "gerant": "gerant",
    "gerante": "gerant",
    "dirigeant": "gerant",
    "dirigeante": "gerant",
    "directeur": "gerant",
    "directrice": "gerant",
    "chef": "gerant",
    "patron": "gerant",
    "representant": "gerant",
    "signataire": "gerant",
    "rh": "rh",
    "drh": "rh",
    "recruteur": "rh",
    "manager": "manager",
    "maitre": "tuteur",
}
_CONTACT_FILLERS = frozenset({"apprentissage", "contacter", "nom"})


@dataclass(frozen=True, slots=True)
class Reading:
    """What a label means: a company's field or a contact's attribute; the lower the `rank`, the surer.

    `person` tells apart the persons a row may name; `slot` is the number the label gives one (contact 2), else 0;
    `owned`: the label says whose it is (« de l’entreprise », « du tuteur »).
    """

    field: Field
    rank: int
    person: str = ""
    slot: int = 0
    owned: bool = False

    @property
    def is_contact(self) -> bool:
        return self.field.group == "contact"


def _index(fields: Sequence[Field]) -> dict[Words, tuple[Field, int]]:
    index: dict[Words, tuple[Field, int]] = {}
    for field in fields:
        for rank, alias in enumerate((*field.aliases, field.label)):
            index.setdefault(label_words(alias), (field, rank))
    return index


_COMPANY_INDEX = _index(COMPANY_FIELDS)
_CONTACT_INDEX = _index([field for field in CONTACT_FIELDS if field.slot == 1])
_FULL_NAME = next(field for field in CONTACT_FIELDS if field.attribute == "full_name" and field.slot == 1)
_LEGAL_NAME = COMPANY_FIELDS[0]
KNOWN_NAMES: dict[str, Field] = {
    " ".join(words): field for words, (field, _rank) in {**_CONTACT_INDEX, **_COMPANY_INDEX}.items()
}


def read_label(label: str) -> Reading | None:
    """The field a label names, or None. What the other labels of the file say is not taken into account here."""
    words = label_words(label)
    if not words:
        return None
    if found := _COMPANY_INDEX.get(words):
        return Reading(*found, owned=bool(_COMPANY_WORDS & set(words)))
    return _read_person(words) or _read_company(words) or _read_unowned(words)


def _read_person(words: Words) -> Reading | None:
    persons = [_CONTACT_WORDS[word] for word in words if word in _CONTACT_WORDS]
    if not persons:
        return None
    person = next(filter(None, persons), "")
    slot = next((int(word) for word in words if word in {"1", "2", "3"}), 0)
    rest = tuple(
        word for word in words if word not in _CONTACT_WORDS and word not in _COMPANY_WORDS and not word.isdigit()
    )
    if not set(rest) - _CONTACT_FILLERS:
        last_name = rest == ("nom",)
        field, rank = _CONTACT_INDEX[("nom",)] if last_name else (_FULL_NAME, 0)
        return Reading(field, rank, person, slot, owned=True)
    if found := _CONTACT_INDEX.get(tuple(word for word in rest if word != "apprentissage")):
        return Reading(*found, person, slot, owned=True)
    return None


def _read_company(words: Words) -> Reading | None:
    rest = tuple(word for word in words if word not in _COMPANY_WORDS)
    if len(rest) == len(words):
        return None
    if not rest:
        if words not in _COMPANY_ALONE:
            return None
        return Reading(_LEGAL_NAME, 10 if words[0] == "entreprise" else 20, owned=True)
    if found := _COMPANY_INDEX.get(rest):
        return Reading(found[0], found[1] + 30, owned=True)
    return None


def _read_unowned(words: Words) -> Reading | None:
    if found := _CONTACT_INDEX.get(words):
        return Reading(*found)
    if words[-1].isdigit():
        found = _COMPANY_INDEX.get(words[:-1])
        if found and found[0].several:
            return Reading(found[0], found[1] + int(words[-1]))
    return None
