"""A step taken with a young person is a contact: her file is kept two years from that day."""

import datetime as dt
from typing import Any

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from core.years import years_after
from youth.models import YoungPerson

# After the last contact, unless the structure says another date on the file.
KEPT_YEARS = 2


def kept_until(last_contact_on: dt.date) -> dt.date:
    return years_after(last_contact_on, KEPT_YEARS)


def contact_fields(person: YoungPerson, day: dt.date) -> dict[str, Any]:
    """{field: value} that a contact on that day moves: nothing for a day before the last one."""
    if person.last_contact_on and day <= person.last_contact_on:
        return {}
    return {"last_contact_on": day, "keep_until": max(person.keep_until, kept_until(day))}


def count_as_contact(*, young_person: YoungPerson, on: dt.date) -> None:
    """Call it with her row locked, or last: it takes its lock. Not for a day before the last contact.

    No line of its own, for the step has one; nor another version, for nobody who has her file open is contradicted.
    """
    rows = YoungPerson._base_manager.filter(pk=young_person.pk, anonymised_at=None)
    rows.filter(Q(last_contact_on=None) | Q(last_contact_on__lt=on)).update(
        last_contact_on=on, keep_until=Greatest(F("keep_until"), Value(kept_until(on)))
    )
