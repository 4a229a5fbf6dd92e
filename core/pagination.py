"""Pages of a long list found by the keys of their edge rows: the thousandth is as quick as the first.

An order is one direction over fields that an index holds in the same order, the last of which is unique. A first
field that may be NULL comes last in both directions: the list is then two stretches, filled and empty, each read in
the order of the index (one more query, on the page where they meet and on short lists).
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Self

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import models
from django.db.models import F, Func, QuerySet, Value

MAX_CURSOR_LENGTH = 2000


@dataclass(frozen=True)
class Order:
    """Fields of the model, the last of which is unique (`id`); `nullable` speaks of the first."""

    fields: tuple[str, ...]
    nullable: bool = False
    descending: bool = False

    def reversed(self) -> Self:
        return replace(self, descending=not self.descending)

    def applied_to(self, queryset: QuerySet) -> QuerySet:
        """The whole list in this order, for an export or a job."""
        first, *rest = self.fields
        head = F(first).desc(nulls_last=True) if self.descending else F(first).asc(nulls_last=True)
        return queryset.order_by(head, *self._names(rest))

    def _names(self, fields: Sequence[str], descending: bool | None = None) -> list[str]:
        down = self.descending if descending is None else descending
        return [f"-{name}" if down else name for name in fields]

    def stretches(self, queryset: QuerySet, *, backward: bool) -> list[QuerySet]:
        """The list in one or two parts, in reading order; every part in the index's own order of NULLs."""
        ordered = queryset.order_by(*self._names(self.fields, self.descending != backward))
        if not self.nullable:
            return [ordered]
        first = self.fields[0]
        filled, empty = ordered.filter(**{f"{first}__isnull": False}), ordered.filter(**{f"{first}__isnull": True})
        return [empty, filled] if backward else [filled, empty]


@dataclass(frozen=True)
class Cursor:
    """Where a page begins (`after`) or ends (not `after`): the keys of the row next to it, its place in the list."""

    after: bool
    place: int
    values: tuple[Any, ...]

    def encoded(self) -> str:
        raw = json.dumps([self.place, *self.values], default=_written, separators=(",", ":"))
        return base64.urlsafe_b64encode(raw.encode()).decode().rstrip("=")

    @classmethod
    def decoded(cls, text: str, order: Order, model: type[models.Model], *, after: bool) -> Self | None:
        """None when the text is not a cursor of this order: the list then starts at its first page."""
        if not text or len(text) > MAX_CURSOR_LENGTH:
            return None
        try:
            place, *values = json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            if len(values) != len(order.fields) or not 0 < int(place) < 10**9:
                return None
            typed = tuple(_typed(model, name, value) for name, value in zip(order.fields, values, strict=True))
        except (ValueError, TypeError, OverflowError, binascii.Error, ValidationError, RecursionError):
            return None
        missing = [position for position, value in enumerate(typed) if value is None]
        if missing and not (order.nullable and missing == [0]):
            return None
        return cls(after=after, place=int(place), values=typed)


def _written(value: Any) -> str:
    """Dates and moments in full: Django's own encoder cuts a moment to the millisecond, and would skip rows."""
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


def _typed(model: type[models.Model], name: str, value: Any) -> Any:
    if isinstance(value, list | dict) or (isinstance(value, str) and "\x00" in value):
        raise ValidationError("not a key")
    field = _plain_field(model, name)
    return field.to_python(value) if field else value


@dataclass(frozen=True)
class Page:
    """Rows of one page; cursors are empty at the ends. `first` counts from 1, 0 when there is nothing."""

    rows: list[Any]
    first: int
    previous: str = ""
    next: str = ""

    @property
    def last(self) -> int:
        return self.first + len(self.rows) - 1 if self.rows else 0


class RowComparison(Func):
    """`(a, b) > (1, 2)`: the comparison an index on (a, b) answers by itself."""

    output_field = models.BooleanField()

    def __init__(self, names: Sequence[str], operator: str, values: Sequence[Any], model: type[models.Model]) -> None:
        self.operator = operator
        self.width = len(names)
        pairs = zip(names, values, strict=True)
        typed = [Value(value, output_field=_plain_field(model, name)) for name, value in pairs]
        super().__init__(*(F(name) for name in names), *typed)

    def as_sql(self, compiler, connection, **context):  # type: ignore[override]
        parts, params = [], []
        for expression in self.source_expressions:
            sql, given = compiler.compile(expression)
            parts.append(sql)
            params.extend(given)
        left, right = ", ".join(parts[: self.width]), ", ".join(parts[self.width :])
        return f"({left}) {self.operator} ({right})", params


def _plain_field(model: type[models.Model], name: str) -> models.Field | None:
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    if isinstance(field, models.GeneratedField):
        return field.output_field
    if isinstance(field, models.ForeignKey | models.AutoField):
        return models.BigIntegerField()
    return field if isinstance(field, models.Field) else None


def keyset_page(queryset: QuerySet, order: Order, *, size: int, cursor: Cursor | None = None) -> Page:
    """The page the cursor speaks of, or the first. A cursor whose neighbourhood is empty gives the first page too."""
    if cursor is None:
        return _forward(queryset, order, size, None)
    beside = _forward if cursor.after else _backward
    page = beside(queryset, order, size, cursor)
    return page if page and page.rows else _forward(queryset, order, size, None)


def _forward(queryset: QuerySet, order: Order, size: int, cursor: Cursor | None) -> Page:
    rows = _read(queryset, order, size + 1, cursor, backward=False)
    more, rows = len(rows) > size, rows[:size]
    first = cursor.place + 1 if cursor else min(1, len(rows))
    return Page(
        rows=rows,
        first=first,
        previous=_edge(rows[0], order, first, after=False) if cursor and rows else "",
        next=_edge(rows[-1], order, first + len(rows) - 1, after=True) if more else "",
    )


def _backward(queryset: QuerySet, order: Order, size: int, cursor: Cursor) -> Page | None:
    rows = _read(queryset, order, size + 1, cursor, backward=True)
    if len(rows) <= size:
        return None  # that is the first page: whole, rather than what remains above
    rows = rows[:size][::-1]
    first = max(2, cursor.place - size)
    return Page(
        rows=rows,
        first=first,
        previous=_edge(rows[0], order, first, after=False),
        next=_edge(rows[-1], order, first + len(rows) - 1, after=True),
    )


def _read(queryset: QuerySet, order: Order, wanted: int, cursor: Cursor | None, *, backward: bool) -> list[Any]:
    rows: list[Any] = []
    stretches = order.stretches(queryset, backward=backward)
    if cursor:
        in_empty = order.nullable and cursor.values[0] is None
        if order.nullable and in_empty != backward:
            stretches = stretches[1:]
        stretches[0] = _beyond(stretches[0], order, cursor, in_empty, backward)
    for stretch in stretches:
        if len(rows) < wanted:
            rows += stretch[: wanted - len(rows)]
    return rows


def _beyond(stretch: QuerySet, order: Order, cursor: Cursor, in_empty: bool, backward: bool) -> QuerySet:
    fields, values = (order.fields[1:], cursor.values[1:]) if in_empty else (order.fields, cursor.values)
    operator = "<" if order.descending != backward else ">"
    return stretch.filter(RowComparison(fields, operator, values, stretch.model))


def _edge(row: Any, order: Order, place: int, *, after: bool) -> str:
    return Cursor(after=after, place=place, values=tuple(_key(row, name) for name in order.fields)).encoded()


def _key(row: Any, name: str) -> Any:
    value = getattr(row, name)
    return value.pk if isinstance(value, models.Model) else value
