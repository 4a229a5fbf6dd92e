"""`{% load day %}`: what each line of « Ma journée » repeats."""

from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from core.addresses import url_of_row

register = template.Library()

# What each action has of its own in the menu; the rest is drawn once. Escaping changes none of these words.
_POSTPONE, _NOTE, _HAND_OVER = "--postpone--", "--note--", "--hand-over--"


@cache
def _menu() -> str:
    values = {"postpone_url": _POSTPONE, "note_url": _NOTE, "hand_over_url": _HAND_OVER}
    return render_to_string("dashboards/partials/day_menu.html", values)


@register.simple_tag
def postpone_menu(action: Any) -> SafeString:
    """`{% postpone_menu action %}`: its buttons belong to the form of the page."""
    drawn = _menu()
    for word, value in (
        (_POSTPONE, url_of_row("companies:next_action_postpone", action.pk)),
        (_NOTE, url_of_row("companies:interaction_create", action.company_id)),
        (_HAND_OVER, url_of_row("companies:next_action_hand_over", action.pk)),
    ):
        drawn = drawn.replace(word, value)
    return mark_safe(drawn)
