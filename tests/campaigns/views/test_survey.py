"""The survey as a company meets it: a phone, a link, no account."""

import datetime as dt
import re
from urllib.parse import quote

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.answers import give_answer, save_answer
from campaigns.actions.links import draw_links, revoke_link
from campaigns.enums import AnswerState, RecipientState
from campaigns.models import Answer, Suppression
from opportunities.models import Opportunity
from tests.conftest import ReadingClient
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def recipient(structure, adviser):
    structure.phone = "+33254000000"
    structure.save()
    campaign = CampaignFactory(structure=structure, running=True)
    return RecipientFactory(
        campaign=campaign,
        company__adviser=adviser,
        company__legal_name="Charpentes du Suin",
        company__phone="+33254000011",
        state=RecipientState.ASKED,
    )


@pytest.fixture
def link(recipient):
    return draw_links(campaign=recipient.campaign, recipients=[recipient], now=timezone.now())[recipient.pk]


@pytest.fixture
def client():
    return ReadingClient()


def url(link, name="survey", **parts):
    key = link.unsubscribe_key if name == "unsubscribe" else link.survey_key
    return reverse(f"campaigns:{name}", kwargs={"key": key, **parts})


def step(link, section):
    return url(link, "survey_section", section=section)


def page_of(response):
    return response.content.decode().replace("&nbsp;", "\u00a0")


# --- the cover ------------------------------------------------------------------------------------
def test_the_cover_says_who_asks_and_writes_nothing(client, link, recipient, structure):
    response = client.get(url(link))
    page = page_of(response)
    assert str(structure) in page
    assert "Charpentes du Suin" in page
    assert "Commencer" in page
    assert recipient.contact.last_name not in page
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "no-referrer"
    recipient.refresh_from_db()
    assert recipient.opened_at is None
    assert "<script" not in page


def test_a_section_shows_nothing_before_somebody_pressed(client, link):
    assert client.get(step(link, "entreprise")).url == url(link)


def test_pressing_opens_and_leads_to_the_first_section(client, link, recipient):
    response = client.post(url(link))
    assert response.url == step(link, "entreprise")
    recipient.refresh_from_db()
    assert recipient.opened_at
    page = page_of(client.get(response.url))
    assert "Étape 1 sur 4 · Charpentes du Suin" in page
    assert "02 54 00 00 11" in page.replace("\u00a0", " ")
    assert recipient.email in page


def test_a_browser_that_tells_no_referrer_may_press(link):
    assert Client(enforce_csrf_checks=True).post(url(link), headers={"origin": "null"}).status_code == 302


def test_the_plain_role_may_answer(link, client, request):
    request.getfixturevalue("app_role")
    client.post(url(link))
    client.post(step(link, "rencontres"), {"visits": "on"})
    assert "Merci, votre réponse est enregistrée" in page_of(client.get(url(link)))
    with_scope = Opportunity.objects.count()
    assert with_scope == 1


# --- answering ------------------------------------------------------------------------------------
def answer_all(client, link):
    client.post(url(link))
    client.post(step(link, "entreprise"), {"legal_name": "Charpentes du Suin", "phone": "02 54 00 00 12"})
    client.post(step(link, "emploi"), {"recruits": "on", "recruits_posts": "charpentier"})
    client.post(step(link, "immersion"), {"welcomes": "on", "welcomes_months": ["4", "5"]})
    return client.post(step(link, "rencontres"), {"visits": "on", "comment": "Plutôt le matin."})


def test_each_step_is_kept_and_the_last_one_gives(client, link, recipient):
    response = answer_all(client, link)
    assert response.url == url(link)
    answer = Answer.objects.get()
    assert answer.state == AnswerState.GIVEN
    assert answer.values["recruits_posts"] == {"text": "charpentier", "codes": []}
    assert answer.values["welcomes_months"] == [4, 5]
    assert (answer.values["trains"], answer.values["presents"]) == ("", "")
    assert answer.comment == "Plutôt le matin."
    assert Opportunity.objects.count() == 3
    page = page_of(client.get(url(link)))
    assert "avril, mai" in page
    assert "Plutôt le matin." in page
    assert "<dt>Viendriez-vous présenter votre métier à des jeunes\u202f?</dt><dd>Sans réponse</dd>" in page
    assert "Non</dd>" not in page
    assert "Léa Morin vous appelle" in page


