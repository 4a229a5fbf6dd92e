"""Invitations: from the administrator's form to an account, through a real mail server."""

import datetime as dt
import re
import socket
from concurrent.futures import ThreadPoolExecutor
from smtplib import SMTPRecipientsRefused

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection
from django.test import Client
from django.utils import timezone

from accounts import actions, tasks
from accounts.enums import Role
from accounts.mails import HeaderRefused, build_mail
from accounts.models import Invitation, Membership, Structure, User
from campaigns.enums import LetterKind
from campaigns.models import LetterTemplate, SendingSettings
from campaigns.tasks import prepare_structures
from core.scope import structure_scope
from tests.factories import PASSWORD, MembershipFactory, UserFactory

NEW = {
    "first_name": "Nadia",
    "last_name": "Haddad",
    "password1": "une longue phrase",
    "password2": "une longue phrase",
}


class Mailbox:
    def __init__(self):
        self.messages = []

    async def handle_DATA(self, server, session, envelope):
        self.messages.append(envelope)
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A real SMTP server on this machine."""
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield box
    controller.stop()


@pytest.fixture
def queued(monkeypatch):
    """What would be in the queue: (task, arguments)."""
    sent = []
    monkeypatch.setattr(actions, "_send", lambda task, ids: sent.append((task, ids)))
    return sent


@pytest.fixture
def invitation(structure, administrator):
    return actions.invite_person(
        structure=structure,
        email="Nadia@Example.org",
        first_name="Nadia",
        last_name="Haddad",
        roles=[Role.MANAGER, Role.ADVISER],
        by=administrator,
        now=timezone.now(),
    )


def link_of(invitation):
    return f"/compte/invitation/{invitation.key}/"


def test_invite_then_accept(
    as_user, administrator, structure, smtp, queued, client, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(administrator).post(
            "/structure/equipe/inviter/",
            {"email": "nadia@example.org", "first_name": "Nadia", "last_name": "Haddad", "roles": ["adviser"]},
        )
    assert answer.url == "/structure/equipe/"
    row = Invitation.objects.get()
    assert queued == [("accounts.tasks.send_invitation", {"invitation_id": row.pk})]
    tasks.send_invitation(invitation_id=row.pk)
    tasks.send_invitation(invitation_id=row.pk)
    (message,) = smtp.messages
    assert message.rcpt_tos == ["nadia@example.org"]
    assert f"/compte/invitation/{row.key}/" in message.content.decode()

    link = link_of(row)
    for _ in range(2):  # mail scanners open it first
        assert "Bienvenue" in client.get(link).content.decode()
    answer = client.post(link, NEW)
    assert answer.status_code == 302
    user = User.objects.get(email="nadia@example.org")
    assert list(user.memberships.values_list("role", flat=True)) == ["adviser"]
    assert client.get("/").url == "/compte/second-facteur/commencer/"
    assert "déjà servi" in Client().get(link).content.decode()


def test_the_key_is_in_no_column_and_in_no_task(invitation, queued):
    row = Invitation.objects.values().get(pk=invitation.pk)
    assert invitation.key not in repr(row)
    assert len(invitation.key) == 64
    assert invitation.key not in repr(queued)


@pytest.mark.parametrize(
    ("change", "word", "status"),
    [
        ({"expires_at": timezone.now() - dt.timedelta(minutes=1)}, "n’est plus valable", 410),
        ({"revoked_at": timezone.now()}, "a été annulée", 410),
        ({"accepted_at": timezone.now()}, "a déjà servi", 410),
        ({"key_hash": "0" * 64}, "n’existe pas", 404),
    ],
)
def test_each_refusal_has_its_page(client, invitation, change, word, status):
    Invitation.objects.filter(pk=invitation.pk).update(**change)
    for method in (client.get, lambda link: client.post(link, NEW)):
        answer = method(link_of(invitation))
        assert answer.status_code == status
        assert word in answer.content.decode()
        assert answer.headers["Cache-Control"] == "no-store"
        assert "noindex" in answer.headers["X-Robots-Tag"]
    assert not User.objects.filter(email=invitation.email).exists()


def test_renewing_kills_the_link_before(client, invitation, administrator):
    old = link_of(invitation)
    renewed = actions.renew_invitation(invitation=invitation, by=administrator, now=timezone.now())
    assert client.get(old).status_code == 404
    assert client.get(link_of(renewed)).status_code == 200


def test_an_account_that_exists_signs_in_and_accepts(as_user, invitation, structure, other_structure):
    user = MembershipFactory(structure=other_structure, user=UserFactory(email="nadia@example.org")).user
    assert "déjà un compte" in Client().get(link_of(invitation)).content.decode()
    Client().post(link_of(invitation), NEW)
    assert not user.memberships.filter(structure=structure).exists()
    as_user(user).post(link_of(invitation))
    assert user.memberships.filter(structure=structure).count() == 2


def test_somebody_else_cannot_take_it(as_user, invitation, outsider):
    page = as_user(outsider).post(link_of(invitation), NEW).content.decode()
    assert "autre adresse" in page
    assert not User.objects.filter(email=invitation.email).exists()


def test_a_weak_or_mistyped_password_is_refused(client, invitation):
    for first, second in (("court", "court"), ("une longue phrase", "une autre phrase"), ("nadia@example.org",) * 2):
        page = client.post(link_of(invitation), NEW | {"password1": first, "password2": second}).content.decode()
        assert "à corriger" in page
    assert not User.objects.filter(email=invitation.email).exists()


def test_one_open_invitation_an_address(invitation, structure, administrator):
    with pytest.raises(actions.AccountError):
        actions.invite_person(
            structure=structure, email="nadia@example.org", roles=["adviser"], by=administrator, now=timezone.now()
        )


def test_two_invitations_at_once_are_refused_in_words(as_user, structure, administrator, monkeypatch):
    """The other administrator's is written after we have looked."""
    draw = Invitation.draw_key

    def late(self, *, now):
        draw(self, now=now)
        other = Invitation(structure=structure, email=self.email, roles=["adviser"])
        draw(other, now=now)
        Invitation.objects.bulk_create([other])

    monkeypatch.setattr(Invitation, "draw_key", late)
    answer = as_user(administrator).post(
        "/structure/equipe/inviter/",
        {"email": "nadia@example.org", "first_name": "Nadia", "last_name": "Haddad", "roles": ["adviser"]},
    )
    assert answer.status_code < 500
    assert "attend déjà une réponse" in answer.text
    assert not Invitation.objects.filter(invited_by=administrator).exists()


