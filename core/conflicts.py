"""Two people on one form: what each wrote, told apart field by field, and the page that lets the second choose.

A form page carries `version` and `base` (`snapshot_of(form)`) in hidden inputs; its view binds
`with_choices_of(request.POST, fresh_form)` and, on a conflict, answers `conflict_page(...)`.
"""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from core.doors import posted_pairs, posted_snapshot
from core.models import ActivityEntry, Occupation


def snapshot_of(form: forms.BaseForm) -> str:
    """What the fields held when the page was drawn, as text: told apart later from what others wrote since."""
    return json.dumps({name: texts_of(form[name].value()) for name in form.fields}, ensure_ascii=False)


def with_choices_of(posted: QueryDict, theirs: forms.BaseForm) -> QueryDict:
    """After a conflict: for each field kept as the other wrote it, her version takes the place of mine."""
    data = posted.copy()
    for name in theirs.fields:
        if posted.get(f"keep-{name}") == "theirs":
            data.setlist(name, texts_of(theirs[name].value()))
    return data


def texts_of(value: Any) -> list[str]:
    """A field's value as its inputs would send it."""
    if value is None or value is False:
        return []
    if isinstance(value, list | tuple) or hasattr(value, "all"):
        items = [getattr(item, "pk", item) for item in value]
        return sorted(str(item) for item in items)
    if isinstance(value, dt.datetime):
        return [f"{value:%Y-%m-%dT%H:%M}"]
    return ["on"] if value is True else [str(value)] if value != "" else []


def conflicting_fields(
    mine: forms.BaseForm, theirs: forms.BaseForm, base: Mapping[str, list[str]]
) -> list[dict[str, Any]]:
    """Fields whose two versions differ: name, label, both as text, and whether I am the one who changed it."""
    rows = []
    for name, field in mine.fields.items():
        my_value, their_value = texts_of(mine[name].value()), texts_of(theirs[name].value())
        if my_value != their_value:
            rows.append(
                {
                    "name": name,
                    "label": field.label,
                    "mine": shown_choice(mine, name, my_value),
                    "theirs": shown_choice(theirs, name, their_value),
                    "is_mine": my_value != base.get(name, their_value),
                }
            )
    return rows


def shown_choice(form: forms.BaseForm, name: str, values: list[str]) -> str:
    """Values as a person reads them: labels for choices."""
    if name == "occupations":
        return ", ".join(map(str, Occupation.objects.filter(code__in=[v for v in values if "\x00" not in v])))
    choices = getattr(form.fields[name], "choices", None)
    if choices is not None:
        labels = {str(value): str(label) for value, label in choices}
        return ", ".join(labels.get(value, value) for value in values)
    if isinstance(form.fields[name], forms.BooleanField):
        return "oui" if values else "non"
    if isinstance(form.fields[name], forms.DateTimeField) and values:
        return values[0].replace("T", " à ")
    return ", ".join(values)


def conflict_page(
    request: HttpRequest,
    *,
    form: forms.BaseForm,
    theirs: forms.BaseForm,
    title: str,
    back_label: str,
    back_url: str,
    last: ActivityEntry | None = None,
    version: int | None = None,
) -> HttpResponse:
    """`form` holds what was typed, `theirs` the row as it now is; the choice is sent to the address of the form.

    `version`: of the row, when `theirs` is not a form of a model. `last`: the line of the timeline that says who saved
    first, when it is known.
    """
    context = {
        "title": title,
        "back_label": back_label,
        "back_url": back_url,
        "rows": conflicting_fields(form, theirs, posted_snapshot(request)),
        "posted": [pair for pair in posted_pairs(request) if not pair[0].startswith("keep-")],
        "version": theirs.instance.version if version is None else version,  # type: ignore[attr-defined]
        "base": snapshot_of(theirs),
        "last": last,
    }
    return render(request, "core/conflict.html", context, status=409)
