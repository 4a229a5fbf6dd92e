"""Lucide icons, read from the installed package and inlined: no sprite, no request, the colour of the text."""

import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

_COMMENT = re.compile(r"<!--.*?-->", re.S)
_OWN_ATTRIBUTES = re.compile(r'\s(class|width|height|xmlns|stroke-width)="[^"]*"', re.S)
_DRAWING = re.compile(r"<svg(?P<attributes>[^>]*)>(?P<content>.*)</svg>", re.S)


class UnknownIconError(LookupError):
    """No such icon in the installed package: a misspelt name, or front-end packages not installed."""


@lru_cache(maxsize=512)
def render_icon(name: str, label: str = "") -> SafeString:
    """The icon as SVG: hidden from assistive technology, unless it stands alone and has a label."""
    path = Path(settings.NODE_MODULES) / "lucide-static" / "icons" / f"{name}.svg"
    try:
        source = path.read_text(encoding="utf-8")
    except FileNotFoundError:
        raise UnknownIconError(name) from None
    drawing = _DRAWING.search(_COMMENT.sub("", source))
    if drawing is None:
        raise UnknownIconError(name)
    # The stroke width comes from the style sheet; the sizes too; the rest of the drawing is kept.
    attributes = " ".join(_OWN_ATTRIBUTES.sub("", drawing["attributes"]).split())
    content = re.sub(r"\s+", " ", drawing["content"]).replace("> <", "><").strip()
    said = f'role="img" aria-label="{label}"' if label else 'aria-hidden="true"'
    return mark_safe(f'<svg class="ic" {said} {attributes}>{content}</svg>')
