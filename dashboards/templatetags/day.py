"""`{% load day %}`: what each line of « Ma journée » repeats."""

from functools import cache
from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

# What each action has of its own in the menu; the rest is drawn once. Escaping changes none of these words.
_FORM, _POSTPONE, _NOTE, _HAND_OVER = "--form--", "--postpone--", "--note--", "--hand-over--"


@cache
def _menu() -> str:
    values = {"form": _FORM, "postpone_url": _POSTPONE, "note_url": _NOTE, "hand_over_url": _HAND_OVER}
    return render_to_string("dashboards/partials/day_menu.html", values)


@register.simple_tag
def postpone_menu(action: Any) -> SafeString:
    """`{% postpone_menu action %}`: its buttons belong to the form of the line, of which the id is "action-PK"."""
    drawn = _menu()
    for word, value in (
        (_FORM, f"action-{action.pk}"),
        (_POSTPONE, reverse("companies:next_action_postpone", args=[action.pk])),
        (_NOTE, reverse("companies:interaction_create", args=[action.company_id])),
        (_HAND_OVER, reverse("companies:next_action_hand_over", args=[action.pk])),
    ):
        drawn = drawn.replace(word, value)
    return mark_safe(drawn)
