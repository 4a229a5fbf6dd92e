"""Telephone numbers, e-mail and web addresses, as files write them: several in a cell, with words around. Pure."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator, URLValidator

from core.imports.cells import NOTHING, Level, Reading, text_of
from core.spreadsheets.tables import Cell
from core.text import search_key
from core.validators import Phone, parse_phone

_PHONE_BREAKS = re.compile(r"[,;/|\n]|\s+(?:ou|et|puis)\s+|\s-\s|(?<=\d)\s*(?=\+\d)", re.IGNORECASE)
_PHONE = re.compile(r"\+?\(?\d[\d\s.\-()\u00a0\u202f·_]{4,}\d")


def read_phone(cell: Cell) -> Reading:
    """The first telephone number of the cell, in E.164; `extra`: the second one; the rest in `leftover`.

    What is no telephone number is a warning, never a refusal of the row.
    """
    text = text_of(cell)
    if not text:
        return NOTHING
    found, rest = _phones_in(cell if isinstance(cell, str) else text)
    if not found:
        message = (
            f"«\u00a0{text}\u00a0» n’est pas un numéro de téléphone que l’on peut composer\u00a0: gardé dans les notes."
        )
        return Reading("", Level.WARNING, message, text)
    value, extra = found[0].e164, (found[1].e164 if len(found) > 1 else "")
    leftover = "\u202f; ".join([*(phone.e164 for phone in found[2:]), *rest])
    if rest:
        kept = "\u202f; ".join(rest)
        message = (
            f"Une partie de cette cellule n’est pas un numéro de téléphone\u00a0: «\u00a0{kept}\u00a0» dans les notes."
        )
        return Reading(value, Level.WARNING, message, leftover, extra)
    if extra:
        return Reading(value, Level.REPAIR, "Plusieurs numéros dans la cellule\u00a0: séparés.", leftover, extra)
    return Reading(value)


def _phones_in(text: str) -> tuple[list[Phone], list[str]]:
    """The numbers written in a cell, each once, and what is left of it that means something."""
    if (phone := _phone_of(text)) is not None:
        return [phone], []
    found: list[Phone] = []
    rest: list[str] = []
    for part in _PHONE_BREAKS.split(text):
        piece = part.strip(" .:-")
        if not piece:
            continue
        if (phone := _phone_of(piece)) is None and (match := _PHONE.search(piece)):
            phone = _phone_of(match[0])
            left = (piece[: match.start()] + piece[match.end() :]).strip(" .:-()") if phone else piece
            if left and search_key(left) not in {"tel", "telephone", "fixe", "port", "portable", "mobile", "standard"}:
                rest.append(left)
        elif phone is None:
            rest.append(piece)
        if phone is not None and phone not in found:
            found.append(phone)
    return found, rest


def _phone_of(text: str) -> Phone | None:
    """One number, or None; the 0 that a number cell drops is given back (387123456, 33387123456)."""
    if not re.fullmatch(r"[\d\s.\-()+\u00a0\u202f·_]+", text) or len(re.sub(r"\D", "", text)) > 15:
        return None
    digits = re.sub(r"\D", "", text)
    if not text.lstrip().startswith("+"):
        if len(digits) == 9 and digits[0] in "12345679":
            return parse_phone(f"0{digits}")
        if len(digits) == 11 and digits.startswith("33"):
            return parse_phone(f"+{digits}")
        if len(digits) < 10:
            return None
    return parse_phone(text)


_EMAIL = re.compile(r"[^\s,;<>()\[\]|/\"']+@[^\s,;<>()\[\]|/\"']+")
_is_email = EmailValidator()


def read_email(cell: Cell) -> Reading:
    """The first e-mail address of the cell, its domain in lower case; the others in `leftover` with a warning."""
    text = text_of(cell)
    if not text:
        return NOTHING
    valid = [address for candidate in _EMAIL.findall(text) if (address := _email_of(candidate))]
    if not valid:
        return Reading(
            "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas une adresse e-mail\u00a0: gardé dans les notes.", text
        )
    others = [address for address in dict.fromkeys(valid[1:]) if address != valid[0]]
    if others:
        message = (
            "Plusieurs adresses e-mail dans la cellule\u00a0: la première est gardée, les autres vont dans les notes."
        )
        return Reading(valid[0], Level.WARNING, message, ", ".join(others))
    if len(re.findall("@", text)) > 1:
        return Reading(valid[0], Level.WARNING, "Une seule adresse e-mail de cette cellule est valable.", text)
    return Reading(valid[0])


def _email_of(candidate: str) -> str:
    candidate = candidate.removeprefix("mailto:").strip(".:")
    local, _at, domain = candidate.rpartition("@")
    address = f"{local}@{domain.lower()}"
    try:
        _is_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


_is_url = URLValidator(schemes=["http", "https"])


def read_website(cell: Cell) -> Reading:
    """An address that begins with http:// or https:// (https:// is added to a bare name)."""
    text = text_of(cell)
    if not text:
        return NOTHING
    first = re.split(r"[\s,;|]+", text)[0]
    address = first if re.match(r"https?://", first, re.IGNORECASE) else f"https://{first}"
    try:
        _is_url(address)
    except ValidationError:
        address = ""
    if not address or len(address) > 200:
        return Reading(
            "", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas l’adresse d’un site\u00a0: gardé dans les notes.", text
        )
    return Reading(address, leftover="" if first == text else text)


@dataclass(frozen=True, slots=True)
class Details:
    """A person's name, e-mail and telephone found in one cell."""

    name: str
    email: str
    phone: str


def read_details(cell: Cell) -> Details:
    """« M. Dupont - a@b.fr - 06 12 34 56 78 » taken apart."""
    text = text_of(cell)
    email = next((address for candidate in _EMAIL.findall(text) if (address := _email_of(candidate))), "")
    rest = _EMAIL.sub(" ", text)
    phone = ""
    if (match := _PHONE.search(rest)) and (found := _phone_of(match[0])):
        phone, rest = found.e164, rest[: match.start()] + " " + rest[match.end() :]
    return Details(re.sub(r"\s+", " ", rest).strip(" -,;:/|()"), email, phone)
