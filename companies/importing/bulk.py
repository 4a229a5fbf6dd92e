"""Updating many rows at once."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models

CHUNK = 1000


def update_rows(rows: Iterable[models.Model], names: Sequence[str]) -> None:
    """Save these fields of these rows, of one model, a thousand a query.

    One UPDATE from a JSON array: Django’s bulk_update writes a CASE per row and field, ten times slower.
    """
    rows = list(rows)
    if not rows or not names:
        return
    model = type(rows[0])
    columns = [model._meta.get_field(name).column for name in names]
    quote = connection.ops.quote_name
    table = quote(model._meta.db_table)
    assignments = ", ".join(f"{quote(column)} = given.{quote(column)}" for column in columns)
    statement = (
        f"UPDATE {table} AS held SET {assignments} "  # noqa: S608 -- names of our own model
        f"FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) AS given WHERE held.id = given.id"
    )
    attributes = [model._meta.get_field(name).attname for name in names]
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            given = [_record(row, columns, attributes) for row in rows[start : start + CHUNK]]
            cursor.execute(statement, [json.dumps(given, cls=DjangoJSONEncoder)])


def _record(row: models.Model, columns: Sequence[str], attributes: Sequence[str]) -> dict[str, Any]:
    return {"id": row.pk, **{column: getattr(row, name) for column, name in zip(columns, attributes, strict=True)}}
