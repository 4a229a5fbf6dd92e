"""Commands that fill a public referential from its official file: dry unless told otherwise, and idempotent."""

import csv
import io
from collections.abc import Hashable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import models, transaction

from core.spreadsheets.delimited import decode, find_separator
from core.spreadsheets.tables import SpreadsheetError

CHUNK = 1000


class ReferentialCommand(BaseCommand):
    """Reads, compares by official code, tells; with --wet-run writes what is new or changed, in one transaction.

    A code that the file no longer has is told and kept: companies may bear it. Subclasses give `model`, `key` (the
    field of the official code, or the fields that make one together), `fields` (those compared) and `read`, which
    yields rows as {field: value}. `keeps_gone = False` is for tables nothing refers to: there, what is gone goes.
    """

    model: type[models.Model]
    key: str | tuple[str, ...]
    fields: tuple[str, ...]
    keeps_gone = True

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="write; without it, only tell")

    def read(self, **options: Any) -> Iterable[dict[str, Any]]:
        raise NotImplementedError

    def known(self, **options: Any) -> models.QuerySet:
        """The rows the file is compared with."""
        return self.model._default_manager.all()

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rows = {self._code(row): row for row in self.read(**options)}
        except (OSError, SpreadsheetError) as error:
            raise CommandError(str(error)) from error
        if not rows:
            raise CommandError("Aucune ligne reconnue dans ce fichier\u00a0: rien n’est changé.")
        known = {self._code(vars(row)): row for row in self.known(**options)}
        added = [self.model(**row) for code, row in rows.items() if code not in known]
        changed = [known[code] for code, row in rows.items() if code in known and self._take(known[code], row)]
        gone = [known[code].pk for code in known.keys() - rows.keys()]
        if options["wet_run"]:
            self._write(added, changed, [] if self.keeps_gone else gone)
        fate = "gardés" if self.keeps_gone else "retirés"
        self.stdout.write(
            f"{len(rows)} lus, {len(added)} nouveaux, {len(changed)} changés, {len(gone)} absents du fichier ({fate})."
        )
        if not options["wet_run"]:
            self.stdout.write("Essai à blanc\u00a0: rien n’a été écrit (--wet-run pour écrire).")

    def _code(self, values: Mapping[str, Any]) -> Hashable:
        return values[self.key] if isinstance(self.key, str) else tuple(values[name] for name in self.key)

    def _write(self, added: list[models.Model], changed: list[models.Model], gone: list[Any]) -> None:
        rows = self.model._default_manager
        rows.bulk_create(added, batch_size=CHUNK)
        if changed:
            rows.bulk_update(changed, self.fields, batch_size=CHUNK)
        rows.filter(pk__in=gone).delete()

    def _take(self, known: models.Model, row: Mapping[str, Any]) -> bool:
        differing = [name for name in self.fields if name in row and getattr(known, name) != row[name]]
        for name in differing:
            setattr(known, name, row[name])
        return bool(differing)


def read_records(path: Path) -> Iterator[dict[str, str]]:
    """The rows of a CSV, whatever its encoding and separator: {label on one line: cell}; blank rows left out."""
    text, _encoding = decode(path.read_bytes())
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=find_separator(text))
    labels = [" ".join(label.split()) for label in next(rows)]
    for row in rows:
        if any(cell.strip() for cell in row):
            yield dict(zip(labels, (cell.strip() for cell in row), strict=False))


def columns_among(path: Path, known: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    """The first of the known groups of labels that the file has whole. Raises CommandError when it has none."""
    first = next(read_records(path), {})
    for group in known:
        if all(label in first for label in group):
            return group
    raise CommandError(f"Colonnes non reconnues\u00a0: {', '.join(first) or 'aucune'}.")
