"""Which company of the structure a row of a file is.

By SIRET; else by the same name in the same place, when one company alone answers. Never by the name alone: a town hall
and its schools share theirs, and two known SIRET that differ are two establishments. What only looks alike (same
telephone or e-mail domain under a near name, several answers) is doubtful and waits for a person.
"""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.db import connection

from companies.duplicates import email_domain
from companies.imports.records import CompanyValues, ContactValues
from companies.models import Contact
from core.text import search_key

NEAR_NAME = 0.75
# More companies than this under one telephone or domain: a head office's, which tells none from the others.
SHARED_AT_MOST = 10
MAX_CANDIDATES = 5
SAME_PLACE = "même nom, même commune"

_WORDS = re.compile(r"[a-z0-9]+")
_SAINT = {"st": "saint", "ste": "sainte"}


class Known(NamedTuple):
    """What identifies a company of the structure. `names` are its keys: the name shown, and the legal one."""

    pk: int
    siret: str
    names: tuple[str, ...]
    insee_code: str
    postcode: str
    place: str
    phone: str
    domain: str


@dataclass(frozen=True, slots=True)
class Match:
    """`company` when one is certain; else `candidates`, (pk, why) with the likeliest first, none for a new company."""

    company: int | None = None
    candidates: tuple[tuple[int, str], ...] = ()


def place_key(city: str) -> str:
    """« Saint-Étienne CEDEX 2 » and « ST ETIENNE » are one place."""
    words = _WORDS.findall(search_key(city))
    if "cedex" in words:
        words = words[: words.index("cedex")]
    return " ".join(_SAINT.get(word, word) for word in words)


def name_keys(values: CompanyValues) -> tuple[str, ...]:
    """The keys under which the company of a row may be known."""
    return tuple(dict.fromkeys(key for name in (values.trade_name, values.legal_name) if (key := search_key(name))))


class Directory:
    """The companies of the structure that a file may be about. Built by `load_directory`; asked row by row."""

    def __init__(self, companies: Iterable[Known]) -> None:
        self.by_siret: dict[str, Known] = {}
        self.by_name: dict[str, list[Known]] = defaultdict(list)
        self.by_phone: dict[str, list[Known]] = defaultdict(list)
        self.by_domain: dict[str, list[Known]] = defaultdict(list)
        for known in companies:
            if known.siret:
                self.by_siret[known.siret] = known
            for name in known.names:
                self.by_name[name].append(known)
            if known.phone:
                self.by_phone[known.phone].append(known)
            if known.domain:
                self.by_domain[known.domain].append(known)

    def match(self, values: CompanyValues) -> Match:
        if values.siret and (known := self.by_siret.get(values.siret)):
            return Match(known.pk)
        names = name_keys(values)
        placed = {
            known.pk: known
            for name in names
            for known in self.by_name.get(name, ())
            if not _other_establishment(values, known) and _same_place(values, known)
        }
        if len(placed) == 1:
            return Match(next(iter(placed)))
        if placed:
            # By pk: the same file twice proposes the same one first.
            return Match(candidates=tuple((pk, SAME_PLACE) for pk in sorted(placed)[:MAX_CANDIDATES]))
        alike = self._alike(values, names)
        if not (values.insee_code or values.city or values.postcode):
            alike += self._namesakes(values, names, {pk for pk, _why in alike})
        return Match(candidates=tuple(alike[:MAX_CANDIDATES]))

    def surely(self, values: CompanyValues) -> int | None:
        """The company with that SIRET, or of that name in that place, the first when there are several."""
        match = self.match(values)
        return match.company or next((pk for pk, why in match.candidates if why == SAME_PLACE), None)

    def _namesakes(self, values: CompanyValues, names: tuple[str, ...], but: set[int]) -> list[tuple[int, str]]:
        """A row that does not say where it is may be any company of its name: the same list twice would double it."""
        found = {known.pk: known for name in names for known in self.by_name.get(name, ())}
        return [
            (pk, "même nom, et la ligne ne dit pas où")
            for pk, known in sorted(found.items())
            if pk not in but and not _other_establishment(values, known)
        ]

    def _alike(self, values: CompanyValues, names: tuple[str, ...]) -> list[tuple[int, str]]:
        domain = email_domain(values.email)
        reasons: dict[int, list[str]] = defaultdict(list)
        for sharing, reason in (
            (self.by_phone.get(values.phone, []) if values.phone else [], "même téléphone"),
            (self.by_domain.get(domain, []) if domain else [], "même domaine d’e-mail"),
        ):
            if len(sharing) > SHARED_AT_MOST:
                continue
            for known in sharing:
                nearness = _nearness(names, known.names)
                same_name = nearness == 1.0
                if nearness >= NEAR_NAME and (same_name or not _other_establishment(values, known)):
                    if known.pk not in reasons:
                        reasons[known.pk].append("même nom" if same_name else "nom proche")
                    reasons[known.pk].append(reason)
        ordered = sorted(reasons.items(), key=lambda item: (-len(item[1]), item[1][0] != "même nom", item[0]))
        return [(pk, ", ".join(words)) for pk, words in ordered]


