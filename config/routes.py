"""The routes of the URLconf, flat: what the access table must cover."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver


def routes() -> dict[str, str]:
    """{name with its namespace: address}; a route without a name gets its address for a name."""
    return dict(_walk(get_resolver().url_patterns, "", "/"))


def _walk(patterns: list, namespace: str, prefix: str) -> Iterator[tuple[str, str]]:
    for entry in patterns:
        address = prefix + _readable(str(entry.pattern))
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from _walk(entry.url_patterns, inner, address)
        elif isinstance(entry, URLPattern):
            yield (f"{namespace}{entry.name}" if entry.name else address), address


def _readable(pattern: str) -> str:
    """`<int:pk>` and `(?P<key>.+)` are both written `<pk>`, `<key>`."""
    pattern = re.sub(r"\(\?P(<\w+>)[^)]*\)", r"\1", pattern).lstrip("^").rstrip("$")
    return re.sub(r"<\w+:(\w+)>", r"<\1>", pattern)
