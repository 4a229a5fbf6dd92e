"""What every import does when it writes: which rows, one import at a time, by chunks, with its report."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, models

from core.imports.bulk import CHUNK
from core.imports.enums import RowClass, RowDecision
from core.imports.errors import ImportRefused

# Said in the report at most this many times: the rest is counted.
TOLD_AT_MOST = 50


@dataclass(slots=True)
class Outcome:
    """What was written, and what was left: the batch’s report."""

    counts: Counter[str] = field(default_factory=Counter)
    left: list[str] = field(default_factory=list)

    def leave(self, message: str) -> None:
        self.counts["left"] += 1
        if len(self.left) < TOLD_AT_MOST:
            self.left.append(message)

    def as_report(self) -> dict[str, Any]:
        return {**self.counts, "left_said": self.left}


def decided_rows(batch: Any, decision: RowDecision) -> models.QuerySet:
    """The rows that get this decision: their own, or their class’s where they have none. In file order."""
    classes = [row_class for row_class in RowClass if batch.decision_of(row_class) == decision]
    rows = batch.rows.exclude(row_class__in=[RowClass.ERROR, RowClass.UNCHANGED])
    own = models.Q(decision=decision)
    return rows.filter(own | models.Q(decision="", row_class__in=classes)).order_by("number", "pk")


def lock_imports(app: str, structure_id: int) -> None:
    """One import of an app at a time is written or undone in a structure, until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtext(%s), %s)", [f"{app}.import", structure_id])
        if not cursor.fetchone()[0]:
            raise ImportRefused(
                "Un autre import de votre structure est en train de s’écrire\u00a0: recommencez dans une minute."
            )


def chunks(rows: models.QuerySet) -> Iterable[list[Any]]:
    """By key, not by offset nor cursor: each chunk is one short query, and no row is in memory twice."""
    number, pk = -1, 0
    while chunk := list(
        rows.filter(models.Q(number__gt=number) | models.Q(number=number, pk__gt=pk)).order_by("number", "pk")[:CHUNK]
    ):
        yield chunk
        number, pk = chunk[-1].number, chunk[-1].pk
