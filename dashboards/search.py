"""The search box: companies and contacts, by what one remembers of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from companies.models import Company, Contact, SearchEntry
from companies.search import (
    MIN_INDEXED,
    Sought,
    companies_beginning,
    exact_entries,
    parse_sought,
    ranked,
    similar_entries,
)

LIMIT = 10
# With fewer good answers than this, look-alikes are looked for too.
FEW = 3
# How alike a word must be, from 0 to 1.
LIKENESS = 0.5


@dataclass(frozen=True)
class Results:
    """Rows read anew behind both walls, best first. `guessed`: look-alikes of what was typed are among them."""

    text: str
    companies: Sequence[Company] = ()
    contacts: Sequence[Contact] = ()
    guessed: bool = False
    more_companies: bool = False
    more_contacts: bool = False
    # What the box held was a number: nothing is proposed under that name.
    is_number: bool = False

    @property
    def is_empty(self) -> bool:
        return not self.companies and not self.contacts


def search(*, user: Any, structure: Any, text: str, limit: int = LIMIT) -> Results:
    """At most `limit` of each kind; `structure`: the one chosen in the header, or None."""
    sought = parse_sought(text)
    if not sought.indexed and not sought.digits:
        return _beginning(user, structure, sought, text, limit)
    entries = SearchEntry.objects.visible_to(user).in_structure(structure)
    company_ids, contact_ids = _ids(exact_entries(entries, sought), sought, limit)
    guessed = False
    if len(company_ids) + len(contact_ids) < FEW and _worth_guessing(sought):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        more_companies, more_contacts = _ids(similar_entries(entries, sought), sought, limit)
        guessed = bool(set(more_companies) - set(company_ids) or set(more_contacts) - set(contact_ids))
        company_ids = list(dict.fromkeys([*company_ids, *more_companies]))
        contact_ids = list(dict.fromkeys([*contact_ids, *more_contacts]))
    return Results(
        text=text.strip(),
        companies=_in_order(_companies(user, structure), company_ids[:limit]),
        contacts=_in_order(_contacts(user, structure), contact_ids[:limit]),
        guessed=guessed,
        more_companies=len(company_ids) > limit,
        more_contacts=len(contact_ids) > limit,
        is_number=bool(sought.digits),
    )


def _worth_guessing(sought: Sought) -> bool:
    return not sought.digits and any(len(word) > MIN_INDEXED for word in sought.words)


def _ids(entries: QuerySet, sought: Sought, limit: int) -> tuple[list[int], list[int]]:
    """Of companies, of contacts: one more than asked, to know whether there are more."""
    companies = ranked(entries.filter(contact=None), sought).values_list("company_id", flat=True)
    contacts = ranked(entries.filter(contact__isnull=False), sought).values_list("contact_id", flat=True)
    return list(companies[: limit + 1]), list(contacts[: limit + 1])


def _beginning(user: Any, structure: Any, sought: Sought, text: str, limit: int) -> Results:
    """One or two letters: names that begin so."""
    companies = companies_beginning(_companies(user, structure), sought.key).order_by("name_key", "pk")
    found = list(companies[: limit + 1])
    return Results(text=text.strip(), companies=found[:limit], more_companies=len(found) > limit)


def _companies(user: Any, structure: Any) -> QuerySet:
    return Company.objects.visible_to(user).in_structure(structure).select_related("adviser")


def _contacts(user: Any, structure: Any) -> QuerySet:
    contacts = Contact.objects.visible_to(user).in_structure(structure).filter(company__deleted_at=None)
    return contacts.select_related("company")


def _in_order(rows: QuerySet, pks: Sequence[int]) -> list[Any]:
    if not pks:
        return []
    found = rows.in_bulk(list(pks))
    return [found[pk] for pk in pks if pk in found]