def test_leaving_and_coming_back_goes_on_where_it_stopped(client, link):
    client.post(url(link))
    client.post(step(link, "entreprise"), {"legal_name": "Charpentes du Suin"})
    assert client.post(step(link, "emploi"), {"recruits": "on"}).url == step(link, "immersion")
    page = page_of(client.get(url(link)))
    assert "Reprendre" in page
    assert "Votre réponse est commencée" in page
    assert client.post(url(link)).url == step(link, "immersion")
    page = page_of(client.get(step(link, "emploi")))
    assert re.search(r'name="recruits" checked', page)


def test_what_is_typed_is_kept_without_pressing_and_a_mistake_loses_nothing(client, link):
    client.post(url(link))
    response = client.post(step(link, "entreprise"), {"keep": "1", "city": "Blois", "phone": "12"})
    assert response.status_code == 204
    values = Answer.objects.get().values
    assert values["city"] == "Blois"
    assert "phone" not in values


def test_a_mistake_is_said_above_and_at_its_field(client, link):
    client.post(url(link))
    response = client.post(step(link, "entreprise"), {"email": "pas une adresse", "postcode": "123", "city": "Blois"})
    page = page_of(response)
    assert response.status_code == 422
    assert 'href="#id_email"' in page
    assert "Un code postal a 5 chiffres" in page
    assert 'value="pas une adresse"' in page
    assert "Une adresse e-mail s’écrit ainsi" in page
    assert not Answer.objects.exists()
    page = page_of(client.post(step(link, "emploi"), {"recruits": "on", "recruits_posts": "x" * 301}))
    assert "Sur quels postes\u202f? Assurez-vous" in page


def test_line_breaks_and_numbers_of_social_security_do_not_enter(client, link):
    client.post(url(link))
    client.post(step(link, "entreprise"), {"leader": "Ana\r\nBcc: tous@example.org"})
    assert Answer.objects.get().values["leader"] == "Ana Bcc: tous@example.org"
    response = client.post(step(link, "rencontres"), {"comment": "1 85 05 78 006 084 36"})
    assert response.status_code == 422
    assert Answer.objects.get().state == AnswerState.BEGUN


def test_a_strange_section_or_field_is_nothing(client, link):
    client.post(url(link))
    assert client.get(step(link, "autre")).url == url(link)
    client.post(step(link, "emploi"), {"recruits": "on", "knows": "x", "visits": "on"})
    assert "visits" not in Answer.objects.get().values


# --- changing -------------------------------------------------------------------------------------
def test_an_answer_is_changed_until_the_deadline(client, link, recipient):
    answer_all(client, link)
    page = page_of(client.get(step(link, "rencontres")))
    assert "Enregistrer le changement" in page
    client.post(step(link, "rencontres"), {"presents": "on", "comment": "Plutôt le matin."})
    assert Answer.objects.get().versions.count() == 2
    recipient.campaign.answer_by = timezone.localdate() - dt.timedelta(days=2)
    recipient.campaign.save()
    page = page_of(client.get(url(link)))
    assert "La date de réponse est passée" in page
    assert "Modifier" not in page
    assert "tel:+33254000000" in page
    assert client.post(step(link, "rencontres"), {"visits": "on"}).url == url(link)
    assert Answer.objects.get().versions.count() == 2


def test_a_doubled_answer_is_one(client, link):
    for _ in range(2):
        answer_all(client, link)
    assert Answer.objects.get().versions.count() == 1
    assert Opportunity.objects.count() == 3


def test_a_page_left_open_does_not_undo_what_was_sent_meanwhile(client, link):
    client.post(url(link))
    assert 'name="given" value="0"' in page_of(client.get(step(link, "emploi")))
    answer_all(client, link)
    assert client.post(step(link, "emploi"), {"given": "0", "keep": "1", "trains": "on"}).status_code == 409
    old = {"given": "0", "trains": "on", "trains_posts": "couvreur"}
    response = client.post(step(link, "emploi"), old)
    page = page_of(response)
    assert response.status_code == 422
    assert "À lire avant de continuer" in page
    assert "Une autre réponse a été envoyée" in page
    assert 'value="couvreur"' in page
    assert "data-keeps" not in page
    assert Answer.objects.get().values["recruits"] == "yes"
    assert client.post(step(link, "emploi"), old | {"given": "1"}).url == url(link)
    assert Answer.objects.get().values["trains"] == "yes"
    assert client.post(step(link, "emploi"), old).url == url(link)  # the same, twice


