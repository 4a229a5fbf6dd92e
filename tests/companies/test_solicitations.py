import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from companies.enums import ServiceLevel, SolicitationChannel
from companies.solicitations import DEFAULT_LIMITS, Limit, PastRequest, limit_of, longest_window, standing

TODAY = dt.date(2026, 11, 23)


def asked(days_ago, *, by="Léa Morin", title="Pacte"):
    return PastRequest(TODAY - dt.timedelta(days=days_ago), SolicitationChannel.EMAIL, by, title)


def test_a_company_never_asked_may_be_asked():
    found = standing(level="", past=[], limits={}, today=TODAY)
    assert found.may_be_asked
    assert found.last is None


def test_a_company_asked_as_often_as_its_level_lets_us_is_left_alone():
    past = [asked(80, by="Samir Benali"), asked(10)]
    found = standing(level=ServiceLevel.CONSOLIDATE, past=past, limits={}, today=TODAY)
    assert not found.may_be_asked
    assert (found.count, found.last.by) == (2, "Léa Morin")
    assert found.again_on == TODAY - dt.timedelta(days=80) + dt.timedelta(days=90)


def test_a_request_leaves_the_window_on_the_day_said():
    past = [asked(10)]
    limits = {ServiceLevel.LIGHT: Limit(1, 30)}
    found = standing(level=ServiceLevel.LIGHT, past=past, limits=limits, today=TODAY)
    assert found.again_on
    assert standing(level=ServiceLevel.LIGHT, past=past, limits=limits, today=found.again_on).may_be_asked
    eve = found.again_on - dt.timedelta(days=1)
    assert not standing(level=ServiceLevel.LIGHT, past=past, limits=limits, today=eve).may_be_asked


def test_who_asked_last_is_told_even_long_ago():
    found = standing(level="", past=[asked(400, by="Samir Benali")], limits={}, today=TODAY)
    assert found.may_be_asked
    assert found.last.by == "Samir Benali"


def test_a_request_dated_tomorrow_is_not_counted():
    assert standing(level=ServiceLevel.LIGHT, past=[asked(-1)], limits={}, today=TODAY).count == 0


def test_the_structure_s_limit_stands_before_the_usual_one():
    assert limit_of(ServiceLevel.LIGHT, {ServiceLevel.LIGHT: Limit(4, 10)}) == Limit(4, 10)
    assert limit_of(ServiceLevel.LIGHT, {}) == DEFAULT_LIMITS[ServiceLevel.LIGHT]
    assert longest_window({"": Limit(1, 365)}) == 365


@given(
    days=st.lists(st.integers(0, 800), max_size=12),
    requests=st.integers(1, 6),
    window=st.integers(1, 730),
)
def test_on_the_day_said_and_not_before_a_request_is_possible(days, requests, window):
    past, limits = [asked(day) for day in days], {"": Limit(requests, window)}
    found = standing(level="", past=past, limits=limits, today=TODAY)
    if found.may_be_asked:
        assert found.count < requests
    else:
        assert found.again_on > TODAY
        assert standing(level="", past=past, limits=limits, today=found.again_on).may_be_asked
        eve = found.again_on - dt.timedelta(days=1)
        assert not standing(level="", past=past, limits=limits, today=eve).may_be_asked


@pytest.mark.parametrize("level", [*ServiceLevel.values, ""])
def test_every_level_has_a_limit(level):
    assert DEFAULT_LIMITS[level].requests >= 1
