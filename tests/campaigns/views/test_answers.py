import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.answers import give_answer, save_answer
from campaigns.actions.links import draw_links
from campaigns.enums import AnswerChannel, RecipientState
from campaigns.models import Answer, Commitment, SurveyLink
from opportunities.actions import move_opportunity
from opportunities.enums import OpportunityState
from opportunities.models import Opportunity
from tests.factories import CampaignFactory, CompanyFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, running=True, name="Pacte 2026")


@pytest.fixture
def recipient(campaign, adviser):
    return RecipientFactory(
        campaign=campaign,
        company__adviser=adviser,
        company__legal_name="Charpentes du Suin",
        state=RecipientState.ASKED,
        reference="K7PQ-42MT".replace("2", "3"),
    )


def page_of(response):
    return response.content.decode().replace("&nbsp;", "\u00a0")


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


# --- which paper ----------------------------------------------------------------------------------
@pytest.mark.parametrize("typed", ["K7PQ-43MT", "k7pq43mt", " K7PQ 43MT ", "k7pq–43mt"])
def test_a_reference_is_found_however_it_is_typed(adviser_client, recipient, typed):
    response = adviser_client.post(url("paper_answer"), {"reference": typed})
    assert response.url == url("paper_answer_edit", recipient.pk)


def test_the_address_of_the_qr_code_is_a_reference_too(adviser_client, recipient):
    link = draw_links(campaign=recipient.campaign, recipients=[recipient], now=timezone.now())[recipient.pk]
    typed = f"https://exemple.fr/enquete/{link.survey_key}/"
    assert adviser_client.post(url("paper_answer"), {"reference": typed}).status_code == 302
    assert adviser_client.get(url("paper_answer"), {"reference": "K7PQ-43MT"}).status_code == 302


@pytest.mark.parametrize("typed", ["", "K7PQ", "AAAA-AAAA", "\x00\x00", "https://x/enquete/1-a/", "é" * 300])
def test_another_reference_is_said_unknown(adviser_client, recipient, typed):
    response = adviser_client.post(url("paper_answer"), {"reference": typed})
    assert response.status_code == 200
    assert "error-summary" in page_of(response)


def test_a_colleague_of_another_structure_finds_nothing(as_user, outsider, recipient):
    response = as_user(outsider).post(url("paper_answer"), {"reference": recipient.reference})
    assert response.status_code == 200
    assert as_user(outsider).get(url("paper_answer_edit", recipient.pk)).status_code == 404


# --- typing it ------------------------------------------------------------------------------------
def test_a_paper_answer_counts_and_says_who_typed_it(adviser_client, adviser, recipient):
    data = {"channel": "paper", "recruits": "yes", "recruits_posts": "maçon", "visits": "no", "comment": "Au printemps"}
    response = adviser_client.post(url("paper_answer_edit", recipient.pk), data, follow=True)
    answer = Answer.objects.get()
    assert (answer.channel, answer.entered_by) == (AnswerChannel.PAPER, adviser)
    assert (answer.values["recruits"], answer.values["visits"], answer.values["trains"]) == ("yes", "no", "")
    page = page_of(response)
    assert "Réponse enregistrée\u00a0: Charpentes du Suin." in page
    assert "saisie par Léa Morin" in page
    recipient.refresh_from_db()
    assert recipient.opened_at is None
    assert "Recrutement\u00a0: maçon" in page


def test_what_the_company_began_online_is_taken_up(adviser_client, recipient):
    save_answer(recipient=recipient, values={"city": "Blois", "visits": "yes"}, now=timezone.now())
    page = page_of(adviser_client.get(url("paper_answer_edit", recipient.pk) + "?recue=telephone"))
    assert 'value="Blois"' in page
    assert "L’entreprise avait commencé en ligne" in page


def test_a_page_left_open_does_not_undo_what_the_company_sent_meanwhile(adviser_client, recipient):
    address = url("paper_answer_edit", recipient.pk)
    assert 'name="given" value="0"' in page_of(adviser_client.get(address))
    give_answer(recipient=recipient, values={"visits": "yes", "city": "Blois"}, now=timezone.now())
    typed = {"channel": "phone", "given": "0", "trains": "yes", "comment": "À rappeler"}
    page = page_of(adviser_client.post(address, typed))
    assert "Une autre réponse a été envoyée" in page
    assert "À rappeler" in page
    assert Answer.objects.get().values == {"visits": "yes", "city": "Blois"}
    assert 'name="given" value="1"' in page
    adviser_client.post(address, typed | {"given": "1"})
    assert Answer.objects.get().values["trains"] == "yes"


def test_posts_without_their_yes_are_asked_about(adviser_client, recipient):
    response = adviser_client.post(
        url("paper_answer_edit", recipient.pk), {"channel": "paper", "recruits_posts": "maçon"}
    )
    assert "Cochez «\u00a0Oui\u00a0»" in page_of(response)
    assert not Answer.objects.exists()


