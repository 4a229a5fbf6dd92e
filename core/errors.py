"""What an action refuses, in the words the screen shows. Each app derives its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from django.db import IntegrityError, models, transaction


class ActionError(Exception):
    """A gesture that cannot be done now. `str(error)` is a French sentence for the person."""


class RowGoneError(ActionError):
    """The row went to the bin, or was erased, before the gesture; nothing was written."""

    def __init__(self, message: str) -> None:
        super().__init__(f"{message}\u00a0: rien n’a été enregistré.")


class RowConflictError(ActionError):
    """Somebody else saved first. `current` is the row as it now is; nothing was written."""

    def __init__(self, current: Any) -> None:
        super().__init__("Quelqu’un a enregistré cette fiche pendant que vous la modifiiez.")
        self.current = current


@contextmanager
def refused_in_french(
    refusal: type[ActionError], *refusing: type[models.Model], besides: Mapping[str, str] | None = None
) -> Iterator[None]:
    """What the database refuses by a constraint of these models is a `refusal`, in that constraint's own sentence.

    `besides`: {constraint: sentence} of those that no model declares, or that are said otherwise here. What is neither
    stays an `IntegrityError`.
    """
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        sentences = {
            constraint.name: str(constraint.get_violation_error_message())
            for model in refusing
            for constraint in model._meta.constraints
            if constraint.violation_error_message != constraint.default_violation_error_message
        } | dict(besides or {})
        name = getattr(getattr(error.__cause__, "diag", None), "constraint_name", None)
        if name not in sentences:
            raise
        raise refusal(sentences[name]) from error
