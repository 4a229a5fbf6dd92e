"""The import wizard: file, header, columns, preview, report, undo."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Structure
from companies.actions import imports as actions
from companies.actions.errors import CompanyError
from companies.enums import ImportState, RowClass, RowDecision
from companies.forms.imports import ImportColumnsForm, ImportFileForm, ImportHeaderForm
from companies.importing.exports import write_error_rows, write_template
from companies.importing.preview import plan_of, remarks_of, shown_rows
from companies.importing.undoing import Touched, touched_since
from companies.imports.columns import FIELD_BY_KEY
from companies.imports.mapping import near_misses
from companies.models import Company, ImportBatch, ImportFile, ImportRow
from companies.permissions import can_import_companies
from core.imports.files import mapping_of
from core.spreadsheets.reading import DEFAULT_LIMITS

IMPORTS_A_PAGE = 20
ROWS_A_PAGE = 25
SAMPLE_SHOWN = 15
SAMPLE_VALUES = 3
STEPS = ("Fichier", "Titres", "Colonnes", "Vérification", "Bilan")
FORMATS = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
TABS = {
    RowClass.NEW: "Nouvelles",
    RowClass.CHANGED: "Modifiées",
    RowClass.DOUBTFUL: "Doublons possibles",
    RowClass.ERROR: "En erreur",
    RowClass.UNCHANGED: "Inchangées",
}
CLASS_WORDS = {
    RowClass.NEW: "Les entreprises nouvelles",
    RowClass.CHANGED: "Les entreprises modifiées",
    RowClass.DOUBTFUL: "Les doublons possibles, sauf choix ligne par ligne",
}
CHOICE_WORDS = {
    (RowClass.NEW, RowDecision.CREATE): "les créer",
    (RowClass.NEW, RowDecision.IGNORE): "les laisser de côté",
    (RowClass.CHANGED, RowDecision.UPDATE): "les mettre à jour",
    (RowClass.CHANGED, RowDecision.IGNORE): "les laisser telles quelles",
    (RowClass.DOUBTFUL, RowDecision.IGNORE): "les laisser de côté",
    (RowClass.DOUBTFUL, RowDecision.UPDATE): "compléter la plus ressemblante",
    (RowClass.DOUBTFUL, RowDecision.CREATE): "les créer",
}


# --- list, deposit ----------------------------------------------------------------------------------
@require_safe
def import_list(request: HttpRequest) -> HttpResponse:
    """What was imported, by whom, what it wrote."""
    _check(can_import_companies(request.user, request.structure))
    batches = (
        ImportBatch.objects.visible_to(request.user)
        .in_structure(request.structure)
        .filter(structure_id__in=_structures(request).values("pk"))
        .select_related("created_by", "job", "structure")
        .newest_first()
    )
    page = Paginator(batches, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
    return render(request, "companies/import_list.html", {"page": page, "several": len(request.structures) > 1})


def _structures(request: HttpRequest) -> QuerySet[Structure]:
    """Those in which the person may import, narrowed by the header."""
    allowed = [one.pk for one in request.structures if can_import_companies(request.user, one)]
    if request.structure is not None:
        allowed = [pk for pk in allowed if pk == request.structure.pk]
    return Structure.objects.visible_to(request.user).filter(pk__in=allowed).order_by("name", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def import_create(request: HttpRequest) -> HttpResponse:
    """The file: read at once, so that what cannot be read is said here."""
    structures = _structures(request)
    _check(bool(structures))
    form = ImportFileForm(request.POST or None, request.FILES or None, structures=structures)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = actions.deposit_file(
                structure=form.chosen_structure, name=file.name, content=file.read(), by=request.user
            )
        except CompanyError as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("companies:import_columns" if batch.labels else "companies:import_header", batch.pk)
    context = {"form": form, "limits": DEFAULT_LIMITS, "steps": STEPS, "formats": FORMATS}
    return render(request, "companies/import_create.html", context, status=422 if form.errors else 200)


@require_safe
def import_template(request: HttpRequest, format: str) -> HttpResponse:
    """The model to fill, for whoever starts from nothing."""
    _check(can_import_companies(request.user, request.structure))
    return _download(format, "modele-entreprises", lambda target: write_template(target, format))


# --- one import -------------------------------------------------------------------------------------
def _batch(request: HttpRequest, pk: int) -> ImportBatch:
    batches = ImportBatch.objects.visible_to(request.user).select_related("job", "structure", "created_by")
    batch = get_object_or_404(batches, pk=pk)
    _check(can_import_companies(request.user, batch))
    return batch


def _with_file(request: HttpRequest, batch: ImportBatch) -> ImportBatch | None:
    """The batch with its sheets, the content left where it is; None when the file was erased."""
    batch.file = ImportFile.objects.visible_to(request.user).filter(batch=batch).defer("content").first()
    return batch if batch.file else None


@require_safe
def import_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Wherever the import stands: its job, its columns, its preview or its report."""
    batch = _batch(request, pk)
    state = batch.settled_state
    if batch.is_working:
        if batch.job.created_by_id == request.user.pk:
            return redirect("core:job_detail", batch.job.key)
        return render(request, "companies/import_working.html", {"batch": batch})
    if batch.job is not None and batch.state != state and batch.job.message:
        messages.error(request, batch.job.message)
    pages = {
        ImportState.UPLOADED: "companies:import_columns" if batch.labels else "companies:import_header",
        ImportState.PREVIEWED: "companies:import_preview",
    }
    return redirect(pages.get(state, "companies:import_report"), batch.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def import_header(request: HttpRequest, pk: int) -> HttpResponse:
    """The sheet and the row of its titles, found and shown; another row may be chosen."""
    batch = _with_file(request, _batch(request, pk))
    if batch is None or batch.settled_state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("companies:import_detail", pk)
    sheets = actions.visible_sheets(batch)
    names = [sheet["name"] for sheet in sheets]
    wanted = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
    sheet = wanted if wanted in names else batch.sheet
    rows = actions.sample_rows(batch, sheet)[:SAMPLE_SHOWN]
    current = batch.header_row + 1 if sheet == batch.sheet and batch.labels else None
    form = ImportHeaderForm(
        request.POST or None,
        numbers=[row.number for row in rows],
        initial={"sheet": sheet, "first_row": current, "two_rows": batch.header_rows > 1},
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.choose_header(
                batch=batch,
                sheet=sheet,
                first_row=form.cleaned_data["first_row"],
                row_count=2 if form.cleaned_data["two_rows"] else 1,
            )
        except CompanyError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("companies:import_columns", pk)
    chosen = form["first_row"].value()
    context = {
        "batch": batch,
        "form": form,
        "sheets": sheets,
        "sheet": sheet,
        "rows": rows,
        "chosen": _number(str(chosen or "")),
        "width": max((len(row.cells) for row in rows), default=1),
        "problem": "" if current else actions.header_problem(batch),
        "steps": _steps(batch, 2),
    }
    return render(request, "companies/import_header.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which column fills which field; then the file is read whole, in a job."""
    batch = _with_file(request, _batch(request, pk))
    if batch is None or not batch.labels or batch.settled_state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
        return redirect("companies:import_detail" if batch is None or batch.labels else "companies:import_header", pk)
    mapping = mapping_of(batch)
    form = ImportColumnsForm(request.POST or None, labels=batch.labels, mapping=mapping)
    if request.method == "POST" and form.is_valid():
        try:
            batch = actions.choose_columns(batch=batch, mapping=form.mapping, now=timezone.now())
            job = actions.queue_preview(batch=batch, by=request.user)
        except CompanyError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("core:job_detail", job.key)
    hints = {index: FIELD_BY_KEY[key].label for index, key in near_misses(batch.labels, mapping).items()}
    context = {
        "batch": batch,
        "form": form,
        "columns": _columns(batch, form, hints),
        "remembered": bool(actions.remembered_mapping(batch.structure_id, batch.labels)),
        "same": actions.already_imported(batch),
        "steps": _steps(batch, 3),
    }
    return render(request, "companies/import_columns.html", context, status=422 if form.errors else 200)


def _columns(batch: ImportBatch, form: ImportColumnsForm, hints: dict[int, str]) -> list[dict[str, Any]]:
    """Each column with its field, three of its values, and what its title resembles. Those without title come last."""
    last_row = batch.header_row + batch.header_rows
    rows = [row for row in actions.sample_rows(batch) if row.number > last_row]
    columns = []
    for index, label in enumerate(batch.labels):
        values = (row.cells[index] for row in rows if index < len(row.cells))
        filled = dict.fromkeys(str(value)[:60] for value in values if value not in (None, ""))
        columns.append(
            {
                "label": label,
                "field": form[f"column_{index}"],
                "samples": list(filled)[:SAMPLE_VALUES],
                "hint": hints.get(index, ""),
            }
        )
    return [one for one in columns if one["label"]] + [one for one in columns if not one["label"]]


# --- preview ----------------------------------------------------------------------------------------
@require_safe
def import_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """What importing would do, class by class, before anything is written."""
    batch = _batch(request, pk)
    if batch.settled_state != ImportState.PREVIEWED:
        return redirect("companies:import_detail", pk)
    row_class = _class_shown(request, batch)
    page, rows = _page_of_rows(request, batch, row_class)
    context = {
        "batch": batch,
        "tabs": [(key, words, batch.counts.get(key, 0)) for key, words in TABS.items()],
        "row_class": row_class,
        "page": page,
        "rows": rows,
        "remarks_shown": request.GET.get("classe") == "remarques",
        "plan": plan_of(batch),
        "choices": _choices(batch, row_class),
        "steps": _steps(batch, 4),
    }
    if context["remarks_shown"]:
        context |= {"repairs": remarks_of(batch, "repair"), "warnings": remarks_of(batch, "warning")}
    return render(request, "companies/import_preview.html", context)


def _class_shown(request: HttpRequest, batch: ImportBatch) -> RowClass:
    """The one asked for, else the first that holds rows and wants eyes."""
    asked = request.GET.get("classe", "")
    if asked in RowClass.values:
        return RowClass(asked)
    order = (RowClass.DOUBTFUL, RowClass.ERROR, RowClass.CHANGED, RowClass.NEW)
    return next((row_class for row_class in order if batch.counts.get(row_class)), RowClass.UNCHANGED)


def _page_of_rows(request: HttpRequest, batch: ImportBatch, row_class: RowClass) -> tuple[Page, list[Any]]:
    rows = ImportRow.objects.visible_to(request.user).filter(batch=batch).of_class(row_class)
    page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
    return page, shown_rows(page)


def _choices(batch: ImportBatch, row_class: RowClass) -> dict[str, Any] | None:
    """The decision of the class shown: its question, its answers, the one that holds."""
    if row_class not in actions.CHOICES or not batch.counts.get(row_class):
        return None
    return {
        "question": CLASS_WORDS[row_class],
        "options": [(choice.value, CHOICE_WORDS[row_class, choice]) for choice in actions.CHOICES[row_class]],
        "chosen": batch.decision_of(row_class).value,
    }


@require_POST
def import_class_decide(request: HttpRequest, pk: int, row_class: str) -> HttpResponse:
    batch = _batch(request, pk)
    try:
        actions.decide_class(batch=batch, row_class=row_class, decision=request.POST.get("decision", ""))
    except CompanyError as refusal:
        messages.error(request, str(refusal))
    response = redirect("companies:import_preview", pk)
    response["Location"] += f"?classe={row_class}" if row_class in RowClass.values else ""
    return response


@require_POST
def import_row_decide(request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
    """One doubtful row: "ignore", "create", "update-PK" of one of its candidates, or "" to follow its class."""
    batch = _batch(request, pk)
    row = get_object_or_404(
        ImportRow.objects.visible_to(request.user).select_related("batch__job"), pk=row_pk, batch=batch
    )
    decision, _, company = request.POST.get("decision", "").partition("-")
    try:
        row = actions.decide_row(row=row, decision=decision, company_id=_number(company))
    except CompanyError as refusal:
        messages.error(request, str(refusal))
    if not request.htmx:
        response = redirect("companies:import_preview", pk)
        response["Location"] += (
            f"?classe={RowClass.DOUBTFUL}&page={_number(request.POST.get('page', '')) or 1}#ligne-{row.number}"
        )
        return response
    shown = shown_rows([row])[0]
    context = {"shown": shown, "batch": batch, "plan": plan_of(batch), "oob": True}
    return render(request, "companies/partials/import_row_decide_response.html", context)


@require_POST
def import_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Compare again: the companies may have changed since."""
    return _queued(request, pk, actions.queue_preview)


@require_POST
def import_apply(request: HttpRequest, pk: int) -> HttpResponse:
    return _queued(request, pk, actions.queue_apply)


def _queued(request: HttpRequest, pk: int, queue: Any) -> HttpResponse:
    batch = _batch(request, pk)
    try:
        job = queue(batch=batch, by=request.user)
    except CompanyError as refusal:
        messages.error(request, str(refusal))
        return redirect("companies:import_detail", pk)
    return redirect("core:job_detail", job.key)


# --- after ------------------------------------------------------------------------------------------
@require_safe
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    """What was written, what was repaired, what was left."""
    batch = _batch(request, pk)
    if batch.settled_state not in (ImportState.APPLIED, ImportState.UNDONE):
        return redirect("companies:import_detail", pk)
    context = {
        "batch": batch,
        "is_undone": batch.settled_state == ImportState.UNDONE,
        "repairs": remarks_of(batch, "repair"),
        "warnings": remarks_of(batch, "warning"),
        "has_rows": ImportRow.objects.visible_to(request.user).filter(batch=batch).exists(),
        "steps": STEPS,
    }
    return render(request, "companies/import_report.html", context)


@require_safe
def import_errors(request: HttpRequest, pk: int, format: str) -> HttpResponse:
    """The rows in error, to mend and deposit again."""
    batch = _batch(request, pk)
    if not ImportRow.objects.visible_to(request.user).filter(batch=batch, row_class=RowClass.ERROR).exists():
        raise Http404
    name = f"a-corriger-{slugify(batch.file_name.rpartition('.')[0]) or 'import'}"
    return _download(format, name, lambda target: write_error_rows(batch, target, format))


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the whole import back; what stands in the way is named."""
    if request.method == "POST":
        return _queued(request, pk, actions.queue_undo)
    batch = _batch(request, pk)
    if batch.settled_state != ImportState.APPLIED:
        return redirect("companies:import_detail", pk)
    touched = touched_since(batch)
    context = {"batch": batch, "touched": _named(request, touched[:50]), "count": len(touched)}
    return render(request, "companies/import_undo.html", context)


def _named(request: HttpRequest, touched: list[Touched]) -> list[tuple[Company | None, str]]:
    """Each company in the way; None for one that is no longer to be seen."""
    companies = Company.objects.visible_to(request.user).in_bulk([one.company_id for one in touched])
    return [(companies.get(one.company_id), one.why) for one in touched]


@require_POST
def import_discard(request: HttpRequest, pk: int) -> HttpResponse:
    batch = _batch(request, pk)
    try:
        actions.discard_import(batch=batch)
    except CompanyError as refusal:
        messages.error(request, str(refusal))
        return redirect("companies:import_detail", pk)
    messages.success(request, f"L’import de «\u00a0{batch}\u00a0» est abandonné, son fichier est effacé.")
    return redirect("companies:import_list")


def _number(text: str) -> int | None:
    """None for what is no figure, or too long to be a row."""
    return int(text) if text.isdecimal() and len(text) < 19 else None


# --- shared -----------------------------------------------------------------------------------------
def _check(allowed: bool) -> None:
    if not allowed:
        raise PermissionDenied


def _steps(batch: ImportBatch, current: int) -> list[Any]:
    """The steps, those behind us with their address."""
    names = ("", "companies:import_header", "companies:import_columns", "companies:import_preview", "")
    steps: list[Any] = []
    for position, (label, name) in enumerate(zip(STEPS, names, strict=True), start=1):
        steps.append((label, reverse(name, args=[batch.pk])) if name and position < current else label)
    return steps


def _download(format: str, name: str, write: Any) -> FileResponse:
    if format not in FORMATS:
        raise Http404
    target = BytesIO()
    write(target)
    target.seek(0)
    return FileResponse(target, as_attachment=True, filename=f"{name}.{format}", content_type=FORMATS[format])
