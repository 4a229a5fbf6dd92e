"""In which months of the year an opportunity is there. Pure."""

import datetime as dt
from collections.abc import Iterable

from core.french import MONTHS
from opportunities.enums import Frequency

ALL_YEAR = frozenset(range(1, 13))


def months_between(starts_on: dt.date, ends_on: dt.date) -> frozenset[int]:
    """Those a period touches, both ends included; a year or more touches all of them."""
    span = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    if span >= 11:
        return ALL_YEAR
    return frozenset((starts_on.month - 1 + step) % 12 + 1 for step in range(span + 1))


def open_months(
    *, months: Iterable[int], starts_on: dt.date | None, ends_on: dt.date | None, frequency: str
) -> frozenset[int]:
    """The months of its season when they are said, else those of its period; a regular one without either is there
    all year; empty when nothing is known.
    """
    said = frozenset(months)
    if said:
        return said
    if starts_on and ends_on:
        return months_between(starts_on, ends_on)
    if starts_on:
        return frozenset({starts_on.month})
    return ALL_YEAR if frequency == Frequency.REGULAR else frozenset()


def stretches(months: Iterable[int]) -> list[tuple[int, int]]:
    """(first, last) of each unbroken run, the year being a ring: {11, 12, 1, 4} → [(4, 4), (11, 1)]."""
    chosen = frozenset(months)
    if chosen == ALL_YEAR:
        return [(1, 12)]
    found = []
    for first in sorted(month for month in chosen if (month - 2) % 12 + 1 not in chosen):
        last = first
        while last % 12 + 1 in chosen:
            last = last % 12 + 1
        found.append((first, last))
    return found


def months_in_words(months: Iterable[int]) -> str:
    """« de novembre à janvier, avril », « toute l’année »; empty for none."""
    chosen = frozenset(months)
    if chosen == ALL_YEAR:
        return "toute l’année"
    said = []
    for first, last in stretches(chosen):
        name, end = MONTHS[first - 1], MONTHS[last - 1]
        of = "d’" if name[0] in "aeiouéè" else "de "
        said.append(name if first == last else f"{of}{name} à {end}")
    return ", ".join(said)


def begins_in(months: Iterable[int], month: int) -> bool:
    """A season starts in that month: it is open then, and was not the month before."""
    chosen = frozenset(months)
    return month in chosen and (month - 2) % 12 + 1 not in chosen
