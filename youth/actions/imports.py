"""What is done to an import of young people: the gestures of every import, with our columns and our tables.

Rows are written by the gestures of the screens, everything or nothing. Only what the preview showed is written: a value
that changed in between is left as it is, and said in the report.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from core.columns import field_label
from core.form_fields import holds_nir
from core.imports.cells import text_of
from core.imports.enums import ImportState, RowDecision
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.files import Advance
from core.imports.pipeline import ImportPipeline
from core.imports.writing import Outcome, chunks, decided_rows, lock_imports
from youth.actions.errors import YouthError
from youth.actions.files import create_young_person, edit_young_person
from youth.importing.staging import DATES, WRITTEN, person_changes, plain, stage_batch
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
    written = edit_young_person(young_person=person, changes=changes, by=by, now=now)
    _note(row, written, created=False, before=before)
    outcome.counts["updated"] += 1


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
                if any(holds_nir(text_of(cell)) for cell in row.cells):
                    raise ImportFileError(
                        "nir",
                        f"Un numéro de sécurité sociale est écrit ligne {row.number}\u00a0: retirez ces numéros du"
                        " fichier, puis déposez-le à nouveau. Rien n’en a été gardé.",
                    )

    def stage(self, *, batch: YouthImportBatch, content: bytes, advance: Advance) -> dict[str, int]:
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


PIPELINE = YouthImports()
