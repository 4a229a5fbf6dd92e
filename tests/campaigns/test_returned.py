"""Messages that come back, as real servers write them; and what a relay's log proves."""

import datetime as dt
import imaplib
import json
import mailbox
import os
import re
import runpy
import subprocess
import sys
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import connection

from campaigns.actions.mailbox import read_bounces
from campaigns.actions.reports import take_report
from campaigns.enums import MessageState, RecipientState, Step, SuppressionReason
from campaigns.models import Message, Suppression
from campaigns.relay_log import message_ids_taken
from campaigns.returned import Kind, read_returned, structure_of_message_id
from config.local import state
from core.models import ActivityEntry
from core.scope import structure_scope
from tests.campaigns.sending import MORNING, message_of, queue, queued
from tests.imap import PASSWORD, USER, ImapServer

NAME = "<12.k7pq42mt.0.0123456789abcdef@trait.example>"


def dsn(message_id=NAME, *, action="failed", status="5.1.1", to="contact@entreprise.example"):
    """A delivery report as RFC 3464 writes it."""
    return f"""\
From: MAILER-DAEMON@relais.example
To: retours@trait.example
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="limite"

--limite
Content-Type: text/plain; charset=utf-8

I'm sorry to have to inform you that your message could not be delivered.

--limite
Content-Type: message/delivery-status

Reporting-MTA: dns; relais.example
Arrival-Date: Mon, 23 Nov 2026 10:00:00 +0100

Final-Recipient: rfc822; {to}
Original-Recipient: rfc822;{to}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} <{to}>: Recipient address rejected

--limite
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: Un pacte pour les jeunes
To: {to}

--limite--
""".encode()


ABSENCE = b"""\
From: contact@entreprise.example
Subject: Absence
In-Reply-To: <12.k7pq42mt.0.0123456789abcdef@trait.example>
Content-Type: text/plain

Je suis absent jusqu'au 5.
"""


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (dsn(), Kind.FAILED),
        (dsn(action="delayed", status="4.4.1"), Kind.DELAYED),
        (ABSENCE, Kind.OTHER),
        (b"", Kind.OTHER),
        (b"\xff\x00" * 1000, Kind.OTHER),
    ],
)
def test_a_report_is_told_from_an_absence(content, kind):
    assert read_returned(content).kind == kind


def test_a_report_names_our_message_and_gives_the_reason():
    returned = read_returned(dsn())
    assert (returned.message_id, returned.structure_id, returned.status) == (NAME, 12, "5.1.1")
    assert "Recipient address rejected" in returned.answer
    assert structure_of_message_id("<abc@elsewhere.example>") is None


@pytest.fixture
def sent(structure):
    (recipient,) = queued(structure, 1, now=MORNING)
    queue(recipient.campaign, [recipient], step=Step.FIRST_RELAUNCH)
    Message.objects.filter(step=Step.LETTER).update(state=MessageState.SENT, sent_at=MORNING, attempted_at=MORNING)
    return recipient


@pytest.fixture
def box(tmp_path, settings):
    settings.BOUNCES_URL = f"maildir://{tmp_path}/retours"
    return mailbox.Maildir(tmp_path / "retours")


def test_an_address_that_does_not_exist_is_put_aside(sent, box):
    box.add(dsn(message_of(sent).message_id))
    box.add(ABSENCE)
    counts = read_bounces(now=MORNING)
    assert (counts.opened, counts.returned, counts.left) == (2, 1, 1)
    message = message_of(sent)
    assert (message.state, message.bounced_at) == (MessageState.FAILED, MORNING)
    assert sent.email not in message.server_answer
    sent.refresh_from_db()
    assert sent.state == RecipientState.BOUNCED
    assert Suppression.objects.standing().get().reason == SuppressionReason.BOUNCED
    assert message_of(sent, Step.FIRST_RELAUNCH).state == MessageState.CANCELLED
    assert ActivityEntry.objects.about(sent.company).count() == 1
    # What was understood is gone, the rest is a person's, and is read once.
    assert len(box) == 1
    assert read_bounces(now=MORNING).opened == 0


def test_a_full_mailbox_fails_the_message_and_spares_the_address(sent, box):
    box.add(dsn(message_of(sent).message_id, status="5.2.2"))
    read_bounces(now=MORNING)
    assert message_of(sent).state == MessageState.FAILED
    assert not Suppression.objects.exists()
    sent.refresh_from_db()
    assert sent.state != RecipientState.BOUNCED


@pytest.mark.parametrize("report", ["delayed", "twice", "of another", "forged"])
def test_what_proves_nothing_changes_nothing(sent, box, report):
    name = message_of(sent).message_id
    if report == "delayed":
        box.add(dsn(name, action="delayed", status="4.4.1"))
    elif report == "of another":
        box.add(dsn("<somebody.else@example.org>"))
    elif report == "forged":
        box.add(dsn(f"{name[:-30]}{'0' * 16}@trait.example>"))
    else:
        box.add(dsn(name))
        read_bounces(now=MORNING)
        box.add(dsn(name))
    before = list(Message.objects.order_by("pk").values())
    read_bounces(now=MORNING)
    assert list(Message.objects.order_by("pk").values()) == before
    assert Suppression.objects.count() == (report == "twice")


