"""What an adviser receives of a young person: a type that holds nothing else, so that no template can leak it."""

from dataclasses import dataclass
from typing import Any

from youth.enums import FILE_ROLES
from youth.models import YoungPerson


@dataclass(frozen=True)
class YouthCard:
    """First name, initial, profile agreed for companies, place in the pathway, and whom to ask."""

    pk: int
    structure_id: int
    short_name: str
    company_profile: str
    phase: int
    has_left: bool
    counsellor_name: str
    # The address of the whole file, for whoever may open it; "" for an adviser.
    file_url: str = ""

    def __str__(self) -> str:
        return self.short_name


def card_of(young_person: YoungPerson, *, user: Any) -> YouthCard:
    """Select `counsellor` with the row. The file's address is given to those who may open it."""
    may_open = user.access.has_role(young_person.structure_id, *FILE_ROLES)
    return YouthCard(
        pk=young_person.pk,
        structure_id=young_person.structure_id,
        short_name=young_person.short_name,
        company_profile=young_person.company_profile,
        phase=young_person.phase,
        has_left=young_person.has_left,
        counsellor_name=young_person.counsellor.full_name if young_person.counsellor else "",
        file_url=young_person.get_absolute_url() if may_open else "",
    )
