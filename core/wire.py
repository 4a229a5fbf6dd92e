"""A mail as a server hears it: whom from, whom to, and whole lines of bytes.

The standard library's writer takes longer over one mail than a server does to take it; ours have two parts at most and
a dozen headers, written here in one go. A mail with anything else in it is left to the standard library.
"""

import email.quoprimime
import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.utils import formatdate, make_msgid, parseaddr
from functools import lru_cache

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.message import sanitize_address

CHARSET = "utf-8"
# In bytes, without its end (RFC 5322).
LONGEST_LINE = 998
# A header that is longer is cut by the standard library, which knows where.
LONGEST_PLAIN_HEADER = 400
_LINE_BREAK = re.compile(r"[\r\n]")


@dataclass(frozen=True)
class Wire:
    sender: str
    recipients: list[str]
    content: bytes


def wire_of(message: EmailMultiAlternatives) -> Wire:
    """Whole lines, whatever ends them, and no lone dot: the content cannot end the message nor begin another.

    Raises `ValueError` for an address or a header that cannot be written.
    """
    content = _written(message) if _is_plain(message) else message.message().as_bytes()
    content = content.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    if not content.endswith(b"\n"):
        content += b"\n"
    # The first line is a header's: no dot leads it.
    content = content.replace(b"\n.", b"\n..").replace(b"\n", b"\r\n")
    sender, *recipients = [
        _address(parseaddr(address)[1])  # the name beside it is for the header alone
        for address in (getattr(message, "envelope_sender", message.from_email), *message.recipients())
    ]
    return Wire(sender, recipients, content)


def _is_plain(message: EmailMultiAlternatives) -> bool:
    kinds = [alternative[1] for alternative in message.alternatives]
    return not message.attachments and message.content_subtype == "plain" and kinds in ([], ["text/html"])


def _written(message: EmailMultiAlternatives) -> bytes:
    head = "\n".join(f"{name}: {value}" for name, value in _headers(message)).encode("ascii")
    parts = [_part("plain", str(message.body))]
    parts += [_part("html", str(alternative[0])) for alternative in message.alternatives]
    if len(parts) == 1:
        return head + b"\n" + parts[0]
    boundary = f"part-{secrets.token_hex(16)}".encode()
    kind = b'\nContent-Type: multipart/alternative; boundary="' + boundary + b'"\n\n'
    opened = b"--" + boundary
    return head + kind + b"".join(opened + b"\n" + part + b"\n" for part in parts) + opened + b"--\n"


def _headers(message: EmailMultiAlternatives) -> Iterator[tuple[str, str]]:
    given = {name.lower() for name in message.extra_headers}
    yield "MIME-Version", "1.0"
    yield "Subject", _words(str(message.subject))
    yield "From", _address(str(message.from_email))
    yield "To", ", ".join(_address(str(address)) for address in message.to)
    if message.reply_to:
        yield "Reply-To", ", ".join(_address(str(address)) for address in message.reply_to)
    if "date" not in given:
        yield "Date", formatdate(localtime=settings.EMAIL_USE_LOCALTIME)
    if "message-id" not in given:
        yield "Message-ID", make_msgid()
    for name, value in message.extra_headers.items():
        yield name, _words(str(value))


@lru_cache(maxsize=256)
def _words(value: str) -> str:
    if _LINE_BREAK.search(value):
        raise ValueError("a header would hold a line break")
    if value.isascii() and len(value) <= LONGEST_PLAIN_HEADER:
        return value
    return Header(value, None if value.isascii() else CHARSET).encode()


@lru_cache(maxsize=256)
def _address(value: str) -> str:
    if _LINE_BREAK.search(value):
        raise ValueError("an address would hold a line break")
    return sanitize_address(value, CHARSET)


def _part(kind: str, text: str) -> bytes:
    """Its headers and its text; lines too long for a mail are cut by an encoding, and no other is encoded."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    content = text.encode(CHARSET)
    encoding = "7bit" if text.isascii() else "8bit"
    if max(map(len, content.split(b"\n"))) > LONGEST_LINE:
        encoding = "quoted-printable"
        content = email.quoprimime.body_encode(content.decode("latin-1")).encode("ascii")
    head = f'Content-Type: text/{kind}; charset="{CHARSET}"\nContent-Transfer-Encoding: {encoding}\n\n'
    return head.encode("ascii") + content
