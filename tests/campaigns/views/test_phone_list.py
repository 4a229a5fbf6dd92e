import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.phone import record_call
from campaigns.enums import PhoneOutcome, RecipientState
from campaigns.models import PhoneCall, Recipient
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(structure, adviser):
    return CampaignFactory(structure=structure, name="Pacte de printemps", running=True, owner=adviser)


@pytest.fixture
def recipient(campaign, adviser):
    return to_call(campaign, adviser)


def to_call(campaign, adviser, **fields):
    values = {"state": RecipientState.ASKED, "phone_listed_at": timezone.now()} | fields
    return RecipientFactory(campaign=campaign, company__adviser=adviser, contact__mobile="+33612345678", **values)


def address(name, recipient=None):
    return reverse(f"campaigns:{name}", args=[recipient.pk] if recipient else [])


def text_of(response):
    return response.content.decode()


def in_days(count):
    return timezone.localdate() + dt.timedelta(days=count)


def test_each_company_comes_with_its_number_and_the_last_call(adviser_client, recipient, colleague):
    record_call(
        recipient=recipient, outcome=PhoneOutcome.MESSAGE, note="plutôt le matin", by=colleague, now=timezone.now()
    )
    page = text_of(adviser_client.get(address("phone_list")))
    assert str(recipient.company) in page
    assert "tel:+33612345678" in page
    assert "Message laissé" in page
    assert "plutôt le matin" in page


def test_those_not_called_yet_come_first(adviser_client, campaign, adviser):
    called = to_call(campaign, adviser, phone_listed_at=timezone.now() - dt.timedelta(days=2))
    fresh = to_call(campaign, adviser)
    record_call(recipient=called, outcome=PhoneOutcome.NO_ANSWER, by=adviser, now=timezone.now())
    page = text_of(adviser_client.get(address("phone_list")))
    assert page.index(str(fresh.company)) < page.index(str(called.company))


def test_whoever_asked_for_another_day_waits_until_then(adviser_client, campaign, adviser):
    later = to_call(campaign, adviser, call_back_on=in_days(3))
    today = to_call(campaign, adviser, call_back_on=in_days(0))
    page = text_of(adviser_client.get(address("phone_list")))
    assert str(today.company) in page
    assert str(later.company) not in page
    assert str(later.company) in text_of(adviser_client.get(address("phone_list"), {"quand": "plus-tard"}))


def test_the_navigation_counts_who_is_to_be_called(adviser_client, campaign, adviser):
    for _ in range(2):
        to_call(campaign, adviser)
    to_call(campaign, adviser, call_back_on=in_days(3))
    to_call(campaign, adviser, state=RecipientState.ANSWERED, answered_at=timezone.now())
    page = text_of(adviser_client.get(address("phone_list")))
    nav = page[page.index("À appeler</span>") :]
    assert '<span class="n">2<' in nav[: nav.index("</a>")]


def test_a_call_is_noted_and_the_company_stays_until_it_says_something(adviser_client, recipient):
    answer = adviser_client.post(address("phone_call", recipient) + "?pour=moi", {"outcome": "no_answer", "note": ""})
    assert answer.url == address("phone_list") + "?pour=moi"
    assert PhoneCall.objects.get().outcome == PhoneOutcome.NO_ANSWER
    assert Recipient.objects.on_the_phone_list().count() == 1


def test_a_company_that_commits_leads_to_its_answer(adviser_client, recipient):
    answer = adviser_client.post(address("phone_call", recipient), {"outcome": "commits"})
    assert answer.url.startswith(address("paper_answer_edit", recipient))
    # Until somebody typed it, what was promised is not lost.
    assert "sa réponse n’est pas encore notée" in text_of(adviser_client.get(address("phone_list")))
    adviser_client.post(answer.url, {"channel": "phone", "visits": "yes"})
    assert not Recipient.objects.on_the_phone_list().exists()


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({}, "Ce champ est obligatoire"),
        ({"outcome": "shouted"}, "shouted"),
        ({"outcome": "call_back"}, "Dites quel jour rappeler"),
        ({"outcome": "call_back", "call_back_on": "2020-01-02"}, "déjà passé"),
        ({"outcome": "call_back", "call_back_on": "jeudi"}, "date"),
        ({"outcome": "message", "note": "x" * 501}, "500"),
    ],
)
def test_what_is_wrong_is_said_at_its_field(adviser_client, recipient, posted, said):
    answer = adviser_client.post(address("phone_call", recipient), posted)
    assert answer.status_code == 200
    assert said in text_of(answer)
    assert not PhoneCall.objects.exists()


def test_whoever_answered_meanwhile_is_not_called(adviser_client, recipient):
    Recipient.objects.update(state=RecipientState.ANSWERED, answered_at=timezone.now())
    answer = adviser_client.post(address("phone_call", recipient), {"outcome": "no_answer"})
    assert "n’est plus à appeler" in text_of(answer)
    page = text_of(adviser_client.get(address("phone_call", recipient)))
    assert "Elle n’est pas à appeler" in page
    assert "Remettre dans la liste" not in page


def test_calls_are_ended_and_that_is_undone(adviser_client, recipient):
    page = text_of(adviser_client.post(address("phone_end", recipient), follow=True))
    assert "Personne à appeler" in page
    assert address("phone_again", recipient) in page
    assert "Remettre dans la liste" in text_of(adviser_client.get(address("phone_call", recipient)))
    adviser_client.post(address("phone_again", recipient))
    assert str(recipient.company) in text_of(adviser_client.get(address("phone_list")))


def test_a_company_without_a_number_leads_to_its_record(adviser_client, campaign, adviser):
    recipient = to_call(campaign, adviser, contact=None, email="accueil@entreprise.example", company__phone="")
    assert "sans numéro" in text_of(adviser_client.get(address("phone_list")))
    assert recipient.company.get_absolute_url() in text_of(adviser_client.get(address("phone_call", recipient)))


@pytest.mark.parametrize("count", [1, 4])
def test_the_list_costs_the_same_whatever_its_length(
    adviser_client, campaign, adviser, count, django_assert_max_num_queries
):
    for _ in range(count):
        to_call(campaign, adviser)
    adviser_client.get(address("phone_list"))
    with django_assert_max_num_queries(10):
        adviser_client.get(address("phone_list"))


@pytest.mark.parametrize("name", ["phone_call", "phone_end", "phone_again"])
def test_who_may_call(as_user, colleague, manager, outsider, counsellor, client, recipient, name):
    posted = {"outcome": "message"}
    assert as_user(outsider).post(address(name, recipient), posted).status_code == 404
    assert as_user(counsellor).post(address(name, recipient), posted).status_code == 403
    assert client.post(address(name, recipient), posted).status_code == 302
    assert Recipient.objects.on_the_phone_list().count() == 1
    assert not PhoneCall.objects.exists()
    for user in (colleague, manager):
        assert as_user(user).post(address(name, recipient), posted).status_code == 302


def test_another_structure_has_a_list_of_its_own(as_user, outsider, counsellor, recipient):
    assert str(recipient.company) not in text_of(as_user(outsider).get(address("phone_list")))
    assert as_user(counsellor).get(address("phone_list")).status_code == 403
