"""The team and the structure's settings: who may, what is told, what is refused."""

import io

import pytest
from allauth.mfa.models import Authenticator
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image

from accounts import actions
from accounts.departments import DEPARTMENTS
from accounts.enums import Role
from accounts.models import Membership, Site, User
from accounts.permissions import can_close_account, can_edit_structure, can_manage_members, can_view_group
from accounts.queries import device_words
from core.models import ActivityEntry
from tests.factories import MembershipFactory, SiteFactory


def member_page(person):
    return f"/structure/equipe/{person.pk}/"


@pytest.mark.parametrize("count", [1, 3])
def test_team_in_a_constant_number_of_queries(as_user, administrator, structure, count, django_assert_max_num_queries):
    for _ in range(count):
        MembershipFactory(structure=structure, role=Role.ADVISER)
    client = as_user(administrator)
    with django_assert_max_num_queries(14):
        page = client.get("/structure/equipe/").content.decode()
    assert "pas de second facteur" in page


def test_roles_are_exactly_those_ticked(as_user, administrator, adviser, structure):
    as_user(administrator).post(member_page(adviser), {"roles": ["manager", "counsellor"]})
    assert set(adviser.memberships.values_list("role", flat=True)) == {"manager", "counsellor"}
    assert ActivityEntry.objects.filter(verb="roles_changed", by=administrator).count() == 1


def test_without_any_role_one_leaves_the_team(as_user, administrator, adviser):
    as_user(administrator).post(member_page(adviser), {"roles": []})
    assert not adviser.memberships.exists()
    assert as_user(administrator).get(member_page(adviser)).status_code == 404


def test_the_last_administrator_stays(as_user, administrator, structure):
    page = as_user(administrator).post(member_page(administrator), {"roles": ["adviser"]}).content.decode()
    assert "donnez d’abord ce rôle à une autre" in page
    second = MembershipFactory(structure=structure, role=Role.ADMINISTRATOR).user
    User.objects.filter(pk=second.pk).update(is_active=False)
    page = as_user(administrator).post(member_page(administrator), {"roles": []}).content.decode()
    assert "donnez d’abord ce rôle à une autre" in page
    User.objects.filter(pk=second.pk).update(is_active=True)
    assert as_user(administrator).post(member_page(administrator), {"roles": ["adviser"]}).url == "/"


def test_closing_an_account_ends_its_sessions(as_user, administrator, adviser):
    from allauth.usersessions.models import UserSession

    victim = as_user(adviser)
    UserSession.objects.create(
        user=adviser, ip="127.0.0.1", session_key=victim.session.session_key, user_agent="Firefox"
    )
    assert as_user(administrator).post(f"{member_page(adviser)}fermer/").status_code == 302
    assert victim.get("/compte/moi/").url.startswith("/compte/connexion/")
    assert not UserSession.objects.exists()
    as_user(administrator).post(f"{member_page(adviser)}rouvrir/")
    adviser.refresh_from_db()
    assert adviser.is_active
    assert adviser.memberships.exists()
    assert victim.get("/compte/moi/").url.startswith("/compte/connexion/")


def test_an_account_shared_with_another_structure_is_not_closed_from_here(
    as_user, administrator, adviser, other_structure
):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.ADVISER)
    for gesture in ("fermer", "rouvrir", "second-facteur/retirer"):
        assert as_user(administrator).post(f"{member_page(adviser)}{gesture}/").status_code == 403
    assert "Fermer le compte" not in as_user(administrator).get(member_page(adviser)).content.decode()


def test_nobody_closes_her_own_account(as_user, administrator):
    assert as_user(administrator).post(f"{member_page(administrator)}fermer/").status_code == 403


def test_removing_a_lost_factor(as_user, administrator, adviser):
    Authenticator.objects.create(user=adviser, type="totp", data={"secret": "x"})
    as_user(administrator).post(f"{member_page(adviser)}second-facteur/retirer/")
    assert not Authenticator.objects.exists()


