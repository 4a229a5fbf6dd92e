"""The mailbox to which refused messages come back, read and emptied of what was understood.

`BOUNCES_URL`: « imaps://user:password@host/INBOX » or « maildir:///var/mail/returns ». What is no report of a refusal
(an absence, an answer by hand) stays there for a person, marked as read.
"""

import contextlib
import datetime as dt
import imaplib
import mailbox
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import unquote, urlsplit

from django.conf import settings

from campaigns.actions.returns import return_message, says_no_such_address
from campaigns.models import Message
from campaigns.returned import Kind, Returned, read_returned
from core.mail import Outcome, Result, said
from core.scope import structure_scope

AT_ONCE = 200
TIMEOUT_SECONDS = 20
PORTS = {"imaps": 993, "imap": 143}


@dataclass
class Read:
    """How many were opened, how many told of a message of ours, how many are left to a person."""

    opened: int = 0
    returned: int = 0
    left: int = 0


class Box(Protocol):
    def unread(self) -> Iterator[tuple[str, bytes]]:
        """(name, whole message) of those nobody has read yet."""

    def done_with(self, name: str, *, understood: bool) -> None:
        """Taken away when it was understood, else marked as read."""


def read_bounces(*, now: dt.datetime, url: str = "") -> Read:
    """Nothing without `BOUNCES_URL`. Read twice, a message changes nothing more."""
    counts = Read()
    url = url or settings.BOUNCES_URL
    if not url:
        return counts
    with open_box(url) as box:
        for name, content in box.unread():
            counts.opened += 1
            understood = take_returned(read_returned(content), now=now)
            counts.returned += understood
            counts.left += not understood
            box.done_with(name, understood=understood)
            if counts.opened >= AT_ONCE:
                break
    return counts


def take_returned(returned: Returned, *, now: dt.datetime) -> bool:
    """Write what it says of our message; whether it was understood. Behind the wall of the structure it names."""
    if returned.kind == Kind.OTHER or returned.structure_id is None:
        return False
    with structure_scope([returned.structure_id]):
        message = Message.objects.filter(structure=returned.structure_id, message_id=returned.message_id).first()
        if message is None:
            return False
        if returned.kind == Kind.FAILED:
            answer = said(f"{returned.status} {returned.answer}".strip())
            return_message(message=message, answer=answer, is_for_good=_is_for_good(returned), now=now)
    return True


def _is_for_good(returned: Returned) -> bool:
    """Servers that give no status say it in words, which the reading has recognised as final."""
    if not returned.status:
        return True
    return says_no_such_address(Outcome(Result.REFUSED, None, returned.status))


@contextlib.contextmanager
def open_box(url: str) -> Iterator[Box]:
    parts = urlsplit(url)
    if parts.scheme == "maildir":
        yield _Maildir(parts.path)
        return
    if parts.scheme not in ("imap", "imaps"):
        raise ValueError("BOUNCES_URL begins with imaps://, imap:// or maildir://")
    kind = imaplib.IMAP4_SSL if parts.scheme == "imaps" else imaplib.IMAP4
    port = parts.port or PORTS[parts.scheme]
    server = kind(parts.hostname or "", port, timeout=TIMEOUT_SECONDS)
    try:
        server.login(unquote(parts.username or ""), unquote(parts.password or ""))
        _checked(server.select(unquote(parts.path.lstrip("/")) or "INBOX"))
        yield _Imap(server)
    finally:
        with contextlib.suppress(OSError, imaplib.IMAP4.error):
            server.logout()


class _Maildir:
    """New messages are in « new »; those left to a person move to « cur », as a mail reader would."""

    def __init__(self, path: str) -> None:
        self.box = mailbox.Maildir(path, create=False)

    def unread(self) -> Iterator[tuple[str, bytes]]:
        for name in sorted(self.box.keys()):
            if self.box.get_message(name).get_subdir() == "new":
                yield name, self.box.get_bytes(name)

    def done_with(self, name: str, *, understood: bool) -> None:
        if understood:
            self.box.discard(name)
            return
        message = self.box.get_message(name)
        message.set_subdir("cur")
        message.add_flag("S")
        self.box[name] = message


class _Imap:
    def __init__(self, server: imaplib.IMAP4) -> None:
        self.server = server

    def unread(self) -> Iterator[tuple[str, bytes]]:
        (found,) = _checked(self.server.uid("SEARCH", "UNSEEN"))
        for name in (found or b"").decode().split():
            answer = _checked(self.server.uid("FETCH", name, "(BODY.PEEK[])"))
            content = next((part[1] for part in answer if isinstance(part, tuple)), b"")
            yield name, content

    def done_with(self, name: str, *, understood: bool) -> None:
        flags = r"(\Seen \Deleted)" if understood else r"(\Seen)"
        _checked(self.server.uid("STORE", name, "+FLAGS", flags))
        if understood:
            _checked(self.server.expunge())


def _checked(answer: tuple[str, list]) -> list:
    status, data = answer
    if status != "OK":
        raise OSError("the mailbox refused what it was asked")
    return data
