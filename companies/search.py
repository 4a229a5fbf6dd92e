"""Finding companies and contacts by what one remembers of them: words in any order, accents and case ignored, digits.

Reads the search table, whose rows are keys and not answers: whoever shows a result reads the company or the contact
itself, behind both walls.
"""

import re
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import BooleanField, Case, F, Func, Q, QuerySet, Value, When
from django.db.models.functions import Length

from companies.models import SearchEntry
from core.text import search_key

MAX_LENGTH = 100
MAX_WORDS = 6
# Below three letters a trigram index has nothing to look up.
MIN_INDEXED = 3
MIN_DIGITS = 4
_PUNCTUATION = re.compile(r"[\s.\-/()_]+")
_NOT_WORDS = re.compile(r"[^\w@.'&+-]+")


@dataclass(frozen=True)
class Sought:
    """What the box holds, reduced: the whole key, its words, and its digits when it is a number."""

    key: str
    words: tuple[str, ...]
    digits: str

    @property
    def indexed(self) -> tuple[str, ...]:
        return tuple(word for word in self.words if len(word) >= MIN_INDEXED)


def parse_sought(text: str) -> Sought:
    """« 02 54 00.00 00 », « +33 2 54… » and « 412 345 678 00014 » are numbers; the rest is words."""
    text = text.replace("\x00", "")[:MAX_LENGTH]
    key = search_key(text)
    compact = _PUNCTUATION.sub("", text)
    compact = re.sub(r"^(\+|00)33(0?)", "0", compact)
    digits = compact if compact.isascii() and compact.isdigit() and len(compact) >= MIN_DIGITS else ""
    if len(digits) == 10 and digits.startswith("0"):
        digits = digits[1:]  # overseas numbers are kept with their prefix, not with the 0
    words = tuple(dict.fromkeys(word for word in _NOT_WORDS.split(key) if word))[:MAX_WORDS]
    return Sought(key=key, words=words, digits=digits)


def exact_entries(entries: QuerySet, sought: Sought) -> QuerySet:
    """Entries holding every word, or the number."""
    if len(sought.digits) >= 9:
        return entries.filter(digits__contains=sought.digits)
    if not sought.indexed:
        return entries.none()
    every = Q()
    for word in sought.words:
        every &= Q(text__contains=word)
    if sought.digits:
        every |= Q(digits__contains=sought.digits)
    return entries.filter(every)


def similar_entries(entries: QuerySet, sought: Sought) -> QuerySet:
    """Entries in which every word of three letters or more has a look-alike: « boulengerie »."""
    if not sought.indexed or sought.digits:
        return entries.none()
    for word in sought.indexed:
        entries = entries.filter(text__trigram_word_similar=word)
    return entries


def ranking(sought: Sought) -> list[Any]:
    """Order of the entries: those that begin so first, then the shortest, that is the closest."""
    begins = Case(When(text__startswith=sought.key, then=Value(0)), default=Value(1))
    return [begins, Length("text"), F("text"), F("pk")]


def ranked(entries: QuerySet, sought: Sought) -> QuerySet:
    return entries.order_by(*ranking(sought))


class IsAmong(Func):
    """`id = ANY (ARRAY (SELECT …))`: the ids are found first, once; a subquery may be asked of every row instead."""

    template, arg_joiner = "(%(expressions)s))", " = ANY ("
    output_field = BooleanField()


def companies_matching(companies: QuerySet, *, user: Any, text: str) -> QuerySet:
    """Those that hold the words, themselves or through a contact."""
    sought = parse_sought(text)
    if sought.indexed or sought.digits:
        found = exact_entries(SearchEntry.objects.visible_to(user), sought)
        return companies.filter(IsAmong(F("pk"), ArraySubquery(found.values("company_id"))))
    return companies_beginning(companies, sought.key)


def companies_beginning(companies: QuerySet, key: str) -> QuerySet:
    """By the first letters of the name, which its index answers even under row-level security (unlike LIKE)."""
    return companies.filter(name_key__gte=key, name_key__lt=f"{key}\U0010ffff") if key else companies.none()
