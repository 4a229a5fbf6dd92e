"""`{% load frame %}`: the links of the navigation, drawn here: a page has some thirty of them, twice over."""

from functools import lru_cache
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from core import french
from core.icons import render_icon

register = template.Library()


@register.simple_tag
def nav_link(item: Any) -> SafeString:
    """`{% nav_link item %}` (core.navigation.NavItem), with its count when there is something to count."""
    return mark_safe(f"{_opened(item.url, item.aria_current, item.icon, item.label)}{_count(item)}</a>")


@register.simple_tag
def tab_link(item: Any) -> SafeString:
    """`{% tab_link item %}`: in a phone’s bar, where a count is shown only when it asks for a hand."""
    return format_html(
        '<a class="spot" href="{}"{}>{}{}{}</a>',
        item.url,
        _current(item),
        render_icon(item.icon),
        item.short or item.label,
        _count(item) if item.hot else "",
    )


@lru_cache(maxsize=256)
def _opened(url: str, current: str, icon: str, label: str) -> SafeString:
    """All of a link but its count: the same for everybody, so drawn once."""
    return format_html(
        '<a class="nav-link-task" href="{}"{}>{}<span>{}</span>',
        url,
        format_html(' aria-current="{}"', current) if current else "",
        render_icon(icon) if icon else "",
        label,
    )


def _current(item: Any) -> SafeString | str:
    return format_html(' aria-current="{}"', item.aria_current) if item.aria_current else ""


def _count(item: Any) -> SafeString | str:
    count = item.count() if item.count else 0
    if not count:
        return ""
    late = " en retard" if item.hot else ""
    return format_html(
        '<span class="n{}">{}<span class="visually-hidden">{}</span></span>',
        " hot" if item.hot else "",
        french.number(count),
        late,
    )
