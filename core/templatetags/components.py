"""The components pages are made of. The gallery (/composants/) shows each; docs/components.md lists them.

The first argument of the smallest ones (icon, phase, state…) is positional, because it is their subject; everything
else is by name, so that a wrong argument fails when the template is read. What a table repeats on each row is built
here with `format_html`; the rest has its template in templates/components/.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django import template
from django.contrib.messages import get_messages
from django.forms import BaseForm, BoundField
from django.template.context import Context
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from core import french, toasts
from core.icons import render_icon
from core.phases import SHAPES, Phase

register = template.Library()


def _render(name: str, **values: Any) -> SafeString:
    return template.Engine.get_default().get_template(f"components/{name}.html").render(Context(values))


# --- leaves ------------------------------------------------------------------------------------
@register.simple_tag
def icon(name: str, *, label: str = "") -> SafeString:
    """`{% icon "phone" %}`: a Lucide icon. Decorative, unless it stands alone and has a `label`."""
    return render_icon(name, label)


@lru_cache(maxsize=16)
def _glyph(phase: int, filled: bool = True) -> SafeString:
    fill = "currentColor" if filled else "none"
    return mark_safe(
        f'<svg viewBox="0 0 14 14" fill="{fill}" stroke="currentColor" stroke-width="1.6" aria-hidden="true">'
        f"{SHAPES[Phase(phase)]}</svg>"
    )


@register.simple_tag
@lru_cache(maxsize=16)
def phase(value: int, *, word: bool = True) -> SafeString:
    """`{% phase 2 %}`: colour, shape and word. `word=False` keeps the word for those who do not see."""
    chosen = Phase(value)
    if word:
        return format_html('<span class="ph p{}">{}{}</span>', int(chosen), _glyph(chosen), chosen.label)
    return _phase_mark(value)


@lru_cache(maxsize=16)
def _phase_mark(value: int) -> SafeString:
    chosen = Phase(value)
    return format_html(
        '<span class="glyph p{}" role="img" aria-label="{}" title="{}">{}</span>',
        int(chosen),
        chosen.label,
        chosen.label,
        _glyph(chosen),
    )


@lru_cache(maxsize=64)
def _phase_glyphs(opened: frozenset[int], label: str) -> SafeString:
    said = ", ".join(item.label for item in Phase if item in opened).lower() or "aucune"
    drawn = format_html_join(
        "",
        '<span class="p{}{}">{}</span>',
        ((int(item), "" if item in opened else " off", _glyph(item, item in opened)) for item in Phase),
    )
    return format_html('<span class="glyphs" role="img" aria-label="{}\u00a0: {}">{}</span>', label, said, drawn)


@register.simple_tag
def phase_glyphs(opened: Iterable[int], *, label: str = "Phases ouvertes") -> SafeString:
    """`{% phase_glyphs company.open_phases %}`: the four shapes in order, filled when open."""
    return _phase_glyphs(frozenset(int(value) for value in opened), label)


STATE_LOOKS = frozenset({"", "half", "on", "amb", "asleep", "over"})


@register.simple_tag
@lru_cache(maxsize=128)
def state(label: str, *, look: str = "") -> SafeString:
    """`{% state company.get_state_display look="half" %}`: a mark and its word.

    Looks: "" empty ring (prospect), "half" green ring (en relation), "on" green disc (partenaire), "amb" diamond
    (ambassadrice), "asleep" two bars (en veille, en pause), "over" grey disc (terminée).
    """
    if look not in STATE_LOOKS:
        raise ValueError(f"unknown look of a state: {look}")
    return format_html('<span class="state {}">{}</span>', look, label)


@register.simple_tag
@lru_cache(maxsize=512)
def avatar(name: str, *, small: bool = True, decorative: bool = False) -> SafeString:
    """`{% avatar "Léa Morin" %}`: initials, the whole name on hover; `decorative` when the name is written beside."""
    letters = french.initials(name) or "?"
    size = "av s" if small else "av"
    if decorative:
        return format_html('<span class="{}" aria-hidden="true">{}</span>', size, letters)
    return format_html('<span class="{}" role="img" aria-label="{}" title="{}">{}</span>', size, name, name, letters)


@register.simple_tag(name="tag")
def tag_label(label: str, *, icon: str = "", look: str = "", url: str = "", current: bool = False) -> SafeString:
    """`{% tag "Groupe pilote" icon="flask-conical" %}`: a quiet label; a link when it has a `url`.

    Looks: "" quiet, "ok" or "new", "hot", "error", "strong".
    """
    drawn = render_icon(icon) if icon else ""
    if url:
        here = mark_safe(' aria-current="true"') if current else ""
        return format_html('<a class="tag {}" href="{}"{}>{}{}</a>', look, url, here, drawn, label)
    return format_html('<span class="tag {}">{}{}</span>', look, drawn, label)


@register.simple_tag
def chip(*, value: str, before: str = "", after: str = "", remove_url: str = "") -> SafeString:
    """`{% chip before="suivie par" value="Léa Morin" remove_url=… %}`: one filter in words, and how to drop it."""
    sentence = format_html_join(
        " ",
        "{}",
        ((part,) for part in (before, format_html("<b>{}</b>", value), after) if part),
    )
    if not remove_url:
        return format_html('<span class="chip"><span>{}</span></span>', sentence)
    return format_html(
        '<span class="chip"><span>{}</span>'
        '<a class="x" href="{}" aria-label="Retirer le filtre\u00a0: {}">×</a></span>',
        sentence,
        remove_url,
        " ".join(part for part in (before, value, after) if part),
    )


@register.simple_tag
def meter(value: float, *, label: str, maximum: float = 100) -> SafeString:
    """`{% meter 60 label="60 % de la fiche connue" %}`: how full something is."""
    return format_html(
        '<progress class="meter" value="{}" max="{}" aria-label="{}">{}</progress>',
        f"{value:g}",
        f"{maximum:g}",
        label,
        label,
    )


@register.simple_tag
def copy_button(text: str, *, label: str) -> SafeString:
    """`{% copy_button company.siret label="Copier le SIRET" %}`: hidden until copy.js finds it can copy."""
    return format_html(
        '<button type="button" class="icon-button" data-copy="{}" aria-label="{}" title="{}" hidden>{}</button>',
        text,
        label,
        label,
        render_icon("copy"),
    )


@register.simple_tag
def sort_header(label: str, *, url: str = "", direction: str = "", numeric: bool = False) -> SafeString:
    """A column head that sorts: `direction` is "asc" or "desc" when the list is in that order now."""
    cell = mark_safe(' class="num"') if numeric else ""
    if not url:
        return format_html('<th scope="col"{}>{}</th>', cell, label)
    said = {"asc": "ascending", "desc": "descending"}.get(direction)
    arrow = {"asc": " ↑", "desc": " ↓"}.get(direction, "")
    sort = format_html(' aria-sort="{}"', said) if said else ""
    return format_html(
        '<th scope="col"{}{}><a href="{}">{}<span aria-hidden="true">{}</span></a></th>', cell, sort, url, label, arrow
    )


# --- pieces with a template --------------------------------------------------------------------
@register.inclusion_tag("components/empty_state.html")
def empty_state(
    *, title: str, text: str = "", icon: str = "inbox", action_label: str = "", action_url: str = ""
) -> dict[str, Any]:
    """What this page is for, and the one thing to do next."""
    return {"title": title, "text": text, "icon": icon, "action_label": action_label, "action_url": action_url}


@register.inclusion_tag("components/job_card.html")
def job_card(
    *, job: Any, poll_url: str = "", stop_url: str = "", done_label: str = "Voir le résultat", id: str = "job-card"
) -> dict[str, Any]:
    """What, how far, stop. Polls itself while the job is open: `poll_url` answers with this card alone.

    `job` has title, state, done, total, percent, message, is_open, result_url (core.models.Job).
    """
    looks = {"done": "circle-check", "failed": "circle-alert", "cancelled": "circle-slash", "queued": "hourglass"}
    return {
        "job": job,
        "poll_url": poll_url,
        "stop_url": stop_url,
        "done_label": done_label,
        "id": id,
        "icon": looks.get(job.state, "loader"),
    }


@register.inclusion_tag("components/stepper.html")
def stepper(*, steps: Sequence[Any], current: int) -> dict[str, Any]:
    """Where one is in a wizard. `steps`: labels or (label, url) in order; `current` counts from 1."""
    rows = []
    for position, step in enumerate(steps, start=1):
        label, url = (step, "") if isinstance(step, str) else step
        rows.append({"label": label, "url": url if position < current else "", "position": position})
    return {"steps": rows, "current": current, "total": len(rows), "label": rows[current - 1]["label"]}


@dataclass(frozen=True)
class _Range:
    first: int
    last: int
    total: int
    capped: bool

    def __str__(self) -> str:
        if not self.total:
            return "aucun résultat"
        shown = french.number(self.first) if self.first == self.last else None
        span = shown or f"{french.number(self.first)} à {french.number(self.last)}"
        if self.capped:
            return f"{span}, plus de {french.number(self.total)} en tout"
        return f"{span} sur {french.number(self.total)}"


@register.inclusion_tag("components/pagination.html")
def pagination(
    *,
    first: int,
    last: int,
    total: int,
    capped: bool = False,
    previous_url: str = "",
    next_url: str = "",
    label: str = "Pages de la liste",
) -> dict[str, Any]:
    """ "1 à 25 sur 184", Précédentes, Suivantes. `capped`: the count stopped at `total` ("plus de 10 000")."""
    return {
        "said": str(_Range(first, last, total, capped)),
        "previous_url": previous_url,
        "next_url": next_url,
        "label": label,
    }


@register.inclusion_tag("components/error_summary.html")
def error_summary(form: BaseForm, *, title: str = "", focus: bool = True) -> dict[str, Any]:
    """Every error of the form, each linked to its field; nothing when there is none. Takes the focus (errors.js)."""
    rows = []
    if form.is_bound:
        rows = [("", message) for message in form.non_field_errors()]
        for field in _fields_with_errors(form):
            target, label = field.id_for_label or field.auto_id, str(field.label)
            rows += [(target, french.labelled(label, str(error))) for error in field.errors]
    files = _files_to_choose_again(form) if rows else []
    count = len(rows)
    said = title or f"{french.counted(count, 'point')} à corriger avant d’enregistrer"
    return {"rows": rows, "files": files, "title": said, "focus": focus}


def _files_to_choose_again(form: BaseForm) -> list[tuple[str, str]]:
    """Those that hold: a browser gives a file once, and the page that comes back has lost it."""
    return [
        (field.id_for_label, french.labelled(str(field.label), f"choisissez de nouveau «\u00a0{chosen.name}\u00a0»."))
        for field in form
        if not field.errors and (chosen := form.files.get(field.html_name))
    ]


def _fields_with_errors(form: BaseForm) -> list[BoundField]:
    return [field for field in form if field.errors]


@register.inclusion_tag("components/confirm_dialog.html", takes_context=True)
def confirm_dialog(
    context: Context,
    *,
    id: str,
    title: str,
    text: str,
    action_url: str,
    button: str,
    danger: bool = True,
    cancel: str = "Annuler",
) -> dict[str, Any]:
    """A question before a gesture: opened by `<button data-opens="ID">`; the answer is a POST to `action_url`."""
    return {
        "id": id,
        "title": title,
        "text": text,
        "action_url": action_url,
        "button": button,
        "danger": danger,
        "cancel": cancel,
        "csrf_token": context.get("csrf_token", ""),
    }


@register.inclusion_tag("components/messages.html", takes_context=True)
def messages_region(context: Context, *, oob: bool = False) -> dict[str, Any]:
    """What the server has to say. `oob=True` in an HTMX answer puts it in the page's region."""
    request = context.get("request")
    said = [toasts.read_toast(message) for message in get_messages(request)] if request else []
    return {"messages": said, "oob": oob, "csrf_token": context.get("csrf_token", "")}


