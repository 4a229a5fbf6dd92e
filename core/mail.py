"""Outgoing mail: the one function that builds it, and the one that hands it to the server and says what came of it."""

import contextlib
import re
import smtplib
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import formataddr, parseaddr
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.urls import reverse

from core.wire import Wire, wire_of

ANSWER_LENGTH = 500
# The server is leaving: nothing more is said on this connection.
CLOSING = 421
START_DATA = 354
# Answered to MAIL, of the size that this message was said to have.
TOO_LARGE = 552
_BROKEN_LINE = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029]")
_ADDRESS = re.compile(r"<?[\w.+%'*/=?^`{|}~!#$&-]+@[\w.-]+>?")
# Where a page may be broken unseen: lines stay under the 998 bytes of a mail, and need not be encoded to be cut.
_BETWEEN_BLOCKS = re.compile(
    r"(?<=>)(?=</?(?:html|head|body|style|title|meta|table|tbody|tr|td|th|div|p|ul|ol|li|h\d)\b)"
)


class HeaderRefused(ValueError):
    """An address, a name or a subject held a line break: somebody tried to write headers of her own."""


def address_of(name: str, **kwargs: Any) -> str:
    """The whole address of a page, from the site's own name and never from what a request says it is."""
    return settings.SITE_URL.rstrip("/") + reverse(name, kwargs=kwargs)


def named_address(name: str, address: str) -> str:
    """« Léa Morin <lea@…> »; the address alone without a name."""
    _refuse_broken(name, address)
    return formataddr((name, address)) if name else address


def sender_address(name: str = "", address: str = "") -> str:
    """Who a message says it is from: the product's own address where none is given, under that name."""
    product_name, product_address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return named_address(name or product_name, address or product_address)


