"""Import a spreadsheet of young people into a structure, as the screens do; dry unless told otherwise.

    manage.py import_youth FILE --structure "Mission Locale du Val de Brenne" --user karim.aubry@example.org --wet-run

It is done in somebody's name, who must have the right to it: the register of accesses keeps it. Files that somebody
else follows are left out, unless --reason says why.
"""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from core.imports.command import ImportCommand
from core.imports.enums import RowClass
from youth.actions.imports import PIPELINE
from youth.imports.columns import FIELD_BY_KEY
from youth.models import ELSEWHERE


class Command(ImportCommand):
    help = "Imports a spreadsheet of young people (dry by default)."
    pipeline = PIPELINE
    fields = FIELD_BY_KEY
    needs_user = True
    report = "Écrit\u00a0: {created} dossiers ouverts, {updated} complétés."
    said = {
        "rows": "lignes lues",
        RowClass.NEW: "jeunes nouveaux",
        RowClass.CHANGED: "dossiers à modifier",
        ELSEWHERE: "dossiers suivis par quelqu’un d’autre (--reason pour les compléter)",
        RowClass.UNCHANGED: "inchangés",
        RowClass.DOUBTFUL: "doublons possibles, laissés de côté",
        RowClass.ERROR: "lignes en erreur",
        "repairs": "valeurs réparées",
        "warnings": "remarques",
    }

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--reason", default="", help="why the files that somebody else follows are written too")

    def previewed(self, batch: Any, by: Any, **options: Any) -> None:
        if not PIPELINE.may_import(by, batch):
            raise CommandError("Cette personne n’a pas le droit d’importer des jeunes dans cette structure.")
        if options["reason"]:
            PIPELINE.justify(batch=batch, reason=options["reason"], by=by)
            batch.refresh_from_db(fields=["reason", "reason_by"])
