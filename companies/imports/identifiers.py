"""SIRET, NAF, legal form, workforce band: the codes of the register of companies, as files write them. Pure."""

import re
from datetime import date, time

from companies.enums import WorkforceBand
from core.imports.cells import NOTHING, Level, Reading, text_of
from core.spreadsheets.tables import Cell
from core.text import search_key
from core.validators import is_siren, is_siret

_SCIENTIFIC = re.compile(r"(\d)(?:[.,](\d+))?\s*[eE]\s*\+?(\d+)")
_SEPARATORS = re.compile(r"[\s.\-_/'’\u200b\ufeff]")
_LOST_DIGITS = (
    "Le tableur a perdu les derniers chiffres de ce SIRET («\u00a0{text}\u00a0»). Dans le fichier d’origine, mettez la "
    "colonne au format Texte, ou ressaisissez les 14 chiffres."
)


def read_siret(cell: Cell) -> Reading:
    """14 digits that pass the register's check, or nothing.

    Repaired when one reading alone is possible, and then said: separators, a number, scientific notation with all its
    digits, leading zeros lost. A SIREN (9 digits) is not a SIRET: a warning, and the number goes to the notes. The rest
    is an error: the row is refused.
    """
    text = text_of(cell)
    if not text:
        return NOTHING
    if isinstance(cell, bool | date | time):
        return Reading("", Level.ERROR, f"«\u00a0{text}\u00a0» n’est pas un SIRET\u00a0: il faut 14 chiffres.")
    digits = _SEPARATORS.sub("", re.sub(r"^\s*(?:n[°º]\s*)?siret\s*:?", "", text, flags=re.IGNORECASE))
    if match := _SCIENTIFIC.fullmatch(text.replace(" ", "")):
        whole, decimals, exponent = match[1], match[2] or "", int(match[3])
        if len(decimals) != exponent:
            return Reading("", Level.ERROR, _LOST_DIGITS.format(text=text))
        digits = whole + decimals
    # « 79914163500018.0 »: a number that went through another tool.
    digits = digits if not re.fullmatch(r"\d{11,14}[.,]0+", text) else re.split(r"[.,]", text)[0]
    if not (digits.isascii() and digits.isdigit()):
        return Reading("", Level.ERROR, f"«\u00a0{text}\u00a0» n’est pas un SIRET\u00a0: il faut 14 chiffres.")
    return _siret_of(digits, text, is_number=not isinstance(cell, str))


def _siret_of(digits: str, text: str, *, is_number: bool) -> Reading:
    if is_siret(digits):
        return Reading(digits) if digits == text else _repaired(digits)
    if len(digits) == 9 and is_siren(digits):
        message = (
            "9 chiffres\u00a0: c’est un SIREN (l’entreprise), pas un SIRET (l’établissement). Gardé dans les notes."
        )
        return Reading("", Level.WARNING, message, f"SIREN {digits}")
    if 11 <= len(digits) <= 13 and is_siret(padded := digits.zfill(14)):
        return _repaired(padded, "Zéros du début rendus au SIRET.")
    if digits.endswith("00000") and (is_number or len(digits) == 14):
        message = _LOST_DIGITS.format(text=text)
    elif len(digits) == 14:
        message = "Ce SIRET n’existe pas\u00a0: l’un de ses chiffres est faux (la clé de contrôle ne va pas)."
    else:
        message = f"Ce SIRET a {len(digits)} chiffre{'s' * (len(digits) > 1)}\u00a0: il en faut 14."
    return Reading("", Level.ERROR, message)


def _repaired(value: str, message: str = "SIRET remis en forme.") -> Reading:
    return Reading(value, Level.REPAIR, message)


def join_siret(siren: Cell, nic: Cell) -> str:
    """The SIRET that a SIREN and a NIC make, "" when they make none."""
    siren_digits, nic_digits = (_SEPARATORS.sub("", text_of(cell)) for cell in (siren, nic))
    siret = siren_digits.zfill(9) + nic_digits.zfill(5) if siren_digits and nic_digits else ""
    return siret if is_siret(siret) else ""


_NAF = re.compile(r"(\d{2})[.\s]?(\d{2})[.\s]?([A-Z])(?![A-Za-z0-9])", re.IGNORECASE)


