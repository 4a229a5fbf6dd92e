"""The page of two versions: somebody saved first, and the person chooses field by field."""

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from companies.forms import conflicting_fields, snapshot_of
from companies.models import Company
from companies.views.doors import posted_snapshot
from core.models import ActivityEntry, ActivityKind


def posted_pairs(request: HttpRequest) -> list[tuple[str, str]]:
    """What was typed, to be sent again by the next page."""
    left_out = {"csrfmiddlewaretoken", "confirmed", "correct", "version", "base"}
    return [(name, value) for name, values in request.POST.lists() if name not in left_out for value in values]


def conflict_page(
    request: HttpRequest, *, form: forms.ModelForm, theirs: forms.ModelForm, company: Company
) -> HttpResponse:
    """`form` holds what was typed, `theirs` the row as it now is; the choice is sent to the address of the form."""
    row = theirs.instance
    context = {
        "row": row,
        "company": company,
        "rows": conflicting_fields(form, theirs, posted_snapshot(request)),
        "posted": [pair for pair in posted_pairs(request) if not pair[0].startswith("keep-")],
        "version": row.version,
        "base": snapshot_of(theirs),
        "last": _last_change(request, row),
    }
    return render(request, "companies/company_conflict.html", context, status=409)


def _last_change(request: HttpRequest, row: Any) -> ActivityEntry | None:
    """The line that says who saved first, and when: of the company itself, or of its contact or exchange."""
    lines = ActivityEntry.objects.visible_to(request.user).filter(kind=ActivityKind.CHANGE)
    if isinstance(row, Company):
        lines = lines.filter(subject_type=ContentType.objects.get_for_model(Company), subject_id=row.pk)
    else:
        lines = lines.filter(source_type=ContentType.objects.get_for_model(type(row)), source_id=row.pk)
    return lines.select_related("by").order_by("-at", "-pk").first()