# --- containers --------------------------------------------------------------------------------
@register.simple_block_tag
def sheet(
    content: str,
    *,
    title: str = "",
    note: str = "",
    link: str = "",
    url: str = "",
    id: str = "",
    level: int = 2,
    late: bool = False,
    padded: bool = True,
) -> SafeString:
    """A surface with a title. `note`: a few words at the right; `link` and `url`: its one gesture ("Ajouter").

    `padded=False` when it holds a table, rows or a timeline, which have their own edges.
    """
    return _render(
        "sheet",
        content=content,
        title=title,
        note=note,
        link=link,
        url=url,
        id=id,
        level=level,
        late=late,
        padded=padded,
    )


@register.simple_block_tag
def menu(
    content: str,
    *,
    label: str = "",
    icon: str = "",
    aria_label: str = "",
    look: str = "btn btn-quiet",
    side: str = "left",
    wide: bool = False,
) -> SafeString:
    """A button that opens a panel (native details). Entries: `<a class="menu-item">`, `<button class="menu-item">`.

    `side`: "left" hangs from the right edge, "right" from the left edge; `wide` for a small form.
    """
    return format_html(
        '<details class="menu" data-menu><summary class="{}"{}>{}{}</summary>'
        '<div class="menu-panel{}{}">{}</div></details>',
        look,
        format_html(' aria-label="{}"', aria_label) if aria_label else "",
        render_icon(icon) if icon else "",
        f" {label}" if label else "",
        " to-right" if side == "right" else "",
        " wide" if wide else "",
        content,
    )


