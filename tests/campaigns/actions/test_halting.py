"""A real server refuses who sends: nobody is burned for it, the campaign pauses, says why, and resumes with it."""

import datetime as dt
import threading

import pytest
from django.db import connection, transaction
from django.urls import reverse

from campaigns.actions.campaigns import pause_campaign, resume_campaign
from campaigns.actions.halting import halt_campaigns
from campaigns.enums import CampaignState
from campaigns.models import Message
from core.mail import Outcome, Result
from tests.campaigns.sending import queued, quick, send, states
from tests.conftest import signed_in
from tests.factories import CampaignFactory


@pytest.fixture
def campaign(structure):
    quick(structure)
    return CampaignFactory(structure=structure, running=True)


def halted(campaign):
    campaign.refresh_from_db()
    return campaign.state == CampaignState.PAUSED and campaign.halted_because


def test_a_refused_sender_pauses_the_campaign_and_burns_nobody(
    structure, campaign, sink, clock, adviser, colleague, manager
):
    type(campaign).objects.update(owner=adviser)
    queued(structure, 4, campaign=campaign)
    sink.faults["mail"] = "550 5.7.1 not allowed to send"
    send(structure, clock)
    assert not sink.asked
    assert set(Message.objects.values_list("state", "attempts", "leased_by")) == {("queued", 0, "")}
    assert "refuse l’adresse de l’expéditeur («\u00a0550 5.7.1 not allowed to send\u00a0»)" in halted(campaign)
    assert campaign.moves.get().note.startswith("Le serveur d’e-mail refuse l’adresse")
    # Whoever leads it finds it on her day and on its page, and so does who keeps the settings; nobody else's day does.
    for person, told in ((adviser, True), (colleague, False), (manager, True)):
        day = signed_in(person).get(reverse("dashboards:day")).content.decode()
        assert ("L’envoi s’est mis en pause" in day) == told
    for person, mends in ((adviser, False), (manager, True)):
        page = signed_in(person).get(campaign.get_absolute_url()).content.decode()
        assert "refuse l’adresse de l’expéditeur" in page
        assert ("Ouvrir les réglages des envois" in page) == mends
    # Asked again, it still refuses: the campaign stays where it is.
    clock.forward(minutes=6)
    assert send(structure, clock) == 0
    assert halted(campaign)
    # It answers again, and everything leaves by itself.
    sink.faults.clear()
    clock.forward(minutes=6)
    assert send(structure, clock) == 4
    assert states() == ["sent"] * 4
    assert (campaign.moves.order_by("pk").last().note, halted(campaign)) == (
        "Le serveur d’e-mail accepte de nouveau nos messages.",
        False,
    )


def test_a_person_resumes_it_without_waiting(structure, campaign, sink, clock, adviser):
    queued(structure, 1, campaign=campaign)
    sink.faults["mail"] = "550 5.7.1 not allowed to send"
    send(structure, clock)
    sink.faults.clear()
    resume_campaign(campaign=campaign, by=adviser, now=clock.now)
    assert send(structure, clock) == 1


@pytest.mark.django_db(transaction=True)
def test_a_pause_given_at_that_very_moment_stays_a_person_s(structure, campaign, clock, adviser):
    queued(structure, 1, campaign=campaign)
    refused, counts = Outcome(Result.REFUSED, 550, "5.7.1 no", of_sender=True), []

    def halt():
        try:
            counts.append(halt_campaigns(structure=structure, outcome=refused, now=clock.now))
        finally:
            connection.close()

    with transaction.atomic():
        pause_campaign(campaign=campaign, by=adviser, now=clock.now)
        machine = threading.Thread(target=halt)
        machine.start()
        machine.join(0.5)
    machine.join(10)
    assert counts == [0]
    campaign.refresh_from_db()
    assert (campaign.state, campaign.halted_because) == (CampaignState.PAUSED, "")


def test_a_pause_of_somebody_s_is_left_to_her(structure, campaign, sink, clock, adviser):
    queued(structure, 1, campaign=campaign)
    pause_campaign(campaign=campaign, by=adviser, now=clock.now)
    clock.forward(minutes=6)
    assert send(structure, clock) == 0
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.PAUSED


@pytest.mark.parametrize(
    ("greeting", "waits", "said"),
    [("hang", 11, "ne répond pas"), ("554 5.7.1 blocked", 11, "ne répond pas («\u00a0554"), ("hang", 5, "")],
)
def test_a_server_that_stays_away_is_told_at_last(structure, campaign, sink, clock, settings, greeting, waits, said):
    settings.EMAIL_TIMEOUT = 0.3
    queued(structure, 2, campaign=campaign)
    sink.faults["greeting"] = greeting
    assert send(structure, clock) == 0
    assert not halted(campaign)
    clock.forward(minutes=waits)
    assert send(structure, clock) == 0
    assert bool(halted(campaign)) == bool(said)
    assert said in (campaign.halted_because or "")
    sink.faults.clear()
    clock.now += dt.timedelta(minutes=6)
    assert send(structure, clock) == 2


@pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS")
def test_refused_credentials_are_told_at_once(structure, campaign, sink, clock, settings):
    settings.EMAIL_HOST_USER, settings.EMAIL_HOST_PASSWORD = "pacte", "wrong"
    sink.password = "right"
    queued(structure, 2, campaign=campaign)
    assert send(structure, clock) == 0
    assert "refuse nos identifiants («\u00a0535" in halted(campaign)
    sink.password = "wrong"
    clock.forward(minutes=6)
    assert send(structure, clock) == 2
