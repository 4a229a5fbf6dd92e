"""What the frame shows around every page."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from config.navigation import frame as build_frame
from config.navigation import navigation


def frame(request: HttpRequest) -> dict:
    """`frame` (core.navigation.Frame) and `nav_items`: built when a template first asks; a partial pays nothing."""
    return {
        "frame": SimpleLazyObject(lambda: build_frame(request)),
        "nav_items": SimpleLazyObject(lambda: navigation(request)),
    }
