"""Addresses of pages, by name."""

from functools import cache
from typing import Any

from django.urls import NoReverseMatch, reverse


def url_if_any(name: str, *args: Any) -> str:
    """The address of a page, perhaps of an upper app; "" when there is none of that name."""
    return _found(name, *args) if args else _fixed(name)


def _found(name: str, *args: Any) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


# The frame of every page asks for some fifty of them.
_fixed = cache(_found)


def url_of_row(name: str, pk: int, *words: str) -> str:
    """The address of a page that takes one number, and perhaps words of the product's own.

    Looked up once: a page of rows asks for hundreds of them.
    """
    before, after = _around(name, *words)
    return f"{before}{pk}{after}"


@cache
def _around(name: str, *words: str) -> tuple[str, str]:
    mark = "9876543210"
    before, _mark, after = reverse(name, args=[int(mark), *words]).rpartition(mark)
    return before, after