def save_after_another(*, recipient, **kept):
    """Another tab sends its answer between the look of this one and its writing."""
    give_answer(recipient=recipient, values={"trains": "no"}, now=timezone.now())
    return save_answer(recipient=recipient, **kept)


def test_nor_is_what_it_kept_dropped_when_the_other_was_sent_at_that_very_moment(client, link, monkeypatch):
    client.post(url(link))
    monkeypatch.setattr("campaigns.views.public.save_answer", save_after_another)
    response = client.post(step(link, "emploi"), {"given": "0", "trains": "on", "trains_posts": "couvreur"})
    page = page_of(response)
    assert response.status_code == 422
    assert "Une autre réponse a été envoyée" in page
    assert 'value="couvreur"' in page
    assert 'name="given" value="1"' in page
    assert Answer.objects.get().values["trains"] == "no"


def test_what_a_page_keeps_by_itself_says_that_it_came_too_late(client, link, monkeypatch):
    client.post(url(link))
    monkeypatch.setattr("campaigns.views.public.save_answer", save_after_another)
    assert client.post(step(link, "emploi"), {"given": "0", "keep": "1", "trains": "on"}).status_code == 409


def test_a_first_answer_after_the_deadline_is_welcome(client, link, recipient):
    recipient.campaign.answer_by = timezone.localdate() - dt.timedelta(days=2)
    recipient.campaign.save()
    assert "une première réponse reste la bienvenue" in page_of(client.get(url(link)))
    answer_all(client, link)
    assert Answer.objects.get().state == AnswerState.GIVEN


# --- no -------------------------------------------------------------------------------------------
def test_not_taking_part_is_one_press_and_may_be_taken_back(client, link, recipient):
    assert client.get(url(link, "survey_decline")).status_code == 405
    response = client.post(url(link, "survey_decline"), follow=True)
    assert "C’est noté" in page_of(response)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.DECLINED
    answer_all(client, link)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.ANSWERED


def test_reading_the_unsubscribe_page_changes_nothing(client, link):
    assert "Ne plus recevoir nos e-mails" in page_of(client.get(url(link, "unsubscribe")))
    client.post(url(link, "unsubscribe"), {"other": "1"})
    assert not Suppression.objects.exists()


@pytest.mark.parametrize("data", [{"stop": "1"}, {"List-Unsubscribe": "One-Click"}])
def test_unsubscribing_is_one_press_by_a_person_or_by_her_mail_program(link, recipient, data):
    client = Client(enforce_csrf_checks=True)
    response = client.post(url(link, "unsubscribe"), data)
    assert response.status_code == 200
    assert "C’est fait" in page_of(response)
    assert Suppression.objects.get().email == recipient.email
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.OPTED_OUT


def test_an_old_link_still_unsubscribes(client, link, recipient):
    link.expires_at = timezone.now() - dt.timedelta(days=1)
    link.save()
    revoke_link(recipient=recipient, now=timezone.now())
    assert client.post(url(link, "unsubscribe"), {"stop": "1"}).status_code == 200
    assert Suppression.objects.exists()


def test_each_key_opens_one_thing(client, link):
    wrong = reverse("campaigns:survey", args=[link.unsubscribe_key])
    assert client.get(wrong).status_code == 404
    assert client.post(reverse("campaigns:unsubscribe", args=[link.survey_key]), {"stop": "1"}).status_code == 404


# --- links that open nothing ----------------------------------------------------------------------
@pytest.mark.parametrize("key", ["abc", "1-abc", "999999-abc", "x" * 200, "1-\u00e9"])
def test_an_unknown_link_says_nothing_of_anybody(client, structure, key):
    for send in (client.get, client.post):
        for name, more in (("survey", []), ("unsubscribe", []), ("survey_section", ["emploi"])):
            response = send(reverse(f"campaigns:{name}", args=[key, *more]))
            assert response.status_code == 404
            assert "Ce lien n’est pas connu" in page_of(response)
            assert str(structure) not in page_of(response)


