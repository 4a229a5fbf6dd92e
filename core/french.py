"""How French is written on the screens: plurals, dates, spans of time, figures, phones.

Pure functions: the day it is (`today`, `now`) may be passed in, and is asked of the clock only when it is not.
U+00A0 keeps a figure with its unit, U+202F separates thousands.
"""

import datetime as dt
from functools import lru_cache

import phonenumbers
from django.utils import timezone

NBSP = "\u00a0"
THIN = "\u202f"
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier",
    "février",
    "mars",
    "avril",
    "mai",
    "juin",
    "juillet",
    "août",
    "septembre",
    "octobre",
    "novembre",
    "décembre",
)
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")
DAYS_IN_A_MONTH, DAYS_IN_A_YEAR = 30, 365


def number(value: float | None, decimals: int = 0) -> str:
    """12514 → "12 514"; a missing figure is empty."""
    if value is None or value == "":
        return ""
    return f"{float(value):,.{decimals}f}".replace(",", THIN).replace(".", ",").replace("-", "\u2212")


def percent(value: float | None) -> str:
    return f"{number(value)}{NBSP}%" if value is not None else ""


def plural(count: float, singular: str, several: str = "") -> str:
    """The word alone. In French, nought and one and a half are singular."""
    if abs(count) < 2:
        return singular
    if several:
        return several
    return " ".join(word if word[-1] in "sxz" else f"{word}s" for word in singular.split(" "))


def counted(count: float, singular: str, several: str = "") -> str:
    """The figure and its word: "1 234 entreprises"."""
    return f"{number(count)}{NBSP}{plural(count, singular, several)}"


def labelled(label: str, sentence: str) -> str:
    """« Code postal : … ». A label that is a question keeps its own mark."""
    return f"{label} {sentence}" if label.endswith("?") else f"{label}{NBSP}: {sentence}"


def _local(value: dt.date) -> dt.date:
    return timezone.localtime(value) if isinstance(value, dt.datetime) and timezone.is_aware(value) else value


def _day_of(value: dt.date) -> dt.date:
    value = _local(value)
    return value.date() if isinstance(value, dt.datetime) else value


def _ordinal(day: int) -> str:
    return "1er" if day == 1 else str(day)


def french_date(value: dt.date | None, *, today: dt.date | None = None, year: bool | None = None) -> str:
    """ "mardi 24 novembre"; the year only when it is another one, or when asked."""
    if not value:
        return ""
    day, today = _day_of(value), today or timezone.localdate()
    said = f"{DAYS[day.weekday()]} {_ordinal(day.day)}{NBSP}{MONTHS[day.month - 1]}"
    return f"{said} {day.year}" if (day.year != today.year if year is None else year) else said


def short_date(value: dt.date | None, *, today: dt.date | None = None) -> str:
    """ "24 nov.", "24 nov. 2025" when the year is another one: for tables."""
    if not value:
        return ""
    day, today = _day_of(value), today or timezone.localdate()
    said = f"{_ordinal(day.day)}{NBSP}{SHORT_MONTHS[day.month - 1]}"
    return said if day.year == today.year else f"{said}{NBSP}{day.year}"


def french_time(value: dt.datetime | dt.time | None) -> str:
    """ "9 h 30", "11 h"."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime) and timezone.is_aware(value):
        value = timezone.localtime(value)
    return f"{value.hour}{NBSP}h{NBSP}{value.minute:02d}" if value.minute else f"{value.hour}{NBSP}h"


def french_moment(value: dt.datetime | None, *, today: dt.date | None = None) -> str:
    """ "mardi 24 novembre à 9 h 30"; a plain date has no hour to say."""
    if not value:
        return ""
    said = french_date(value, today=today)
    return f"{said} à {french_time(value)}" if isinstance(value, dt.datetime) else said


def duration(minutes: int | None) -> str:
    """ "8 min", "1 h", "1 h 15"."""
    if minutes is None:
        return ""
    hours, rest = divmod(int(minutes), 60)
    if not hours:
        return f"{rest}{NBSP}min"
    return f"{hours}{NBSP}h{NBSP}{rest:02d}" if rest else f"{hours}{NBSP}h"


def span_of_days(days: int) -> str:
    """A number of days as one says it: "3 jours", "4 mois", "2 ans"."""
    if days < 2 * DAYS_IN_A_MONTH:
        return counted(days, "jour")
    if days < 2 * DAYS_IN_A_YEAR:
        return f"{days // DAYS_IN_A_MONTH}{NBSP}mois"
    return counted(days // DAYS_IN_A_YEAR, "an")


def _within_the_day(seconds: float) -> str:
    if seconds < 60:
        return "à l’instant"
    if seconds < 3600:
        return f"il y a {counted(seconds // 60, 'minute')}"
    return f"il y a {counted(seconds // 3600, 'heure')}"


def ago(value: dt.date | None, *, now: dt.datetime | None = None) -> str:
    """ "il y a 3 jours", "hier", "aujourd’hui", "dans 2 mois"; an hour is said only for a past moment of today."""
    if not value:
        return ""
    now = timezone.localtime(now)
    days = (now.date() - _day_of(value)).days
    if days == 0:
        if isinstance(value, dt.datetime) and timezone.is_aware(value) and value <= now:
            return _within_the_day((now - value).total_seconds())
        return "aujourd’hui"
    if days in (1, -1):
        return "hier" if days == 1 else "demain"
    return f"il y a {span_of_days(days)}" if days > 0 else f"dans {span_of_days(-days)}"


def since(value: dt.date | None, *, now: dt.datetime | None = None) -> str:
    """How late something is: "depuis 2 jours", "depuis hier"."""
    if not value:
        return ""
    days = (timezone.localtime(now).date() - _day_of(value)).days
    if days <= 0:
        return ""
    return f"depuis{NBSP}hier" if days == 1 else f"depuis{NBSP}{span_of_days(days)}"


@lru_cache(maxsize=4096)
def phone(value: str | None) -> str:
    """+33254000000 → "02 54 00 00 00", from France and overseas; other countries keep their prefix."""
    if not value:
        return ""
    try:
        parsed = phonenumbers.parse(value, "FR")
    except phonenumbers.NumberParseException:
        return value
    french = parsed.country_code in {33, 262, 508, 590, 594, 596, 681, 687, 689}
    national = parsed.country_code in {33, 262, 590, 594, 596}
    shape = phonenumbers.PhoneNumberFormat
    if french and national:
        digits = f"0{parsed.national_number:09d}"
        return NBSP.join(digits[i : i + 2] for i in range(0, 10, 2))
    return phonenumbers.format_number(parsed, shape.INTERNATIONAL).replace(" ", NBSP)


def siret(value: str | None) -> str:
    """41234567800014 → "412 345 678 00014"; a SIREN is cut by three."""
    digits = (value or "").replace(" ", "")
    cut = [digits[0:3], digits[3:6], digits[6:9], digits[9:]]
    return NBSP.join(part for part in cut if part)


def initials(name: str | None) -> str:
    """ "Léa Morin" → "LM", for an avatar: two letters at most."""
    words = [word for word in (name or "").replace("-", " ").split() if word[0].isalpha()]
    letters = [words[0][0], words[-1][0]] if len(words) > 1 else [word[0] for word in words]
    return "".join(letters).upper()