def test_errors_come_in_the_order_of_the_page(as_user, administrator):
    text = as_user(administrator).post("/structure/equipe/inviter/", {"email": ""}).text
    said = re.findall(r'<a href="#id_(first_name|last_name|email)', text)
    assert said == ["first_name", "last_name", "email"]


def test_accepting_under_row_level_security(client, invitation, app_role):
    """The visitor has no structure yet: the invitation opens the transaction to its own."""
    assert client.post(link_of(invitation), NEW).status_code == 302
    assert User.objects.filter(email=invitation.email).exists()


def test_the_other_administrators_are_told(structure, administrator, invitation, client, smtp, queued):
    second = MembershipFactory(structure=structure, role=Role.ADMINISTRATOR, user=UserFactory()).user
    user = actions.accept_invitation_as_new(
        invitation=invitation, first_name="Nadia", last_name="Haddad", password=PASSWORD, now=timezone.now()
    )
    for administrator_id in (administrator.pk, second.pk):
        tasks.tell_administrator(
            administrator_id=administrator_id, structure_id=structure.pk, person_id=user.pk, roles=["adviser"]
        )
    assert sorted(message.rcpt_tos[0] for message in smtp.messages) == sorted([administrator.email, second.email])


def test_a_lost_task_is_found_again(invitation, monkeypatch):
    found = []
    monkeypatch.setattr(tasks.send_invitation, "delay", lambda **ids: found.append(ids))
    tasks.sweep_invitations()
    assert found == []
    Invitation.objects.update(created_at=timezone.now() - dt.timedelta(minutes=3))
    tasks.sweep_invitations()
    assert found == [{"invitation_id": invitation.pk}]


