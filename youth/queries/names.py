"""Every name a young person bore in her file, for whoever must take them out elsewhere."""

from typing import Any

from core.columns import field_label
from core.models import ActivityEntry
from youth.models import YoungPerson


def names_of(young_person: YoungPerson) -> list[str]:
    """Full names and short ones (first name and initial), the longest first; past ones as her timeline tells them."""
    firsts, lasts = {young_person.first_name}, {young_person.last_name}
    labels = {"first_name": firsts, "last_name": lasts}
    for changes in ActivityEntry.objects.about(young_person).order_by().values_list("changes", flat=True):
        for name, found in labels.items():
            found.update(_values(changes, field_label(YoungPerson, name)))
    names = set()
    for first in filter(None, firsts):
        for last in filter(None, lasts):
            names |= {f"{first} {last}", f"{last} {first}", f"{first} {last[:1]}."}
    return sorted(names, key=lambda name: (-len(name), name))


def _values(changes: Any, label: str) -> list[str]:
    pair = changes.get(label) or changes.get(label[:1].upper() + label[1:]) or ()
    return [value for value in pair if isinstance(value, str)]
