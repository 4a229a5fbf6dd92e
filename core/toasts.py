"""What the server says after a gesture, with the way back when there is one.

Django's messages carry a text and tags; the address that undoes the gesture travels in the tags.
"""

from dataclasses import dataclass

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest

_UNDO = "undo="
_ICONS = {"success": "circle-check", "warning": "triangle-alert", "error": "circle-alert"}


@dataclass(frozen=True)
class Toast:
    text: str
    level: str
    undo_url: str = ""

    @property
    def icon(self) -> str:
        return _ICONS.get(self.level, "info")


def say_with_undo(request: HttpRequest, text: str, *, undo_url: str) -> None:
    """ "Boulangerie Vacher est à la corbeille.  [Annuler]": the button posts to `undo_url`."""
    messages.success(request, text, extra_tags=_UNDO + undo_url)


def read_toast(message: Message) -> Toast:
    tags = message.extra_tags or ""
    undo_url = tags.removeprefix(_UNDO) if tags.startswith(_UNDO) else ""
    return Toast(text=str(message.message), level=message.level_tag, undo_url=undo_url)
