"""What is done to an import: deposit a file, choose its columns, preview, decide, write, undo, purge."""

import datetime as dt
import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction
from django.urls import reverse
from psycopg.errors import LockNotAvailable

from core.errors import ActionError
from core.imports.enums import ImportState, RowClass, RowDecision
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.files import Advance, mapping_of, read_workbook
from core.imports.headers import HeaderFinder, HeaderGuess, header_at
from core.imports.labels import label_words
from core.imports.mapping import remember_mapping
from core.jobs import JobFailed, Progress, create_job
from core.models import Job
from core.models.imports import BaseImportBatch
from core.spreadsheets.reading import Row, SpreadsheetError, Workbook

# What a file says is personal data: it stays no longer than it serves.
KEPT_AFTER_APPLIED = dt.timedelta(days=7)
KEPT_UNUSED = dt.timedelta(days=30)
CHOICES: dict[RowClass, tuple[RowDecision, ...]] = {
    RowClass.NEW: (RowDecision.CREATE, RowDecision.IGNORE),
    RowClass.CHANGED: (RowDecision.UPDATE, RowDecision.IGNORE),
    RowClass.DOUBTFUL: (RowDecision.IGNORE, RowDecision.UPDATE, RowDecision.CREATE),
}


class ImportPipeline(ABC):
    """What is done to the imports of one app. The app gives its tables, its columns and what is written."""

    app: str  # of its addresses and its tasks
    # The app’s own BaseImportBatch, BaseImportFile, BaseImportRow and BaseImportMapping.
    batches: type[Any]
    files: type[Any]
    rows: type[Any]
    mappings: type[Any]
    refusal: type[ActionError]
    finder: HeaderFinder
    target: str  # the field of a row that names what it is about
    stranger: str  # said of a choice that is not among the candidates

    # --- given by the app ---------------------------------------------------------------------------
    @abstractmethod
    def may_import(self, user: Any, obj: Any) -> bool: ...

    @abstractmethod
    def propose_mapping(self, labels: Sequence[str], remembered: Mapping[str, str]) -> dict[int, str]: ...

    @abstractmethod
    def check_mapping(self, labels: Sequence[str], mapping: Mapping[int, str]) -> None:
        """Raises ImportFileError when a file with these columns cannot be imported."""

    def screen(self, batch: Any) -> None:  # noqa: B027 -- nothing to add, usually
        """Look at the labels and first rows of a file just read. Raises ImportFileError when it may not be kept."""

    def screen_content(self, batch: Any, content: bytes) -> None:  # noqa: B027 -- nothing to add, usually
        """Look at the whole of a file just read. Raises ImportFileError, SpreadsheetError, when it may not be kept."""

    def check_decision(self, row: Any, decision: str, by: Any) -> None:  # noqa: B027 -- nothing to add, usually
        """May that person decide this of a doubtful row, turned towards its target already? Raises `refusal`."""

    @abstractmethod
    def stage(self, *, batch: Any, content: bytes, advance: Advance) -> dict[str, int]:
        """Replace the staged rows; returns {row class: count} and other counts."""

    @abstractmethod
    def apply(self, *, batch: Any, by: Any, now: dt.datetime, advance: Advance) -> dict[str, Any]: ...

    @abstractmethod
    def undo(self, *, batch: Any, by: Any, now: dt.datetime, advance: Advance) -> dict[str, int]: ...

    @abstractmethod
    def aim(self, row: Any, target_id: int) -> None:
        """Turn a doubtful row, not saved, towards another of its candidates. Raises `refusal`."""

    # --- deposit ----------------------------------------------------------------------------------------
    @transaction.atomic
    def deposit_file(self, *, structure: Any, name: str, content: bytes, by: Any, sheet: str = "") -> Any:
        """Keep the file, with its sheet, header and columns as we understand them.

        `sheet`: the one to read; without it, the first that has rows. Raises `refusal`, a French sentence, when
        the file cannot be read. A header that is not found is no error: the person points at it.
        """
        try:
            workbook = read_workbook(content, name)
        except SpreadsheetError as error:
            raise self.refusal(str(error)) from error
        batch = self.batches.objects.create(
            structure=structure,
            file_name=Path(name).name[-200:] or "fichier",
            file_size=len(content),
            file_digest=hashlib.sha256(content).hexdigest(),
            created_by=by,
        )
        file = self.files.objects.create(
            structure=structure, batch=batch, content=content, workbook=self._workbook_values(workbook)
        )
        batch.file = file
        sheets = [one["name"] for one in self.visible_sheets(batch)]
        if sheet and sheet not in sheets:
            raise self.refusal(f"La feuille «\u00a0{sheet}\u00a0» n’est pas dans ce fichier, ou elle est masquée.")
        self._guess_header(batch, sheet or self._first_filled(batch))
        self._screen(batch, content)
        return batch

    def _screen(self, batch: BaseImportBatch, content: bytes | None = None) -> None:
        """`content`: at the deposit, when the whole of it is looked at."""
        try:
            self.screen(batch)
            if content is not None:
                self.screen_content(batch, content)
        except (ImportFileError, SpreadsheetError) as error:
            raise self.refusal(str(error)) from error

    def _workbook_values(self, workbook: Workbook) -> dict[str, Any]:
        sheets = []
        for sheet in workbook.sheets:
            sample = [[row.number, list(row.cells)] for row in sheet.sample]
            sheets.append(
                {name: value for name, value in asdict(sheet).items() if name != "sample"} | {"sample": sample}
            )
        return {"kind": workbook.kind, "encoding": workbook.encoding, "separator": workbook.separator, "sheets": sheets}

    def visible_sheets(self, batch: Any) -> list[dict[str, Any]]:
        """{name, rows, columns, sample} of the sheets that may be read."""
        return [sheet for sheet in batch.file.workbook.get("sheets", []) if not sheet["hidden"]]

    def sample_rows(self, batch: BaseImportBatch, sheet: str = "") -> list[Row]:
        """The first rows of the chosen sheet, as read at the deposit."""
        wanted = sheet or batch.sheet
        found = next((one for one in self.visible_sheets(batch) if one["name"] == wanted), None)
        return [Row(number, tuple(cells)) for number, cells in found["sample"]] if found else []

    def _first_filled(self, batch: BaseImportBatch) -> str:
        """The first visible sheet whose header is understood, else the first that has rows."""
        sheets = [sheet["name"] for sheet in self.visible_sheets(batch) if sheet["rows"]]
        for name in sheets:
            try:
                if self.finder.detect_header(self.sample_rows(batch, name)).confidence >= 0.5:
                    return name
            except ImportFileError:
                continue
        return sheets[0]

    def _guess_header(self, batch: BaseImportBatch, sheet: str) -> None:
        batch.sheet = sheet
        try:
            header = self.finder.detect_header(self.sample_rows(batch))
        except ImportFileError:
            batch.labels, batch.mapping = [], {}
            batch.save()
            return
        self._keep_header(batch, header)

    def _keep_header(self, batch: BaseImportBatch, header: HeaderGuess) -> None:
        batch.header_row, batch.header_rows, batch.labels = header.first_row - 1, header.row_count, list(header.labels)
        proposed = self.propose_mapping(header.labels, self.remembered_mapping(batch.structure_id, header.labels))
        batch.mapping = {str(index): key for index, key in proposed.items()}
        batch.save()

    def header_problem(self, batch: BaseImportBatch) -> str:
        """Why no header was found in the chosen sheet, in French; empty when there is one."""
        try:
            self.finder.detect_header(self.sample_rows(batch))
        except ImportFileError as error:
            return str(error)
        return ""

    # --- header and columns -----------------------------------------------------------------------------
    @transaction.atomic
    def choose_header(
        self, *, batch: BaseImportBatch, sheet: str, first_row: int | None, row_count: int = 1
    ) -> BaseImportBatch:
        """Read another sheet, or another row as the header (`first_row` as the spreadsheet shows it; None: find it).

        Raises `refusal` when that row is blank, or when the import is no longer to be prepared.
        """
        batch = self._locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
        if sheet not in [one["name"] for one in self.visible_sheets(batch)]:
            raise self.refusal("Cette feuille n’est pas dans le fichier.")
        batch.sheet = sheet
        try:
            rows = self.sample_rows(batch)
            header = self.finder.detect_header(rows) if first_row is None else header_at(rows, first_row, row_count)
        except ImportFileError as error:
            raise self.refusal(str(error)) from error
        self._keep_header(batch, header)
        self._screen(batch)
        return batch

    @transaction.atomic
    def choose_columns(
        self, *, batch: BaseImportBatch, mapping: Mapping[int, str], now: dt.datetime
    ) -> BaseImportBatch:
        """Keep which column fills which field, for this file and for the next one with the same columns.

        Raises `refusal` when no column names the companies.
        """
        batch = self._locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
        chosen = {index: key for index, key in mapping.items() if key}
        try:
            self.check_mapping(batch.labels, chosen)
        except ImportFileError as error:
            raise self.refusal(str(error)) from error
        batch.mapping = {str(index): key for index, key in chosen.items()}
        batch.save(update_fields=["mapping"])
        self.mappings.objects.update_or_create(
            structure_id=batch.structure_id,
            signature=self.header_signature(batch.labels),
            defaults={"mapping": remember_mapping(batch.labels, chosen)},
        )
        return batch

    def header_signature(self, labels: Iterable[str]) -> str:
        """One file’s header, whatever its accents, spacing and little words."""
        words = "\n".join(" ".join(label_words(label)) for label in labels)
        return hashlib.sha256(words.encode()).hexdigest()

    def remembered_mapping(self, structure_id: int, labels: Iterable[str]) -> dict[str, str]:
        """What the structure chose the last time for these columns; empty the first time."""
        known = self.mappings.objects.filter(structure_id=structure_id, signature=self.header_signature(labels)).first()
        return known.mapping if known else {}

    def already_imported(self, batch: BaseImportBatch) -> BaseImportBatch | None:
        """The last import of the very same file that was written and not undone."""
        same = self.batches.objects.filter(
            structure_id=batch.structure_id, file_digest=batch.file_digest, state=ImportState.APPLIED
        )
        return same.exclude(pk=batch.pk).select_related("created_by").order_by("-applied_at", "-pk").first()

    # --- jobs -------------------------------------------------------------------------------------------
    @transaction.atomic
    def queue_preview(self, *, batch: BaseImportBatch, by: Any) -> Job:
        """Read the whole file and compare it, in a job. Raises `refusal` when there is nothing to read any more."""
        batch = self._locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
        try:
            self.check_mapping(batch.labels, mapping_of(batch))
        except ImportFileError as error:
            raise self.refusal(str(error)) from error
        return self._queue(batch, ImportState.PREVIEWING, "preview_import", f"Lecture de {batch}", by)

    @transaction.atomic
    def queue_apply(self, *, batch: BaseImportBatch, by: Any) -> Job:
        """Write what the preview showed, in a job."""
        batch = self._locked(batch, ImportState.PREVIEWED)
        return self._queue(batch, ImportState.APPLYING, "apply_import", f"Import de {batch}", by)

    @transaction.atomic
    def queue_undo(self, *, batch: BaseImportBatch, by: Any) -> Job:
        """Take the import back, in a job."""
        batch = self._locked(batch, ImportState.APPLIED)
        return self._queue(batch, ImportState.UNDOING, "undo_import", f"Annulation de l’import {batch}", by)

    def _locked(self, batch: BaseImportBatch, *states: ImportState) -> BaseImportBatch:
        """The batch as it is now, locked; `refusal` unless it stands in one of these states and has its file."""
        current = self._locked_at_once(batch)
        if current.settled_state not in states:
            raise self.refusal(f"Cet import est déjà plus loin\u00a0: {current.settled_state.label}.")
        if ImportState.APPLIED not in states and not self.files.objects.filter(batch=current).exists():
            raise self.refusal("Le fichier de cet import a été effacé\u00a0: déposez-le à nouveau.")
        return current

    def _locked_at_once(self, batch: BaseImportBatch) -> BaseImportBatch:
        """The job holds the batch as long as it works: a page does not wait for it, and says so."""
        batches = self.batches.objects.select_related("job")
        try:
            with transaction.atomic():
                return batches.select_for_update(of=("self",), nowait=True).get(pk=batch.pk)
        except OperationalError as error:
            if not isinstance(error.__cause__, LockNotAvailable):
                raise
            current = batches.get(pk=batch.pk)
            if not current.is_working:
                raise self.refusal("Quelqu’un travaille en ce moment sur cet import\u00a0: recommencez.") from error
            raise self.refusal(f"Cet import est déjà plus loin\u00a0: {current.settled_state.label}.") from error

    def _queue(self, batch: BaseImportBatch, state: ImportState, task: str, title: str, by: Any) -> Job:
        job = create_job(
            structure=batch.structure,
            task=f"{self.app}.tasks.{task}",
            title=title[:200],
            by=by,
            result_url=reverse(f"{self.app}:import_detail", args=[batch.pk]),
        )
        batch.state, batch.job = state, job
        batch.save(update_fields=["state", "job"])
        return job

    def preview_import(self, job: Job, progress: Progress) -> dict[str, Any]:
        """The work of a preview, in the transaction of `run_job`."""
        return self._worked(lambda: self.preview(batch=self._batch_of(job), advance=self._told(progress)))

    def apply_import(self, job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, Any]:
        return self._worked(
            lambda: self.apply(batch=self._batch_of(job), by=job.created_by, now=now, advance=self._told(progress)),
        )

    def undo_import(self, job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, Any]:
        return self._worked(
            lambda: self.undo(batch=self._batch_of(job), by=job.created_by, now=now, advance=self._told(progress)),
        )

    def preview(self, *, batch: BaseImportBatch, advance: Any) -> dict[str, int]:
        """Stage the rows of the batch; returns the counts by class."""
        content = bytes(self.files.objects.get(batch=batch).content)
        batch.counts = self.stage(batch=batch, content=content, advance=advance)
        batch.state, batch.decisions = ImportState.PREVIEWED, {}
        batch.save(update_fields=["counts", "state", "decisions"])
        return batch.counts

    def _batch_of(self, job: Job) -> BaseImportBatch:
        batch = self.batches.objects.select_for_update(of=("self",)).filter(job=job).first()
        if batch is None:
            raise JobFailed("Cet import a été repris entre-temps\u00a0: rien n’a été écrit.")
        # The person asked a while ago: her account may be closed, or her role another, since.
        if job.created_by is None or not self.may_import(job.created_by, batch):
            raise JobFailed("Vous n’avez plus le droit d’importer dans cette structure\u00a0: rien n’a été écrit.")
        return batch

    def _worked(self, work: Any) -> dict[str, Any]:
        try:
            return work()
        except (SpreadsheetError, ImportFileError, ImportRefused) as refusal:
            raise JobFailed(str(refusal)) from refusal

    def _told(self, progress: Progress) -> Any:
        """Progress without its message repeated: `Progress` writes at once whatever comes with a message.

        The transaction of the work gives a sign of life too, or the database would end it while a long file is read.
        """
        said: list[str] = []

        def advance(done: int, total: int, message: str) -> None:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if message in said:
                progress.advance(done)
            else:
                said.append(message)
                progress.advance(done, total, message)

        return advance

    # --- decisions --------------------------------------------------------------------------------------
    @transaction.atomic
    def decide_class(self, *, batch: BaseImportBatch, row_class: str, decision: str) -> BaseImportBatch:
        """What is done with all the rows of a class that have no decision of their own."""
        batch = self._locked(batch, ImportState.PREVIEWED)
        if row_class not in CHOICES or decision not in CHOICES[RowClass(row_class)]:
            raise self.refusal("Ce choix n’est pas possible pour ces lignes.")
        batch.decisions = {**batch.decisions, row_class: decision}
        batch.save(update_fields=["decisions"])
        return batch

    @transaction.atomic
    def decide_row(self, *, row: Any, decision: str, target_id: int | None = None, by: Any = None) -> Any:
        """What is done with one doubtful row; `target_id`: which of its candidates it is. "" leaves it to its class."""
        self._locked(row.batch, ImportState.PREVIEWED)
        row = self.rows.objects.select_for_update(of=("self",)).get(pk=row.pk)
        known = getattr(row, f"{self.target}_id")
        allowed = decision == "" or decision in CHOICES[RowClass.DOUBTFUL]
        if row.row_class != RowClass.DOUBTFUL or not allowed:
            raise self.refusal("Ce choix n’est pas possible pour cette ligne.")
        if decision in ("", RowDecision.UPDATE) and known is None and target_id is None:
            raise self.refusal("Ce choix n’est pas possible pour cette ligne.")
        if target_id is not None and target_id != known:
            if target_id not in [candidate[self.target] for candidate in row.candidates]:
                raise self.refusal(self.stranger)
            self.aim(row, target_id)
        self.check_decision(row, decision, by)
        row.decision = decision
        row.save()
        return row

    # --- end --------------------------------------------------------------------------------------------
    @transaction.atomic
    def discard_import(self, *, batch: BaseImportBatch) -> None:
        """Forget an import that was not written: its file and its rows."""
        batch = self._locked_at_once(batch)
        if batch.is_working or batch.settled_state in (ImportState.APPLIED, ImportState.UNDONE):
            raise self.refusal("Cet import ne peut pas être abandonné maintenant.")
        batch.delete()

    def purge_imports(self, *, structure_id: int, now: dt.datetime) -> int:
        """Erase files and staged rows that serve no more, in the caller’s scope; returns how many imports lost theirs.

        A week after the import; a month after the deposit of one never written, which is forgotten whole.
        """
        batches = self.batches.objects.filter(structure_id=structure_id)
        served = batches.filter(applied_at__lt=now - KEPT_AFTER_APPLIED, file__isnull=False)
        purged = list(served.order_by("pk").values_list("pk", flat=True))
        self.rows.objects.filter(batch__in=purged).delete()
        self.files.objects.filter(batch__in=purged).delete()
        unused = batches.filter(applied_at=None, created_at__lt=now - KEPT_UNUSED).order_by("pk")
        count = len(purged) + unused.count()
        unused.delete()
        return count
