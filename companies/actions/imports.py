"""What is done to an import: deposit a file, choose its columns, preview, decide, write, undo, purge."""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection, transaction
from django.urls import reverse
from psycopg.errors import LockNotAvailable

from companies.actions.errors import CompanyError
from companies.enums import ImportState, RowClass, RowDecision
from companies.importing.applying import apply_batch
from companies.importing.staging import Existing, row_changes, stage_batch, staged_contacts
from companies.importing.undoing import undo_batch
from companies.imports.headers import detect_header
from companies.imports.mapping import check_mapping, propose_mapping, remember_mapping
from companies.models import ImportBatch, ImportFile, ImportMapping, ImportRow
from companies.permissions import can_import_companies
from core.imports.errors import ImportFileError, ImportRefused
from core.imports.files import mapping_of, read_workbook
from core.imports.headers import HeaderGuess, header_at
from core.imports.labels import label_words
from core.jobs import JobFailed, Progress, create_job
from core.models import Job
from core.spreadsheets.reading import Row, SpreadsheetError, Workbook

# What a file says is personal data: it stays no longer than it serves.
KEPT_AFTER_APPLIED = dt.timedelta(days=7)
KEPT_UNUSED = dt.timedelta(days=30)


# --- deposit ----------------------------------------------------------------------------------------
@transaction.atomic
def deposit_file(*, structure: Any, name: str, content: bytes, by: Any, sheet: str = "") -> ImportBatch:
    """Keep the file, with its sheet, header and columns as we understand them.

    `sheet`: the one to read; without it, the first that has rows. Raises CompanyError, a French sentence, when the
    file cannot be read. A header that is not found is no error: the person points at it.
    """
    try:
        workbook = read_workbook(content, name)
    except SpreadsheetError as error:
        raise CompanyError(str(error)) from error
    batch = ImportBatch.objects.create(
        structure=structure,
        file_name=Path(name).name[-200:] or "fichier",
        file_size=len(content),
        file_digest=hashlib.sha256(content).hexdigest(),
        created_by=by,
    )
    file = ImportFile.objects.create(
        structure=structure, batch=batch, content=content, workbook=_workbook_values(workbook)
    )
    batch.file = file
    sheets = [one["name"] for one in visible_sheets(batch)]
    if sheet and sheet not in sheets:
        raise CompanyError(f"La feuille «\u00a0{sheet}\u00a0» n’est pas dans ce fichier, ou elle est masquée.")
    _guess_header(batch, sheet or _first_filled(batch))
    return batch


def _workbook_values(workbook: Workbook) -> dict[str, Any]:
    sheets = []
    for sheet in workbook.sheets:
        sample = [[row.number, list(row.cells)] for row in sheet.sample]
        sheets.append({name: value for name, value in asdict(sheet).items() if name != "sample"} | {"sample": sample})
    return {"kind": workbook.kind, "encoding": workbook.encoding, "separator": workbook.separator, "sheets": sheets}


def visible_sheets(batch: ImportBatch) -> list[dict[str, Any]]:
    """{name, rows, columns, sample} of the sheets that may be read."""
    return [sheet for sheet in batch.file.workbook.get("sheets", []) if not sheet["hidden"]]


def sample_rows(batch: ImportBatch, sheet: str = "") -> list[Row]:
    """The first rows of the chosen sheet, as read at the deposit."""
    wanted = sheet or batch.sheet
    found = next((one for one in visible_sheets(batch) if one["name"] == wanted), None)
    return [Row(number, tuple(cells)) for number, cells in found["sample"]] if found else []


def _first_filled(batch: ImportBatch) -> str:
    """The first visible sheet whose header is understood, else the first that has rows."""
    sheets = [sheet["name"] for sheet in visible_sheets(batch) if sheet["rows"]]
    for name in sheets:
        try:
            if detect_header(sample_rows(batch, name)).confidence >= 0.5:
                return name
        except ImportFileError:
            continue
    return sheets[0]


