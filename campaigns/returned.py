"""What a message that came back says: which of ours it was, whether for good, in whose words. Pure.

Our own Message-ID proves it: a letter that only says « this address does not exist » puts nobody aside.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_bytes
from email.message import Message as Mail
from enum import StrEnum

from flufl.bounce import all_failures

# As `actions.outbox.message_id_of` draws them; the structure comes first.
OURS = re.compile(r"<(\d{1,9})\.[a-z0-9]{8}\.\d+\.[0-9a-f]{16}@[^>\s]+>")
LARGEST = 2_000_000
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")


class Kind(StrEnum):
    FAILED = "failed"  # it will not be delivered
    DELAYED = "delayed"  # the relay still tries
    OTHER = "other"  # an absence, an answer: for a person to read


@dataclass(frozen=True)
class Returned:
    """`message_id`: ours, "" when it names none. `status`: « 5.1.1 », "" when it gives none."""

    kind: Kind
    message_id: str = ""
    structure_id: int | None = None
    status: str = ""
    answer: str = ""


def structure_of_message_id(message_id: str) -> int | None:
    """The structure a Message-ID says it is of; None when it is not one of ours."""
    found = OURS.fullmatch(message_id.strip())
    return int(found[1]) if found else None


def message_ids_in(text: str) -> set[str]:
    """All those of ours that a log names."""
    return {found[0] for found in OURS.finditer(text)}


def read_returned(content: bytes) -> Returned:
    """Never raises: what cannot be read is for a person."""
    try:
        return _read(message_from_bytes(content[:LARGEST]))
    except Exception:  # detectors of a hundred servers' words; none may stop the others from being read
        return Returned(Kind.OTHER)


def _read(mail: Mail) -> Returned:
    temporary, permanent = all_failures(mail)
    if not temporary and not permanent:
        return Returned(Kind.OTHER)
    message_id = next(_names_of_ours(mail), "")
    status, answer = _reasons(mail)
    return Returned(
        kind=Kind.FAILED if permanent else Kind.DELAYED,
        message_id=message_id,
        structure_id=structure_of_message_id(message_id) if message_id else None,
        status=status,
        answer=answer,
    )


def _names_of_ours(mail: Mail) -> Iterator[str]:
    """In the message sent back first; then wherever it is quoted."""
    for part in mail.walk():
        if part is not mail and part["Message-ID"]:
            yield from (found[0] for found in OURS.finditer(str(part["Message-ID"])))
    for part in mail.walk():
        if not part.is_multipart():
            content = part.get_payload(decode=True)
            text = content.decode(errors="replace") if isinstance(content, bytes) else ""
            yield from (found[0] for found in OURS.finditer(text))
    for name in ("In-Reply-To", "References"):
        yield from (found[0] for found in OURS.finditer(str(mail[name] or "")))


def _reasons(mail: Mail) -> tuple[str, str]:
    """(status, what the server said), from the machine's part of a delivery report."""
    for part in mail.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in part.get_payload():
            if isinstance(block, Mail) and block["Status"]:
                found = _STATUS.search(str(block["Status"]))
                said = str(block["Diagnostic-Code"] or "").partition(";")[2] or str(block["Diagnostic-Code"] or "")
                return (found[1] if found else ""), " ".join(said.split())
    return "", ""
