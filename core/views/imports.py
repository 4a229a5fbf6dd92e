"""The import wizard: file, header, columns, preview, report, undo. An app gives its pipeline, its words, its rows."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import IO, Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from core.imports.enums import ImportState, RowClass, RowDecision
from core.imports.exports import write_error_rows
from core.imports.files import mapping_of
from core.imports.forms import ImportColumnsForm, ImportField, ImportFileForm, ImportHeaderForm
from core.imports.pipeline import CHOICES, ImportPipeline
from core.imports.preview import plan_of, remarks_of
from core.models.imports import BaseImportBatch
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
_page, _form, _gesture = require_safe, require_http_methods(["GET", "HEAD", "POST"]), require_POST
# (address, name of the page and of its method, which verbs it answers)
_ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("", "import_list", _page),
    ("nouveau/", "import_create", _form),
    ("modele/<slug:format>/", "import_template", _page),
    ("<int:pk>/", "import_detail", _page),
    ("<int:pk>/titres/", "import_header", _form),
    ("<int:pk>/colonnes/", "import_columns", _form),
    ("<int:pk>/verification/", "import_preview", _page),
    ("<int:pk>/verification/refaire/", "import_refresh", _gesture),
    ("<int:pk>/verification/<slug:row_class>/decider/", "import_class_decide", _gesture),
    ("<int:pk>/lignes/<int:row_pk>/decider/", "import_row_decide", _gesture),
    ("<int:pk>/importer/", "import_apply", _gesture),
    ("<int:pk>/bilan/", "import_report", _page),
    ("<int:pk>/erreurs/<slug:format>/", "import_errors", _page),
    ("<int:pk>/annuler/", "import_undo", _form),
    ("<int:pk>/abandonner/", "import_discard", _gesture),
)


@dataclass(frozen=True)
class ImportWords:
    """What the shared pages say of one thing. Nouns are singular: the pages make their plurals."""

    noun: str  # « entreprise »
    created: str  # « entreprise créée »
    updated: str  # « entreprise complétée »
    erased: str  # « sera effacée,seront effacées »
    used: str  # « de ses entreprises a servi,de ses entreprises ont servi »
    gone: str  # « Une entreprise qui n’est plus là »
    purpose: str  # under the title of the deposit
    nothing_yet: str  # in the empty list
    see_all: str  # the button to the list of the app, `list_url`
    list_url: str
    template_name: str  # of the model to fill
    tabs: Mapping[str, str]  # an app may show a part of a class apart: its rows know it (`of_class`)
    classes: Mapping[RowClass, str]
    choices: Mapping[tuple[RowClass, RowDecision], str]


class ImportWizard(ABC):
    """`urls("imports/")` gives its addresses."""

    app: str
    pipeline: ImportPipeline
    words: ImportWords
    structure_model: type[Model]
    groups: Sequence[tuple[str, Sequence[ImportField]]]
    # Templates of the app: what the deposit explains, the rows of a class, one doubtful row, what changes in one.
    advice: str
    rows_template: str
    doubtful_template: str
    changes_template = "core/imports/partials/import_changes.html"
    # Said above the rows of a tab, where an app has something to ask.
    note_template: str = ""

    # --- given by the app ---------------------------------------------------------------------------
    @abstractmethod
    def shown_rows(self, rows: Any) -> list[Any]: ...

    @abstractmethod
    def near_misses(self, labels: Sequence[str], mapping: Mapping[int, str]) -> dict[int, str]: ...

    def never_read(self, labels: Sequence[str]) -> dict[int, str]:
        """Columns that are shown without their values and fill nothing: {index: why}."""
        return {}

    @abstractmethod
    def write_template(self, target: IO[bytes], format: str) -> None: ...

    @abstractmethod
    def touched_since(self, batch: Any) -> Sequence[Any]:
        """What stands in the way of undoing."""

    @abstractmethod
    def named(self, request: HttpRequest, touched: Sequence[Any]) -> list[tuple[Any, str]]:
        """Each thing in the way with why; None for one that is no longer to be seen."""

    def list_address(self, batch: Any) -> str:
        """Where what an import wrote is seen."""
        return reverse(self.words.list_url)

    def label_of(self, key: str) -> str:
        return next(field.label for _group, fields in self.groups for field in fields if field.key == key)

    # --- addresses ----------------------------------------------------------------------------------
    def urls(self, prefix: str) -> list[URLPattern]:
        return [path(prefix + route, answers(getattr(self, name)), name=name) for route, name, answers in _ROUTES]

    def _render(self, request: HttpRequest, template: str, context: dict[str, Any], **rest: Any) -> HttpResponse:
        shared = {"app": self.app, "words": self.words, "advice": self.advice}
        shared |= {"rows_template": self.rows_template, "doubtful_template": self.doubtful_template}
        shared |= {"note_template": self.note_template, "changes_template": self.changes_template}
        return render(request, template, shared | context, **rest)

    # --- list, deposit ----------------------------------------------------------------------------------
    def import_list(self, request: HttpRequest) -> HttpResponse:
        """What was imported, by whom, what it wrote."""
        self._check(self.pipeline.may_import(request.user, request.structure))
        batches = (
            self.pipeline.batches.objects.visible_to(request.user)
            .in_structure(request.structure)
            .filter(structure_id__in=self._structures(request).values("pk"))
            .select_related("created_by", "job", "structure")
            .newest_first()
        )
        page = Paginator(batches, IMPORTS_A_PAGE).get_page(request.GET.get("page"))
        return self._render(
            request, "core/imports/import_list.html", {"page": page, "several": len(request.structures) > 1}
        )

    def _structures(self, request: HttpRequest) -> QuerySet:
        """Those in which the person may import, narrowed by the header."""
        allowed = [one.pk for one in request.structures if self.pipeline.may_import(request.user, one)]
        if request.structure is not None:
            allowed = [pk for pk in allowed if pk == request.structure.pk]
        return self.structure_model.objects.visible_to(request.user).filter(pk__in=allowed).order_by("name", "pk")

    def import_create(self, request: HttpRequest) -> HttpResponse:
        """The file: read at once, so that what cannot be read is said here."""
        structures = self._structures(request)
        self._check(bool(structures))
        form = ImportFileForm(request.POST or None, request.FILES or None, structures=structures)
        if request.method == "POST" and form.is_valid():
            file = form.cleaned_data["file"]
            try:
                batch = self.pipeline.deposit_file(
                    structure=form.chosen_structure, name=file.name, content=file.read(), by=request.user
                )
            except self.pipeline.refusal as refusal:
                form.add_error("file", str(refusal))
            else:
                return redirect(f"{self.app}:import_columns" if batch.labels else f"{self.app}:import_header", batch.pk)
        context = {"form": form, "limits": DEFAULT_LIMITS, "steps": STEPS, "formats": FORMATS}
        return self._render(request, "core/imports/import_create.html", context, status=422 if form.errors else 200)

    def import_template(self, request: HttpRequest, format: str) -> HttpResponse:
        """The model to fill, for whoever starts from nothing."""
        self._check(self.pipeline.may_import(request.user, request.structure))
        return self._download(format, self.words.template_name, lambda target: self.write_template(target, format))

    # --- one import -------------------------------------------------------------------------------------
    def _batch(self, request: HttpRequest, pk: int) -> BaseImportBatch:
        """A 403 for whoever imports nowhere; a 404 for the import of another structure."""
        self._check(self.pipeline.may_import(request.user, None))
        batches = self.pipeline.batches.objects.visible_to(request.user).select_related(
            "job", "structure", "created_by"
        )
        batch = get_object_or_404(batches, pk=pk)
        self._check(self.pipeline.may_import(request.user, batch))
        return batch

    def _with_file(self, request: HttpRequest, batch: BaseImportBatch) -> BaseImportBatch | None:
        """The batch with its sheets, the content left where it is; None when the file was erased."""
        batch.file = self.pipeline.files.objects.visible_to(request.user).filter(batch=batch).defer("content").first()
        return batch if batch.file else None

    def import_detail(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Wherever the import stands: its job, its columns, its preview or its report."""
        batch = self._batch(request, pk)
        state = batch.settled_state
        if batch.is_working:
            if batch.job.created_by_id == request.user.pk:
                return redirect("core:job_detail", batch.job.key)
            return self._render(request, "core/imports/import_working.html", {"batch": batch})
        if batch.job is not None and batch.state != state and batch.job.message:
            messages.error(request, batch.job.message)
        pages = {
            ImportState.UPLOADED: f"{self.app}:import_columns" if batch.labels else f"{self.app}:import_header",
            ImportState.PREVIEWED: f"{self.app}:import_preview",
        }
        return redirect(pages.get(state, f"{self.app}:import_report"), batch.pk)

    def import_header(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The sheet and the row of its titles, found and shown; another row may be chosen."""
        batch = self._with_file(request, self._batch(request, pk))
        if batch is None or batch.settled_state not in (ImportState.UPLOADED, ImportState.PREVIEWED):
            return redirect(f"{self.app}:import_detail", pk)
        sheets = self.pipeline.visible_sheets(batch)
        names = [sheet["name"] for sheet in sheets]
        wanted = (request.POST if request.method == "POST" else request.GET).get("sheet", "")
        sheet = wanted if wanted in names else batch.sheet
        rows = self.pipeline.sample_rows(batch, sheet)[:SAMPLE_SHOWN]
        current = batch.header_row + 1 if sheet == batch.sheet and batch.labels else None
        form = ImportHeaderForm(
            request.POST or None,
            numbers=[row.number for row in rows],
            initial={"sheet": sheet, "first_row": current, "two_rows": batch.header_rows > 1},
        )
        if request.method == "POST" and form.is_valid():
            try:
                self.pipeline.choose_header(
                    batch=batch,
                    sheet=sheet,
                    first_row=form.cleaned_data["first_row"],
                    row_count=2 if form.cleaned_data["two_rows"] else 1,
                )
            except self.pipeline.refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect(f"{self.app}:import_columns", pk)
        chosen = form["first_row"].value()
        context = {
            "batch": batch,
            "form": form,
            "sheets": sheets,
            "sheet": sheet,
            "rows": rows,
            "chosen": self._number(str(chosen or "")),
            "width": max((len(row.cells) for row in rows), default=1),
            "problem": "" if current else self.pipeline.header_problem(batch),
            "steps": self._steps(batch, 2),
        }
        return self._render(request, "core/imports/import_header.html", context, status=422 if form.errors else 200)

    def import_columns(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Which column fills which field; then the file is read whole, in a job."""
        batch = self._with_file(request, self._batch(request, pk))
        if (
            batch is None
            or not batch.labels
            or batch.settled_state not in (ImportState.UPLOADED, ImportState.PREVIEWED)
        ):
            return redirect(
                f"{self.app}:import_detail" if batch is None or batch.labels else f"{self.app}:import_header", pk
            )
        mapping = mapping_of(batch)
        form = ImportColumnsForm(request.POST or None, labels=batch.labels, mapping=mapping, groups=self.groups)
        if request.method == "POST" and form.is_valid():
            try:
                batch = self.pipeline.choose_columns(batch=batch, mapping=form.mapping, now=timezone.now())
                job = self.pipeline.queue_preview(batch=batch, by=request.user)
            except self.pipeline.refusal as refusal:
                form.add_error(None, str(refusal))
            else:
                return redirect("core:job_detail", job.key)
        hints = {index: self.label_of(key) for index, key in self.near_misses(batch.labels, mapping).items()}
        context = {
            "batch": batch,
            "form": form,
            "columns": self._columns(batch, form, hints),
            "remembered": bool(self.pipeline.remembered_mapping(batch.structure_id, batch.labels)),
            "same": self.pipeline.already_imported(batch),
            "steps": self._steps(batch, 3),
        }
        return self._render(request, "core/imports/import_columns.html", context, status=422 if form.errors else 200)

    def _columns(self, batch: BaseImportBatch, form: ImportColumnsForm, hints: dict[int, str]) -> list[dict[str, Any]]:
        """Each column with its field, three of its values, what its title resembles. Those without title come last."""
        last_row = batch.header_row + batch.header_rows
        rows = [row for row in self.pipeline.sample_rows(batch) if row.number > last_row]
        columns = []
        left_out = self.never_read(batch.labels)
        for index, label in enumerate(batch.labels):
            values = (row.cells[index] for row in rows if index < len(row.cells) and index not in left_out)
            filled = dict.fromkeys(str(value)[:60] for value in values if value not in (None, ""))
            columns.append(
                {
                    "label": label,
                    "field": form[f"column_{index}"],
                    "samples": list(filled)[:SAMPLE_VALUES],
                    "hint": hints.get(index, ""),
                    "never": left_out.get(index, ""),
                }
            )
        return [one for one in columns if one["label"]] + [one for one in columns if not one["label"]]

    # --- preview ----------------------------------------------------------------------------------------
    def import_preview(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What importing would do, class by class, before anything is written."""
        batch = self._batch(request, pk)
        if batch.settled_state != ImportState.PREVIEWED:
            return redirect(f"{self.app}:import_detail", pk)
        row_class = self._class_shown(request, batch)
        page, rows = self._page_of_rows(request, batch, row_class)
        context = {
            "batch": batch,
            "tabs": [(key, words, batch.counts.get(key, 0)) for key, words in self.words.tabs.items()],
            "row_class": row_class,
            "class_label": self.words.tabs[row_class],
            "page": page,
            "rows": rows,
            "remarks_shown": request.GET.get("classe") == "remarques",
            "plan": plan_of(batch),
            "choices": self._choices(batch, row_class),
            "steps": self._steps(batch, 4),
        }
        if context["remarks_shown"]:
            context |= {"repairs": remarks_of(batch, "repair"), "warnings": remarks_of(batch, "warning")}
        return self._render(request, "core/imports/import_preview.html", context)

    def _class_shown(self, request: HttpRequest, batch: BaseImportBatch) -> str:
        """The one asked for, else the first that holds rows and wants eyes."""
        asked = request.GET.get("classe", "")
        if asked in self.words.tabs:
            return asked
        first = (RowClass.DOUBTFUL, RowClass.ERROR, RowClass.CHANGED, RowClass.NEW)
        order = (*first, *(key for key in self.words.tabs if key not in first))
        return next((row_class for row_class in order if batch.counts.get(row_class)), RowClass.UNCHANGED)

    def _page_of_rows(self, request: HttpRequest, batch: BaseImportBatch, row_class: str) -> tuple[Page, list[Any]]:
        rows = self.pipeline.rows.objects.visible_to(request.user).filter(batch=batch).of_class(row_class)
        page = Paginator(rows, ROWS_A_PAGE).get_page(request.GET.get("page"))
        return page, self.shown_rows(page)

    def _choices(self, batch: BaseImportBatch, shown: str) -> dict[str, Any] | None:
        """The decision of the class shown: its question, its answers, the one that holds."""
        if shown not in CHOICES or not batch.counts.get(shown):
            return None
        row_class = RowClass(shown)
        return {
            "question": self.words.classes[row_class],
            "options": [(choice.value, self.words.choices[row_class, choice]) for choice in CHOICES[row_class]],
            "chosen": batch.decision_of(row_class).value,
        }

    def import_class_decide(self, request: HttpRequest, pk: int, row_class: str) -> HttpResponse:
        batch = self._batch(request, pk)
        try:
            self.pipeline.decide_class(batch=batch, row_class=row_class, decision=request.POST.get("decision", ""))
        except self.pipeline.refusal as refusal:
            messages.error(request, str(refusal))
        response = redirect(f"{self.app}:import_preview", pk)
        response["Location"] += f"?classe={row_class}" if row_class in RowClass.values else ""
        return response

    def import_row_decide(self, request: HttpRequest, pk: int, row_pk: int) -> HttpResponse:
        """One doubtful row: "ignore", "create", "update-PK" of one of its candidates, or "" to follow its class."""
        batch = self._batch(request, pk)
        row = get_object_or_404(
            self.pipeline.rows.objects.visible_to(request.user).select_related("batch__job"), pk=row_pk, batch=batch
        )
        decision, _, target = request.POST.get("decision", "").partition("-")
        try:
            target_id = self._number(target)
            row = self.pipeline.decide_row(row=row, decision=decision, target_id=target_id, by=request.user)
        except self.pipeline.refusal as refusal:
            messages.error(request, str(refusal))
        if not request.htmx:
            response = redirect(f"{self.app}:import_preview", pk)
            response["Location"] += (
                f"?classe={RowClass.DOUBTFUL}&page={self._number(request.POST.get('page', '')) or 1}#ligne-{row.number}"
            )
            return response
        shown = self.shown_rows([row])[0]
        context = {"shown": shown, "batch": batch, "plan": plan_of(batch), "oob": True}
        return self._render(request, "core/imports/partials/import_row_decide_response.html", context)

    def import_refresh(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Compare again: what we know may have changed since."""
        return self._queued(request, pk, self.pipeline.queue_preview)

    def import_apply(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._queued(request, pk, self.pipeline.queue_apply)

    def _queued(self, request: HttpRequest, pk: int, queue: Any) -> HttpResponse:
        batch = self._batch(request, pk)
        try:
            job = queue(batch=batch, by=request.user)
        except self.pipeline.refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(f"{self.app}:import_detail", pk)
        return redirect("core:job_detail", job.key)

    # --- after ------------------------------------------------------------------------------------------
    def import_report(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What was written, what was repaired, what was left."""
        batch = self._batch(request, pk)
        if batch.settled_state not in (ImportState.APPLIED, ImportState.UNDONE):
            return redirect(f"{self.app}:import_detail", pk)
        context = {
            "batch": batch,
            "is_undone": batch.settled_state == ImportState.UNDONE,
            "list_address": self.list_address(batch),
            "repairs": remarks_of(batch, "repair"),
            "warnings": remarks_of(batch, "warning"),
            "has_rows": self.pipeline.rows.objects.visible_to(request.user).filter(batch=batch).exists(),
            "steps": STEPS,
        }
        return self._render(request, "core/imports/import_report.html", context)

    def import_errors(self, request: HttpRequest, pk: int, format: str) -> HttpResponse:
        """The rows in error, to mend and deposit again."""
        batch = self._batch(request, pk)
        if (
            not self.pipeline.rows.objects.visible_to(request.user)
            .filter(batch=batch, row_class=RowClass.ERROR)
            .exists()
        ):
            raise Http404
        name = f"a-corriger-{slugify(batch.file_name.rpartition('.')[0]) or 'import'}"
        return self._download(format, name, lambda target: write_error_rows(batch, target, format))

    def import_undo(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take the whole import back; what stands in the way is named."""
        if request.method == "POST":
            return self._queued(request, pk, self.pipeline.queue_undo)
        batch = self._batch(request, pk)
        if batch.settled_state != ImportState.APPLIED:
            return redirect(f"{self.app}:import_detail", pk)
        touched = self.touched_since(batch)
        context = {"batch": batch, "touched": self.named(request, touched[:50]), "count": len(touched)}
        return self._render(request, "core/imports/import_undo.html", context)

    def import_discard(self, request: HttpRequest, pk: int) -> HttpResponse:
        batch = self._batch(request, pk)
        try:
            self.pipeline.discard_import(batch=batch)
        except self.pipeline.refusal as refusal:
            messages.error(request, str(refusal))
            return redirect(f"{self.app}:import_detail", pk)
        messages.success(request, f"L’import de «\u00a0{batch}\u00a0» est abandonné, son fichier est effacé.")
        return redirect(f"{self.app}:import_list")

    @staticmethod
    def _number(text: str) -> int | None:
        """None for what is no figure, or too long to be a row."""
        return int(text) if text.isdecimal() and len(text) < 19 else None

    # --- shared -----------------------------------------------------------------------------------------
    @staticmethod
    def _check(allowed: bool) -> None:
        if not allowed:
            raise PermissionDenied

    def _steps(self, batch: BaseImportBatch, current: int) -> list[Any]:
        """The steps, those behind us with their address."""
        names = ("", f"{self.app}:import_header", f"{self.app}:import_columns", f"{self.app}:import_preview", "")
        steps: list[Any] = []
        for position, (label, name) in enumerate(zip(STEPS, names, strict=True), start=1):
            steps.append((label, reverse(name, args=[batch.pk])) if name and position < current else label)
        return steps

    @staticmethod
    def _download(format: str, name: str, write: Any) -> FileResponse:
        if format not in FORMATS:
            raise Http404
        target = BytesIO()
        write(target)
        target.seek(0)
        return FileResponse(target, as_attachment=True, filename=f"{name}.{format}", content_type=FORMATS[format])