def build_mail(
    *,
    to: str,
    subject: str,
    text: str,
    html: str = "",
    sender: str = "",
    reply_to: Sequence[str] = (),
    message_id: str = "",
    unsubscribe_url: str = "",
    returns_to: str = "",
    headers: Mapping[str, str] | None = None,
) -> EmailMultiAlternatives:
    """Every mail of the product. It always has a text; `HeaderRefused` when a header would hold a line break.

    `returns_to`: whom the server tells that it could not be delivered; the sender when empty.
    `unsubscribe_url`: the page that asks, and that mail programs may post to in one click (RFC 8058).
    """
    asked = {**({"Message-ID": message_id} if message_id else {}), **(headers or {})}
    if unsubscribe_url:
        asked["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        asked["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
        asked["Precedence"] = "bulk"
    _refuse_broken(to, subject, sender, returns_to, *reply_to, *asked, *asked.values())
    mail = EmailMultiAlternatives(
        subject=subject.strip(),
        body=text.strip() + "\n",
        from_email=sender or None,
        to=[to],
        reply_to=list(reply_to),
        headers=asked,
    )
    if html:
        mail.attach_alternative(_BETWEEN_BLOCKS.sub("\n", html), "text/html")
    # Read by providers' backends too, which report by what was given to them.
    mail.envelope_sender = returns_to or mail.from_email  # type: ignore[attr-defined]
    mail.metadata = {"message": message_id} if message_id else {}  # type: ignore[attr-defined]
    return mail


def _refuse_broken(*values: str) -> None:
    if any(_BROKEN_LINE.search(value) for value in values):
        raise HeaderRefused("a header would hold a line break")


class Result(StrEnum):
    ACCEPTED = "accepted"  # the server has it, and answers for it
    REFUSED = "refused"  # 5xx: asking again would be answered the same
    DEFERRED = "deferred"  # 4xx, or cut before the message was whole: it certainly was not taken
    UNCERTAIN = "uncertain"  # cut after the last line, before the answer: nobody knows
    ABSENT = "absent"  # no server to speak to, or it does not let us in: nothing was said of this message


@dataclass(frozen=True)
class Outcome:
    """`answer` is what the server said, without any address. `of_sender`: of us; `of_recipient`: of that address."""

    result: Result
    code: int | None = None
    answer: str = ""
    of_sender: bool = False
    of_recipient: bool = False


def open_connection(connection: Any) -> Outcome | None:
    """None once the server lets us in; otherwise why it does not. Bounded by `EMAIL_TIMEOUT` at each step."""
    try:
        if connection.open() and isinstance(connection, SmtpBackend):
            # The end of a message is a small packet of its own: it does not wait for the one before to be told.
            opened: Any = connection.connection
            opened.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except smtplib.SMTPResponseException as error:
        is_busy = 400 <= error.smtp_code < 500
        return Outcome(
            Result.DEFERRED if is_busy else Result.ABSENT, error.smtp_code, said(error.smtp_error), of_sender=True
        )
    except OSError as error:  # smtplib's own errors are among them
        return Outcome(Result.ABSENT, None, type(error).__name__, of_sender=True)
    return None


def sender_refusal(connection: Any, sender: str) -> Outcome | None:
    """What the server objects to a message from that address, or None; none is sent. Other ways than SMTP cannot
    tell without a message."""
    if not isinstance(connection, SmtpBackend):
        return Outcome(Result.DEFERRED)
    closed = open_connection(connection)
    if closed is not None:
        return closed
    smtp: Any = connection.connection
    try:
        smtp.ehlo_or_helo_if_needed()
        code, answer = smtp.mail(parseaddr(sender)[1])
        smtp.rset()
    except OSError as error:
        drop_connection(connection)
        return Outcome(Result.ABSENT, None, type(error).__name__, of_sender=True)
    if code // 100 == 2:
        return None
    return Outcome(_result_of(code) or Result.DEFERRED, code, said(answer), of_sender=True)


def deliver(connection: Any, message: EmailMultiAlternatives) -> Outcome:
    """Hand one message to the server, on that connection, opened when it is not; never raises for what a server does.

    Call it outside any transaction: it may take several times `EMAIL_TIMEOUT`.
    """
    if not isinstance(connection, SmtpBackend):
        return _deliver_whole(connection, message)
    try:
        wire = wire_of(message)
    except ValueError as error:  # an address or a header that cannot be written
        return Outcome(Result.REFUSED, None, said(f"{type(error).__name__}: {error}"))
    closed = open_connection(connection)
    if closed is not None:
        return closed
    smtp: Any = connection.connection
    outcome = _speak(smtp, wire)
    if outcome.code is None or outcome.code == CLOSING or smtp.sock is None:
        drop_connection(connection)
    return outcome


def drop_connection(connection: BaseEmailBackend) -> None:
    """Forget it without a word: the server may not be there to hear one."""
    smtp = getattr(connection, "connection", None)
    if isinstance(smtp, smtplib.SMTP):
        smtp.close()
        connection.connection = None  # type: ignore[attr-defined]


def _speak(smtp: smtplib.SMTP, wire: Wire) -> Outcome:
    try:
        refusal = _announce(smtp, wire)
        if refusal:
            return refusal
        smtp.send(wire.content)  # type: ignore[arg-type]  # bytes go as they are
    except OSError as error:
        return Outcome(Result.DEFERRED, None, f"{type(error).__name__}: cut before the message was whole")
    try:
        smtp.send(b".\r\n")  # type: ignore[arg-type]
        code, answer = smtp.getreply()
    except OSError as error:
        return Outcome(Result.UNCERTAIN, None, f"{type(error).__name__}: cut before the answer")
    if code // 100 == 2:
        return Outcome(Result.ACCEPTED, code, said(answer))
    result = _result_of(code)
    return Outcome(result or Result.UNCERTAIN, code if result else None, said(answer))


def _announce(smtp: smtplib.SMTP, wire: Wire) -> Outcome | None:
    """MAIL, RCPT, DATA; what the server objects, or None when it waits for the content."""
    smtp.ehlo_or_helo_if_needed()
    options = [f"size={len(wire.content)}"] if smtp.does_esmtp and smtp.has_extn("size") else []
    options += ["body=8bitmime"] if smtp.does_esmtp and smtp.has_extn("8bitmime") else []
    code, answer = smtp.mail(wire.sender, options)
    if code // 100 != 2:
        return _stepped_back(smtp, code, answer, of_sender=code != TOO_LARGE)
    for recipient in wire.recipients:
        code, answer = smtp.rcpt(recipient)
        if code // 100 != 2:
            return _stepped_back(smtp, code, answer, of_recipient=True)
    code, answer = smtp.docmd("DATA")
    return None if code == START_DATA else _stepped_back(smtp, code, answer)


def _stepped_back(smtp: smtplib.SMTP, code: int, answer: bytes, **about: bool) -> Outcome:
    """What it objected; an answer that is none puts off: nothing of the message was sent yet."""
    result = _result_of(code)
    if result and code != CLOSING:
        with contextlib.suppress(OSError):  # gone meanwhile: what it said of this message stands
            smtp.rset()
    return Outcome(result or Result.DEFERRED, code if result else None, said(answer), **about)


def _result_of(code: int) -> Result | None:
    return {4: Result.DEFERRED, 5: Result.REFUSED}.get(code // 100)


def _deliver_whole(connection: BaseEmailBackend, message: EmailMultiAlternatives) -> Outcome:
    """By another way than SMTP (a provider's interface, files, memory): less is known of what went wrong."""
    try:
        connection.send_messages([message])
    except Exception as error:  # each provider has its own; what is not known is uncertain
        code = getattr(error, "status_code", None)
        if code is None and type(error).__name__ == "AnymailRecipientsRefused":
            return Outcome(Result.REFUSED, None, said(str(error)))
        if code == 429:  # too many requests
            return Outcome(Result.DEFERRED, code, said(str(error)))
        if code is not None and 400 <= code < 500:
            return Outcome(Result.REFUSED, code, said(str(error)), of_sender=True)
        return Outcome(Result.UNCERTAIN, code, type(error).__name__)
    return Outcome(Result.ACCEPTED, None, "")


def said(answer: bytes | str) -> str:
    """What a server answered, on one line, without any address."""
    text = answer.decode(errors="replace") if isinstance(answer, bytes) else str(answer)
    return _ADDRESS.sub("…", " ".join(_BROKEN_LINE.sub(" ", text).split()))[:ANSWER_LENGTH]
