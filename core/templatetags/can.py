"""`{% can "companies.edit_company" company as editable %}`: the same predicate as the view asks."""

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import Any

from django import template

register = template.Library()


@register.simple_tag(takes_context=True)
def can(context: template.Context, name: str, obj: Any = None) -> bool:
    """`<app>.<verb>_<noun>` names `<app>.permissions.can_<verb>_<noun>`; obj may be left out where it may be None."""
    ask, user = _predicate(name), context["request"].user
    return bool(user.is_authenticated and (ask(user, obj) if obj is not None else ask(user)))


@cache
def _predicate(name: str) -> Callable[..., bool]:
    app, predicate = name.split(".")
    return getattr(import_module(f"{app}.permissions"), f"can_{predicate}")
