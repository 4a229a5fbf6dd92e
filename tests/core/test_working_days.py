import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.working_days import (
    PARIS,
    add_working_days,
    holiday_name,
    is_permitted,
    is_working_day,
    next_permitted,
    zone_of,
)

DAYS = st.dates(dt.date(2024, 1, 1), dt.date(2035, 12, 31))
DEPARTMENTS = st.sampled_from(["", "57", "67", "68", "75", "2A", "971", "973", "974", "976", "987"])
OPENS, CLOSES = dt.time(8, 30), dt.time(18, 0)


def test_good_friday_is_worked_but_in_alsace_moselle():
    good_friday = dt.date(2027, 3, 26)
    assert is_working_day(good_friday)
    for department in ("57", "67", "68"):
        assert holiday_name(good_friday, department) == "Vendredi saint"
        assert add_working_days(dt.date(2027, 3, 25), 1, department) == dt.date(2027, 3, 30)


def test_the_end_of_slavery_is_kept_overseas():
    assert not is_working_day(dt.date(2027, 5, 27), "971")
    assert is_working_day(dt.date(2027, 5, 27), "974")
    assert not is_working_day(dt.date(2027, 12, 20), "974")


def test_ten_working_days_around_may():
    """1 and 8 May 2027 are Saturdays; Ascension is Thursday 6, Whit Monday the 17th."""
    assert add_working_days(dt.date(2027, 5, 3), 10) == dt.date(2027, 5, 19)


@settings(deadline=None)
@given(DAYS, st.integers(0, 30), DEPARTMENTS)
def test_it_always_ends_on_a_working_day(day, count, department):
    end = add_working_days(day, count, department)
    assert is_working_day(end, department)
    between = [day + dt.timedelta(days=n) for n in range(1, (end - day).days + 1)]
    if count:
        assert sum(is_working_day(each, department) for each in between) == count


def test_no_working_day_is_taken_away():
    with pytest.raises(ValueError, match="added"):
        add_working_days(dt.date(2027, 5, 3), -1)


@settings(deadline=None)
@given(st.datetimes(dt.datetime(2026, 1, 1), dt.datetime(2029, 1, 1)), DEPARTMENTS)
def test_the_next_permitted_moment_is_permitted_and_not_before(moment, department):
    at = moment.replace(tzinfo=PARIS)
    found = next_permitted(at, opens=OPENS, closes=CLOSES, department=department)
    assert found >= at
    assert is_permitted(found, opens=OPENS, closes=CLOSES, department=department)


def test_hours_are_those_of_the_place():
    """Eleven in Paris is two in the afternoon of La Réunion, and six in the morning of Guadeloupe."""
    at = dt.datetime(2027, 1, 12, 11, 0, tzinfo=PARIS)
    assert is_permitted(at, opens=OPENS, closes=CLOSES, department="974")
    assert not is_permitted(at, opens=OPENS, closes=CLOSES, department="971")
    assert zone_of("987").key == "Pacific/Tahiti"


def test_the_clock_changes_and_no_hour_is_lost():
    """Last Sunday of March: what waits since Friday evening leaves on Monday at the opening hour of the wall clock."""
    friday_evening = dt.datetime(2027, 3, 26, 19, 0, tzinfo=PARIS)
    found = next_permitted(friday_evening, opens=OPENS, closes=CLOSES)
    assert found == dt.datetime(2027, 3, 30, 8, 30, tzinfo=PARIS)  # the 29th is Easter Monday
