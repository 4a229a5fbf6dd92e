"""A command that imports a spreadsheet as the screens do; dry unless told otherwise. An app gives its pipeline."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from core.errors import ActionError
from core.imports.enums import RowClass
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.exports import write_error_rows
from core.imports.files import mapping_of
from core.imports.pipeline import ImportPipeline
from core.scope import structure_scope
from core.spreadsheets.reading import SpreadsheetError


def _silent(done: int, total: int, message: str) -> None:
    """Nobody looks at the progress of a command."""


class ImportCommand(BaseCommand):
    """`said`: what is told of each count of the preview, in order; `report`: of what was written.

    Doubtful rows are left aside. The rows in error go to --errors, with the same columns and one more, to mend.
    """

    pipeline: ImportPipeline
    fields: Mapping[str, Any]  # of the columns, by key, with their `label`
    said: ClassVar[Mapping[str, str]]
    report: str
    needs_user = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--structure", required=True, help="name or number of the structure")
        parser.add_argument(
            "--user", default="", required=self.needs_user, help="e-mail of the person in whose name it is done"
        )
        parser.add_argument("--sheet", default="", help="sheet to read (default: the first that is understood)")
        parser.add_argument("--errors", type=Path, help="write the rows in error to this CSV")
        parser.add_argument("--wet-run", action="store_true", help="write; without it, only tell")

    def handle(self, *args: Any, file: Path, structure: str, user: str, **options: Any) -> None:
        try:
            content = file.read_bytes()
        except OSError as error:
            raise CommandError(f"{file}\u00a0: {error.strerror}") from error
        chosen, person = self._structure(structure), _person(user)
        try:
            with structure_scope([chosen.pk]):
                self._import(chosen, person, file.name, content, **options)
                if not options["wet_run"]:
                    transaction.set_rollback(True)
        except (ActionError, SpreadsheetError, ImportFileError, ImportRefused) as refusal:
            raise CommandError(str(refusal)) from refusal
        if not options["wet_run"]:
            self.stdout.write("Essai à blanc\u00a0: rien n’a été écrit (--wet-run pour importer).")

    def previewed(self, batch: Any, by: Any, **options: Any) -> None:
        """Between the preview and the writing: what the app asks besides."""

    def _import(self, structure: Any, person: Any, name: str, content: bytes, **options: Any) -> None:
        pipeline = self.pipeline
        batch = pipeline.deposit_file(
            structure=structure, name=name, content=content, by=person, sheet=options["sheet"]
        )
        if same := pipeline.already_imported(batch):
            self.stdout.write(f"Ce fichier a déjà été importé le {same.applied_at:%d/%m/%Y}.")
        pipeline.choose_columns(batch=batch, mapping=mapping_of(batch), now=timezone.now())
        self._tell_columns(batch)
        pipeline.preview(batch=batch, advance=_silent)
        for key, words in self.said.items():
            self.stdout.write(f"{batch.counts.get(key, 0):>8} {words}")
        if options["errors"] and batch.counts.get(RowClass.ERROR):
            with options["errors"].open("wb") as target:
                write_error_rows(batch, target, "csv")
            self.stdout.write(f"Lignes en erreur\u00a0: {options['errors']}")
        self.previewed(batch, person, **options)
        if options["wet_run"]:
            report = pipeline.apply(batch=batch, by=person, now=timezone.now(), advance=_silent)
            counts = {"created": report.get("created", 0), "updated": report.get("updated", 0)}
            self.stdout.write(self.report.format(**counts))
            for message in report["left_said"]:
                self.stdout.write(message)

    def _tell_columns(self, batch: Any) -> None:
        mapping = mapping_of(batch)
        for index, label in enumerate(batch.labels):
            if label:
                field = self.fields[mapping[index]].label if index in mapping else "(non importée)"
                self.stdout.write(f"  {label} → {field}")

    def _structure(self, wanted: str) -> Any:
        structures = self.pipeline.batches._meta.get_field("structure").related_model._default_manager
        found = structures.filter(pk=int(wanted)) if wanted.isdigit() else structures.filter(name=wanted)
        structure = found.first()
        if structure is None:
            known = ", ".join(structures.order_by("name").values_list("name", flat=True)[:20])
            raise CommandError(f"Aucune structure «\u00a0{wanted}\u00a0». Structures connues\u00a0: {known}.")
        return structure


def _person(email: str) -> Any:
    if not email:
        return None
    person = get_user_model().objects.filter(email=email.lower()).first()
    if person is None:
        raise CommandError(f"Aucun compte «\u00a0{email}\u00a0».")
    return person
