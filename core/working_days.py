"""French working days and permitted hours: Monday to Friday, but for the public holidays of the structure's department.

Alsace-Moselle and overseas departments have holidays of their own; without a department, those of the whole country.
"""

import datetime as dt
from functools import lru_cache
from zoneinfo import ZoneInfo

import holidays
from django.conf import settings

PARIS = ZoneInfo("Europe/Paris")
# Departments whose holidays are not those of the country, and the zone of those overseas.
_SUBDIVISIONS = {
    "57": "57", "67": "6AE", "68": "6AE",
    "971": "971", "972": "972", "973": "973", "974": "974", "976": "976",
    "975": "PM", "977": "BL", "978": "MF", "986": "WF", "987": "PF", "988": "NC",
}  # fmt: skip
_ZONES = {
    "971": "America/Guadeloupe", "972": "America/Martinique", "973": "America/Cayenne", "974": "Indian/Reunion",
    "975": "America/Miquelon", "976": "Indian/Mayotte", "977": "America/St_Barthelemy", "978": "America/Marigot",
    "986": "Pacific/Wallis", "987": "Pacific/Tahiti", "988": "Pacific/Noumea",
}  # fmt: skip
SATURDAY = 5


@lru_cache(maxsize=64)
def _holidays(department: str, year: int) -> dict[dt.date, str]:
    calendar = holidays.France(subdiv=_SUBDIVISIONS.get(department), years=year, language="fr")
    return {day: str(name) for day, name in calendar.items()}


def holiday_name(day: dt.date, department: str = "") -> str:
    """« Vendredi saint »; "" when it is none."""
    return _holidays(department, day.year).get(day, "")


def is_working_day(day: dt.date, department: str = "") -> bool:
    return day.weekday() < SATURDAY and not holiday_name(day, department)


def add_working_days(day: dt.date, count: int, department: str = "") -> dt.date:
    """The `count`-th working day after `day`; 0: `day` itself when it is worked, else the next that is.

    Raises `ValueError` on a negative count.
    """
    if count < 0:
        raise ValueError("working days are added, not taken away")
    if count == 0:
        while not is_working_day(day, department):
            day += dt.timedelta(days=1)
        return day
    while count:
        day += dt.timedelta(days=1)
        count -= is_working_day(day, department)
    return day


def zone_of(department: str) -> ZoneInfo:
    """The hour it is there."""
    name = _ZONES.get(department)
    return ZoneInfo(name) if name else PARIS


def is_permitted(at: dt.datetime, *, opens: dt.time, closes: dt.time, department: str = "") -> bool:
    """Whether a company may be written to at that moment, by the clock of the structure: `closes` is not within."""
    if settings.SENDING_AT_ANY_HOUR:
        return True
    local = at.astimezone(zone_of(department))
    return is_working_day(local.date(), department) and opens <= local.time().replace(tzinfo=None) < closes


def next_permitted(at: dt.datetime, *, opens: dt.time, closes: dt.time, department: str = "") -> dt.datetime:
    """`at` when it is permitted, else the next opening."""
    if is_permitted(at, opens=opens, closes=closes, department=department):
        return at
    zone = zone_of(department)
    local = at.astimezone(zone)
    day = local.date()
    if local.time().replace(tzinfo=None) >= opens:
        day += dt.timedelta(days=1)
    day = add_working_days(day, 0, department)
    return dt.datetime.combine(day, opens, tzinfo=zone)
