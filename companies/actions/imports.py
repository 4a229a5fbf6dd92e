"""What is done to an import of companies: the gestures of every import, with our columns and our tables."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from companies.actions.errors import CompanyError
from companies.importing.applying import apply_batch
from companies.importing.staging import Existing, row_changes, stage_batch, staged_contacts
from companies.importing.undoing import undo_batch
from companies.imports.headers import FINDER
from companies.imports.mapping import check_mapping, propose_mapping
from companies.models import ImportBatch, ImportFile, ImportMapping, ImportRow
from companies.permissions import can_import_companies
from core.imports.files import Advance
from core.imports.pipeline import CHOICES, KEPT_AFTER_APPLIED, KEPT_UNUSED, ImportPipeline

__all__ = ["CHOICES", "KEPT_AFTER_APPLIED", "KEPT_UNUSED", "PIPELINE"]


class CompanyImports(ImportPipeline):
    app = "companies"
    batches, files, rows, mappings = ImportBatch, ImportFile, ImportRow, ImportMapping
    refusal = CompanyError
    finder = FINDER
    target = "company"
    stranger = "Cette entreprise n’est pas de celles qui ressemblent à la ligne."

    def may_import(self, user: Any, obj: Any) -> bool:
        return can_import_companies(user, obj)

    def propose_mapping(self, labels: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]:
        return propose_mapping(labels, remembered)

    def check_mapping(self, labels: Sequence[str], mapping: Mapping[int, str]) -> None:
        check_mapping(labels, mapping)

    def stage(self, *, batch: ImportBatch, content: bytes, advance: Advance) -> dict[str, int]:
        return stage_batch(batch=batch, content=content, advance=advance)

    def apply(self, *, batch: ImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, Any]:
        return apply_batch(batch=batch, by=by, now=now, advance=advance)

    def undo(self, *, batch: ImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, int]:
        return undo_batch(batch=batch, by=by, now=now, advance=advance)

    def aim(self, row: ImportRow, target_id: int) -> None:
        existing = Existing.load([target_id])
        company = existing.companies.get(target_id)
        if company is None:
            raise CompanyError("Cette entreprise n’est plus là\u00a0: refaites l’aperçu.")
        if company.is_deleted:
            raise CompanyError("Cette entreprise est dans la corbeille\u00a0: restaurez-la, puis refaites l’aperçu.")
        row.company_id = target_id
        row.changes = row_changes(row.values, row.values.get("guessed", ()), target_id, existing)
        values = [entry["values"] for entry in row.contacts]
        row.contacts = staged_contacts(values, existing.contacts.get(target_id, []))


PIPELINE = CompanyImports()
deposit_file, choose_header, choose_columns = PIPELINE.deposit_file, PIPELINE.choose_header, PIPELINE.choose_columns
already_imported, remembered_mapping = PIPELINE.already_imported, PIPELINE.remembered_mapping
queue_preview, queue_apply, queue_undo = PIPELINE.queue_preview, PIPELINE.queue_apply, PIPELINE.queue_undo
preview_import, apply_import, undo_import = PIPELINE.preview_import, PIPELINE.apply_import, PIPELINE.undo_import
preview, decide_class, decide_row = PIPELINE.preview, PIPELINE.decide_class, PIPELINE.decide_row
visible_sheets, sample_rows, header_problem = PIPELINE.visible_sheets, PIPELINE.sample_rows, PIPELINE.header_problem
discard_import, purge_imports = PIPELINE.discard_import, PIPELINE.purge_imports