def test_a_report_is_read_behind_the_wall_of_its_structure(sent, box, other_structure, app_role):
    with structure_scope([sent.structure_id]):
        name = message_of(sent).message_id
    stolen = name.replace(f"<{sent.structure_id}.", f"<{other_structure.pk}.")
    box.add(dsn(stolen))
    assert read_bounces(now=MORNING).returned == 0
    box.add(dsn(name))
    assert read_bounces(now=MORNING).returned == 1


def test_the_command_says_what_it_read(sent, box, capsys, settings, tmp_path):
    box.add(dsn(message_of(sent).message_id))
    call_command("read_bounces")
    assert "1 messages lus, 1 compris" in capsys.readouterr().out
    with pytest.raises(CommandError):
        call_command("read_bounces", url="pop3://nowhere")
    settings.BOUNCES_URL = ""
    with pytest.raises(CommandError):
        call_command("read_bounces")


# --- the same from a mailbox that speaks IMAP ---------------------------------------------------
@pytest.fixture
def imap(settings):
    with ImapServer() as server:
        settings.BOUNCES_URL = f"imap://{quote(USER)}:{quote(PASSWORD, safe='')}@127.0.0.1:{server.port}/INBOX"
        yield server


def test_reports_are_read_by_imap_and_the_rest_is_left_marked(sent, imap):
    imap.add(dsn(message_of(sent).message_id))
    imap.add(ABSENCE)
    counts = read_bounces(now=MORNING)
    assert (counts.opened, counts.returned, counts.left) == (2, 1, 1)
    assert message_of(sent).state == MessageState.FAILED
    assert Suppression.objects.standing().get().email == sent.email.lower()
    (left,) = imap.mails.values()
    assert (b"Je suis absent" in left.content, left.flags) == (True, {"\\Seen"})
    assert read_bounces(now=MORNING).opened == 0


@pytest.mark.parametrize("command", ["login", "select", "uid_search", "uid_fetch"])
def test_a_mailbox_that_refuses_loses_nothing(sent, imap, command):
    imap.add(dsn(message_of(sent).message_id))
    imap.refuses = command
    with pytest.raises((OSError, imaplib.IMAP4.error)):
        read_bounces(now=MORNING)
    assert message_of(sent).state == MessageState.SENT
    imap.refuses = ""
    assert read_bounces(now=MORNING).returned == 1


def test_a_report_applied_but_not_taken_away_is_harmless(sent, imap):
    imap.add(dsn(message_of(sent).message_id))
    imap.refuses = "uid_store"
    with pytest.raises(OSError, match="refused"):
        read_bounces(now=MORNING)
    before = Message.objects.get(pk=message_of(sent).pk).state_since
    imap.refuses = ""
    assert read_bounces(now=MORNING + dt.timedelta(minutes=5)).returned == 1
    assert not imap.mails
    assert message_of(sent).state_since == before


# --- from a provider ----------------------------------------------------------------------------
def event(message, kind, **fields):
    """As django-anymail hands it over."""
    said = {"reject_reason": None, "mta_response": "", "description": "", "message_id": "provider-1"}
    return SimpleNamespace(event_type=kind, metadata={"message": message.message_id}, **said | fields)


def test_a_provider_reports_a_bounce(sent):
    message = message_of(sent)
    assert take_report(event=event(message, "bounced", reject_reason="invalid", mta_response="550 no"), now=MORNING)
    assert message_of(sent).state == MessageState.FAILED
    assert Suppression.objects.get().reason == SuppressionReason.BOUNCED


def test_a_complaint_is_as_good_as_an_unsubscription(sent):
    assert take_report(event=event(message_of(sent), "complained"), now=MORNING)
    sent.refresh_from_db()
    assert sent.state == RecipientState.OPTED_OUT
    assert Suppression.objects.get().reason == SuppressionReason.COMPLAINED
    assert message_of(sent).state == MessageState.SENT


@pytest.mark.parametrize("kind", ["opened", "clicked", "delivered", "deferred"])
def test_nothing_is_made_of_an_open_or_a_click(sent, kind):
    assert not take_report(event=event(message_of(sent), kind), now=MORNING)
    assert not Suppression.objects.exists()


