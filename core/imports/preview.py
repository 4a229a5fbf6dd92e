"""What the pages show of any staged import: its plan and its remarks. Writes nothing."""

from dataclasses import dataclass
from typing import Any

from core.imports.enums import RowClass, RowDecision
from core.imports.writing import decided_rows

REMARKS_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Plan:
    """What importing now would do: rows created, completed, left aside."""

    created: int
    updated: int
    ignored: int

    @property
    def written(self) -> int:
        return self.created + self.updated


def plan_of(batch: Any) -> Plan:
    created = decided_rows(batch, RowDecision.CREATE).count()
    updated = decided_rows(batch, RowDecision.UPDATE).count()
    return Plan(created, updated, batch.rows.count() - created - updated)


def remarks_of(batch: Any, kind: str) -> list[dict[str, Any]]:
    """The first repairs or warnings, in file order: {row, column, before, after, message}."""
    found: list[dict[str, Any]] = []
    rows = batch.rows.filter(remarks__contains=[{"kind": kind}]).exclude(row_class=RowClass.ERROR)
    for remarks in rows.order_by("number", "pk").values_list("remarks", flat=True)[:REMARKS_SHOWN]:
        found += [remark for remark in remarks if remark["kind"] == kind]
    return found[:REMARKS_SHOWN]
