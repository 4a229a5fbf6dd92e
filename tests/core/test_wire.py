"""What is written for a server says what the standard library would have written."""

import email
import email.policy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.mail import build_mail
from core.wire import LONGEST_LINE, wire_of

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=300)


def message(**fields):
    return build_mail(**{"to": "a@entreprise.example", "subject": "Un pacte", "text": "Bonjour", **fields})


def read(content):
    return email.message_from_bytes(content.replace(b"\r\n..", b"\r\n."), policy=email.policy.default)


def parts_of(mail):
    return [(part.get_content_type(), part.get_content().strip()) for part in mail.walk() if not part.is_multipart()]


def people_of(header):
    """A blank name may be written or left out: the same person is meant."""
    return [(address.display_name.strip(), address.addr_spec) for address in header.addresses]


@settings(max_examples=40)
@given(subject=WORDS, text=WORDS, html=WORDS, name=st.text("Aé «», <>\"'x", max_size=120))
def test_any_mail_reads_as_the_standard_library_writes_it(subject, text, html, name):
    mail = message(
        subject=subject,
        text=f"{text}\n.\r\n{text}",
        html=f"<p>{html}</p>",
        sender="Mission Locale du Val <pacte@val.example>",
        reply_to=[f'"{name.replace(chr(34), "")}" <lea@val.example>'],
        message_id="<1.abc.0@val.example>",
        unsubscribe_url=f"https://val.example/desabonnement/{'x' * 300}/",
    )
    ours, theirs = read(wire_of(mail).content), read(mail.message().as_bytes(linesep="\r\n"))
    assert parts_of(ours) == parts_of(theirs)
    for header in ("Subject", "Message-ID", "List-Unsubscribe", "Precedence"):
        assert ours[header].strip() == theirs[header].strip()
    for header in ("From", "To", "Reply-To"):
        assert people_of(ours[header]) == people_of(theirs[header])


@pytest.mark.parametrize("text", ["é" * 600, "x" * 5000, "un\r" + "=é" * 900 + "\n.\n"])
def test_lines_stay_under_what_a_mail_allows(text):
    wire = wire_of(message(text=text, html=f"<p>{text}</p>"))
    assert max(map(len, wire.content.split(b"\r\n"))) <= LONGEST_LINE
    assert parts_of(read(wire.content))[0][1].splitlines() == text.splitlines()


def test_the_content_neither_ends_the_message_nor_begins_another():
    wire = wire_of(message(text=".\r\n.\rMAIL FROM:<x@y.example>\n.", html="\n.\n"))
    assert b"\r\n.\r\n" not in b"\r\n" + wire.content
    assert b"\r" not in wire.content.replace(b"\r\n", b"")
    assert b"\n" not in wire.content.replace(b"\r\n", b"")


def test_a_mail_with_a_file_is_whole():
    mail = message(html="<p>é</p>")
    mail.attach("plan.csv", "a;b\n", "text/csv")
    assert [kind for kind, _ in parts_of(read(wire_of(mail).content))] == ["text/plain", "text/html", "text/csv"]


def test_a_header_that_holds_a_line_break_is_refused():
    mail = message()
    mail.subject = "Un pacte\nBcc: tous@example.org"
    with pytest.raises(ValueError, match="line break"):
        wire_of(mail)