def _guess_header(batch: ImportBatch, sheet: str) -> None:
    batch.sheet = sheet
    try:
        header = detect_header(sample_rows(batch))
    except ImportFileError:
        batch.labels, batch.mapping = [], {}
        batch.save()
        return
    _keep_header(batch, header)


def _keep_header(batch: ImportBatch, header: HeaderGuess) -> None:
    batch.header_row, batch.header_rows, batch.labels = header.first_row - 1, header.row_count, list(header.labels)
    proposed = propose_mapping(header.labels, remembered_mapping(batch.structure_id, header.labels))
    batch.mapping = {str(index): key for index, key in proposed.items()}
    batch.save()


def header_problem(batch: ImportBatch) -> str:
    """Why no header was found in the chosen sheet, in French; empty when there is one."""
    try:
        detect_header(sample_rows(batch))
    except ImportFileError as error:
        return str(error)
    return ""


# --- header and columns -----------------------------------------------------------------------------
@transaction.atomic
def choose_header(*, batch: ImportBatch, sheet: str, first_row: int | None, row_count: int = 1) -> ImportBatch:
    """Read another sheet, or another row as the header (`first_row` as the spreadsheet shows it; None: find it).

    Raises CompanyError when that row is blank, or when the import is no longer to be prepared.
    """
    batch = _locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
    if sheet not in [one["name"] for one in visible_sheets(batch)]:
        raise CompanyError("Cette feuille n’est pas dans le fichier.")
    batch.sheet = sheet
    try:
        rows = sample_rows(batch)
        header = detect_header(rows) if first_row is None else header_at(rows, first_row, row_count)
    except ImportFileError as error:
        raise CompanyError(str(error)) from error
    _keep_header(batch, header)
    return batch


@transaction.atomic
def choose_columns(*, batch: ImportBatch, mapping: Mapping[int, str], now: dt.datetime) -> ImportBatch:
    """Keep which column fills which field, for this file and for the next one with the same columns.

    Raises CompanyError when no column names the companies.
    """
    batch = _locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
    chosen = {index: key for index, key in mapping.items() if key}
    try:
        check_mapping(batch.labels, chosen)
    except ImportFileError as error:
        raise CompanyError(str(error)) from error
    batch.mapping = {str(index): key for index, key in chosen.items()}
    batch.save(update_fields=["mapping"])
    ImportMapping.objects.update_or_create(
        structure_id=batch.structure_id,
        signature=header_signature(batch.labels),
        defaults={"mapping": remember_mapping(batch.labels, chosen)},
    )
    return batch


def header_signature(labels: Iterable[str]) -> str:
    """One file’s header, whatever its accents, spacing and little words."""
    words = "\n".join(" ".join(label_words(label)) for label in labels)
    return hashlib.sha256(words.encode()).hexdigest()


def remembered_mapping(structure_id: int, labels: Iterable[str]) -> dict[str, str]:
    """What the structure chose the last time for these columns; empty the first time."""
    known = ImportMapping.objects.filter(structure_id=structure_id, signature=header_signature(labels)).first()
    return known.mapping if known else {}


def already_imported(batch: ImportBatch) -> ImportBatch | None:
    """The last import of the very same file that was written and not undone."""
    same = ImportBatch.objects.filter(
        structure_id=batch.structure_id, file_digest=batch.file_digest, state=ImportState.APPLIED
    )
    return same.exclude(pk=batch.pk).select_related("created_by").order_by("-applied_at", "-pk").first()


# --- jobs -------------------------------------------------------------------------------------------
@transaction.atomic
def queue_preview(*, batch: ImportBatch, by: Any) -> Job:
    """Read the whole file and compare it, in a job. Raises CompanyError when there is nothing to read any more."""
    batch = _locked(batch, ImportState.UPLOADED, ImportState.PREVIEWED)
    try:
        check_mapping(batch.labels, mapping_of(batch))
    except ImportFileError as error:
        raise CompanyError(str(error)) from error
    return _queue(batch, ImportState.PREVIEWING, "companies.tasks.preview_import", f"Lecture de {batch}", by)


