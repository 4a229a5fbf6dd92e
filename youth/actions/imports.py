"""What is done to an import of young people: the gestures of every import, with our columns and our tables.

Rows are written by the gestures of the screens, everything or nothing. Only what the preview showed is written: a value
that changed in between is left as it is, and said in the report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from core.columns import field_label
from core.form_fields import holds_nir
from core.imports.cells import text_of
from core.imports.enums import ImportState, RowClass, RowDecision
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.files import Advance, file_on_disk
from core.imports.pipeline import KEPT_AFTER_APPLIED, ImportPipeline
from core.imports.writing import Outcome, chunks, decided_rows, lock_imports
from core.spreadsheets.reading import Row, read_rows
from youth.actions.accesses import is_own_file, reason_said
from youth.actions.errors import YouthError
from youth.actions.files import create_young_person, edit_young_person
from youth.importing.staging import DATES, WRITTEN, is_elsewhere, person_changes, plain, stage_batch
from youth.importing.undoing import undo_batch
from youth.imports.columns import FINDER, check_mapping, propose_mapping, refuse_nir_columns
from youth.models import (
    YoungPerson,
    YouthImportBatch,
    YouthImportChange,
    YouthImportFile,
    YouthImportMapping,
    YouthImportRow,
)
from youth.permissions import can_import_youth

NIR_LENGTH = 13


def apply_batch(*, batch: YouthImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, Any]:
    """Write the decided rows of a previewed batch; returns its report.

    Raises ImportRefused when another import of the structure is being written, or when a row cannot be any more.
    """
    lock_imports("youth", batch.structure_id)
    outcome = Outcome()
    total = decided_rows(batch, RowDecision.CREATE).count() + decided_rows(batch, RowDecision.UPDATE).count()
    done = 0
    for decision, write in ((RowDecision.UPDATE, _update), (RowDecision.CREATE, _create)):
        for chunk in chunks(decided_rows(batch, decision)):
            for row in chunk:
                try:
                    write(row, outcome, by, now)
                except YouthError as error:
                    raise ImportRefused(f"Ligne {row.number}\u00a0: {error} Refaites la vérification.") from error
            done += len(chunk)
            advance(done, total, "Écriture des dossiers.")
    batch.state, batch.applied_at, batch.report = ImportState.APPLIED, now, outcome.as_report()
    batch.save(update_fields=["state", "applied_at", "report"])
    return batch.report


def _model_values(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: dt.date.fromisoformat(value) if name in DATES and isinstance(value, str) else value
        for name, value in values.items()
        if name in WRITTEN
    }


def _create(row: YouthImportRow, outcome: Outcome, by: Any, now: dt.datetime) -> None:
    values = _model_values(row.values)
    if not values.get("birth_date"):
        outcome.leave(f"Ligne {row.number}\u00a0: sans date de naissance, aucun dossier n’a été ouvert.")
        return
    values.setdefault("entered_on", now.date())
    person = create_young_person(structure=row.batch.structure, values=values, by=by, now=now)
    row.young_person = person
    row.save(update_fields=["young_person"])
    _note(row, person, created=True, before={})
    outcome.counts["created"] += 1


def _update(row: YouthImportRow, outcome: Outcome, by: Any, now: dt.datetime) -> None:
    person = row.young_person
    if person is None or person.is_deleted:
        outcome.leave(f"Ligne {row.number}\u00a0: ce dossier n’est plus là, rien n’a été écrit.")
        return
    # Whoever imports may be another than who deposited the file: her own caseload decides.
    if not is_own_file(person, by) and not _said_why(row.batch, by):
        outcome.leave(f"Ligne {row.number}\u00a0: suivi par quelqu’un d’autre, sans raison donnée, laissé tel quel.")
        return
    kept: dict[str, Any] = {}
    before: dict[str, Any] = {}
    for name, (known, given) in row.changes.items():
        if plain(getattr(person, name)) == known:
            kept[name], before[name] = given, known
        else:
            label = field_label(YoungPerson, name.removesuffix("_id"))
            outcome.leave(f"Ligne {row.number}\u00a0: «\u00a0{label}\u00a0» a changé depuis l’aperçu, laissé tel quel.")
    if not kept:
        return
    changes = {_field(name): value for name, value in _related(_model_values(kept)).items()}
    written = edit_young_person(
        young_person=person, changes=changes, by=by, now=now, reason="" if is_own_file(person, by) else row.batch.reason
    )
    _note(row, written, created=False, before=before)
    outcome.counts["updated"] += 1


def _said_why(batch: YouthImportBatch, by: Any) -> bool:
    """She gave the reason herself: nobody opens a file in another's words."""
    return bool(batch.reason) and batch.reason_by_id == by.pk


def _field(name: str) -> str:
    return name.removesuffix("_id")


def _related(values: dict[str, Any]) -> dict[str, Any]:
    """Counsellors by row, not by number: what the gesture writes and tells."""
    model = YoungPerson._meta.get_field("counsellor").related_model
    return {
        name: model._default_manager.get(pk=value) if name in ("counsellor_id", "backup_id") and value else value
        for name, value in values.items()
    }


