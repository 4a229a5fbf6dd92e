"""Trades by family: the first letter of a ROME code is its main domain, the first three its professional domain."""

FAMILIES = {
    "A": "Agriculture, espaces verts, animaux",
    "B": "Arts et artisanat d’art",
    "C": "Banque, assurance, immobilier",
    "D": "Commerce, vente, bouche",
    "E": "Communication, multimédia",
    "F": "Bâtiment, travaux publics",
    "G": "Hôtellerie, restauration, tourisme",
    "H": "Industrie",
    "I": "Installation, maintenance",
    "J": "Santé",
    "K": "Services à la personne et à la collectivité",
    "L": "Spectacle",
    "M": "Bureau, gestion, numérique",
    "N": "Transport, logistique",
}


def family_of(rome_code: str) -> str:
    """The letter of its family; "" for a code that has none."""
    letter = rome_code[:1].upper()
    return letter if letter in FAMILIES else ""


def domain_of(rome_code: str) -> str:
    """Letter and two digits: trades that are learned beside each other."""
    return rome_code[:3].upper()