# A process of its own: the address exists only where a provider is chosen, when the product starts.
AS_A_PROVIDER = """
import base64, json, sys
import django
django.setup()
from django.test import Client
report = {
    "event": "hard_bounce", "email": "a@entreprise.example", "message-id": "<of-the-provider>",
    "ts_epoch": 1795000000000, "reason": "550 5.1.1 unknown", "X-Mailin-custom": json.dumps({"message": sys.argv[1]}),
}
def post(secret, address="brevo/tracking/"):
    headers = {"Authorization": "Basic " + base64.b64encode(secret.encode()).decode()} if secret is not None else {}
    answer = Client(enforce_csrf_checks=True).post(
        f"/retours/{address}", json.dumps(report), content_type="application/json", secure=True, headers=headers)
    return answer.status_code
print(json.dumps([post(*given) for given in json.loads(sys.argv[2])]))
"""


@pytest.mark.django_db(transaction=True)
def test_a_provider_reports_at_its_address_with_its_secret(structure):
    """It is asked neither to sign in nor for a CSRF token."""
    (recipient,) = queued(structure, 1)
    message = message_of(recipient)
    Message.objects.filter(pk=message.pk).update(state=MessageState.SENT, sent_at=MORNING, attempted_at=MORNING)

    def posted(*given):
        variables = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.test",
            "PYTEST_XDIST_WORKER": "gw0",
            "DATABASE_URL": re.sub(r"/[^/]*$", f"/{connection.settings_dict['NAME']}", os.environ["DATABASE_URL"]),
            "USE_OWNER_ROLE": "0",
            "EMAIL_PROVIDER": "brevo",
            "ANYMAIL": '{"WEBHOOK_SECRET": "relais:juste", "BREVO_API_KEY": "none"}',
        }
        command = [sys.executable, "-c", AS_A_PROVIDER, message.message_id, json.dumps(given)]
        ended = subprocess.run(command, env=variables, cwd=state.ROOT, capture_output=True, text=True, check=True)
        return json.loads(ended.stdout.splitlines()[-1])

    elsewhere = [["relais:juste", address] for address in ("postmark/tracking/", "brevo/inbound/", "mandrill/")]
    assert posted([None], ["relais:faux"], [""], [":"], *elsewhere) == [403] * 4 + [404] * 3
    assert message_of(recipient).state == MessageState.SENT
    assert not Suppression.objects.exists()
    assert posted(["relais:juste"], ["relais:juste"]) == [200, 200]
    assert message_of(recipient).state == MessageState.FAILED
    assert Suppression.objects.get().email == recipient.email.lower()


@pytest.mark.django_db
def test_without_a_provider_there_is_no_such_address(client):
    assert client.post("/retours/brevo/tracking/", "{}", content_type="application/json").status_code == 404


BASE = str(state.ROOT / "config" / "settings" / "base.py")


@pytest.mark.parametrize("secret", [None, "", [], ["relais:juste", ""], ":", "sans mot de passe"])
def test_without_a_secret_the_address_does_not_open(monkeypatch, secret):
    monkeypatch.setenv("EMAIL_PROVIDER", "brevo")
    monkeypatch.setenv("ANYMAIL", json.dumps({"WEBHOOK_SECRET": secret}))
    with pytest.raises(ImproperlyConfigured, match="WEBHOOK_SECRET"):
        runpy.run_path(BASE)


@pytest.mark.parametrize("secret", ["relais:juste", ["relais:juste", "relais:ancien"]])
def test_a_secret_opens_it(monkeypatch, secret):
    monkeypatch.setenv("EMAIL_PROVIDER", "brevo")
    monkeypatch.setenv("ANYMAIL", json.dumps({"WEBHOOK_SECRET": secret}))
    assert runpy.run_path(BASE)["EMAIL_BACKEND"] == "anymail.backends.brevo.EmailBackend"


POSTFIX = f"""\
Nov 23 10:00:01 relais postfix/smtpd[811]: 4Zq1Xk2Tz: client=crm.example[10.0.0.5]
Nov 23 10:00:01 relais postfix/cleanup[812]: 4Zq1Xk2Tz: message-id={NAME}
Nov 23 10:00:01 relais postfix/qmgr[790]: 4Zq1Xk2Tz: from=<pacte@val.example>, size=12000, nrcpt=1 (queue active)
Nov 23 10:00:02 relais postfix/smtpd[811]: 4Zq1Xk2Ua: client=crm.example[10.0.0.5]
Nov 23 10:00:02 relais postfix/cleanup[812]: 4Zq1Xk2Ua: message-id=<12.aaaabbbb.0.0123456789abcdef@trait.example>
Nov 23 10:00:03 relais postfix/smtpd[811]: lost connection after DATA (5120 bytes) from crm.example[10.0.0.5]
"""


def test_a_message_cut_while_it_came_in_was_not_taken():
    assert message_ids_taken(POSTFIX.splitlines()) == {NAME}


@pytest.mark.parametrize(
    "line",
    [
        NAME,
        f"2026-11-23 10:00:01 message-id={NAME} status=sent a.eml",
        f"2026-11-23 10:00:01 1rXyz-00 <= pacte@val.example H=crm P=esmtps S=900 id={NAME[1:-1]} for a@b.example",
    ],
)
def test_other_logs_name_what_they_took(line):
    assert message_ids_taken([line]) == {NAME}
