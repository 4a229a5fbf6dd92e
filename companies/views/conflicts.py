"""The page of two versions: somebody saved first, and the person chooses field by field."""

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from companies.forms import conflicting_fields, snapshot_of
from companies.models import Company
from companies.queries import last_change
from companies.views.doors import posted_snapshot


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
        "last": last_change(row),
    }
    return render(request, "companies/company_conflict.html", context, status=409)
