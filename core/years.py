"""The same day in another year."""

import datetime as dt


def years_after(day: dt.date, years: int) -> dt.date:
    """The same day of the month so many years later, as the database counts: 28 February for a 29th."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)