def test_whoever_gets_roles_is_told_and_the_other_administrators_too(
    structure, administrator, adviser, monkeypatch, django_capture_on_commit_callbacks
):
    sent = []
    monkeypatch.setattr(actions, "_send", lambda task, ids: sent.append((task, ids)))
    with django_capture_on_commit_callbacks(execute=True):
        actions.change_roles(
            structure=structure, person=adviser, roles=["adviser", "manager"], by=administrator, now=timezone.now()
        )
    assert [task for task, _ in sent] == ["accounts.tasks.send_notice", "accounts.tasks.tell_administrators"]
    assert sent[1][1]["by_id"] == administrator.pk


# --- predicates -------------------------------------------------------------------------------
def test_predicates(structure, other_structure, adviser, administrator, outsider, coordinator):
    for predicate in (can_edit_structure, can_manage_members):
        assert predicate(administrator, structure)
        assert predicate(administrator)
        assert not predicate(administrator, other_structure)
        assert not predicate(adviser, structure)
    assert can_close_account(administrator, adviser)
    assert not can_close_account(administrator, outsider)
    assert not can_close_account(adviser, administrator)
    group = coordinator.group_memberships.get().group
    assert can_view_group(coordinator, group)
    assert not can_view_group(administrator)


def test_an_administrator_of_several_structures_says_which(as_user, administrator, other_structure, structure):
    Membership.objects.create(user=administrator, structure=other_structure, role=Role.ADMINISTRATOR)
    client = as_user(administrator)
    assert "Quelle structure" in client.get("/structure/equipe/").content.decode()
    client.post("/structure/choisir/", {"structure": structure.pk})
    assert str(structure) in client.get("/structure/equipe/").content.decode()


# --- the structure's sheet --------------------------------------------------------------------
def picture(kind="PNG", size=(40, 20), **extra):
    written = io.BytesIO()
    Image.new("RGB", size, "teal").save(written, kind, **extra)
    return written.getvalue()


def sheet(row, **changed):
    return {"name": row.name, "siret": "", "phone": "", "department": "36", **changed}


