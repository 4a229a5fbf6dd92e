"""What an action on opportunities or placements refuses, in the words the screen shows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import IntegrityError, models, transaction

from core.errors import ActionError


class OpportunityError(ActionError):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class PlacementError(OpportunityError):
    """Refused of a placement; nothing was written."""


class PlacementDayError(PlacementError):
    """The day of a step cannot be that one."""


class LivePlacementsError(OpportunityError):
    """Young people are still put forward and not decided upon: the gesture asks to be confirmed. `count`: how many."""

    def __init__(self, message: str, *, count: int) -> None:
        super().__init__(message)
        self.count = count


@contextmanager
def refused_in_french(*refusing: type[models.Model]) -> Iterator[None]:
    """What the database refuses by a constraint of these models is said with that constraint's own sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        for model in refusing:
            for constraint in model._meta.constraints:
                if constraint.name == name:
                    raise OpportunityError(str(constraint.get_violation_error_message())) from error
        raise
