"""Postcodes, communes, addresses and coordinates, as files write them. Pure."""

import re

from core.imports.cells import NOTHING, Level, Reading, limited, text_of
from core.spreadsheets.tables import Cell
from core.validators import is_insee_code, is_postcode


def read_postcode(cell: Cell) -> Reading:
    """5 digits; the zero that a number cell drops is given back, « F- » and spaces are taken off."""
    text = text_of(cell)
    if not text:
        return NOTHING
    compact = re.sub(r"^(?:F|FR|FRANCE)[\s-]*(?=\d)", "", text, flags=re.IGNORECASE)
    compact = re.sub(r"[\s.\u200b]", "", re.sub(r"[.,]0+$", "", compact))
    if is_postcode(compact):
        return Reading(compact) if compact == text else Reading(compact, Level.REPAIR, "Code postal remis en forme.")
    if re.fullmatch(r"\d{4}", compact) and is_postcode(f"0{compact}"):
        return Reading(f"0{compact}", Level.REPAIR, "Zéro du début rendu au code postal.")
    if match := re.fullmatch(r"(\d{5})\s+(\D+)", text):
        return Reading(match[1], Level.REPAIR, "Code postal séparé de la ville.", extra=match[2].strip())
    return Reading(
        "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas un code postal\u00a0: gardé dans les notes.", text
    )


def read_insee_code(cell: Cell) -> Reading:
    """The INSEE code of a commune, 2A and 2B included; the zero that a number cell drops is given back."""
    text = re.sub(r"\s", "", text_of(cell)).upper()
    if not text:
        return NOTHING
    if is_insee_code(text):
        return Reading(text)
    if re.fullmatch(r"\d{4}", text) and is_insee_code(f"0{text}"):
        return Reading(f"0{text}", Level.REPAIR, "Zéro du début rendu au code INSEE.")
    return Reading(
        "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas un code INSEE de commune\u00a0: gardé dans les notes.", text
    )


_CEDEX = re.compile(r"[\s,-]*\bcedex\b(?:\s*\d{1,2})?\s*$", re.IGNORECASE)


def read_city(cell: Cell) -> Reading:
    """The name of the commune, without CEDEX, postcode or department; a postcode found there is in `extra`."""
    text = text_of(cell)
    if not text:
        return NOTHING
    postcode = ""
    city = text
    if match := re.match(r"(?:F-?)?(\d{5})[\s,-]+(?=\D)", city):
        postcode, city = match[1], city[match.end() :]
    elif match := re.search(r"[\s,(/-]+(\d{5})\)?\s*$", city):
        postcode, city = match[1], city[: match.start()]
    city = re.sub(r"\s*(?:/\s*|\()(?:\d{2,3}|2[AB])\)?\s*$", "", city, flags=re.IGNORECASE)
    city = _CEDEX.sub("", city).strip(" ,")
    if not city or not re.search(r"[^\W\d]", city):
        return Reading(
            "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas un nom de commune\u00a0: gardé dans les notes.", text
        )
    if city == text:
        return limited(city, 100)
    return Reading(city[:100], Level.REPAIR, "Ville remise en forme.", extra=postcode if is_postcode(postcode) else "")


_ADDRESS_TAIL = re.compile(
    r"^(.*?)[\s,;–-]*\b(?:F-)?(\d{5})\s+([^\d,;]+?)(?:\s+cedex(?:\s+\d+)?)?(?:\s*,?\s*france)?$", re.I
)


def split_address(text: str) -> tuple[str, str, str]:
    """(street, postcode, city) of an address in one piece; the address as it is, "", "" when it has no such end."""
    match = _ADDRESS_TAIL.match(text)
    if match is None or not is_postcode(match[2]) or len(match[3]) > 60:
        return text, "", ""
    return match[1].strip(" ,"), match[2], match[3].strip()


def read_coordinates(first: float | None, second: float | None) -> tuple[float | None, float | None]:
    """(latitude, longitude) of two numbers whose order is unknown; None and None when they are not in France.

    Mainland France and Corsica tell them apart by themselves (41 to 52 north, 6 west to 10 east); overseas, the order
    given is trusted.
    """
    if first is None or second is None:
        return None, None
    for latitude, longitude in ((first, second), (second, first)):
        if 41 <= latitude <= 52 and -6 <= longitude <= 10:
            return latitude, longitude
    if -25 <= first <= 19 and (abs(second) > 40) and abs(second) <= 180 and (first, second) != (0, 0):
        return first, second
    return None, None
