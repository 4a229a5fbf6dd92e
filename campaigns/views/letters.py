"""The texts of a structure: list, writing with what it gives beside, versions and what parts them, bin."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Structure
from campaigns import trials
from campaigns.actions.errors import CampaignError
from campaigns.actions.letters import (
    TEXTS,
    StaleLetterError,
    bin_letter,
    create_letter,
    current_version,
    ensure_default_letters,
    restore_letter,
    restore_version,
    write_version,
)
from campaigns.differences import Piece, pieces
from campaigns.enums import LetterKind
from campaigns.forms.letters import LetterForm
from campaigns.letters import missing_in_letter, words_of
from campaigns.merge_fields import FIELDS, missing_labels, unknown_in
from campaigns.models import LetterTemplate, LetterVersion
from campaigns.paper import Printed
from campaigns.permissions import can_edit_letter, can_view_letter
from campaigns.queries import settings_of
from core.doors import allow, posted, posted_version
from core.pdf import PdfUnavailableError
from core.toasts import say_with_undo

SHOWN_IN_BIN = 20


@dataclass(frozen=True)
class Shelf:
    """The templates of one kind: {template, version} of each, oldest first."""

    kind: LetterKind
    rows: list[LetterVersion]


# --- list ---------------------------------------------------------------------------------------
@require_safe
def letter_list(request: HttpRequest) -> HttpResponse:
    allow(can_view_letter(request.user))
    templates = LetterTemplate.objects.visible_to(request.user).in_structure(request.structure)
    versions = _current_versions(request).filter(template__in=templates)
    rows = list(versions.order_by("template__created_at", "template_id"))
    binned = LetterTemplate.objects.binned_for(request.user).in_structure(request.structure)
    context = {
        "shelves": [Shelf(kind, [row for row in rows if row.template.kind == kind]) for kind in LetterKind],
        "has_any": bool(rows),
        "has_all": {row.template.kind for row in rows} >= set(LetterKind),
        "binned": list(binned.select_related("deleted_by").order_by("-deleted_at", "-pk")[:SHOWN_IN_BIN]),
    }
    return render(request, "campaigns/letter_list.html", context)


def _current_versions(request: HttpRequest) -> Any:
    rows = LetterVersion.objects.visible_to(request.user).filter(number=F("template__version"))
    return rows.select_related("template__structure", "created_by")


@require_POST
def letter_start(request: HttpRequest) -> HttpResponse:
    """Ours, for the kinds that have no text, in each of the structures one works for."""
    for structure in structures_of_texts(request):
        ensure_default_letters(structure, now=timezone.now(), by=request.user)
    messages.success(request, "Les modèles sont prêts\u00a0: faites-en les vôtres.")
    return redirect("campaigns:letter_list")


def structures_of_texts(request: HttpRequest) -> list[Structure]:
    """Those for which she may write, narrowed to the one the form says, or to the one chosen in the header."""
    candidates = [request.structure] if request.structure else request.structures
    allowed = [structure for structure in candidates if can_edit_letter(request.user, structure)]
    if not allowed:
        raise PermissionDenied
    return [structure for structure in allowed if str(structure.pk) == request.POST.get("structure")] or allowed


def of_one_structure(view: Callable) -> Callable:
    """Hands `structure` to the view; asks which when she writes for several and has chosen none."""

    @wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = structures_of_texts(request)
        if len(found) > 1:
            return render(request, "accounts/structure_which.html", {"structures": found})
        return view(request, *args, structure=found[0], **kwargs)

    return wrapper


# --- writing ------------------------------------------------------------------------------------
@require_http_methods(["GET", "HEAD", "POST"])
@of_one_structure
def letter_create(request: HttpRequest, structure: Structure) -> HttpResponse:
    kind = request.GET.get("sert", "")
    form = LetterForm(posted(request), initial={"kind": kind if kind in LetterKind.values else LetterKind.LETTER})
    if request.method == "POST" and form.is_valid():
        try:
            template = create_letter(
                structure=structure,
                name=form.cleaned_data["name"],
                kind=form.cleaned_data["kind"] or LetterKind.LETTER,
                texts=form.texts(),
                by=request.user,
                now=timezone.now(),
            )
        except CampaignError as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, f"Le modèle «\u00a0{template}\u00a0» est enregistré.")
            return redirect(template)
    return render(request, "campaigns/letter_form.html", _writing(request, form, structure, None))


@require_http_methods(["GET", "HEAD", "POST"])
def letter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    template = editable_letter(request, pk)
    current = current_version(template)
    form = LetterForm(posted(request), instance=current, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            version = write_version(
                template=template,
                texts=form.texts(),
                name=form.cleaned_data["name"],
                by=request.user,
                now=timezone.now(),
                version=posted_version(request),
            )
        except StaleLetterError as error:
            # Versions are all kept: hers is written beside the other, once she has seen it.
            form.add_error(
                None, f"{error} La sienne est gardée\u202f; enregistrez de nouveau pour écrire la vôtre après."
            )
        except CampaignError as error:
            form.add_error("name", str(error))
        else:
            _say_written(request, version, template)
            return redirect(template)
        template.refresh_from_db()
    return render(request, "campaigns/letter_form.html", _writing(request, form, template.structure, template))


def _say_written(request: HttpRequest, version: LetterVersion, before: LetterTemplate) -> None:
    if version.number == before.version:
        messages.success(request, "Rien n’a changé dans le texte.")
        return
    messages.success(request, f"La version {version.number} est enregistrée\u202f; les autres sont gardées.")


def _writing(
    request: HttpRequest, form: LetterForm, structure: Structure, template: LetterTemplate | None
) -> dict[str, Any]:
    kept = form.instance if template else LetterVersion()
    draft = _draft(form) if form.is_bound else kept
    return {
        "form": form,
        "structure": structure,
        "template": template,
        "fields": FIELDS.values(),
        **_tried(request, draft, structure, words=request.POST.get("essai", "")),
    }


def _draft(form: LetterForm) -> LetterVersion:
    """What stands in the form, whatever is wrong with it; nothing is saved."""
    return LetterVersion(**{name: str(form[name].value() or "").replace("\x00", "") for name in TEXTS})


@require_POST
@of_one_structure
def letter_preview(request: HttpRequest, structure: Structure) -> HttpResponse:
    """What is being written, on a real company: a part of the page, its PDF, or whether it leaves its page.

    Writes nothing.
    """
    draft = _draft(LetterForm(request.POST))
    words = request.POST.get("essai", "").replace("\x00", "")[:100]
    context = _tried(request, draft, structure, words=words)
    if "pdf" in request.POST:
        return _tried_pdf(request, context, back=reverse("campaigns:letter_list"))
    if "page" in request.POST:
        return render(request, "campaigns/partials/letter_overflow.html", {"overflows": _overflows(context)})
    return render(request, "campaigns/partials/letter_preview.html", context)


def _tried(
    request: HttpRequest,
    letter: LetterVersion,
    structure: Structure,
    *,
    words: str = "",
    company_pk: int | None = None,
) -> dict[str, Any]:
    """What a preview shows: `words`, what is `missing`, `missing_here` or `unknown`, the company it is tried on."""
    today = timezone.localdate()
    company = trials.company_to_try(user=request.user, structure=structure, words=words, pk=company_pk)
    recipient = trials.tried_recipient(structure=structure, company=company, today=today)
    values = trials.tried_values(recipient, today)
    missing = missing_in_letter(letter, values)
    return {
        "letter": letter,
        "structure": structure,
        "recipient": recipient,
        "values": values,
        "words": words_of(letter, values),
        "missing": missing_labels(name for name in missing if not FIELDS[name].ours),
        "unknown": unknown_in(" ".join(getattr(letter, name) for name in TEXTS)),
        "missing_here": missing_labels(name for name in missing if FIELDS[name].ours),
        "not_found": bool(words) and company is None,
        "today": today,
    }


def _drawn(context: Mapping[str, Any], *, with_survey: bool = True) -> Printed:
    """What `_tried` gives, on paper. Raises `PdfUnavailableError`."""
    return trials.tried_paper(
        letter=context["letter"],
        recipient=context["recipient"],
        values=context["values"],
        sending=settings_of(context["structure"]),
        today=context["today"],
        with_survey=with_survey,
    )


def _tried_pdf(request: HttpRequest, context: dict[str, Any], *, back: str) -> HttpResponse:
    try:
        printed = _drawn(context)
    except PdfUnavailableError as error:
        messages.error(request, str(error))
        return redirect(back)
    return pdf_response(trials.paper.pdf_bytes(printed), "lettre")


def pdf_response(content: bytes, name: str) -> HttpResponse:
    """Shown by the browser; nothing of it is kept on the way."""
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


# --- one text -----------------------------------------------------------------------------------
@require_safe
def letter_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Its current version as a company reads it, and the versions before."""
    template = visible_letter(request, pk)
    versions = LetterVersion.objects.visible_to(request.user).filter(template=template)
    versions = list(versions.select_related("created_by").order_by("-number"))
    words = request.GET.get("essai", "").replace("\x00", "")[:100]
    context = {
        "template": template,
        "versions": versions,
        "editable": can_edit_letter(request.user, template),
        "tried_words": words,
        **_tried(request, versions[0], template.structure, words=words),
    }
    if request.htmx:
        return render(request, "campaigns/partials/letter_preview.html", context)
    return render(request, "campaigns/letter_detail.html", context)


