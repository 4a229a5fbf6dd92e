"""What somebody outside may propose to correct, and how two values of it are compared. Pure.

A person named by the company is not a field: she is proposed whole, in one line that reads as it is shown:
« Nadia Haddad · 06 39 98 00 12 · nadia@bati-brenne.example ».
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from companies.enums import Sector
from core.french import phone as shown_phone
from core.text import search_key
from core.validators import parse_phone

COMPANY_FIELDS = ("legal_name", "address", "postcode", "city", "phone", "sector")
CONTACT_FIELDS = ("mobile", "email")
# Somebody we do not know: who runs the company, whom to call there.
LEADER, PERSON = "leader", "person"
PEOPLE = (LEADER, PERSON)

LABELS = {
    "legal_name": "Raison sociale",
    "address": "Adresse",
    "postcode": "Code postal",
    "city": "Commune",
    "phone": "Téléphone",
    "sector": "Secteur",
    "mobile": "Mobile",
    "email": "E-mail",
    LEADER: "Responsable de l’entreprise",
    PERSON: "Personne à contacter",
}
_CIVILITIES = frozenset({"m", "mr", "mme", "mlle", "madame", "monsieur"})
_BETWEEN = " · "
LONGEST = 300
LONGEST_NAME = 100


@dataclass(frozen=True)
class ProposedPerson:
    name: str = ""
    mobile: str = ""
    email: str = ""

    @property
    def said(self) -> str:
        name = " ".join(self.name.replace("·", " ").split())[:LONGEST_NAME]
        parts = [name, shown_phone(self.mobile) if self.mobile else "", self.email]
        return _BETWEEN.join(part for part in parts if part)[:LONGEST]

    @property
    def names(self) -> tuple[str, str]:
        """(first, last): the first word, then the rest; a single word is a last name."""
        first, _, last = self.name.partition(" ")
        return (first, last) if last else ("", first)


def shown_value(field: str, value: str) -> str:
    """As it is read: « 02 54 00 00 01 », « Industrie »."""
    if field in ("phone", "mobile"):
        return shown_phone(value)
    return dict(Sector.choices).get(value, value) if field == "sector" else value


def parse_person(said: str) -> ProposedPerson:
    """The person that `ProposedPerson.said` wrote."""
    name = mobile = email = ""
    for part in said.split(_BETWEEN):
        number = parse_phone(part) if any(sign.isdigit() for sign in part) else None
        if "@" in part:
            email = part
        elif number:
            mobile = number.e164
        else:
            name = name or part
    return ProposedPerson(name, mobile, email)


def differs(field: str, known: str, proposed: str) -> bool:
    """Whether the proposal says something else: not the same in capitals, nor the same number in another form."""
    if field in ("phone", "mobile"):
        return _dialled(known) != _dialled(proposed)
    if field in ("email", "postcode", "sector"):
        return known.strip().lower() != proposed.strip().lower()
    return _letters(known) != _letters(proposed)


def _dialled(number: str) -> str:
    found = parse_phone(number)
    return found.e164 if found else number.strip()


def _letters(text: str) -> str:
    return " ".join(search_key(text).replace("-", " ").replace("’", " ").replace("'", " ").replace(",", " ").split())


class Reachable(Protocol):
    """What somebody we know is recognised by."""

    @property
    def mobile(self) -> Any: ...
    @property
    def phone(self) -> Any: ...
    @property
    def email(self) -> Any: ...
    @property
    def full_name(self) -> str: ...


def named_people(texts: Mapping[str, str], people: Iterable[Reachable], *, contact: Reachable | None) -> dict[str, str]:
    """{`PERSON`, `LEADER`: how she reads, "" when we know her or nobody was named}.

    `texts`: what was answered to contact_name, mobile, email, leader; `people`: those we know; `contact`: whom the
    letter was written to, None when it was to nobody: mobile and e-mail are then somebody's that we do not know.
    """
    people = list(people)
    name, leader = _unknown(texts.get("contact_name", ""), people), _unknown(texts.get("leader", ""), people)
    mobile, email = texts.get("mobile", ""), texts.get("email", "")
    known = {_dialled(one) for person in people for one in (person.mobile, person.phone) if one}
    known |= {person.email.lower() for person in people if person.email}
    hers = bool(name) or contact is None
    person = ProposedPerson(
        name=name,
        mobile=mobile if hers and mobile and _dialled(mobile) not in known else "",
        email=email if hers and email and email.lower() not in known else "",
    )
    same = _name_key(leader) == _name_key(name)
    return {PERSON: person.said, LEADER: "" if same else ProposedPerson(name=leader).said}


def _unknown(name: str, people: Iterable[Reachable]) -> str:
    """The name, when nobody we know there bears it."""
    key = _name_key(name)
    return " ".join(name.split()) if key and all(_name_key(person.full_name) != key for person in people) else ""


def _name_key(name: str) -> tuple[str, ...]:
    """« HADDAD Nadia », « Mme Nadia Haddad »: the same person."""
    words = search_key(name).replace("-", " ").replace(".", " ").split()
    return tuple(sorted(word for word in words if word not in _CIVILITIES))
