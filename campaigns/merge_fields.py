"""Merge fields of letters: `{entreprise}` in a text, the name of the company in the letter. Pure.

A brace that closes nothing is left as it is; a name that is not in `FIELDS` is told by `unknown_in` and never filled.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from core.text import search_key

SMALL_FIGURES = ("0", "1")
_SENTENCES = re.compile(r"(?<=[.!?…])[ \u00a0\u202f]+")
_FIELD = re.compile(r"\{[ \u00a0]*([^{}\n]{1,40}?)[ \u00a0]*\}")


@dataclass(frozen=True)
class MergeField:
    """`missing`: what is said when there is no value, "" for a field that always has one.

    `ours`: our own record mends it, once for every letter. `is_figure`: a sentence that would count none, or one, is
    left out (`told`).
    """

    name: str
    label: str
    example: str
    missing: str = ""
    ours: bool = False
    is_figure: bool = False

    @property
    def code(self) -> str:
        return f"{{{self.name}}}"


_ALL = (
    MergeField("entreprise", "Nom de l’entreprise", "Charpentes du Suin", "le nom de l’entreprise"),
    MergeField("commune", "Commune de l’entreprise", "Bélâbre", "la commune de l’entreprise"),
    MergeField("contact", "Prénom et nom du contact", "Nadia Haddad", "le nom du contact"),
    MergeField("civilite", "«\u00a0Madame\u00a0», «\u00a0Monsieur\u00a0», ou les deux", "Madame"),
    MergeField("conseiller", "Qui suit l’entreprise", "Léa Morin", "la personne qui suit l’entreprise"),
    MergeField(
        "conseiller_telephone",
        "Son téléphone, à défaut celui de la structure",
        "02 54 00 00 00",
        "le téléphone de votre structure",
        ours=True,
    ),
    MergeField(
        "conseiller_email",
        "Son e-mail, à défaut celui de la structure",
        "l.morin@exemple.fr",
        "l’e-mail de votre structure",
        ours=True,
    ),
    MergeField("structure", "Nom de votre structure", "Mission Locale du Val de Brenne"),
    MergeField("ville", "Ville de votre structure", "Le Blanc", "la ville de votre structure", ours=True),
    # A campaign without a date does not leave, and says so itself.
    MergeField("date_reponse", "Date limite de réponse", "mardi 15 décembre"),
    MergeField(
        "entreprises_du_reseau",
        "Nombre d’entreprises de votre réseau\u202f; à zéro ou une, sa phrase est omise",
        "184",
        is_figure=True,
    ),
    MergeField(
        "jeunes_en_emploi",
        "Jeunes entrés en emploi ou en alternance depuis un an\u202f; à zéro ou un, sa phrase est omise",
        "62",
        is_figure=True,
    ),
    MergeField("annee", "Année en cours", "2026"),
    MergeField("lien", "Lien personnel vers l’enquête", "répondre à l’enquête"),
    MergeField("reference", "Référence de la réponse sur papier", "K7PQ-42MT"),
)
FIELDS: Mapping[str, MergeField] = {field.name: field for field in _ALL}


def _name(written: str) -> str:
    """« Entreprise », « date réponse »: the field it is, whatever the case, the accents and the spaces."""
    return search_key(written).replace(" ", "_").replace("-", "_")


def names_in(text: str) -> list[str]:
    """Known fields of a text, each once, in the order they come."""
    return list(dict.fromkeys(name for name in map(_name, _FIELD.findall(text)) if name in FIELDS))


def unknown_in(text: str) -> list[str]:
    """What stands between braces and is no field, as it was written."""
    return list(dict.fromkeys(written for written in _FIELD.findall(text) if _name(written) not in FIELDS))


def fill(text: str, values: Mapping[str, str], *, gap: str = "…") -> str:
    """The text with its fields filled, in one pass: a value that holds braces is not read again.

    `gap` stands for a field without a value; an unknown field stays as it was written.
    """

    def said(match: re.Match[str]) -> str:
        name = _name(match[1])
        return match[0] if name not in FIELDS else values.get(name) or gap

    return _FIELD.sub(said, text)


def told(text: str, values: Mapping[str, str]) -> str:
    """The text without its sentences that would count none, or one: nobody boasts of it, nor says « 1 jeunes »."""
    small = small_figures(values).keys() & names_in(text)
    if not small:
        return text
    kept = [one for one in _SENTENCES.split(text) if small.isdisjoint(names_in(one))]
    return " ".join(kept)


def small_figures(values: Mapping[str, str]) -> dict[str, str]:
    """{field: « 0 » or « 1 »}: the figures that leave their sentence out."""
    figures = (name for name, field in FIELDS.items() if field.is_figure)
    return {name: values[name] for name in figures if values.get(name) in SMALL_FIGURES}


def missing_in(text: str, values: Mapping[str, str]) -> list[str]:
    """Names of the fields of a text that have no value, and should."""
    return [name for name in names_in(text) if FIELDS[name].missing and not values.get(name)]


def missing_labels(names: Iterable[str]) -> list[str]:
    """What is missing, as one says it: « la commune de l’entreprise »."""
    return [FIELDS[name].missing for name in names]