def test_a_no_is_noted(adviser_client, recipient):
    adviser_client.post(url("recipient_decline", recipient.pk))
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.DECLINED


# --- a recipient ----------------------------------------------------------------------------------
def test_the_page_tells_the_answer_its_changes_and_what_it_opened(
    adviser_client, recipient, django_assert_max_num_queries
):
    now = timezone.now()
    give_answer(recipient=recipient, values={"recruits": "yes", "visits": "no"}, now=now)
    give_answer(recipient=recipient, values={"visits": "yes"}, now=now + dt.timedelta(hours=1))
    with django_assert_max_num_queries(22):
        page = page_of(adviser_client.get(recipient.get_absolute_url()))
    assert "Version 2" in page
    assert "<del>Non</del> → <ins>Oui</ins>" in page
    assert "<dd>Sans réponse</dd>" in page
    assert "Recrutement" in page
    assert "Visite de l’entreprise" in page


@pytest.mark.parametrize("begun", [False, True])
def test_the_page_stands_before_any_answer(adviser_client, recipient, begun):
    if begun:
        save_answer(recipient=recipient, values={"recruits": "yes"}, now=timezone.now())
    assert adviser_client.get(recipient.get_absolute_url()).status_code == 200


def test_a_link_is_prepared_shown_and_taken_back(adviser_client, recipient):
    assert "Préparer un lien" in page_of(adviser_client.get(recipient.get_absolute_url()))
    adviser_client.post(url("link_draw", recipient.pk))
    link = SurveyLink.objects.get()
    assert f"/enquete/{link.survey_key}/" in page_of(adviser_client.get(recipient.get_absolute_url()))
    adviser_client.post(url("link_revoke", recipient.pk))
    link.refresh_from_db()
    assert link.revoked_at


def test_no_link_is_drawn_before_the_launch(adviser_client, structure):
    recipient = RecipientFactory(campaign__structure=structure)
    adviser_client.post(url("link_draw", recipient.pk))
    assert not SurveyLink.objects.exists()


# --- following up ---------------------------------------------------------------------------------
def test_promises_wait_for_whoever_follows_the_company(adviser_client, as_user, colleague, recipient):
    give_answer(recipient=recipient, values={"visits": "yes"}, now=timezone.now())
    page = page_of(adviser_client.get(url("commitment_list")))
    assert "Charpentes du Suin" in page
    assert "À reprendre avant" in page
    client = as_user(colleague)
    assert "Charpentes du Suin" not in page_of(client.get(url("commitment_list")))
    assert "Charpentes du Suin" in page_of(client.get(url("commitment_list") + "?pour=tous"))


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_however_long(adviser_client, campaign, adviser, count, django_assert_max_num_queries):
    for _ in range(count):
        row = RecipientFactory(campaign=campaign, company__adviser=adviser)
        give_answer(recipient=row, values={"visits": "yes", "recruits": "yes"}, now=timezone.now())
    with django_assert_max_num_queries(14):
        adviser_client.get(url("commitment_list"))


def test_a_promise_is_settled_with_a_way_back(adviser_client, recipient):
    give_answer(recipient=recipient, values={"visits": "yes"}, now=timezone.now())
    row = Commitment.objects.get()
    page = page_of(adviser_client.post(url("commitment_settle", row.pk), follow=True))
    assert "est repris" in page
    assert not Commitment.objects.waiting().exists()
    adviser_client.post(url("commitment_unsettle", row.pk))
    assert Commitment.objects.waiting().exists()


def test_a_promise_whose_draft_moved_on_waits_no_more(adviser, recipient):
    give_answer(recipient=recipient, values={"visits": "yes"}, now=timezone.now())
    move_opportunity(opportunity=Opportunity.objects.get(), to=OpportunityState.OPEN, by=adviser, now=timezone.now())
    assert not Commitment.objects.waiting().exists()


# --- the company's record -------------------------------------------------------------------------
def test_the_record_fetches_what_the_company_was_asked(adviser_client, recipient):
    give_answer(recipient=recipient, values={"visits": "yes"}, now=timezone.now())
    address = url("company_panel", recipient.company_id)
    assert address in page_of(adviser_client.get(recipient.company.get_absolute_url()))
    page = page_of(adviser_client.get(address, headers={"hx-request": "true"}))
    assert "Pacte 2026" in page
    assert "1\u00a0engagement" in page
    assert "<html" not in page
    assert "<html" in page_of(adviser_client.get(address))


def test_a_company_never_asked(adviser_client, structure):
    page = page_of(adviser_client.get(url("company_panel", CompanyFactory(structure=structure).pk)))
    assert "Aucune enquête ne lui a été envoyée" in page
