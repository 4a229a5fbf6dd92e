"""A few fields that go together, corrected where they stand on a record; a small page of their own without script."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import retarget

from core.conflicts import conflicting_fields
from core.doors import posted_version
from core.errors import ActionError, RowConflictError


@dataclass(frozen=True)
class Fact:
    """What is corrected, and where. `shown_url` gives the correction up: it answers the record as it is.

    `record_id`: the element of the page that a correction draws again; `record_url`, `record_label`: its page.
    """

    word: str
    title: str
    fields: Sequence[str]
    edit_url: str
    shown_url: str
    record_id: str
    record_url: str
    record_label: str


def fact_named(
    word: str, facts: Mapping[str, tuple[str, Sequence[str]]], *, request: HttpRequest, shown: str, record: Any,
    record_id: str, label: str,
) -> Fact:  # fmt: skip
    """The one of `facts` ({word of the address: (title, fields)}) that the address names; a 404 for any other word.

    `shown`: name of the address that gives the correction up.
    """
    if word not in facts:
        raise Http404
    title, fields = facts[word]
    return Fact(
        word=word,
        title=title,
        fields=fields,
        edit_url=request.path,
        shown_url=reverse(shown, args=[record.pk, word]),
        record_id=record_id,
        record_url=record.get_absolute_url(),
        record_label=label,
    )


def answer_fact(
    request: HttpRequest,
    fact: Fact,
    *,
    row: Any,
    form_of: Callable[[Any, Any], forms.ModelForm],
    save: Callable[[forms.ModelForm, int], Any],
    show: Callable[[], HttpResponse],
) -> HttpResponse:
    """The form of the fact; once saved, the record again. `form_of(data, row)`, `save(form, version the person saw)`.

    Somebody else saved first: what was typed stays, what is saved is said above it, saving again is then a choice.
    """
    in_place = request.htmx and not request.htmx.boosted
    context: dict[str, Any] = {"fact": fact, "version": row.version, "in_place": in_place}
    if request.method != "POST":
        return _drawn(request, {**context, "form": form_of(None, row)}, status=200)
    form = form_of(request.POST, row)
    if not form.is_valid():
        return _again(request, {**context, "form": form}, status=200)
    try:
        save(form, posted_version(request))
    except RowConflictError as conflict:
        form.add_error(None, _conflict_said(form, form_of(None, conflict.current)))
        return _again(request, {**context, "form": form, "version": conflict.current.version}, status=409)
    except ActionError as error:
        form.add_error(None, str(error))
        return _again(request, {**context, "form": form}, status=200)
    if in_place:
        return show()
    messages.success(request, "C’est corrigé.")
    return redirect(fact.record_url)


def _conflict_said(mine: forms.ModelForm, theirs: forms.ModelForm) -> str:
    rows = conflicting_fields(mine, theirs, {})
    said = ", ".join(f"{row['label']}\u00a0: {row['theirs'] or 'vide'}" for row in rows) or "la même que la vôtre"
    return f"Quelqu’un d’autre vient de modifier cette fiche. Valeur enregistrée — {said}."


def _drawn(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    template = "core/partials/fact_form.html" if context["in_place"] else "core/fact_page.html"
    response = render(request, template, context, status=status)
    response["Vary"] = "HX-Request"
    return response


def _again(request: HttpRequest, context: dict[str, Any], *, status: int) -> HttpResponse:
    """The field with its errors: on the record, in the line being corrected."""
    if context["in_place"]:
        return retarget(_drawn(request, context, status=422), f"#fact-{context['fact'].word}")
    return _drawn(request, context, status=status)
