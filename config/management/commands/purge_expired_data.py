"""Erase what has been kept long enough. Dry unless told otherwise; beat runs the same each night."""

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from accounts.models import Structure
from core.scope import structure_scope
from youth.actions import expired_files, purge_expired_files


class Command(BaseCommand):
    help = "Makes anonymous the young people's files whose time has passed; without --wet-run, only counts them."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--wet-run", action="store_true", help="erase; without it, only tell")

    def handle(self, *args: object, **options: bool) -> None:
        now, total = timezone.now(), 0
        for structure in Structure.objects.order_by("pk"):
            with structure_scope([structure.pk]):
                count = expired_files(structure_id=structure.pk, now=now).count()
            if options["wet_run"]:
                count = purge_expired_files(structure_id=structure.pk, now=now)
            if count:
                self.stdout.write(f"{structure}\u00a0: {count} dossiers.")
            total += count
        if options["wet_run"]:
            self.stdout.write(f"{total} dossiers rendus anonymes.")
        else:
            self.stdout.write(
                f"{total} dossiers à rendre anonymes. Essai à blanc\u00a0: rien n’a été effacé (--wet-run)."
            )