@require_safe
def letter_pdf(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version as it would leave on paper, with its survey, for a company that the address may name."""
    version = _visible_version(request, pk, number)
    asked = request.GET.get("entreprise", "")
    company_pk = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else None
    context = _tried(request, version, version.template.structure, company_pk=company_pk)
    return _tried_pdf(request, context, back=version.template.get_absolute_url())


@require_safe
def letter_overflow(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Whether a version leaves its page on paper: drawn for who reads on, asked by the page once it is there."""
    version = _visible_version(request, pk, number)
    overflows = _overflows(_tried(request, version, version.template.structure))
    return render(request, "campaigns/partials/letter_overflow.html", {"version": version, "overflows": overflows})


def _overflows(tried: Mapping[str, Any]) -> bool:
    try:
        return bool(_drawn(tried, with_survey=False).overflow)
    except PdfUnavailableError:
        return False


@require_safe
def letter_differences(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version beside the one before it."""
    version = _visible_version(request, pk, number)
    versions = LetterVersion.objects.visible_to(request.user).filter(template=version.template)
    before = versions.filter(number__lt=number).order_by("-number").first()
    template = version.template
    context = {
        "template": template,
        "version": version,
        "before": before,
        "rows": _rows(before or LetterVersion(), version),
        "restorable": number != template.version
        and can_edit_letter(request.user, template)
        and template.deleted_at is None,
    }
    return render(request, "campaigns/letter_differences.html", context)


def _rows(before: LetterVersion, after: LetterVersion) -> list[tuple[str, list[Piece]]]:
    """(label, pieces) of each text, those that did not change included."""
    labels = LetterForm.Meta.labels
    return [(labels[name], pieces(getattr(before, name), getattr(after, name))) for name in TEXTS]


@require_POST
def version_restore(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    version = _visible_version(request, pk, number)
    allow(can_edit_letter(request.user, version.template))
    try:
        written = restore_version(version=version, by=request.user, now=timezone.now())
    except CampaignError as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, f"La version {number} est reprise\u00a0: c’est maintenant la version {written.number}."
        )
    return redirect(version.template)


@require_POST
def letter_bin(request: HttpRequest, pk: int) -> HttpResponse:
    template = editable_letter(request, pk)
    bin_letter(template=template, by=request.user, now=timezone.now())
    say_with_undo(
        request,
        f"Le modèle «\u00a0{template}\u00a0» est à la corbeille\u202f; les campagnes qui s’en servent le gardent.",
        undo_url=reverse("campaigns:letter_restore", args=[template.pk]),
    )
    return redirect("campaigns:letter_list")


@require_POST
def letter_restore(request: HttpRequest, pk: int) -> HttpResponse:
    allow(can_view_letter(request.user))
    rows = LetterTemplate.objects.binned_for(request.user).select_related("structure")
    template = get_object_or_404(rows, pk=pk)
    allow(can_edit_letter(request.user, template))
    try:
        restore_letter(template=template, by=request.user, now=timezone.now())
    except CampaignError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, f"Le modèle «\u00a0{template}\u00a0» est de nouveau proposé.")
    return redirect("campaigns:letter_list")


# --- doors --------------------------------------------------------------------------------------
def visible_letter(request: HttpRequest, pk: int) -> LetterTemplate:
    allow(can_view_letter(request.user))
    return get_object_or_404(LetterTemplate.objects.visible_to(request.user).select_related("structure"), pk=pk)


def editable_letter(request: HttpRequest, pk: int) -> LetterTemplate:
    template = visible_letter(request, pk)
    allow(can_edit_letter(request.user, template))
    return template


def _visible_version(request: HttpRequest, pk: int, number: int) -> LetterVersion:
    """Of a template in the bin too: what was sent can be read again."""
    allow(can_view_letter(request.user))
    rows = LetterVersion.objects.visible_to(request.user).select_related("template__structure", "created_by")
    return get_object_or_404(rows, template_id=pk, number=number)
