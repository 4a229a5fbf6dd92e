"""What a company may read of a young person: what she agreed to show, and nothing else. Pure.

One type, `ProfileSheet`, is all that the public page and the PDF receive.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from youth.enums import ProfileField
from youth.models import YoungPerson


@dataclass(frozen=True)
class ProfileSheet:
    """Empty: not agreed, or not known."""

    first_name: str
    last_name: str = ""
    age: int | None = None
    phone: str = ""
    email: str = ""
    city: str = ""
    training_level: str = ""
    strengths: str = ""
    presentation: str = ""

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


def is_shareable(young_person: YoungPerson) -> bool:
    """She agreed, and there is something to read."""
    return bool(
        young_person.profile_agreed_on and (young_person.company_profile.strip() or young_person.profile_fields)
    )


def sheet_of(young_person: YoungPerson, *, today: dt.date) -> ProfileSheet | None:
    """None without her agreement: then nothing is shown."""
    if not is_shareable(young_person):
        return None
    shown = set(young_person.profile_fields)
    values: dict[ProfileField, tuple[str, Any]] = {
        ProfileField.LAST_NAME: ("last_name", young_person.last_name),
        ProfileField.AGE: ("age", young_person.age_on(today)),
        ProfileField.PHONE: ("phone", young_person.phone),
        ProfileField.EMAIL: ("email", young_person.email),
        ProfileField.CITY: ("city", young_person.city),
        ProfileField.TRAINING_LEVEL: ("training_level", young_person.get_training_level_display()),
        ProfileField.STRENGTHS: ("strengths", young_person.strengths),
    }
    agreed = {name: value for field, (name, value) in values.items() if field in shown}
    return ProfileSheet(first_name=young_person.first_name, presentation=young_person.company_profile.strip(), **agreed)


def shown_in_words(young_person: YoungPerson) -> list[str]:
    """« Prénom », « Commune »…: what the sheet holds, for whoever is about to share it."""
    labels = [str(ProfileField(name).label) for name in ProfileField.values if name in young_person.profile_fields]
    return ["Prénom", *labels, *(["Présentation"] if young_person.company_profile.strip() else [])]
