"""The page of two versions: somebody saved first, and the person chooses field by field."""

from django import forms
from django.http import HttpRequest, HttpResponse

from companies.models import Company
from companies.queries import last_change
from core.conflicts import conflict_page as shared_page
from core.doors import posted_pairs

__all__ = ["conflict_page", "posted_pairs"]


def conflict_page(
    request: HttpRequest, *, form: forms.ModelForm, theirs: forms.ModelForm, company: Company
) -> HttpResponse:
    """Of the company itself, or of its contact or exchange."""
    row = theirs.instance
    return shared_page(
        request,
        form=form,
        theirs=theirs,
        title=f"de {company}" if row == company else f"· {company}",
        back_label=str(company),
        back_url=company.get_absolute_url(),
        last=last_change(row),
    )