@pytest.mark.django_db(transaction=True)
def test_while_the_mail_server_is_slow_the_invitation_is_free(invitation, administrator, monkeypatch):
    """No transaction is open; a second delivery sends nothing; « renvoyer » is answered, and its link stands."""
    sent, renewed = [], []

    def slowly(message, **options):
        sent.append(message)
        assert not connection.in_atomic_block
        with ThreadPoolExecutor(1) as other:
            other.submit(_closing(tasks.send_invitation), invitation_id=invitation.pk).result(10)
            renew = _closing(actions.renew_invitation)
            renewed.append(other.submit(renew, invitation=invitation, by=administrator, now=timezone.now()).result(10))
        raise TimeoutError

    monkeypatch.setattr("django.core.mail.EmailMessage.send", slowly)
    with pytest.raises(TimeoutError):
        tasks.send_invitation(invitation_id=invitation.pk)
    assert len(sent) == 1
    monkeypatch.setattr("django.core.mail.EmailMessage.send", lambda message, **options: sent.append(message))
    tasks.send_invitation(invitation_id=invitation.pk)
    assert renewed[0].key in sent[1].body


def _closing(work):
    """The same in a thread, which leaves no connection behind."""

    def run(**arguments):
        try:
            return work(**arguments)
        finally:
            connection.close()

    return run


@pytest.mark.parametrize(("problem", "again"), [(ConnectionRefusedError(), 1), (SMTPRecipientsRefused({}), 0)])
def test_a_server_that_is_down_is_asked_again_and_a_refused_address_is_not(invitation, monkeypatch, problem, again):
    def refuse(message, **options):
        raise problem

    found = []
    monkeypatch.setattr("django.core.mail.EmailMessage.send", refuse)
    monkeypatch.setattr(tasks.send_invitation, "delay", lambda **ids: found.append(ids))
    with pytest.raises(type(problem)):
        tasks.send_invitation(invitation_id=invitation.pk)
    Invitation.objects.update(created_at=timezone.now() - dt.timedelta(minutes=3))
    tasks.sweep_invitations()
    assert len(found) == again


def test_a_broker_that_is_down_stops_no_page(structure, administrator, monkeypatch, django_capture_on_commit_callbacks):
    from kombu.exceptions import OperationalError

    def down(*args, **kwargs):
        raise OperationalError

    monkeypatch.setattr(actions.current_app, "send_task", down)
    with django_capture_on_commit_callbacks(execute=True):
        actions.invite_person(
            structure=structure, email="a@example.org", roles=["adviser"], by=administrator, now=timezone.now()
        )


@pytest.mark.parametrize("address", ["a@b.org\nBcc: c@d.org", "a@b.org\r\nX: y"])
def test_no_line_break_in_a_header(db, administrator, address):
    with pytest.raises(HeaderRefused):
        build_mail("notice", to=address, user=administrator, what="x", at=timezone.now())


def test_a_structure_is_created_from_the_command_line(db):
    call_command("create_structure", name="Mission Locale du Test", admin_email="Ines@Example.org", verbosity=0)
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.roles, invitation.invited_by) == ("ines@example.org", ["administrator"], None)
    tasks.send_invitation(invitation_id=invitation.pk)
    assert "Mission Locale du Test" in mail.outbox[0].body
    with pytest.raises(CommandError):
        call_command("create_structure", name="mission locale du test", admin_email="a@example.org", verbosity=0)
    assert Structure.objects.count() == 1
    with structure_scope([invitation.structure_id]):
        assert not Membership.objects.exists()
        # What the first campaign takes up waits for her.
        assert {row.kind for row in LetterTemplate.objects.all()} == set(LetterKind)
        assert SendingSettings.objects.get().structure_id == invitation.structure_id
        LetterTemplate.objects.all().delete()
    prepare_structures()
    with structure_scope([invitation.structure_id]):
        assert LetterTemplate.objects.count() == len(LetterKind)
        LetterTemplate.objects.update(deleted_at=timezone.now())
    prepare_structures()
    with structure_scope([invitation.structure_id]):
        assert LetterTemplate.objects.count() == len(LetterKind)
