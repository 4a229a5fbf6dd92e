"""The names, titles and functions of persons, as files write them. Pure."""

import re

from companies.enums import ContactPart
from core.imports.cells import Reading, text_of
from core.spreadsheets.tables import Cell
from core.text import search_key

_CIVILITIES = {
    "m": "m", "mr": "m", "monsieur": "m", "mister": "m", "herr": "m", "h": "m", "homme": "m",
    "mme": "mme", "madame": "mme", "mlle": "mme", "mademoiselle": "mme", "mrs": "mme", "ms": "mme", "frau": "mme",
    "f": "mme", "femme": "mme",
}  # fmt: skip


def read_civility(cell: Cell) -> Reading:
    """ "m" or "mme"; another title (Dr, Me) is left for the notes."""
    text = text_of(cell)
    value = _CIVILITIES.get(search_key(text).strip(". "), "")
    return Reading(value, leftover="" if value else text)


def split_name(text: str) -> tuple[str, str, str]:
    """(civility, first name, last name) of « M. Jean DUPONT », « DUPONT Jean » or « Marie-Claire Le Goff ».

    Words all in capitals are the last name; without any, the first word is the first name. One word is a last name.
    """
    words = text.split()
    civility = ""
    if len(words) > 1 and _is_title(words[0]):
        civility, words = _CIVILITIES[_title_key(words[0])], words[1:]
    capitals = [word for word in words if word.isupper() and len(word.strip(".")) > 1]
    if capitals and len(capitals) < len(words):
        return civility, " ".join(word for word in words if word not in capitals), " ".join(capitals)
    if len(words) > 1:
        return civility, words[0], " ".join(words[1:])
    return civility, "", " ".join(words)


def _title_key(word: str) -> str:
    return search_key(word).strip(".")


def _is_title(word: str) -> bool:
    """« M. », « M », « Mme », « Monsieur »; a lone H or F before a name is an initial, not a title."""
    return _title_key(word) in _CIVILITIES and _title_key(word) not in {"h", "f"}


_PARTS = (
    (ContactPart.TUTOR, r"\btut(?:eur|rice)\b|maitre d.apprentissage"),
    (ContactPart.HUMAN_RESOURCES, r"\b(?:d?rrh|drh|rh|ressources humaines|recrut\w*|paie|personnel)\b"),
    (ContactPart.CSR, r"\b(?:rse|developpement durable)\b"),
    (
        ContactPart.DECIDES,
        r"\b(?:gerante?|dirigeante?|directeur|directrice|pdg|dg|president\w*|patron\w*|maire|fondat\w*)\b"
        r"|chef d.entreprise",
    ),
    (ContactPart.ADMINISTRATION, r"\b(?:secretaire|assistante?|comptab\w*|accueil|administrati\w*)\b"),
    (
        ContactPart.FIELD,
        r"\b(?:chef d.equipe|chef de chantier|chef d.atelier|contremaitre|responsable d.exploitation)\b",
    ),
)


def part_of(job_title: str) -> str:
    """The part a contact plays, when the name of the job tells it; "" otherwise."""
    key = search_key(job_title)
    return next((part.value for part, pattern in _PARTS if re.search(pattern, key)), "")
