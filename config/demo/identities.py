"""Numbers, names and addresses that belong to nobody.

SIREN begin with 0001 or 0002: below the lowest number of the public register, never given to anyone. Telephone numbers
come from the ranges the French regulator keeps for works of fiction. Addresses on the Internet use the names kept for
examples (RFC 2606).
"""

import random
import re

from stdnum import luhn

from core.text import search_key

# What remains is four digits: 10,000 numbers a range.
FICTION_LINES = ("+3319900", "+3326191", "+3335301", "+3346571", "+3353649")
FICTION_MOBILES = "+3363998"
CENTRE_LINES = FICTION_LINES[1]  # 02, where the territory lies

SPOTS = tuple(
    """du Moulin|des Tilleuls|de la Claise|du Suin|de l’Anglin|des Trois Chênes|du Vieux Pont|de la Gare|des Étangs|
    du Boischaut|de la Brenne|des Grands Champs|du Lavoir|de la Chaume|des Quatre Vents|du Val|de la Forge|des Glycines|
    de l’Écluse|du Prieuré|de la Fontaine|des Peupliers|du Rond-Point|de la Tuilerie|des Bruyères|du Château|
    de la Vallée|des Acacias|du Faubourg|de la Bouzanne|des Deux Rivières|du Champ de foire|de la Petite Creuse|
    des Roches|du Plateau|de l’Indre|des Noyers|de la Croix blanche|du Parc|des Lilas|de la Garenne|du Berry|
    de la Marche|des Sources|de l’Abbaye|du Gué|des Landes|de la Roseraie|du Centre|de Bel-Air""".replace(
        "\n", ""
    ).split("|")
)
SPOTS = tuple(spot.strip() for spot in SPOTS)
SIGNS = tuple(
    """Le Vieux Pressoir|La Bonne Fourchette|Les Marronniers|Le Martin-Pêcheur|La Cistude|Le Héron cendré|L’Escale|
    Les Trois Marches|Le Cheval blanc|La Grange|Le Petit Comptoir|La Parenthèse|Les Nénuphars|Le Fil de l’eau|
    La Belle Saison|L’Embarcadère|Les Hirondelles|Le Tire-Bouchon|La Guinguette|Le Coin du feu|Mirabelle|Capucine|
    Les Petits Loups|La Marelle|Le Nid|Côté Jardin|Bulle d’air|Nuance|Plein Sud|Le Lion d’or|Les Coquelicots|
    La Rose des vents|Clair de lune|Pomme d’api|Le Grand Cerf""".replace("\n", "").split("|")
)
SIGNS = tuple(sign.strip() for sign in SIGNS)
STREETS = (
    "rue de la République",
    "rue du Général-de-Gaulle",
    "avenue de la Gare",
    "place de l’Église",
    "rue des Artisans",
    "route de Poitiers",
    "route de Châteauroux",
    "rue du Moulin",
    "zone artisanale des Grands Champs",
    "rue Victor-Hugo",
    "rue George-Sand",
    "impasse des Lilas",
    "rue de la Tannerie",
    "chemin du Lavoir",
    "place du Marché",
    "rue Jean-Jaurès",
    "parc d’activités du Boischaut",
    "le Bourg",
)


def slug(text: str) -> str:
    """ "Électricité Perrault" → "electricite-perrault"."""
    return re.sub(r"[^a-z0-9]+", "-", search_key(text)).strip("-")


def with_preposition(name: str) -> str:
    """ "Le Blanc" → "du Blanc", "Issoudun" → "d’Issoudun", "électricité" → "d’électricité"."""
    if name.startswith("Le "):
        return f"du {name[3:]}"
    if search_key(name)[0] in "aeiou":
        return f"d’{name}"
    return f"de {name}"


def at(city: str) -> str:
    """ "Le Blanc" → "au Blanc", "La Châtre" → "à La Châtre"."""
    return f"au {city[3:]}" if city.startswith("Le ") else f"à {city}"


class Numbers:
    """Numbers never given twice."""

    def __init__(self, source: random.Random) -> None:
        self.source = source
        self.given: set[str] = set()

    def siret(self) -> str:
        while True:
            siren = f"000{self.source.randint(10000, 29999)}"
            siren += luhn.calc_check_digit(siren)
            body = f"{siren}0{self.source.choice((1, 1, 1, 2, 2, 3)):03d}"
            number = body + luhn.calc_check_digit(body)
            if siren not in self.given:
                self.given.add(siren)
                return number

    def line(self) -> str:
        return self._phone(CENTRE_LINES if self.source.random() < 0.8 else self.source.choice(FICTION_LINES))

    def mobile(self) -> str:
        return self._phone(FICTION_MOBILES)

    def _phone(self, prefix: str) -> str:
        while True:
            number = f"{prefix}{self.source.randint(0, 9999):04d}"
            if number not in self.given:
                self.given.add(number)
                return number
