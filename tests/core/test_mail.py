"""What a mail server may do to us, done by a real one."""

import time

import pytest
from django.core import mail as django_mail

from core.mail import HeaderRefused, Result, build_mail, deliver, named_address, open_connection, said, sender_address
from tests.smtp import SmtpSink

REAL = "django.core.mail.backends.smtp.EmailBackend"


@pytest.fixture
def sink():
    with SmtpSink() as server:
        yield server


@pytest.fixture
def connection(sink):
    connection = django_mail.get_connection(REAL, host="127.0.0.1", port=sink.port, timeout=1)
    yield connection
    connection.close()


def message(to="a@entreprise.example", **fields):
    return build_mail(**{"to": to, "subject": "Un pacte", "text": "Bonjour", **fields})


def test_a_message_is_taken_whole(sink, connection):
    text = "Première ligne\n.seule\n.\nDernière ligne\rfin"
    outcome = deliver(
        connection,
        message(
            text=text,
            html="<p>é</p>",
            sender=sender_address("Mission Locale du Val", "pacte@val.example"),
            reply_to=[named_address("Léa Morin", "lea@val.example")],
            message_id="<1.abc.0@val.example>",
            unsubscribe_url="https://val.example/desabonnement/1-x/",
        ),
    )
    assert (outcome.result, outcome.code) == (Result.ACCEPTED, 250)
    (taken,) = sink.taken
    assert taken["Message-ID"] == "<1.abc.0@val.example>"
    assert taken["List-Unsubscribe"] == "<https://val.example/desabonnement/1-x/>"
    assert taken["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert taken["Reply-To"] == "Léa Morin <lea@val.example>"
    assert taken["From"] == "Mission Locale du Val <pacte@val.example>"
    assert sink.senders == ["pacte@val.example"]
    assert taken.get_body(("plain",)).get_content().splitlines() == [*text.splitlines()]
    assert taken.get_body(("html",)).get_content().strip() == "<p>é</p>"
    assert deliver(connection, message()).result == Result.ACCEPTED
    assert sink.connections == 1


@pytest.mark.parametrize("break_", ["\n", "\r", "\r\n", "\x00", "\x85", "\u2028"])
@pytest.mark.parametrize("field", ["to", "subject", "sender", "message_id", "unsubscribe_url"])
def test_no_line_break_in_any_header(field, break_):
    with pytest.raises(HeaderRefused):
        message(**{field: f"a@b.example{break_}Bcc: c@d.example"})


@pytest.mark.parametrize("break_", ["\n", "\r\n"])
def test_no_line_break_in_a_name(break_):
    with pytest.raises(HeaderRefused):
        named_address(f"Léa{break_}Bcc: c@d.example", "lea@val.example")
    with pytest.raises(HeaderRefused):
        message(reply_to=[f"Léa{break_}Bcc: c@d.example <lea@val.example>"])


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize(
    ("answer", "result", "code"),
    [
        ("421 4.3.2 shutting down", Result.DEFERRED, 421),
        ("450 4.2.1 busy", Result.DEFERRED, 450),
        ("550 5.1.1 no such user", Result.REFUSED, 550),
    ],
)
def test_an_answer_is_told_from_another(sink, connection, stage, answer, result, code):
    sink.faults[stage] = answer
    outcome = deliver(connection, message())
    assert (outcome.result, outcome.code, outcome.answer) == (result, code, answer.partition(" ")[2])
    assert outcome.of_sender == (stage == "mail")
    assert not sink.taken
    sink.faults.clear()
    assert deliver(connection, message()).result == Result.ACCEPTED


@pytest.mark.parametrize(("stage", "result"), [("rcpt", Result.DEFERRED), ("data", Result.UNCERTAIN)])
@pytest.mark.parametrize("fault", ["cut", "hang"])
def test_before_the_last_line_it_was_not_taken_after_it_nobody_knows(sink, connection, stage, result, fault):
    sink.faults[stage] = fault
    started = time.monotonic()
    assert deliver(connection, message()).result == result
    assert time.monotonic() - started < 5
    sink.faults.clear()
    assert deliver(connection, message()).result == Result.ACCEPTED
    assert sink.connections == 2


def test_a_message_taken_but_not_told_is_uncertain_too(sink, connection):
    sink.faults["data"] = "cut once taken"
    assert deliver(connection, message()).result == Result.UNCERTAIN
    assert len(sink.taken) == 1


@pytest.mark.parametrize(
    ("greeting", "result"),
    [("421 too many", Result.DEFERRED), ("554 go away", Result.ABSENT), ("hang", Result.ABSENT)],
)
def test_a_server_that_does_not_let_us_in(sink, connection, greeting, result):
    sink.faults["greeting"] = greeting
    assert deliver(connection, message()).result == result
    sink.faults.clear()
    assert open_connection(connection) is None
    assert deliver(connection, message()).result == Result.ACCEPTED


def test_no_server_at_all():
    connection = django_mail.get_connection(REAL, host="127.0.0.1", port=1, timeout=1)
    assert deliver(connection, message()).result == Result.ABSENT


def test_what_a_server_says_is_kept_without_the_address():
    assert said(b"5.1.1 <a.b+c@entreprise.example>: Recipient\r\nunknown") == "5.1.1 …: Recipient unknown"
    assert len(said("x" * 900)) == 500


class Provider:
    """A way of sending that is not SMTP."""

    def __init__(self, problem=None):
        self.problem = problem

    def send_messages(self, messages):
        if self.problem:
            raise self.problem


class ProviderError(Exception):
    def __init__(self, status_code):
        self.status_code = status_code


@pytest.mark.parametrize(
    ("problem", "result"),
    [
        (None, Result.ACCEPTED),
        (ProviderError(429), Result.DEFERRED),
        (ProviderError(400), Result.REFUSED),
        (ProviderError(500), Result.UNCERTAIN),
        (TimeoutError(), Result.UNCERTAIN),
    ],
)
def test_a_provider_s_interface(problem, result):
    assert deliver(Provider(problem), message()).result == result