def test_sheet_is_saved(as_user, administrator, structure, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    logo = SimpleUploadedFile("logo<script>.png", picture())
    data = sheet(structure, phone="02 61 91 00 12", website="ml.example", logo=logo)
    assert as_user(administrator).post("/structure/", data).status_code == 302
    structure.refresh_from_db()
    assert structure.phone == "+33261910012"
    assert structure.website == "https://ml.example"
    answer = as_user(administrator).get(f"/structure/{structure.pk}/logo/")
    assert answer.headers["Content-Type"] == "image/png"
    assert b"".join(answer.streaming_content)[:4] == b"\x89PNG"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("logo.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"),
        ("logo.png", b"<html></html>"),
        ("logo.gif", picture("GIF")),
        ("logo.png", picture()[:60]),
    ],
)
def test_what_is_no_logo_is_refused(as_user, administrator, structure, name, content, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    data = sheet(structure, logo=SimpleUploadedFile(name, content))
    page = as_user(administrator).post("/structure/", data).content.decode()
    assert "à corriger" in page
    structure.refresh_from_db()
    assert not structure.logo


def test_a_logo_is_drawn_again(as_user, administrator, structure, settings, tmp_path):
    """Nothing of the file but its pixels: no metadata, no appended bytes."""
    settings.MEDIA_ROOT = tmp_path
    exif = Image.Exif()
    exif[0x010E] = "SECRET"
    content = picture("JPEG", exif=exif) + b"<?php SECRET"
    as_user(administrator).post("/structure/", sheet(structure, logo=SimpleUploadedFile("l.jpg", content)))
    structure.refresh_from_db()
    assert b"SECRET" not in structure.logo.read()


def test_another_structure_s_logo_does_not_exist(as_user, administrator, other_structure):
    assert as_user(administrator).get(f"/structure/{other_structure.pk}/logo/").status_code == 404


def test_undeclared_fields_change_nothing(as_user, administrator, structure, other_structure):
    data = sheet(structure, groups="1", id=other_structure.pk, structure=other_structure.pk, created_at="2000-01-01")
    as_user(administrator).post("/structure/", data)
    structure.refresh_from_db()
    assert structure.created_at.year > 2000
    assert not structure.groups.exists()


def test_sites(as_user, administrator, structure, other_structure):
    client = as_user(administrator)
    client.post("/structure/antennes/ajouter/", {"name": "Le Blanc", "structure": other_structure.pk})
    site = Site.objects.get()
    assert site.structure == structure
    page = client.post("/structure/antennes/ajouter/", {"name": "Le Blanc"}).content.decode()
    assert "porte déjà ce nom" in page
    client.post(f"/structure/antennes/{site.pk}/fermer/")
    assert not Site.objects.open().exists()
    client.post(f"/structure/antennes/{site.pk}/rouvrir/")
    assert Site.objects.open().exists()
    assert client.get(f"/structure/antennes/{SiteFactory(structure=other_structure).pk}/").status_code == 404


# --- one's own account ------------------------------------------------------------------------
def test_profile(as_user, adviser):
    data = {
        "first_name": "Léa",
        "last_name": "Morin-Petit",
        "phone": "0261910012",
        "theme": "dark",
        "email": "autre@example.org",
        "is_superuser": "1",
    }
    client = as_user(adviser)
    assert client.post("/compte/moi/", data).status_code == 302
    adviser.refresh_from_db()
    assert (adviser.last_name, adviser.theme, adviser.phone) == ("Morin-Petit", "dark", "+33261910012")
    assert adviser.email != "autre@example.org"
    assert not adviser.is_superuser
    assert 'data-bs-theme="dark"' in client.get("/compte/moi/").content.decode()


def test_one_sees_and_closes_her_own_sessions_alone(client, adviser, colleague, as_user):
    from allauth.usersessions.models import UserSession
    from django.contrib.sessions.backends.db import SessionStore

    rows = []
    for user in (adviser, adviser, colleague):
        store = SessionStore()
        store.create()
        rows.append(
            UserSession.objects.create(
                user=user, ip="192.0.2.1", session_key=store.session_key, user_agent="Mozilla Firefox (Windows)"
            )
        )
    client = as_user(adviser)
    page = client.get("/compte/sessions/").content.decode()
    assert page.count("Firefox sur Windows") >= 2
    assert client.post(f"/compte/sessions/{rows[2].pk}/fermer/").status_code == 404
    client.post(f"/compte/sessions/{rows[0].pk}/fermer/")
    assert UserSession.objects.filter(user=adviser).count() == 1
    client.post("/compte/sessions/")
    assert list(UserSession.objects.all()) == [rows[2]]


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140 Safari/537 Edg/140", "Edge sur Windows"),
        ("Mozilla/5.0 (iPhone; CPU) Version/18 Safari/604", "Safari sur iPhone"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Safari/537", "Chrome sur Android"),
        ("", "Navigateur inconnu"),
    ],
)
def test_device_words(agent, words):
    assert device_words(agent) == words


def test_departments():
    assert len(DEPARTMENTS) == 96 + 5 + 6
    assert DEPARTMENTS["57"] == "Moselle"


def test_password_change_is_limited(as_user, adviser):
    client = as_user(adviser)
    for _ in range(10):
        client.post("/compte/mot-de-passe/", {"oldpassword": "x", "password1": "a" * 14, "password2": "a" * 14})
    assert client.post("/compte/mot-de-passe/", {"oldpassword": "x"}).status_code == 429


def test_settings_and_sites_say_what_became_what(as_user, administrator, structure):
    client = as_user(administrator)
    client.post("/structure/", sheet(structure, phone="02 61 91 00 12"))
    client.post("/structure/antennes/ajouter/", {"name": "Le Blanc"})
    site = Site.objects.get()
    client.post(f"/structure/antennes/{site.pk}/", {"name": "Le Blanc", "city": "Le Blanc"})
    lines = ActivityEntry.objects.filter(by=administrator).order_by("pk")
    assert [line.verb for line in lines] == ["structure_edited", "site_added", "site_edited"]
    assert lines[0].changes["téléphone"] == ["", "+33261910012"]
    assert lines[2].changes == {"ville": ["", "Le Blanc"]}