def read_naf(cell: Cell, nomenclature: str = "") -> Reading:
    """« 47.72A », whatever the dot and the label after it. Codes of older nomenclatures are left out, and said."""
    text = text_of(cell)
    if not text or text in {"00.00Z", "0000Z"}:
        return NOTHING
    if nomenclature and search_key(nomenclature).replace(" ", "") not in {"nafrev2", "naf2025", "naf25"}:
        message = f"Code d’une ancienne nomenclature ({nomenclature})\u00a0: gardé dans les notes."
        return Reading("", Level.WARNING, message, f"{text} ({nomenclature})")
    if match := _NAF.match(text):
        return Reading(f"{match[1]}.{match[2]}{match[3].upper()}")
    return Reading("", Level.WARNING, f"«\u00a0{text}\u00a0» n’est pas un code NAF\u00a0: gardé dans les notes.", text)


# INSEE's codes, with the number of employees each begins at.
_BAND_FLOORS: tuple[tuple[int, str], ...] = (
    (0, "00"),
    (1, "01"),
    (3, "02"),
    (6, "03"),
    (10, "11"),
    (20, "12"),
    (50, "21"),
    (100, "22"),
    (200, "31"),
    (250, "32"),
    (500, "41"),
    (1000, "42"),
    (2000, "51"),
    (5000, "52"),
    (10000, "53"),
)
_BANDS = frozenset(WorkforceBand.values)
_UNKNOWN_BANDS = frozenset({"nn", "n n", "non employeuse", "non employeur", "unite non employeuse"})


def read_workforce_band(cell: Cell) -> Reading:
    """A column of bands: INSEE's code (« 11 », « 1 » where the zero was lost) first, else as `read_headcount`."""
    text = text_of(cell)
    if not text or search_key(text) in _UNKNOWN_BANDS:
        return NOTHING
    if text.zfill(2) in _BANDS:
        return Reading(text.zfill(2))
    return read_headcount(cell)


def read_headcount(cell: Cell) -> Reading:
    """A column of numbers of employees: « 12 » is 10 to 19, « 10 à 19 salariés » too; « 03 » can only be a code."""
    text = text_of(cell)
    if not text or search_key(text) in _UNKNOWN_BANDS:
        return NOTHING
    if re.fullmatch(r"0\d", text) and text in _BANDS:
        return Reading(text)
    key = re.sub(r"(?<=\d)[ .,](?=\d{3}\b)", "", search_key(text))
    numbers = [int(number) for number in re.findall(r"\d+", re.sub(r"(?<=\d)[.,]\d+", "", key))]
    if not numbers:
        message = f"«\u00a0{text}\u00a0» n’est pas un effectif\u00a0: gardé dans les notes."
        return Reading("", Level.WARNING, message, text)
    number = numbers[0]
    if len(numbers) == 1 and re.match(r"(?:moins de|<|inferieur a|jusqu'a)", key):
        number = max(number - 1, 0)
    elif len(numbers) == 1 and re.match(r"(?:plus de|>|superieur a)", key):
        number += 0 if any(floor == number for floor, _code in _BAND_FLOORS) else 1
    return Reading(max(band for band in _BAND_FLOORS if band[0] <= number)[1])


# Common legal forms, by INSEE's codes (third level): what files write, without accents.
_LEGAL_FORMS = {
    "entrepreneur individuel": "1000",
    "entreprise individuelle": "1000",
    "ei": "1000",
    "auto-entrepreneur": "1000",
    "micro-entreprise": "1000",
    "snc": "5202",
    "eurl": "5498",
    "sarl": "5499",
    "sarl unipersonnelle": "5498",
    "societe a responsabilite limitee": "5499",
    "sarl association": "5499",
    "sa": "5599",
    "societe anonyme": "5599",
    "sas": "5710",
    "societe par actions simplifiee": "5710",
    "sasu": "5720",
    "gie": "6220",
    "sci": "6540",
    "association declaree": "9220",
    "association": "9220",
    "association loi 1901": "9220",
    "commune": "7210",
    "departement": "7220",
    "region": "7230",
    "ccas": "7361",
    "centre communal d'action sociale": "7361",
}


def read_legal_category(cell: Cell) -> Reading:
    """INSEE's four digits, read from the code or from the common name of the form; else left for the notes."""
    text = text_of(cell)
    if not text:
        return NOTHING
    if match := re.match(r"(\d{4})(?!\d)", text):
        return Reading(match[1])
    if code := _LEGAL_FORMS.get(search_key(text)):
        return Reading(code)
    return Reading("", leftover=text)