@transaction.atomic
def queue_apply(*, batch: ImportBatch, by: Any) -> Job:
    """Write what the preview showed, in a job."""
    batch = _locked(batch, ImportState.PREVIEWED)
    return _queue(batch, ImportState.APPLYING, "companies.tasks.apply_import", f"Import de {batch}", by)


@transaction.atomic
def queue_undo(*, batch: ImportBatch, by: Any) -> Job:
    """Take the import back, in a job."""
    batch = _locked(batch, ImportState.APPLIED)
    return _queue(batch, ImportState.UNDOING, "companies.tasks.undo_import", f"Annulation de l’import {batch}", by)


def _locked(batch: ImportBatch, *states: ImportState) -> ImportBatch:
    """The batch as it is now, locked; CompanyError unless it stands in one of these states and has its file."""
    current = _locked_at_once(batch)
    if current.settled_state not in states:
        raise CompanyError(f"Cet import est déjà plus loin\u00a0: {current.settled_state.label}.")
    if ImportState.APPLIED not in states and not ImportFile.objects.filter(batch=current).exists():
        raise CompanyError("Le fichier de cet import a été effacé\u00a0: déposez-le à nouveau.")
    return current


def _locked_at_once(batch: ImportBatch) -> ImportBatch:
    """The job holds the batch as long as it works: a page does not wait for it, and says so."""
    batches = ImportBatch.objects.select_related("job")
    try:
        with transaction.atomic():
            return batches.select_for_update(of=("self",), nowait=True).get(pk=batch.pk)
    except OperationalError as error:
        if not isinstance(error.__cause__, LockNotAvailable):
            raise
        current = batches.get(pk=batch.pk)
        if not current.is_working:
            raise CompanyError("Quelqu’un travaille en ce moment sur cet import\u00a0: recommencez.") from error
        raise CompanyError(f"Cet import est déjà plus loin\u00a0: {current.settled_state.label}.") from error


def _queue(batch: ImportBatch, state: ImportState, task: str, title: str, by: Any) -> Job:
    job = create_job(
        structure=batch.structure,
        task=task,
        title=title[:200],
        by=by,
        result_url=reverse("companies:import_detail", args=[batch.pk]),
    )
    batch.state, batch.job = state, job
    batch.save(update_fields=["state", "job"])
    return job


def preview_import(job: Job, progress: Progress) -> dict[str, Any]:
    """The work of a preview, in the transaction of `run_job`."""
    return _worked(lambda: preview(batch=_batch_of(job), advance=_told(progress)))


def apply_import(job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, Any]:
    return _worked(
        lambda: apply_batch(batch=_batch_of(job), by=job.created_by, now=now, advance=_told(progress)),
    )


def undo_import(job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, Any]:
    return _worked(
        lambda: undo_batch(batch=_batch_of(job), by=job.created_by, now=now, advance=_told(progress)),
    )


def preview(*, batch: ImportBatch, advance: Any) -> dict[str, int]:
    """Stage the rows of the batch; returns the counts by class."""
    content = bytes(ImportFile.objects.get(batch=batch).content)
    batch.counts = stage_batch(batch=batch, content=content, advance=advance)
    batch.state, batch.decisions = ImportState.PREVIEWED, {}
    batch.save(update_fields=["counts", "state", "decisions"])
    return batch.counts


def _batch_of(job: Job) -> ImportBatch:
    batch = ImportBatch.objects.select_for_update(of=("self",)).filter(job=job).first()
    if batch is None:
        raise JobFailed("Cet import a été repris entre-temps\u00a0: rien n’a été écrit.")
    # The person asked a while ago: her account may be closed, or her role another, since.
    if job.created_by is None or not can_import_companies(job.created_by, batch):
        raise JobFailed("Vous n’avez plus le droit d’importer dans cette structure\u00a0: rien n’a été écrit.")
    return batch


def _worked(work: Any) -> dict[str, Any]:
    try:
        return work()
    except (SpreadsheetError, ImportFileError, ImportRefused) as refusal:
        raise JobFailed(str(refusal)) from refusal


