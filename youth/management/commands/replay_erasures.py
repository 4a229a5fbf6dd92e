"""Erase again, after a restore, the files that a backup brought back. Dry unless told otherwise.

    manage.py replay_erasures --keep erasures.csv               each night, beside the backups and not in them
    manage.py replay_erasures --read erasures.csv --wet-run     after a restore, before anybody signs in

The ledger holds numbers and moments, nothing of anybody. A backup older than an erasure does not hold its line: that is
what the file is for.
"""

import csv
import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from accounts.models import Structure
from core.scope import structure_scope
from youth.actions import replay_erasures, to_erase_again
from youth.models import ErasedFile

HEADER = ["structure", "dossier", "effacé le"]


class Command(BaseCommand):
    help = "Erases again what a restored backup brought back; without --wet-run, only counts."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--keep", type=Path, help="write the ledger to this CSV, and do nothing else")
        parser.add_argument("--read", type=Path, help="add the lines of this CSV to the ledger first")
        parser.add_argument("--wet-run", action="store_true", help="erase; without it, only tell")

    def handle(self, *args: object, keep: Path | None, read: Path | None, wet_run: bool, **options: object) -> None:
        structures = list(Structure.objects.order_by("pk"))
        if keep:
            self.stdout.write(f"{_write(keep, structures)} effacements gardés dans {keep}.")
            return
        if read:
            self.stdout.write(f"{_read(read, structures)} effacements lus.")
        now, total = timezone.now(), 0
        for structure in structures:
            with structure_scope([structure.pk]):
                count = to_erase_again(structure_id=structure.pk).count()
            if wet_run:
                count = replay_erasures(structure_id=structure.pk, now=now)
            total += count
        if wet_run:
            self.stdout.write(f"{total} dossiers effacés à nouveau.")
        else:
            self.stdout.write(
                f"{total} dossiers à effacer à nouveau. Essai à blanc\u00a0: rien n’a été effacé (--wet-run)."
            )


def _write(path: Path, structures: list[Structure]) -> int:
    count = 0
    with path.open("w", newline="", encoding="utf-8") as target:
        writer = csv.writer(target, delimiter=";")
        writer.writerow(HEADER)
        for structure in structures:
            with structure_scope([structure.pk]):
                for row in ErasedFile.objects.filter(structure=structure).order_by("pk"):
                    writer.writerow([row.structure_id, row.file_number, row.erased_at.isoformat()])
                    count += 1
    return count


def _read(path: Path, structures: list[Structure]) -> int:
    """A line is of this installation, or refused: the ledger of another one would erase strangers."""
    known, count = {structure.pk for structure in structures}, 0
    try:
        with path.open(newline="", encoding="utf-8") as source:
            rows = [(int(one), int(number), dt.datetime.fromisoformat(at)) for one, number, at in _lines(source)]
    except (OSError, ValueError) as error:
        raise CommandError(f"{path} n’est pas un registre d’effacements\u00a0: {error}") from error
    if strangers := {one for one, _, _ in rows} - known:
        raise CommandError(f"Structures inconnues ici\u00a0: {', '.join(map(str, sorted(strangers)))}.")
    for one, number, at in rows:
        with structure_scope([one]):
            ErasedFile.objects.get_or_create(structure_id=one, file_number=number, defaults={"erased_at": at})
        count += 1
    return count


def _lines(source: Iterable[str]) -> list[list[str]]:
    header, *rows = csv.reader(source, delimiter=";")
    if header != HEADER:
        raise ValueError("autre en-tête")
    return rows
