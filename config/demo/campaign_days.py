"""Working days and hours of the demo's campaigns, counted from the letter."""

import datetime as dt

from config.demo.young_people import PARIS
from core.working_days import add_working_days, is_working_day


def moment(day: dt.date, hour: int, minute: int = 15) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(hour, minute), PARIS)


def working_day_before(day: dt.date, count: int) -> dt.date:
    """The `count`-th working day before it."""
    while count:
        day -= dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(first: dt.date, last: dt.date) -> int:
    """How many working days after `first` the working day `last` is; negative before."""
    if last < first:
        return -1
    count = 0
    while first < last:
        first = add_working_days(first, 1)
        count += 1
    return count
