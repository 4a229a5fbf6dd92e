"""The search box: companies and contacts, by what one remembers of them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import TrigramWordSimilarity
from django.db import connection
from django.db.models import BooleanField, ExpressionWrapper, Q, QuerySet, Window
from django.db.models.functions import RowNumber

from companies.models import Company, Contact, SearchEntry
from companies.search import (
    MIN_INDEXED,
    Sought,
    companies_beginning,
    exact_entries,
    parse_sought,
    ranking,
    similar_entries,
)

LIMIT = 10
# With fewer good answers than this, look-alikes are looked for too.
FEW = 3
# How alike a word must be, from 0 to 1.
LIKENESS = 0.4
CANDIDATES = 400


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
        more_companies, more_contacts = _alike(entries, sought)
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
    """An address or a number is right or wrong; short words look like too many others."""
    return not sought.digits and "@" not in sought.key and any(len(word) > MIN_INDEXED for word in sought.words)


def _ids(entries: QuerySet, sought: Sought, limit: int) -> tuple[list[int], list[int]]:
    """Of companies, of contacts, best first: one more than asked, to know whether there are more. One reading."""
    of_company = ExpressionWrapper(Q(contact=None), output_field=BooleanField())
    place = Window(RowNumber(), partition_by=of_company, order_by=ranking(sought))
    rows = entries.annotate(place=place).filter(place__lte=limit + 1).order_by("place")
    found = list(rows.values_list("company_id", "contact_id"))
    return [row[0] for row in found if row[1] is None], [row[1] for row in found if row[1] is not None]


def _alike(entries: QuerySet, sought: Sought) -> tuple[list[int], list[int]]:
    """Ids of look-alikes, most alike first, among the first candidates: comparing one costs more than finding it."""
    found = similar_entries(entries, sought).annotate(likeness=TrigramWordSimilarity(sought.key, "text"))
    with connection.cursor() as cursor:
        # A limit without an order tempts the planner away from the index, to compare every row of the table.
        cursor.execute("SELECT set_config('enable_seqscan', 'off', true)")
        cursor.execute("SELECT set_config('pg_trgm.word_similarity_threshold', %s, true)", [str(LIKENESS)])
        rows = list(found.values_list("likeness", "text", "company_id", "contact_id")[:CANDIDATES])
        cursor.execute("SELECT set_config('enable_seqscan', 'on', true)")
    rows.sort(key=lambda row: (-row[0], len(row[1]), row[1]))
    return [row[2] for row in rows if row[3] is None], [row[3] for row in rows if row[3] is not None]


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
