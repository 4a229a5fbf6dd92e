"""Writing many rows at once, a thousand a query, from one JSON array each.

Django’s bulk_create and bulk_update spend five to ten times longer preparing each value of each row. Triggers,
constraints and row-level security hold as for any other statement; signals and `save` are not called.
"""

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

CHUNK = 1000
Record = dict[str, Any]


def blank_record(model: type[models.Model], **given: Any) -> Record:
    """{column: default} of a row about to be inserted, with `given` (by attribute name) in it."""
    return _record_of(model(**given))


def insert_rows(rows: Sequence[models.Model]) -> None:
    """Insert new rows of one model; each gets its pk."""
    if rows:
        for row, pk in zip(rows, insert_records(type(rows[0]), [_record_of(row) for row in rows]), strict=True):
            row.pk = pk


def insert_records(model: type[models.Model], records: Sequence[Record]) -> list[int]:
    """Insert rows given as {column: value}, all with the same columns; returns their pks in the same order."""
    if not records:
        return []
    pks = _next_pks(model, len(records))
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    columns = ", ".join(quote(column) for column in ("id", *records[0]))
    statement = (
        f"INSERT INTO {table} ({columns}) "  # noqa: S608 -- names of our own model
        f"SELECT {columns} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    )
    numbered = [{"id": pk, **record} for pk, record in zip(pks, records, strict=True)]
    with connection.cursor() as cursor:
        for chunk in _chunks(numbered):
            cursor.execute(statement, [_dump(chunk)])
    return pks


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Save these fields of these rows, of one model."""
    rows = list(rows)
    if not rows or not names:
        return
    model = type(rows[0])
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    assignments = ", ".join(f"{quote(field.column)} = given.{quote(field.column)}" for field in fields)
    statement = (
        f"UPDATE {table} AS held SET {assignments} "  # noqa: S608 -- names of our own model
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS given WHERE held.id = given.id"
    )
    given = [{"id": row.pk, **{field.column: getattr(row, field.attname) for field in fields}} for row in rows]
    with connection.cursor() as cursor:
        for chunk in _chunks(given):
            cursor.execute(statement, [_dump(chunk)])


def _record_of(row: models.Model) -> Record:
    fields: list[Any] = [field for field in row._meta.concrete_fields if not field.primary_key and not field.generated]
    return {field.column: field.pre_save(row, add=True) for field in fields}


def _next_pks(model: type[models.Model], count: int) -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
            [model._meta.db_table, count],
        )
        return sorted(pk for (pk,) in cursor.fetchall())


def _chunks(records: Sequence[Mapping[str, Any]]) -> Iterator[Sequence[Mapping[str, Any]]]:
    for start in range(0, len(records), CHUNK):
        yield records[start : start + CHUNK]


def _dump(records: Sequence[Mapping[str, Any]]) -> str:
    return json.dumps(records, cls=_ExactEncoder, ensure_ascii=False)


class _ExactEncoder(DjangoJSONEncoder):
    """Django’s rounds moments to the millisecond."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if isinstance(o, dt.datetime) else super().default(o)
