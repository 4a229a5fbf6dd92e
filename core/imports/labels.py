"""A column’s label reduced to the words that say what it holds. Pure."""

import re

from core.text import search_key

Words = tuple[str, ...]

_NUMBER_SIGN = re.compile(r"n\s*[°º]", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-zà-ÿß])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])|(?<=[A-Za-zà-ÿß])(?=\d)|(?<=\d)(?=[A-Za-z])")
_WORD = re.compile(r"[a-z0-9]+")
_LITTLE_WORDS = frozenset(
    {
        "a",
        "au",
        "aux",
        "d",
        "de",
        "des",
        "du",
        "en",
        "et",
        "l",
        "la",
        "le",
        "les",
        "un",
        "une",
        "ou",
        "the",
        "of",
        "and",
        "ein",
        "eine",
        "der",
        "die",
        "das",
        "von",
        "obligatoire",
        "optionnel",
        "facultatif",
        "s",
    }
)
_SAME = {
    "mail": "email",
    "mel": "email",
    "courriel": "email",
    "tel": "telephone",
    "tph": "telephone",
    "phone": "telephone",
    "num": "numero",
    "no": "numero",
    "nr": "numero",
    "nb": "nombre",
    "nbr": "nombre",
    "nbre": "nombre",
    "adr": "adresse",
    "compl": "complement",
    "cplt": "complement",
    "mob": "mobile",
    "port": "portable",
    "ets": "etablissement",
    "etb": "etablissement",
    "ste": "societe",
    "rs": "raison sociale",
    "e mail": "email",
}


def label_words(label: str) -> Words:
    """« N° de SIRET* » → ("numero", "siret"); "codePostalEtablissement" → ("code", "postal", "etablissement")."""
    text = _CAMEL.sub(" ", _NUMBER_SIGN.sub("numero ", label))
    text = re.sub(r"\be[\s-]*mail", "email", search_key(text))
    words = (_SAME.get(word, word) for word in _WORD.findall(text))
    return tuple(_singular(part) for word in words if word not in _LITTLE_WORDS for part in word.split())


def _singular(word: str) -> str:
    word = word.rstrip("s") if len(word) > 3 else word
    return _SAME.get(word, word)
