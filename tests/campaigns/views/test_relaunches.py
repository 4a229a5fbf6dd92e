import datetime as dt

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from campaigns.enums import CampaignState, MessageState, RecipientState, Step
from campaigns.models import Message, Recipient
from tests.campaigns.sending import queue
from tests.factories import CampaignFactory, RecipientFactory

pytestmark = pytest.mark.django_db
# A Monday; a first relaunch six working days after the letter is due on the day after.
MONDAY = dt.datetime(2027, 3, 15, 9, 0, tzinfo=dt.UTC)
LETTER_AT = MONDAY - dt.timedelta(days=7)


@pytest.fixture(autouse=True)
def _on_monday():
    with time_machine.travel(MONDAY, tick=False):
        yield


@pytest.fixture
def campaign(structure, adviser):
    return CampaignFactory(
        structure=structure, name="Pacte de printemps", running=True, owner=adviser, first_relaunch_days=6
    )


def asked(campaign, adviser, **fields):
    """Its letter left a week ago: the first relaunch, six working days later, is for tomorrow."""
    recipient = RecipientFactory(campaign=campaign, company__adviser=adviser, state=RecipientState.ASKED, **fields)
    queue(campaign, [recipient], now=LETTER_AT)
    Message.objects.filter(recipient=recipient).update(state=MessageState.SENT, sent_at=LETTER_AT)
    return recipient


def text_of(response):
    return response.content.decode()


def address(name, recipient=None):
    return reverse(f"campaigns:{name}", args=[recipient.pk] if recipient else [])


def test_the_screen_says_what_leaves_tomorrow_and_in_which_words(adviser_client, campaign, adviser):
    opened = asked(campaign, adviser, opened_at=MONDAY)
    begun = asked(campaign, adviser, opened_at=MONDAY, begun_at=MONDAY)
    never = asked(campaign, adviser)
    answered = asked(campaign, adviser)
    Recipient.objects.filter(pk=answered.pk).update(state=RecipientState.ANSWERED, answered_at=MONDAY)
    page = text_of(adviser_client.get(address("relaunch_list")))
    assert "Mardi 16\u00a0mars" in page
    assert "3\u00a0relances" in page
    assert str(answered.company) not in page
    for recipient, words in ((opened, "sans réponse"), (begun, "réponse commencée"), (never, "lien jamais ouvert")):
        shown = page[page.index(str(recipient.company)) :]
        assert words in shown[: shown.index("</li>")]
    assert "Aucune relance" in text_of(adviser_client.get(address("relaunch_list"), {"jour": "aujourdhui"}))


def test_a_company_is_held_back_with_a_reason_its_colleagues_read(as_user, colleague, campaign, adviser):
    recipient, client = asked(campaign, adviser), as_user(colleague)
    refused = client.post(address("recipient_hold", recipient), {"note": "  "})
    assert refused.status_code == 200
    assert Recipient.objects.get().held_at is None
    client.post(address("recipient_hold", recipient), {"note": "Je la vois jeudi"})
    page = text_of(as_user(adviser).get(address("relaunch_list")))
    assert "Je la vois jeudi" in page
    assert "1 ne part pas" in page
    client.post(address("recipient_release", recipient))
    assert Recipient.objects.get().held_at is None
    assert "1\u00a0relance" in text_of(client.get(address("relaunch_list")))


def test_relaunches_to_a_company_are_stopped_once(adviser_client, campaign, adviser):
    recipient = asked(campaign, adviser)
    adviser_client.post(address("recipient_stop", recipient), {"note": "Elle ferme"})
    assert Recipient.objects.get().state == RecipientState.STOPPED
    assert "Aucune relance" in text_of(adviser_client.get(address("relaunch_list")))
    again = adviser_client.post(address("recipient_stop", recipient), {"note": ""})
    assert "n’attend plus rien" in text_of(again)


def test_one_s_own_companies_alone(adviser_client, colleague, campaign, adviser):
    mine, hers = asked(campaign, adviser), asked(campaign, colleague)
    page = text_of(adviser_client.get(address("relaunch_list"), {"pour": "moi"}))
    assert str(mine.company) in page
    assert str(hers.company) not in page


def test_a_campaign_in_pause_says_so(adviser_client, campaign, adviser):
    asked(campaign, adviser)
    campaign.state = CampaignState.PAUSED
    campaign.save()
    assert "La campagne est en pause" in text_of(adviser_client.get(address("relaunch_list")))


@pytest.mark.parametrize("count", [1, 4])
def test_the_screen_costs_the_same_whatever_it_shows(
    adviser_client, campaign, adviser, count, django_assert_max_num_queries
):
    for _ in range(count):
        asked(campaign, adviser)
    adviser_client.get(address("relaunch_list"))
    with django_assert_max_num_queries(11):
        adviser_client.get(address("relaunch_list"))


@pytest.mark.parametrize("name", ["recipient_hold", "recipient_release", "recipient_stop"])
def test_who_may_hold_back(as_user, outsider, counsellor, client, campaign, adviser, name):
    recipient = asked(campaign, adviser)
    assert as_user(outsider).post(address(name, recipient), {"note": "x"}).status_code == 404
    assert as_user(counsellor).post(address(name, recipient), {"note": "x"}).status_code == 403
    assert client.post(address(name, recipient), {"note": "x"}).status_code == 302
    assert Recipient.objects.get(pk=recipient.pk).held_at is None
    assert Recipient.objects.get(pk=recipient.pk).state == RecipientState.ASKED


def test_who_may_see(as_user, outsider, counsellor, client, campaign, adviser):
    recipient = asked(campaign, adviser)
    assert str(recipient.company) not in text_of(as_user(outsider).get(address("relaunch_list")))
    assert as_user(counsellor).get(address("relaunch_list")).status_code == 403
    assert client.get(address("relaunch_list")).status_code == 302


def test_what_was_relaunched_waits_for_the_second_time(adviser_client, campaign, adviser):
    recipient = asked(campaign, adviser)
    queue(campaign, [recipient], step=Step.FIRST_RELAUNCH, now=timezone.now())
    assert "Aucune relance" in text_of(adviser_client.get(address("relaunch_list")))


def test_on_a_sunday_nothing_leaves_today(as_user, campaign, adviser):
    recipient = asked(campaign, adviser)
    with time_machine.travel(MONDAY + dt.timedelta(days=6), tick=False):
        client = as_user(adviser)
        assert "Aucune relance" in text_of(client.get(address("relaunch_list"), {"jour": "aujourdhui"}))
        assert str(recipient.company) in text_of(client.get(address("relaunch_list")))
