"""Session age, structures and their scope, second factor: what each request knows and refuses."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from companies.models import Company
from tests.factories import PASSWORD, CompanyFactory, MembershipFactory

PAGE = "/compte/moi/"


def without_factor(user) -> Client:
    client = Client()
    client.force_login(user)
    return client


def password_signed_in(user) -> Client:
    client = Client()
    client.post("/compte/connexion/", {"login": user.email, "password": PASSWORD})
    return client


def add_totp(user) -> str:
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def code_for(secret) -> str:
    counters = list(yield_hotp_counters_from_time())
    return format_hotp_value(hotp_value(secret, counters[1]))


# --- session age ------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("started", "seen", "ends"), [(0, 0, False), (7300, 7300, True), (7300, 60, False), (43300, 60, True)]
)
def test_session_ends_after_two_idle_hours_or_twelve(as_user, adviser, started, seen, ends):
    client = as_user(adviser)
    now = timezone.now().timestamp()
    session = client.session
    session["started_at"], session["seen_at"] = now - started, now - seen
    session.save()
    answer = client.get(PAGE)
    assert answer.status_code == (302 if ends else 200)
    if ends:
        assert answer.url == "/compte/connexion/"
        assert "Votre session est terminée" in client.get(answer.url).content.decode()


# --- rights, at the next request --------------------------------------------------------------
def test_closed_account_is_refused_at_the_next_request(as_user, adviser):
    client = as_user(adviser)
    assert client.get(PAGE).status_code == 200
    User.objects.filter(pk=adviser.pk).update(is_active=False)
    assert client.get(PAGE).url.startswith("/compte/connexion/")


def test_removed_role_is_refused_at_the_next_request(as_user, administrator):
    client = as_user(administrator)
    assert client.get("/structure/equipe/").status_code == 200
    administrator.memberships.all().delete()
    assert client.get("/structure/equipe/").status_code == 403


# --- structure --------------------------------------------------------------------------------
@pytest.fixture
def of_both(adviser, other_structure):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.ADVISER)
    return adviser


def test_the_only_structure_is_the_one_at_hand(as_user, adviser, structure):
    assert as_user(adviser).get(PAGE).wsgi_request.structure == structure


def test_choosing_narrows(as_user, of_both, structure):
    client = as_user(of_both)
    assert client.get(PAGE).wsgi_request.structure is None
    client.post("/structure/choisir/", {"structure": structure.pk})
    assert client.get(PAGE).wsgi_request.structure == structure
    client.post("/structure/choisir/", {"structure": ""})
    assert client.get(PAGE).wsgi_request.structure is None


def test_choosing_never_widens(as_user, adviser, other_structure):
    client = as_user(adviser)
    assert client.post("/structure/choisir/", {"structure": other_structure.pk}).status_code == 404
    session = client.session
    session["structure_id"] = other_structure.pk
    session.save()
    request = client.get(PAGE).wsgi_request
    assert other_structure not in request.structures
    assert request.structure != other_structure


def test_a_structure_left_is_no_longer_chosen(as_user, of_both, structure, other_structure):
    client = as_user(of_both)
    client.post("/structure/choisir/", {"structure": other_structure.pk})
    of_both.memberships.filter(structure=other_structure).delete()
    assert client.get(PAGE).wsgi_request.structure == structure


@pytest.mark.parametrize("following", ["https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_choosing_leads_nowhere_else(as_user, adviser, structure, following):
    answer = as_user(adviser).post("/structure/choisir/", {"structure": structure.pk, "next": following})
    assert answer.url == "/"


def test_coordinator_sees_no_row(as_user, coordinator, structure, app_role):
    connection.cursor().execute("RESET ROLE")
    CompanyFactory(structure=structure)
    connection.cursor().execute("SET LOCAL ROLE trait_union_app")
    as_user(coordinator).get("/groupe/")
    assert Company.objects.count() == 0


# --- second factor ----------------------------------------------------------------------------
@pytest.mark.parametrize("role", list(Role))
def test_every_role_sets_up_a_factor_before_anything_else(structure, role):
    user = MembershipFactory(structure=structure, role=role).user
    client = without_factor(user)
    for path in ("/", PAGE, "/compte/sessions/", "/compte/mot-de-passe/", "/structure/equipe/"):
        assert client.get(path).url == reverse("accounts:factor_start")
    assert client.get(reverse("accounts:factor_start")).status_code == 200


def test_nothing_asked_of_a_coordinator(coordinator):
    assert without_factor(coordinator).get(PAGE).status_code == 200


def test_a_password_alone_is_not_enough_once_a_factor_is_there(adviser):
    """A session opened before the factor was set up (a stolen password) gains nothing by it."""
    client = password_signed_in(adviser)
    add_totp(adviser)
    for path in ("/", PAGE, reverse("mfa_add_webauthn"), reverse("mfa_activate_totp"), "/compte/confirmer/"):
        assert client.get(path).url.startswith(reverse("mfa_reauthenticate"))


def test_sign_in_asks_for_the_code(client, adviser):
    secret = add_totp(adviser)
    answer = client.post("/compte/connexion/", {"login": adviser.email, "password": PASSWORD})
    assert answer.url == reverse("mfa_authenticate")
    assert client.get(PAGE).url.startswith("/compte/connexion/")
    client.post(answer.url, {"code": "000000"})
    assert client.get(PAGE).url.startswith("/compte/connexion/")
    client.post(answer.url, {"code": code_for(secret)})
    assert client.get(PAGE).status_code == 200


def test_a_code_serves_once(adviser):
    secret = add_totp(adviser)
    code = code_for(secret)
    for expected in (200, 302):
        client = Client()
        client.post("/compte/connexion/", {"login": adviser.email, "password": PASSWORD})
        client.post(reverse("mfa_authenticate"), {"code": code})
        assert client.get(PAGE).status_code == expected


def test_at_most_ten_codes(adviser):
    secret = add_totp(adviser)
    client = password_signed_in(adviser)
    for _ in range(10):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    page = client.post(reverse("mfa_authenticate"), {"code": code_for(secret)})
    assert "Trop d’essais" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_setting_up_a_factor_opens_the_product(adviser):
    client = password_signed_in(adviser)
    page = client.get(reverse("mfa_activate_totp"))
    assert page.status_code == 200
    secret = page.context["form"].secret
    answer = client.post(reverse("mfa_activate_totp"), {"code": code_for(secret)})
    assert answer.url == reverse("mfa_view_recovery_codes")
    assert "codes inutilisés" in client.get(answer.url).content.decode()
    assert client.get(PAGE).status_code == 200


@pytest.mark.django_db(transaction=True)
def test_removing_the_last_factor_asks_for_another_and_ends_other_sessions(adviser):
    secret = add_totp(adviser)
    here, there = password_signed_in(adviser), password_signed_in(adviser)
    counters = list(yield_hotp_counters_from_time())
    for client, counter in ((here, counters[1]), (there, counters[2])):
        client.post(reverse("mfa_authenticate"), {"code": format_hotp_value(hotp_value(secret, counter))})
        assert client.get(PAGE).status_code == 200
    here.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=adviser).exists()
    assert here.get(PAGE).url == reverse("accounts:factor_start")
    assert there.get(PAGE).url.startswith("/compte/connexion/")


def test_the_demo_waives_the_factor_for_its_own_accounts_alone(settings, adviser):
    User.objects.filter(pk=adviser.pk).update(is_demo=True)
    assert without_factor(adviser).get(PAGE).status_code == 302
    settings.DEMO = True
    assert without_factor(adviser).get(PAGE).status_code == 200
    User.objects.filter(pk=adviser.pk).update(is_demo=False)
    assert without_factor(adviser).get(PAGE).status_code == 302
