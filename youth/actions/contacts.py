"""A step taken with a young person is a contact: her file is kept two years from that day."""

import datetime as dt

from django.db.models import F, Q, Value
from django.db.models.functions import Greatest

from youth.actions.files import kept_until
from youth.models import YoungPerson


def count_as_contact(*, young_person: YoungPerson, on: dt.date) -> None:
    """Call it with her row locked, or last: it takes its lock. Not for a day before the last contact.

    No line of its own, for the step has one; nor another version, for nobody who has her file open is contradicted.
    """
    rows = YoungPerson._base_manager.filter(pk=young_person.pk, anonymised_at=None)
    rows.filter(Q(last_contact_on=None) | Q(last_contact_on__lt=on)).update(
        last_contact_on=on, keep_until=Greatest(F("keep_until"), Value(kept_until(on)))
    )
