"""Every row once, in order, both ways, whatever the ties and the missing values."""

import base64
import datetime as dt
import json

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from companies.models import Company
from core.activity import log_activity
from core.models import ActivityEntry, ActivityKind
from core.pagination import Cursor, Order, keyset_page
from tests.factories import CompanyFactory

DAY = dt.date(2026, 11, 22)
BY_NAME = Order(("name_key", "id"))
BY_DATE = Order(("last_interaction_on", "id"), nullable=True)
BY_ADVISER = Order(("adviser_id", "name_key", "id"), nullable=True)

orders = st.sampled_from([BY_NAME, BY_NAME.reversed(), BY_DATE, BY_DATE.reversed(), BY_ADVISER, BY_ADVISER.reversed()])
rows = st.lists(
    st.tuples(st.sampled_from("aàbB zé"), st.sampled_from([None, 0, 0, 1, 2]), st.booleans()), min_size=0, max_size=14
)


def walk(order, size):
    """Pages from the first to the last, then back from the last to the first, as ids."""
    pages, cursor = [], None
    while True:
        page = keyset_page(Company.objects.all(), order, size=size, cursor=cursor)
        pages.append(page)
        assert len(pages) < 50, "the pages never end"
        if not page.next:
            break
        cursor = Cursor.decoded(page.next, order, Company, after=True)
        assert cursor is not None
    back = [pages[-1]]
    while back[-1].previous:
        cursor = Cursor.decoded(back[-1].previous, order, Company, after=False)
        assert cursor is not None
        back.append(keyset_page(Company.objects.all(), order, size=size, cursor=cursor))
        assert len(back) < 50, "the pages never begin"
    return pages, back[::-1]


def ids(pages):
    return [row.pk for page in pages for row in page.rows]


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(given_rows=rows, order=orders, size=st.integers(1, 5))
def test_pages_hold_every_row_once_in_order_both_ways(structure, adviser, given_rows, order, size):
    with transaction.atomic():
        for name, days, followed in given_rows:
            CompanyFactory(
                structure=structure,
                legal_name=name or "x",
                last_interaction_on=None if days is None else DAY + dt.timedelta(days=days),
                adviser=adviser if followed else None,
            )
        expected = list(order.applied_to(Company.objects.all()).values_list("pk", flat=True))
        pages, back = walk(order, size)
        assert ids(pages) == expected
        assert ids(back) == ids(pages)
        assert [page.first for page in pages if page.rows] == list(range(1, len(expected) + 1, size))
        assert all(len(page.rows) == size for page in pages[:-1])
        transaction.set_rollback(True)


def test_missing_values_come_last_in_both_directions(structure):
    never = CompanyFactory(structure=structure)
    old = CompanyFactory(structure=structure, last_interaction_on=DAY - dt.timedelta(days=9))
    new = CompanyFactory(structure=structure, last_interaction_on=DAY)
    assert ids([keyset_page(Company.objects.all(), BY_DATE, size=5)]) == [old.pk, new.pk, never.pk]
    assert ids([keyset_page(Company.objects.all(), BY_DATE.reversed(), size=5)]) == [new.pk, old.pk, never.pk]


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "zz",
        "%%%",
        "é",
        "x" * 5000,
        encoded("texte"),
        encoded(7),
        encoded([1]),
        encoded([0, "a", 1]),
        encoded([-3, "a", 1]),
        encoded([1, "a\x00", 1]),
        encoded([1, None, 1]),
        encoded([1, ["a"], 1]),
        encoded([1, "a", "b"]),
        encoded([1, "a", None]),
        encoded([[], "a", 1]),
        base64.urlsafe_b64encode(b'[1e999,"a",1]').decode(),
        base64.urlsafe_b64encode(b"[" * 4000).decode()[:1900],
    ],
)
def test_cursor_that_makes_no_sense_is_none(text):
    assert Cursor.decoded(text, BY_NAME, Company, after=True) is None


def test_cursor_of_another_type_is_read_as_the_column_is(structure):
    """A figure where a name is expected compares as text, and asks nothing odd of the database."""
    CompanyFactory(structure=structure)
    cursor = Cursor.decoded(encoded([1, 5, 1]), BY_NAME, Company, after=True)
    assert keyset_page(Company.objects.all(), BY_NAME, size=5, cursor=cursor).rows
    huge = Cursor.decoded(encoded([1, "a", 10**30]), BY_NAME, Company, after=True)
    assert keyset_page(Company.objects.all(), BY_NAME, size=5, cursor=huge).rows


def test_cursor_past_the_end_gives_the_first_page(structure):
    company = CompanyFactory(structure=structure, legal_name="atelier")
    cursor = Cursor(after=True, place=90, values=("zzz", 10**6))
    page = keyset_page(Company.objects.all(), BY_NAME, size=5, cursor=cursor)
    assert (page.rows, page.first, page.previous) == ([company], 1, "")


def test_nothing_is_an_empty_page(db):
    page = keyset_page(Company.objects.all(), BY_NAME, size=5)
    assert (page.rows, page.first, page.last, page.next, page.previous) == ([], 0, 0, "", "")


def test_rows_of_one_instant_are_all_read(structure, adviser):
    """Moments are kept to the microsecond: a cursor cut to the millisecond would jump over some."""
    company = CompanyFactory(structure=structure)
    at = dt.datetime(2026, 3, 2, 9, 0, 0, 123456, tzinfo=dt.UTC)
    for number in range(5):
        log_activity(
            subject=company, kind=ActivityKind.CHANGE, verb="noted", title=f"Ligne {number}", by=adviser, at=at
        )
    order = Order(("at", "id"), descending=True)
    first = keyset_page(ActivityEntry.objects.all(), order, size=3)
    cursor = Cursor.decoded(first.next, order, ActivityEntry, after=True)
    second = keyset_page(ActivityEntry.objects.all(), order, size=3, cursor=cursor)
    assert [row.title for page in (first, second) for row in page.rows] == [
        "Ligne 4",
        "Ligne 3",
        "Ligne 2",
        "Ligne 1",
        "Ligne 0",
    ]