def _note(row: YouthImportRow, person: YoungPerson, *, created: bool, before: dict[str, Any]) -> None:
    YouthImportChange.objects.create(
        structure_id=row.structure_id,
        batch=row.batch,
        model="young_person",
        object_id=person.pk,
        created=created,
        before=before,
        written_version=person.version,
    )


def _refuse_nir(row: Row) -> None:
    # Every cell of the file passes here: what is too short for such a number costs nothing.
    if any(len(text) >= NIR_LENGTH and holds_nir(text) for text in map(text_of, row.cells)):
        raise ImportFileError(
            "nir",
            f"Un numéro de sécurité sociale est écrit ligne {row.number}\u00a0: retirez ces numéros du"
            " fichier, puis déposez-le à nouveau. Rien n’en a été gardé.",
        )


class YouthImports(ImportPipeline):
    app = "youth"
    batches, files, rows, mappings = YouthImportBatch, YouthImportFile, YouthImportRow, YouthImportMapping
    refusal = YouthError
    finder = FINDER
    target = "young_person"
    stranger = "Ce jeune n’est pas de ceux qui ressemblent à la ligne."

    def may_import(self, user: Any, obj: Any) -> bool:
        return can_import_youth(user, obj)

    def propose_mapping(self, labels: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
        return propose_mapping(labels, remembered)

    def check_mapping(self, labels: Sequence[str], mapping: Mapping[int, str]) -> None:
        check_mapping(labels, mapping)

    def screen(self, batch: YouthImportBatch) -> None:
        """A file that shows numbers of social security is not kept for one minute."""
        refuse_nir_columns(batch.labels)
        for sheet in self.visible_sheets(batch):
            for row in self.sample_rows(batch, sheet["name"]):
                _refuse_nir(row)

    def screen_content(self, batch: YouthImportBatch, content: bytes) -> None:
        """Every cell of every visible sheet, beyond the first rows that `screen` looked at."""
        longer = [sheet["name"] for sheet in self.visible_sheets(batch) if sheet["rows"] > len(sheet["sample"])]
        if not longer:
            return
        with file_on_disk(content, batch.file_name) as path:
            for name in longer:
                for row in read_rows(path, name):
                    _refuse_nir(row)

    def check_decision(self, row: YouthImportRow, decision: str, by: Any) -> None:
        if decision == RowDecision.UPDATE and row.is_elsewhere and not _said_why(row.batch, by):
            raise YouthError(
                "Ce dossier est suivi par quelqu’un d’autre\u00a0: dites d’abord pourquoi vous le complétez."
            )

    @transaction.atomic
    def justify(self, *, batch: Any, reason: str, by: Any) -> YouthImportBatch:
        """One reason for all the files of the import that somebody else follows; "" leaves them out again.

        Raises `ActionError` when too little is said. Doubtful rows stay to be decided one by one.
        """
        batch = self._locked(batch, ImportState.PREVIEWED)
        said = reason_said(reason) if reason.strip() else ""
        batch.reason, batch.reason_by = said, by if said else None
        batch.save(update_fields=["reason", "reason_by"])
        rows = batch.rows.filter(is_elsewhere=True)
        rows.filter(row_class=RowClass.CHANGED).update(decision="" if said else RowDecision.IGNORE)
        if not said:
            rows.filter(decision=RowDecision.UPDATE).update(decision=RowDecision.IGNORE)
        return batch

    def purge_imports(self, *, structure_id: int, now: dt.datetime) -> int:
        """The reason goes with the rows; the register keeps it for each file."""
        count = super().purge_imports(structure_id=structure_id, now=now)
        self.batches.objects.filter(structure_id=structure_id, applied_at__lt=now - KEPT_AFTER_APPLIED).update(
            reason=""
        )
        return count

    def stage(self, *, batch: YouthImportBatch, content: bytes, advance: Advance) -> dict[str, int]:
        # What is compared again waits for its reason again.
        batch.reason, batch.reason_by = "", None
        batch.save(update_fields=["reason", "reason_by"])
        return stage_batch(batch=batch, content=content, advance=advance)

    def apply(self, *, batch: YouthImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, Any]:
        return apply_batch(batch=batch, by=by, now=now, advance=advance)

    def undo(self, *, batch: YouthImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, int]:
        return undo_batch(batch=batch, by=by, now=now, advance=advance)

    def aim(self, row: YouthImportRow, target_id: int) -> None:
        person = YoungPerson.objects.kept().filter(pk=target_id, structure_id=row.structure_id).first()
        if person is None:
            raise YouthError("Ce dossier n’est plus là\u00a0: refaites la vérification.")
        row.young_person = person
        row.changes = person_changes(person, row.values)
        row.is_elsewhere = is_elsewhere(row, row.batch.created_by_id)


PIPELINE = YouthImports()