@register.simple_block_tag
def notice(content: str, *, look: str = "", icon: str = "info", title: str = "") -> SafeString:
    """A remark that stays on the page. Looks: "", "success", "warning", "error"."""
    return _render("notice", content=content, look=look, icon=icon, title=title)


@register.simple_block_tag
def dialog(content: str, *, id: str, title: str) -> SafeString:
    """A native dialog opened by `<button data-opens="ID">`; a form in it goes in `<div class="in">` and `<footer>`."""
    return _render("dialog", content=content, id=id, title=title)


@register.simple_block_tag
def next_action(
    content: str,
    *,
    what: str,
    due: dt.date | None = None,
    who: str = "",
    today: dt.date | None = None,
    url: str = "",
    id: str = "next-action",
) -> SafeString:
    """The band under a record's name: what is next, when, who; the block holds its buttons. `due=None`: forgotten."""
    days = ((today or timezone.localdate()) - due).days if due else 0
    return _render(
        "next_action",
        content=content,
        what=what,
        due=due,
        who=who,
        url=url,
        id=id,
        days_late=max(0, days),
        is_none=due is None,
    )


@register.simple_block_tag
def timeline_entry(
    content: str,
    *,
    title: str,
    icon: str,
    when: dt.date | dt.datetime,
    who: str = "",
    mine: bool = False,
    phase: int | None = None,
    url: str = "",
) -> SafeString:
    """One line of a `<ol class="timeline">`: the block is its text. `mine`: done by us, not received."""
    text = content.strip()
    # Once: what follows says the same moment three times.
    when = timezone.localtime(when) if isinstance(when, dt.datetime) else when
    return format_html(
        '<li><span class="dot {}">{}</span><div><strong>{}</strong>{}'
        '<div class="when"><time datetime="{}" title="{}">{}</time>{}</div>{}</div></li>',
        "mine" if mine else "",
        render_icon(icon),
        format_html('<a href="{}">{}</a>', url, title) if url else title,
        format_html(" {}", _phase_mark(phase)) if phase else "",
        when.isoformat(),
        french.ago(when),
        french.french_date(when),
        f" · {who}" if who else "",
        format_html('<div class="said">{}</div>', mark_safe(text)) if text else "",
    )


