"""What a company's codes suggest: a sector from its NAF, a type from its workforce and legal category.

Proposals only: the adviser decides. Codes: INSEE, nomenclature d'activités française (rév. 2 and 2025, whose divisions
agree here), catégories juridiques, tranches d'effectif.
"""

import re

from companies.enums import CompanyType, Sector, WorkforceBand

_NAF = re.compile(r"(\d{2})\.?(\d{2})\.?([A-Z])")

# Classes and groups that leave their division's sector, longest prefix first.
_EXCEPTIONS = {
    "81.30": Sector.GREEN,  # landscaping, inside « services relatifs aux bâtiments »
    "81.3": Sector.GREEN,
    "75": Sector.CARE,  # veterinary care
    "95.31": Sector.TERTIARY,
}
# (first division, last division, sector), divisions included.
_DIVISIONS = (
    (1, 3, Sector.GREEN),
    (5, 36, Sector.INDUSTRY),
    (37, 39, Sector.GREEN),  # waste, clean-up
    (41, 43, Sector.CONSTRUCTION),
    (45, 47, Sector.TERTIARY),
    (49, 53, Sector.LOGISTICS),
    (55, 56, Sector.HOSPITALITY),
    (58, 79, Sector.TERTIARY),
    (80, 81, Sector.CARE),  # security, cleaning
    (82, 82, Sector.TERTIARY),
    (84, 88, Sector.CARE),
    (90, 91, Sector.CARE),
    (92, 92, Sector.TERTIARY),
    (93, 94, Sector.CARE),
    (95, 95, Sector.TERTIARY),
    (96, 99, Sector.CARE),
)
_UNDER_TEN = frozenset({WorkforceBand.NONE, WorkforceBand.B1, WorkforceBand.B3, WorkforceBand.B6})
_UNDER_TWO_HUNDRED = frozenset({WorkforceBand.B10, WorkforceBand.B20, WorkforceBand.B50, WorkforceBand.B100})


def parse_naf(text: str) -> str:
    """« 4391a », « 43.91 A » → « 43.91A »; "" when it is not the shape of a code."""
    found = _NAF.fullmatch(re.sub(r"[\s\u00a0\u202f]", "", text).upper())
    return f"{found[1]}.{found[2]}{found[3]}" if found else ""


def proposed_sector(naf_code: str) -> str:
    """One of `Sector`, or "" when the code says nothing."""
    code = parse_naf(naf_code)
    if not code:
        return ""
    for prefix in sorted(_EXCEPTIONS, key=len, reverse=True):
        if code.startswith(prefix):
            return _EXCEPTIONS[prefix]
    division = int(code[:2])
    return next((sector for first, last, sector in _DIVISIONS if first <= division <= last), "")


def proposed_type(*, workforce_band: str, legal_category: str = "") -> str:
    """One of `CompanyType`, or "". The legal form comes first: a town hall of six people is no TPE."""
    if legal_category[:1] in ("4", "7"):  # public law, industrial and commercial establishments included
        return CompanyType.PUBLIC
    if legal_category[:2] in ("92", "93"):  # associations, foundations
        return CompanyType.ASSOCIATION
    if workforce_band in _UNDER_TEN:
        return CompanyType.MICRO
    if workforce_band in _UNDER_TWO_HUNDRED:
        return CompanyType.SME
    return CompanyType.LARGE if workforce_band else ""
