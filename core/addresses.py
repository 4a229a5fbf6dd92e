"""Addresses of pages, by name."""

from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse


def url_if_any(name: str, *args: Any) -> str:
    """The address of a page, perhaps of an upper app; "" when there is none of that name."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


def url_of_row(name: str, pk: int) -> str:
    """The address of a page that takes one number. Looked up once: a page of rows asks for hundreds of them."""
    before, after = _around(name)
    return f"{before}{pk}{after}"


@cache
def _around(name: str) -> tuple[str, str]:
    mark = "9876543210"
    before, _mark, after = reverse(name, args=[int(mark)]).rpartition(mark)
    return before, after
