"""A profile shown to a company: nothing on a GET, what was agreed on a POST, and a page for each end."""

import datetime as dt

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from core import pdf
from opportunities.actions import revoke_profile, share_profile
from opportunities.models import ProfileView
from tests.conftest import ReadingClient
from tests.factories import PlacementFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db
AGREED = {"profile_agreed_on": dt.date(2026, 10, 1), "company_profile": "Aime le bois.", "profile_fields": ["city"]}
CANARY = "CANARI"


@pytest.fixture
def placement(structure):
    person = YoungPersonFactory(structure=structure, last_name=CANARY, strengths=CANARY, **AGREED)
    return PlacementFactory(opportunity__company__structure=structure, young_person=person)


@pytest.fixture
def shared(placement, adviser):
    return share_profile(placement=placement, by=adviser, now=timezone.now())


def url_of(key):
    return reverse("opportunities:profile_open", args=[key])


def test_opening_shows_who_wrote_and_nothing_else(shared, structure):
    response = ReadingClient().get(url_of(shared[1]))
    page = response.content.decode()
    assert str(structure) in page
    assert "Voir le profil" in page
    assert "Maël" not in page
    assert "Aime le bois" not in page
    assert not ProfileView.objects.exists()
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"


def test_pressing_shows_what_was_agreed(shared, request):
    request.getfixturevalue("app_role")
    page = Client().post(url_of(shared[1])).content.decode()
    assert "Maël" in page
    assert "Aime le bois." in page
    assert "Le Blanc" in page
    assert CANARY not in page


def test_pressing_is_noted_and_told(shared, placement, as_user, adviser):
    Client().post(url_of(shared[1]))
    assert shared[0].views.count() == 1
    assert "lu 1\u00a0fois" in as_user(adviser).get(placement.get_absolute_url()).content.decode().replace(
        "&nbsp;", "\u00a0"
    )


def test_a_browser_that_tells_no_referrer_may_press(shared):
    """It posts from the origin "null"."""
    client = Client(enforce_csrf_checks=True)
    assert client.post(url_of(shared[1]), headers={"origin": "null"}).status_code == 200


@pytest.mark.parametrize("key", ["abc", "1-abc", "999999-abc", "x" * 200])
def test_an_unknown_link(structure, key):
    for send in (Client().get, Client().post):
        response = send(url_of(key))
        assert response.status_code == 404
        assert "Ce lien n’est pas connu" in response.content.decode()
        assert str(structure) not in response.content.decode()


def test_an_expired_link(shared):
    link, key = shared
    link.expires_at = timezone.now() - dt.timedelta(seconds=1)
    link.save()
    for send in (Client().get, Client().post):
        response = send(url_of(key))
        assert response.status_code == 410
        assert "n’est plus valable" in response.content.decode()
        assert "Maël" not in response.content.decode()


def test_a_link_taken_back(shared, adviser):
    revoke_profile(link=shared[0], by=adviser, now=timezone.now())
    response = Client().post(url_of(shared[1]))
    assert response.status_code == 410
    assert "n’est plus partagé" in response.content.decode()
    assert not ProfileView.objects.exists()


def test_a_company_in_the_bin_reads_no_profile(shared, placement):
    company = placement.opportunity.company
    company.deleted_at = timezone.now()
    company.save()
    assert Client().post(url_of(shared[1])).status_code == 404


@pytest.mark.parametrize("gone", [{"profile_agreed_on": None}, {"deleted_at": timezone.now()}])
def test_an_agreement_taken_back_or_a_file_in_the_bin(shared, placement, gone):
    person = placement.young_person
    for name, value in gone.items():
        setattr(person, name, value)
    person.save()
    response = Client().post(url_of(shared[1]))
    assert response.status_code in (404, 410)
    assert "Aime le bois" not in response.content.decode()


def test_once_it_is_over_nothing_is_shown_any_more(shared, placement, as_user, adviser):
    placement.state, placement.refused_by, placement.refusal_reason = "refused", "company", "other"
    placement.refused_on = timezone.localdate()
    placement.save()
    assert Client().post(url_of(shared[1])).status_code == 410
    assert as_user(adviser).get(reverse("opportunities:profile_pdf", args=[placement.pk])).status_code == 404


def test_the_address_is_told_once(as_user, adviser, placement):
    client = as_user(adviser)
    page = client.post(reverse("opportunities:profile_share", args=[placement.pk]), {"life": "7"}).content.decode()
    key = page.partition("/profil/")[2].partition("/")[0]
    assert Client().get(url_of(key)).status_code == 200
    assert key not in client.get(placement.get_absolute_url()).content.decode()
    link = placement.profile_links.get()
    assert link.expires_at - link.created_at == dt.timedelta(days=7)


def test_taken_back_from_the_page(as_user, adviser, outsider, shared):
    url = reverse("opportunities:profile_revoke", args=[shared[0].pk])
    assert as_user(outsider).post(url).status_code == 404
    assert as_user(adviser).post(url).status_code == 302
    shared[0].refresh_from_db()
    assert shared[0].revoked_at


def test_too_many_tries(db):
    client = Client()
    codes = [client.post(url_of("1-abc")).status_code for _number in range(40)]
    assert codes[-1] == 429


@pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")
def test_the_sheet_on_paper(as_user, adviser, placement, shared):
    response = as_user(adviser).get(reverse("opportunities:profile_pdf", args=[placement.pk]))
    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-")
    theirs = Client().post(url_of(shared[1]), {"pdf": "1"})
    assert theirs.content.startswith(b"%PDF-")
    assert theirs["Cache-Control"] == "no-store"


def test_a_machine_that_cannot_draw_says_so(as_user, adviser, placement, shared, monkeypatch):
    def missing():
        raise pdf.PdfUnavailableError("Les PDF ne peuvent pas être préparés")

    monkeypatch.setattr(pdf, "_engine", missing)
    url = reverse("opportunities:profile_pdf", args=[placement.pk])
    response = as_user(adviser).get(url, follow=True)
    assert "Les PDF ne peuvent pas être préparés" in response.content.decode()
    theirs = Client().post(url_of(shared[1]), {"pdf": "1"}).content.decode()
    assert "imprimez cette page" in theirs
    assert "Aime le bois." in theirs
