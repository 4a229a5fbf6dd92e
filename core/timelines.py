"""The story of one thing, twenty lines at a time, newest first: what the timelines of all records share."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db import models

from core.models import ActivityEntry
from core.pagination import Cursor, Order, keyset_page

LINES_A_PAGE = 20
NEWEST_FIRST = Order(("at", "id"), descending=True)
# What a timeline can be narrowed to: word of the address, label, kinds of entries (none: all).
View = tuple[str, str, Sequence[str]]
Line = TypeVar("Line")


@dataclass(frozen=True)
class Timeline(Generic[Line]):
    """`older` is the cursor of what comes before, empty at the beginning of the story."""

    view: str
    lines: list[Line]
    older: str = ""
    is_first_page: bool = True


def timeline_of(
    subject: models.Model,
    views: Sequence[View],
    lines: Callable[[list[ActivityEntry]], list[Line]],
    *,
    view: str = "",
    cursor: str = "",
) -> Timeline[Line]:
    """One query, besides those of `lines`: what a page shows of its entries."""
    kinds = next((kinds for word, _, kinds in views if word == view), None)
    if kinds is None:
        view, kinds = "", ()
    entries = ActivityEntry.objects.about(subject).select_related("by")
    if kinds:
        entries = entries.filter(kind__in=kinds)
    place = Cursor.decoded(cursor, NEWEST_FIRST, ActivityEntry, after=True)
    page = keyset_page(entries, NEWEST_FIRST, size=LINES_A_PAGE, cursor=place)
    return Timeline(view, lines(page.rows), older=page.next, is_first_page=page.first <= 1)
