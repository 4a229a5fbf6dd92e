"""Import a spreadsheet of companies into a structure, as the screens do; dry unless told otherwise.

    manage.py import_companies FILE --structure "Mission Locale du Val de Brenne" --user lea.morin@example.org --wet-run

Doubtful rows are left aside. The rows in error go to --errors, with the same columns and one more, to mend.
"""

from pathlib import Path
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from accounts.models import Structure
from companies.actions.errors import CompanyError
from companies.actions.imports import already_imported, choose_columns, deposit_file, preview
from companies.enums import RowClass
from companies.importing.applying import apply_batch
from companies.imports.columns import FIELD_BY_KEY
from companies.models import ImportBatch
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.exports import write_error_rows
from core.imports.files import mapping_of
from core.scope import structure_scope
from core.spreadsheets.reading import SpreadsheetError

SAID = {
    "rows": "lignes lues",
    RowClass.NEW: "entreprises nouvelles",
    RowClass.CHANGED: "à modifier",
    RowClass.UNCHANGED: "inchangées",
    RowClass.DOUBTFUL: "doublons possibles, laissés de côté",
    RowClass.ERROR: "lignes en erreur",
    "contacts": "contacts",
    "repairs": "valeurs réparées",
    "warnings": "remarques",
}


class Command(BaseCommand):
    help = "Imports a spreadsheet of companies (dry by default)."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--structure", required=True, help="name or number of the structure")
        parser.add_argument("--user", default="", help="e-mail of the person in whose name it is done")
        parser.add_argument("--sheet", default="", help="sheet to read (default: the first that is understood)")
        parser.add_argument("--errors", type=Path, help="write the rows in error to this CSV")
        parser.add_argument("--wet-run", action="store_true", help="write; without it, only tell")

    def handle(self, *args: Any, file: Path, structure: str, user: str, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}\u00a0: {error.strerror}") from error
        chosen, person = _structure(structure), _person(user)
        try:
            with structure_scope([chosen.pk]):
                self._import(chosen, person, file.name, content, **options)
                if not options["wet_run"]:
                    transaction.set_rollback(True)
        except (CompanyError, SpreadsheetError, ImportFileError, ImportRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["wet_run"]:
            self.stdout.write("Essai à blanc\u00a0: rien n’a été écrit (--wet-run pour importer).")

    def _import(self, structure: Structure, person: Any, name: str, content: bytes, **options: Any) -> None:
        batch = deposit_file(structure=structure, name=name, content=content, by=person, sheet=options["sheet"])
        if same := already_imported(batch):
            self.stdout.write(f"Ce fichier a déjà été importé le {same.applied_at:%d/%m/%Y}.")
        choose_columns(batch=batch, mapping=mapping_of(batch), now=timezone.now())
        self._tell_columns(batch)
        preview(batch=batch, advance=lambda done, total, message: None)
        for key, words in SAID.items():
            self.stdout.write(f"{batch.counts.get(key, 0):>8} {words}")
        if options["errors"] and batch.counts.get(RowClass.ERROR):
            with options["errors"].open("wb") as target:
                write_error_rows(batch, target, "csv")
            self.stdout.write(f"Lignes en erreur\u00a0: {options['errors']}")
        if options["wet_run"]:
            report = apply_batch(batch=batch, by=person, now=timezone.now(), advance=lambda done, total, message: None)
            self.stdout.write(f"Écrit\u00a0: {report.get('created', 0)} créées, {report.get('updated', 0)} complétées.")
            for message in report["left_said"]:
                self.stdout.write(message)

    def _tell_columns(self, batch: ImportBatch) -> None:
        mapping = mapping_of(batch)
        for index, label in enumerate(batch.labels):
            if label:
                field = FIELD_BY_KEY[mapping[index]].label if index in mapping else "(non importée)"
                self.stdout.write(f"  {label} → {field}")


def _structure(wanted: str) -> Structure:
    found = Structure.objects.filter(pk=int(wanted)) if wanted.isdigit() else Structure.objects.filter(name=wanted)
    structure = found.first()
    if structure is None:
        known = ", ".join(Structure.objects.order_by("name").values_list("name", flat=True)[:20])
        raise CommandError(f"Aucune structure «\u00a0{wanted}\u00a0». Structures connues\u00a0: {known}.")
    return structure


def _person(email: str) -> Any:
    if not email:
        return None
    person = get_user_model().objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(f"Aucun compte «\u00a0{email}\u00a0».")
    return person
