"""Checks on the identifiers and coordinates used in France: pure functions on text, nothing is repaired here."""

import re
from dataclasses import dataclass

import phonenumbers
from stdnum import luhn
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren as stdnum_siren
from stdnum.fr import siret as stdnum_siret

_POSTCODE = re.compile(r"(?:0[1-9]|[1-8]\d|9[0-8])\d{3}")
_INSEE_CODE = re.compile(r"(?:(?:0[1-9]|[1-8]\d|9[0-8])|2[AB])\d{3}")
_LA_POSTE = "356000000"
# Mobiles that the regulator keeps for works of fiction, used by the demo: without this they read as Mayotte's.
_FICTION_MOBILES = "063998"
# Every number of the French plan: new ranges open before the library knows them.
_FRENCH_PLAN = re.compile(
    r"\+(?:33[1-9]\d{8}|(?:590(?:590|69\d)|594(?:594|694)|596(?:596|69\d)|262(?:262|263|269|639|69\d))\d{6})"
)

# What follows the national 0 overseas: (first digits, region). Four digits before the two of metropolitan ranges.
_OVERSEAS_PREFIXES = (
    ("0590", "GP"),
    ("0690", "GP"),
    ("0691", "GP"),
    ("0596", "MQ"),
    ("0696", "MQ"),
    ("0697", "MQ"),
    ("0594", "GF"),
    ("0694", "GF"),
    ("0262", "RE"),
    ("0263", "RE"),
    ("0692", "RE"),
    ("0693", "RE"),
    ("0269", "YT"),
    ("0639", "YT"),
)


def is_siren(text: str) -> bool:
    """True for 9 digits that pass the check of the register of companies."""
    return len(text) == 9 and text.isascii() and text.isdigit() and stdnum_siren.is_valid(text)


def is_siret(text: str) -> bool:
    """True for 14 digits that pass the check of the register, La Poste's own rule included.

    An establishment number (the last five digits) of 00000 does not exist: it is what a spreadsheet leaves of a SIRET
    whose precision it lost.
    """
    if len(text) != 14 or not text.isascii() or not text.isdigit() or text.endswith("00000"):
        return False
    if text.startswith(_LA_POSTE) and luhn.is_valid(text):
        return True
    try:
        stdnum_siret.validate(text)
    except NumberError:
        return False
    return True


def is_postcode(text: str) -> bool:
    """True for a French postcode: 5 digits, 01000 to 98999."""
    return _POSTCODE.fullmatch(text) is not None


def is_insee_code(text: str) -> bool:
    """True for the INSEE code of a commune: 5 characters, 2A and 2B included."""
    return _INSEE_CODE.fullmatch(text) is not None


@dataclass(frozen=True, slots=True)
class Phone:
    """A telephone number that can be dialled: `e164` (+33387123456) and whether it is a mobile."""

    e164: str
    is_mobile: bool


def parse_phone(text: str) -> Phone | None:
    """The one number written in `text`, in any form used in France, overseas or abroad (then with + or 00); or None.

    Short numbers (3949, 15) cannot be dialled from everywhere and are None.
    """
    compact = re.sub(r"\(0\)", "", text)
    compact = re.sub(r"[^\d+]", "", compact)
    if compact.startswith("00"):
        compact = "+" + compact[2:]
    if compact.count("+") > compact.startswith("+"):
        return None
    # +33 0590… and +330387…: the national 0 was left after the country code.
    compact = re.sub(r"^\+33(0+)(?=\d{9}$)", "0", compact)
    if compact.startswith("+33"):
        compact = "0" + compact[3:]
    if compact.startswith(_FICTION_MOBILES) and len(compact) == 10:
        return Phone(f"+33{compact[1:]}", is_mobile=True)
    try:
        number = phonenumbers.parse(compact, _region(compact))
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _FRENCH_PLAN.fullmatch(e164):
        return Phone(e164, e164[3] in "67" if e164.startswith("+33") else e164[4] == "6")
    if not phonenumbers.is_valid_number(number):
        return None
    return Phone(e164, phonenumbers.number_type(number) == phonenumbers.PhoneNumberType.MOBILE)


def _region(compact: str) -> str:
    return next((region for prefix, region in _OVERSEAS_PREFIXES if compact.startswith(prefix)), "FR")
