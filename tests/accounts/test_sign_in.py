"""Signing in by e-mail: pages, refusals that tell nothing, limits that hold without Redis."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.cache import cache
from django.db import connections
from django.test import Client
from django.urls import reverse

from accounts.models import User
from tests.factories import PASSWORD, UserFactory

LOGIN = "/compte/connexion/"


def sign_in(client, email, password=PASSWORD, **extra):
    return client.post(LOGIN, {"login": email, "password": password}, **extra)


def test_sign_in_page_is_in_french(client, db):
    page = client.get(LOGIN).content.decode()
    assert "Mot de passe oublié" in page
    assert "Me connecter" in page
    assert "password?" not in page


def test_signs_in_by_email_whatever_its_case(client, coordinator):
    answer = sign_in(client, coordinator.email.upper())
    assert answer.status_code == 302
    assert answer.url == reverse("accounts:group_detail")
    assert client.get("/groupe/").status_code == 200


@pytest.mark.parametrize("email", ["personne@example.org", "inconnue@example.org"])
def test_known_and_unknown_accounts_answer_alike(client, db, email):
    UserFactory(email="personne@example.org")
    page = sign_in(client, email, "mauvais").content.decode()
    assert "L’adresse ou le mot de passe n’est pas le bon." in page


def test_a_closed_account_does_not_sign_in(client, db):
    user = UserFactory(is_active=False)
    answer = sign_in(client, user.email)
    assert answer.url == reverse("account_inactive")
    assert "_auth_user_id" not in client.session


def test_at_most_ten_tries_an_account(client, db):
    user = UserFactory()
    for turn in range(30):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{turn}"), user.email, f"mauvais{turn}")
    answer = sign_in(Client(REMOTE_ADDR="10.0.1.1"), user.email)
    assert "Trop d’essais" in answer.content.decode()
    other = UserFactory()
    assert sign_in(Client(REMOTE_ADDR="10.0.1.1"), other.email).status_code == 302


def test_an_unknown_account_is_limited_alike(client, db):
    for turn in range(11):
        answer = sign_in(Client(REMOTE_ADDR=f"10.0.0.{turn}"), "inconnue@example.org", f"mauvais{turn}")
    assert "Trop d’essais" in answer.content.decode()


def test_the_limit_holds_without_redis(client, db, settings):
    settings.CACHES = settings.CACHES | {"comfort": settings.CACHES["comfort"] | {"LOCATION": "redis://127.0.0.1:1/0"}}
    user = UserFactory()
    for turn in range(10):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{turn}"), user.email, f"mauvais{turn}")
    assert "Trop d’essais" in sign_in(Client(), user.email).content.decode()
    assert sign_in(Client(), UserFactory().email).status_code == 302


def test_limits_are_kept_by_the_database():
    """allauth counts in the default cache and in no other: Redis may never come back there."""
    assert type(cache._connections[cache._alias]).__name__ == "DatabaseCache"


def test_a_new_password_lifts_the_limit(client, db, django_capture_on_commit_callbacks, mailoutbox):
    user = UserFactory()
    for turn in range(10):
        sign_in(Client(REMOTE_ADDR=f"10.0.0.{turn}"), user.email, "mauvais")
    from accounts.tasks import send_password_link

    send_password_link(user_id=user.pk)
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    path = link.split("/", 3)[3]
    page = client.get(f"/{path}", follow=True)
    form = {"password1": "un autre mot long", "password2": "un autre mot long"}
    client.post(page.redirect_chain[-1][0], form)
    assert sign_in(client, user.email, "un autre mot long").status_code == 302


@pytest.mark.parametrize(
    "path",
    ["/compte/signup/", "/compte/email/", "/compte/confirm-email/", "/compte/login/", "/compte/3rdparty/", "/compte/"],
)
def test_what_we_do_not_want_does_not_exist(client, db, path):
    assert client.get(path).status_code == 404


def test_opening_a_reset_link_writes_nothing(client, db, mailoutbox, django_assert_max_num_queries):
    from allauth.account.models import EmailAddress

    from accounts.tasks import send_password_link

    user = UserFactory()
    send_password_link(user_id=user.pk)
    link = next(line for line in mailoutbox[0].body.splitlines() if line.startswith("http"))
    for _ in range(3):
        client.get("/" + link.split("/", 3)[3])
    assert not EmailAddress.objects.exists()
    assert User.objects.get(pk=user.pk).password == user.password


def test_demo_accounts_are_shown_in_the_demo_alone(client, db, settings):
    user = UserFactory(is_demo=True)
    assert user.email not in client.get(LOGIN).content.decode()
    settings.DEMO = True
    page = client.get(LOGIN).content.decode()
    assert user.email in page
    assert "demonstration" in page


def test_the_limit_holds_for_guesses_made_at_once(transactional_db, monkeypatch):
    """Thirty guesses on one account, all in flight together: ten passwords are looked at, no more."""
    user = UserFactory()
    looked_at = []
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda self, raw: looked_at.append(raw) or check(self, raw))
    together = threading.Barrier(10)

    def guess(turn):
        try:
            together.wait(timeout=30)
            sign_in(Client(REMOTE_ADDR=f"10.0.0.{turn}"), user.email, f"mauvais{turn}")
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=10) as pool:
        list(pool.map(guess, range(30)))
    assert 0 < len(looked_at) <= 10