GLUED = [")", ").", ",", ">", "\u00a0»", "\u2026", "\u00a0", "\u202f!", "&gt;", '"', "]", "\u200b"]


@pytest.mark.parametrize("glued", GLUED)
def test_a_link_copied_with_what_follows_it_leads_to_its_page(client, link, glued):
    for name in ("survey", "unsubscribe"):
        clean = url(link, name)
        copies = [f"{clean}{quote(glued)}", f"{clean[:-1]}{quote(glued)}", f"{clean[:-1]}{quote(glued)}/"]
        for copied in copies if glued != "&gt;" else copies[:1]:
            response = client.get(copied)
            assert (response.status_code, response.url) == (302, clean)
            assert response["Referrer-Policy"] == "no-referrer"
            assert not response.cookies
    assert client.get(url(link)).status_code == 200


def test_a_link_cut_short_or_copied_with_more_leads_to_its_page(client, link):
    for copied in (url(link)[:-1], f"{url(link)}emploi/).", url(link).replace("/enquete/", "/enquete//")):
        assert client.get(copied).url == url(link)
    glued = reverse("campaigns:survey_section", args=[f"{link.survey_key})", "emploi"])
    assert client.get(glued).url == step(link, "emploi")
    assert client.post(f"{url(link)[:-1]})/").status_code == 404


@pytest.mark.parametrize("address", ["/enquete/", "/desabonnement/", "/enquete/).", "/enquete/%0A//"])
def test_an_address_without_a_key_shows_the_survey_s_own_page(client, address):
    response = client.get(address)
    assert response.status_code == 404
    assert "Ce lien n’est pas connu" in page_of(response)
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert [client.get(address).status_code for _ in range(25)][-1] == 429


def test_a_wrong_key_stays_unknown_whatever_is_glued_to_it(client, link):
    wrong = url(link)[:-2]
    response = client.get(f"{wrong}).", follow=True)
    assert response.status_code == 404
    assert "Ce lien n’est pas connu" in page_of(response)
    assert [client.get(f"{wrong}).", follow=True).status_code for _ in range(25)][-1] == 429


def test_the_key_of_another_structure_opens_nothing(client, link, other_structure):
    key = f"{other_structure.pk}-{link.survey_key.partition('-')[2]}"
    assert client.get(reverse("campaigns:survey", args=[key])).status_code == 404


@pytest.mark.parametrize("send", ["get", "post"])
def test_an_expired_link_says_whom_to_ask(client, link, recipient, structure, send):
    link.expires_at = timezone.now() - dt.timedelta(days=1)
    link.save()
    for address in (url(link), step(link, "emploi")):
        response = getattr(client, send)(address)
        assert response.status_code == 410
        assert "Ce lien n’est plus valable" in page_of(response)
        assert "tel:+33254000000" in page_of(response)
    recipient.refresh_from_db()
    assert recipient.opened_at is None


def test_a_revoked_link_and_a_company_in_the_bin_open_nothing(client, link, recipient, adviser):
    revoke_link(recipient=recipient, now=timezone.now())
    assert client.get(url(link)).status_code == 410
    again = draw_links(campaign=recipient.campaign, recipients=[recipient], now=timezone.now())[recipient.pk]
    recipient.company.put_in_bin(by=adviser, at=timezone.now())
    assert client.get(url(again)).status_code == 410
    assert client.post(url(again, "survey_decline")).status_code == 410


def test_whoever_tries_keys_is_slowed_down_politely(client, link):
    address = reverse("campaigns:survey", args=["1-inconnue"])
    statuses = [client.get(address).status_code for _ in range(25)]
    assert statuses[0] == 404
    assert statuses[-1] == 429
    assert "Trop d’essais" in page_of(client.get(address))
    assert client.get(url(link)).status_code == 200


# --- weight ---------------------------------------------------------------------------------------
def test_a_section_is_light_and_costs_few_queries(client, link, django_assert_max_num_queries):
    client.post(url(link))
    with django_assert_max_num_queries(8):
        response = client.get(step(link, "immersion"))
    assert len(response.content) < 20_000