@register.simple_block_tag
def fact(content: str, *, word: str, label: str, url: str = "", focus: str = "") -> SafeString:
    """One line of a `<dl class="kv">`: the block is its value; with a `url`, a pencil opens its correction in place.

    `word` names the line in the page (`fact-<word>`), which the correction replaces; `focus`: the line just corrected.
    """
    return format_html(
        '<div class="fact" id="fact-{}"><dt>{}</dt><dd><div class="value">{}</div>{}</dd></div>',
        word,
        label,
        mark_safe(content.strip()),
        _pencil(word, label, url, focus=focus == word) if url else "",
    )


def _pencil(word: str, label: str, url: str, *, focus: bool) -> SafeString:
    return format_html(
        '<a class="icon-button pencil" href="{}" hx-get="{}" hx-target="#fact-{}" hx-swap="outerHTML"'
        ' aria-label="Corriger\u00a0: {}" title="Corriger"{}>{}</a>',
        url,
        url,
        word,
        label.lower(),
        mark_safe(" autofocus") if focus else "",
        render_icon("pencil"),
    )


@register.filter
def at(mapping: Any, key: Any) -> Any:
    """`{{ marks|at:option.data.value }}`: what a mapping keyed by text holds there, or nothing."""
    return mapping.get(str(key), "")
