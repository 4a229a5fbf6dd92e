"""How much we know of a company, and the next question worth asking. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Facet:
    """Something worth knowing. `question` follows « À demander la prochaine fois : » and ends the sentence."""

    name: str
    label: str
    weight: int
    question: str


# In the order a conversation takes; weights say what serves a young person most.
FACETS = (
    Facet("decider", "Qui décide", 10, "qui décide d’accueillir quelqu’un\u202f?"),
    Facet("activity", "Fait", 10, "que faites-vous, et pour quels clients\u202f?"),
    Facet("occupations", "Métiers", 10, "quels métiers exerce-t-on chez vous\u202f?"),
    Facet("workforce_band", "Effectif", 6, "combien êtes-vous aujourd’hui\u202f?"),
    Facet("organisation", "Organisation", 8, "comment l’équipe est-elle organisée\u202f?"),
    Facet(
        "ways_of_working", "Façons de travailler", 12, "comment se passe l’accueil d’un nouveau, le premier jour\u202f?"
    ),
    Facet("attracts", "Attire", 12, "qu’est-ce qui plaît à ceux qui restent\u202f?"),
    Facet("deters", "Retient", 12, "qu’est-ce qui fait hésiter à venir chez vous\u202f?"),
    Facet("coming_needs", "À venir", 12, "qu’est-ce qui va changer d’ici un an, départs ou commandes\u202f?"),
    Facet(
        "equality_commitments",
        "Égalité",
        6,
        "que faites-vous pour que femmes et hommes accèdent aux mêmes postes\u202f?",
    ),
    Facet("history", "Histoire", 2, "comment l’entreprise est-elle née\u202f?"),
)


@dataclass(frozen=True)
class Gauge:
    """`percent` from 0 to 100; `asks` the heaviest question without answer, "" when all is known."""

    percent: int
    known: tuple[str, ...]
    missing: tuple[Facet, ...]

    @property
    def asks(self) -> str:
        return max(self.missing, key=lambda facet: facet.weight).question if self.missing else ""


def gauge(values: Mapping[str, object]) -> Gauge:
    """`values`: {facet name: anything true when it is known}; a name left out counts as unknown.

    Blank text (« », spaces) is no knowledge.
    """

    def is_known(facet: Facet) -> bool:
        value = values.get(facet.name)
        return bool(value.strip() if isinstance(value, str) else value)

    known = [facet for facet in FACETS if is_known(facet)]
    total = sum(facet.weight for facet in FACETS)
    return Gauge(
        percent=round(100 * sum(facet.weight for facet in known) / total),
        known=tuple(facet.name for facet in known),
        missing=tuple(facet for facet in FACETS if facet not in known),
    )