def _other_establishment(values: CompanyValues, known: Known) -> bool:
    return bool(values.siret and known.siret and values.siret != known.siret)


def _same_place(values: CompanyValues, known: Known) -> bool:
    """The finest thing both know decides: the commune’s code, else its name (and postcode), else the postcode."""
    if values.insee_code and known.insee_code:
        return values.insee_code == known.insee_code
    if values.city and known.place:
        same_postcode = values.postcode == known.postcode or not (values.postcode and known.postcode)
        return place_key(values.city) == known.place and same_postcode
    return bool(values.postcode) and values.postcode == known.postcode


def _nearness(names: tuple[str, ...], others: tuple[str, ...]) -> float:
    """1 for one name, 0 for two that have nothing in common: the best of each against each."""
    if set(names) & set(others):
        return 1.0
    ratios = (difflib.SequenceMatcher(None, name, other).ratio() for name in names for other in others)
    # Two different texts may be one to the measure; « same » is kept for those that are.
    return min(max(ratios, default=0.0), 0.99)


_DIRECTORY = """
    WITH live AS (
        SELECT id, siret, name_key, CASE WHEN trade_name = '' THEN '' ELSE search_key(legal_name) END AS legal_key,
               insee_code, postcode, city, phone, email, lower(split_part(email, '@', 2)) AS domain
        FROM companies_company
        WHERE structure_id = %(structure)s AND (deleted_at IS NOT NULL) = %(binned)s AND merged_into_id IS NULL
    )
    SELECT id, siret, name_key, legal_key, insee_code, postcode, city, phone, email FROM live
    WHERE siret = ANY (%(sirets)s) OR name_key = ANY (%(names)s) OR legal_key = ANY (%(names)s)
       OR phone = ANY (%(phones)s) OR domain = ANY (%(domains)s)
    ORDER BY id
"""


def load_directory(*, structure_id: int, rows: Iterable[CompanyValues], binned: bool = False) -> Directory:
    """One reading of the structure’s companies, narrowed to those the rows may speak of; `binned`: of its bin alone."""
    wanted: dict[str, set[str]] = {"sirets": set(), "names": set(), "phones": set(), "domains": set()}
    for values in rows:
        wanted["sirets"].add(values.siret)
        wanted["names"].update(name_keys(values))
        wanted["phones"].add(values.phone)
        wanted["domains"].add(email_domain(values.email))
    parameters = {name: sorted(found - {""}) for name, found in wanted.items()}
    with connection.cursor() as cursor:
        cursor.execute(_DIRECTORY, {"structure": structure_id, "binned": binned, **parameters})
        return Directory(
            Known(
                pk,
                siret,
                tuple(dict.fromkeys(key for key in (name_key, legal_key) if key)),
                insee_code,
                postcode,
                place_key(city),
                phone,
                email_domain(email),
            )
            for pk, siret, name_key, legal_key, insee_code, postcode, city, phone, email in cursor
        )


def match_contact(values: ContactValues, contacts: Iterable[Contact]) -> Contact | None:
    """The person of the company a row names: by e-mail, else by name; with neither, by telephone or function."""
    contacts = list(contacts)
    email, name = values.email.lower(), search_key(f"{values.last_name} {values.first_name}")
    if email and (found := next((one for one in contacts if one.email.lower() == email), None)):
        return found
    if name:
        return next((one for one in contacts if _person_key(one) == name), None)
    if email:
        return None
    numbers = {values.phone, values.mobile} - {""}
    if numbers:
        return next((one for one in contacts if numbers & {one.phone, one.mobile}), None)
    job = search_key(values.job_title)
    return next((one for one in contacts if job and search_key(one.job_title) == job), None)


def _person_key(contact: Contact) -> str:
    return search_key(f"{contact.last_name} {contact.first_name}")