def _told(progress: Progress) -> Any:
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
CHOICES: dict[RowClass, tuple[RowDecision, ...]] = {
    RowClass.NEW: (RowDecision.CREATE, RowDecision.IGNORE),
    RowClass.CHANGED: (RowDecision.UPDATE, RowDecision.IGNORE),
    RowClass.DOUBTFUL: (RowDecision.IGNORE, RowDecision.UPDATE, RowDecision.CREATE),
}


@transaction.atomic
def decide_class(*, batch: ImportBatch, row_class: str, decision: str) -> ImportBatch:
    """What is done with all the rows of a class that have no decision of their own."""
    batch = _locked(batch, ImportState.PREVIEWED)
    if row_class not in CHOICES or decision not in CHOICES[RowClass(row_class)]:
        raise CompanyError("Ce choix n’est pas possible pour ces lignes.")
    batch.decisions = {**batch.decisions, row_class: decision}
    batch.save(update_fields=["decisions"])
    return batch


@transaction.atomic
def decide_row(*, row: ImportRow, decision: str, company_id: int | None = None) -> ImportRow:
    """What is done with one doubtful row; `company_id`: which of its candidates it is. "" leaves it to its class."""
    _locked(row.batch, ImportState.PREVIEWED)
    row = ImportRow.objects.select_for_update(of=("self",)).get(pk=row.pk)
    candidates = [candidate["company"] for candidate in row.candidates]
    allowed = decision == "" or decision in CHOICES[RowClass.DOUBTFUL]
    if row.row_class != RowClass.DOUBTFUL or not allowed:
        raise CompanyError("Ce choix n’est pas possible pour cette ligne.")
    if decision in ("", RowDecision.UPDATE) and row.company_id is None and company_id is None:
        raise CompanyError("Ce choix n’est pas possible pour cette ligne.")
    if company_id is not None and company_id != row.company_id:
        if company_id not in candidates:
            raise CompanyError("Cette entreprise n’est pas de celles qui ressemblent à la ligne.")
        existing = Existing.load([company_id])
        company = existing.companies.get(company_id)
        if company is None:
            raise CompanyError("Cette entreprise n’est plus là\u00a0: refaites l’aperçu.")
        if company.is_deleted:
            raise CompanyError("Cette entreprise est dans la corbeille\u00a0: restaurez-la, puis refaites l’aperçu.")
        row.company_id = company_id
        row.changes = row_changes(row.values, row.values.get("guessed", ()), company_id, existing)
        values = [entry["values"] for entry in row.contacts]
        row.contacts = staged_contacts(values, existing.contacts.get(company_id, []))
    row.decision = decision
    row.save()
    return row


# --- end --------------------------------------------------------------------------------------------
@transaction.atomic
def discard_import(*, batch: ImportBatch) -> None:
    """Forget an import that was not written: its file and its rows."""
    batch = _locked_at_once(batch)
    if batch.is_working or batch.settled_state in (ImportState.APPLIED, ImportState.UNDONE):
        raise CompanyError("Cet import ne peut pas être abandonné maintenant.")
    batch.delete()


def purge_imports(*, structure_id: int, now: dt.datetime) -> int:
    """Erase files and staged rows that serve no more, in the caller’s scope; returns how many imports lost theirs.

    A week after the import; a month after the deposit of one never written, which is forgotten whole.
    """
    batches = ImportBatch.objects.filter(structure_id=structure_id)
    served = batches.filter(applied_at__lt=now - KEPT_AFTER_APPLIED, file__isnull=False)
    purged = list(served.order_by("pk").values_list("pk", flat=True))
    ImportRow.objects.filter(batch__in=purged).delete()
    ImportFile.objects.filter(batch__in=purged).delete()
    unused = batches.filter(applied_at=None, created_at__lt=now - KEPT_UNUSED).order_by("pk")
    count = len(purged) + unused.count()
    unused.delete()
    return count
