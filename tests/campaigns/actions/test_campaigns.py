import datetime as dt

import pytest

from campaigns.actions.audience import exclude_recipient
from campaigns.actions.campaigns import (
    approve_campaign,
    ask_for_approval,
    bin_campaign,
    create_campaign,
    edit_campaign,
    end_campaign,
    launch_campaign,
    launch_due_campaigns,
    pause_campaign,
    problems_of,
    restore_campaign,
    resume_campaign,
    schedule_campaign,
    send_back,
    stop_campaign,
)
from campaigns.actions.errors import CampaignError
from campaigns.enums import CampaignState, Channel, MessageState, RecipientState
from campaigns.models import CampaignMove, Message, Recipient, SendingSettings, SurveyLink
from companies.models import Contact
from core.errors import RowConflictError
from tests.campaigns.choosing import NOW, choose
from tests.factories import CampaignFactory, CompanyFactory, LetterVersionFactory, RecipientFactory

pytestmark = pytest.mark.django_db


def states_of(campaign):
    return list(CampaignMove.objects.filter(campaign=campaign).order_by("pk").values_list("to_state", flat=True))


# --- preparation --------------------------------------------------------------------------------
def test_a_campaign_begins_with_the_latest_texts_and_usual_delays(structure, adviser):
    LetterVersionFactory(structure=structure)
    relaunch = LetterVersionFactory(structure=structure, kind="begun")
    campaign = create_campaign(structure=structure, values={"name": "Pacte"}, by=adviser, now=NOW)
    assert campaign.letter.template.kind == "letter"
    assert campaign.begun_text == relaunch
    assert campaign.unopened_text.template.kind == "unopened"
    assert campaign.answer_by == dt.date(2026, 12, 24)
    assert (campaign.owner, campaign.first_relaunch_days, campaign.state) == (adviser, 5, CampaignState.DRAFT)


def test_an_older_version_of_a_text_is_not_taken(structure, adviser, letter):
    letter.template.version = 2
    letter.template.save()
    new = LetterVersionFactory(structure=structure, template=letter.template, number=2)
    assert create_campaign(structure=structure, values={"name": "Pacte"}, by=adviser, now=NOW).letter == new


def test_two_people_do_not_overwrite_each_other(draft, adviser):
    edit_campaign(campaign=draft, changes={"name": "Un"}, by=adviser, now=NOW, version=draft.version)
    with pytest.raises(RowConflictError):
        edit_campaign(campaign=draft, changes={"name": "Deux"}, by=adviser, now=NOW, version=draft.version)


# --- launch -------------------------------------------------------------------------------------
def test_a_launch_draws_links_and_queues_letters(chosen, adviser, django_capture_on_commit_callbacks):
    launch_campaign(campaign=chosen, by=adviser, now=NOW)
    chosen.refresh_from_db()
    assert (chosen.state, chosen.launched_at) == (CampaignState.RUNNING, NOW)
    assert SurveyLink.objects.count() == 3
    messages = Message.objects.filter(campaign=chosen, step=0)
    assert {message.to_address for message in messages} == {f"c{n}@entreprise.example" for n in range(3)}
    assert {message.not_before for message in messages} == {NOW}
    assert states_of(chosen) == [CampaignState.DRAFT, CampaignState.RUNNING]


def test_launched_twice_it_leaves_once(chosen, adviser):
    for _ in range(2):
        launch_campaign(campaign=chosen, by=adviser, now=NOW)
    assert Message.objects.count() == 3
    assert states_of(chosen).count(CampaignState.RUNNING) == 1


def test_on_a_saturday_letters_wait_for_monday(chosen, adviser):
    saturday = dt.datetime(2026, 11, 28, 10, tzinfo=NOW.tzinfo)
    launch_campaign(campaign=chosen, by=adviser, now=saturday)
    monday = dt.datetime(2026, 11, 30, 8, 30, tzinfo=NOW.tzinfo)
    assert {message.not_before for message in Message.objects.all()} == {monday}


def test_who_opted_out_since_the_check_is_left_out_at_the_last_moment(chosen, companies, adviser):
    Contact.objects.filter(company=companies[0]).update(opted_out_at=NOW)
    launch_campaign(campaign=chosen, by=adviser, now=NOW)
    assert Message.objects.count() == 2
    move = CampaignMove.objects.get(campaign=chosen, to_state=CampaignState.RUNNING)
    assert "1\u00a0entreprise écartée depuis la vérification" in move.note


def test_by_post_nothing_is_queued(structure, letter, adviser):
    CompanyFactory(structure=structure, address="2 rue du Pont")
    values = {"name": "Papier", "channel": Channel.POST}
    campaign = choose(create_campaign(structure=structure, values=values, by=adviser, now=NOW), adviser)
    launch_campaign(campaign=campaign, by=adviser, now=NOW)
    assert Message.objects.count() == 0
    assert SurveyLink.objects.count() == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"letter": None}, "Choisissez une lettre"),
        ({"answer_by": None}, "avant quelle date"),
        ({"answer_by": dt.date(2026, 11, 24)}, "repoussez-la"),
    ],
)
def test_what_stands_in_the_way_is_said(chosen, adviser, changes, said):
    edited = edit_campaign(campaign=chosen, changes=changes, by=adviser, now=NOW)
    with pytest.raises(CampaignError, match=said):
        launch_campaign(campaign=edited, by=adviser, now=NOW)
    assert Message.objects.count() == 0


def test_an_unknown_field_and_one_that_nobody_has_are_said(chosen, structure, adviser):
    """What our own record lacks is told once, and leaves nobody out."""
    adviser.phone = structure.phone = ""
    adviser.save()
    structure.save()
    before = Recipient.objects.included().count()
    letter = LetterVersionFactory(structure=structure, body="{conseiller_telephone}, {prix}")
    edited = edit_campaign(campaign=chosen, changes={"letter": letter}, by=adviser, now=NOW)
    unknown, lacking = problems_of(edited, now=NOW)
    assert "{prix}" in str(unknown)
    assert str(lacking) == "Pour remplir les lettres, il manque le téléphone de votre structure."
    assert (unknown.is_ours, lacking.is_ours) == (False, True)
    assert Recipient.objects.included().count() == before > 0


def test_without_any_company_it_does_not_leave(draft, adviser):
    with pytest.raises(CampaignError, match="Aucune entreprise"):
        launch_campaign(campaign=draft, by=adviser, now=NOW)


def test_a_launched_campaign_changes_no_more(chosen, adviser):
    launch_campaign(campaign=chosen, by=adviser, now=NOW)
    recipient = Recipient.objects.first()
    for gesture in (
        lambda: edit_campaign(campaign=chosen, changes={"name": "Autre"}, by=adviser, now=NOW),
        lambda: exclude_recipient(recipient=recipient, by=adviser, now=NOW),
        lambda: choose(chosen, adviser),
        lambda: bin_campaign(campaign=chosen, by=adviser, now=NOW),
        lambda: send_back(campaign=chosen, by=adviser, now=NOW),
    ):
        with pytest.raises(CampaignError, match="lancée"):
            gesture()


# --- hour, approval -----------------------------------------------------------------------------
def test_a_campaign_leaves_at_its_hour(chosen, structure, adviser):
    at = NOW + dt.timedelta(days=1)
    schedule_campaign(campaign=chosen, send_at=at, by=adviser, now=NOW)
    assert launch_due_campaigns(structure=structure, now=at - dt.timedelta(minutes=1)) == 0
    assert launch_due_campaigns(structure=structure, now=at) == 1
    assert launch_due_campaigns(structure=structure, now=at) == 0
    assert Message.objects.count() == 3


def test_an_hour_gone_by_is_refused(chosen, adviser):
    with pytest.raises(CampaignError, match="passée"):
        schedule_campaign(campaign=chosen, send_at=NOW, by=adviser, now=NOW)


def test_one_that_cannot_leave_at_its_hour_says_why(chosen, structure, adviser):
    at = NOW + dt.timedelta(days=1)
    schedule_campaign(campaign=chosen, send_at=at, by=adviser, now=NOW)
    Contact.objects.update(opted_out_at=NOW)
    assert launch_due_campaigns(structure=structure, now=at) == 0
    chosen.refresh_from_db()
    assert chosen.state == CampaignState.DRAFT
    assert "n’a pas pu partir" in chosen.moves.order_by("-pk")[0].note


@pytest.fixture
def _approved(structure):
    SendingSettings.objects.create(structure=structure, needs_approval=True)


@pytest.mark.usefixtures("_approved")
def test_an_adviser_s_campaign_waits_for_a_manager(chosen, adviser, manager):
    with pytest.raises(CampaignError, match="approuver"):
        launch_campaign(campaign=chosen, by=adviser, now=NOW)
    asked = ask_for_approval(campaign=chosen, by=adviser, now=NOW)
    with pytest.raises(CampaignError, match="approuver"):
        launch_campaign(campaign=asked, by=adviser, now=NOW)
    approve_campaign(campaign=asked, by=manager, now=NOW)
    approve_campaign(campaign=asked, by=manager, now=NOW)
    chosen.refresh_from_db()
    assert (chosen.state, chosen.approved_by) == (CampaignState.RUNNING, manager)
    assert Message.objects.count() == 3


@pytest.mark.usefixtures("_approved")
def test_an_approval_given_for_later_leaves_later(chosen, structure, adviser, manager):
    at = NOW + dt.timedelta(days=2)
    asked = ask_for_approval(campaign=chosen, by=adviser, now=NOW, send_at=at)
    approved = approve_campaign(campaign=asked, by=manager, now=NOW)
    assert approved.state == CampaignState.SCHEDULED
    assert launch_due_campaigns(structure=structure, now=at) == 1


@pytest.mark.usefixtures("_approved")
def test_an_approval_falls_when_the_campaign_is_taken_up_again(chosen, adviser, manager):
    asked = ask_for_approval(campaign=chosen, by=adviser, now=NOW, send_at=NOW + dt.timedelta(days=2))
    approved = approve_campaign(campaign=asked, by=manager, now=NOW)
    back = send_back(campaign=approved, note="Changez la date", by=manager, now=NOW)
    assert (back.state, back.approved_at) == (CampaignState.DRAFT, None)
    with pytest.raises(CampaignError, match="approuver"):
        launch_campaign(campaign=back, by=adviser, now=NOW)


@pytest.mark.usefixtures("_approved")
def test_a_manager_needs_nobody(chosen, manager):
    assert launch_campaign(campaign=chosen, by=manager, now=NOW).state == CampaignState.RUNNING


# --- under way ----------------------------------------------------------------------------------
@pytest.fixture
def running(chosen, adviser):
    return launch_campaign(campaign=chosen, by=adviser, now=NOW)


def test_a_pause_and_its_end(running, adviser):
    assert pause_campaign(campaign=running, by=adviser, now=NOW).state == CampaignState.PAUSED
    assert resume_campaign(campaign=running, by=adviser, now=NOW).state == CampaignState.RUNNING
    with pytest.raises(CampaignError, match="pas en pause"):
        resume_campaign(campaign=running, by=adviser, now=NOW)


def test_a_stop_takes_back_what_waits_and_keeps_what_came(running, adviser):
    first, second, third = Recipient.objects.order_by("pk")
    Recipient.objects.filter(pk=first.pk).update(state=RecipientState.ANSWERED, answered_at=NOW)
    Recipient.objects.filter(pk=third.pk).update(state=RecipientState.BOUNCED, phone_listed_at=NOW)
    Message.objects.filter(recipient=second).update(state=MessageState.SENT, sent_at=NOW)
    with pytest.raises(CampaignError, match="pourquoi"):
        stop_campaign(campaign=running, note=" ", by=adviser, now=NOW)
    stopped = stop_campaign(campaign=running, note="Erreur de date", by=adviser, now=NOW)
    assert (stopped.state, stopped.ended_at) == (CampaignState.STOPPED, NOW)
    states = list(Recipient.objects.order_by("pk").values_list("state", flat=True))
    assert states == [RecipientState.ANSWERED, RecipientState.STOPPED, RecipientState.BOUNCED]
    assert not Recipient.objects.on_the_phone_list().exists()
    sent = list(Message.objects.order_by("recipient_id").values_list("state", flat=True))
    assert sent == [MessageState.CANCELLED, MessageState.SENT, MessageState.CANCELLED]
    assert SurveyLink.objects.filter(revoked_at=None).count() == 3


def test_an_end_says_who_did_not_answer(running, adviser):
    end_campaign(campaign=running, by=adviser, now=NOW)
    assert set(Recipient.objects.values_list("state", flat=True)) == {RecipientState.UNANSWERED}
    with pytest.raises(CampaignError, match="on ne passe pas"):
        pause_campaign(campaign=running, by=adviser, now=NOW)


def test_the_bin_and_back(draft, adviser):
    bin_campaign(campaign=draft, by=adviser, now=NOW)
    draft.refresh_from_db()
    assert draft.is_deleted
    restore_campaign(campaign=draft, by=adviser, now=NOW)
    assert not draft.is_deleted


def test_a_draft_of_another_campaign_is_not_touched(chosen, structure, adviser):
    other = RecipientFactory(campaign=CampaignFactory(structure=structure, running=True))
    launch_campaign(campaign=chosen, by=adviser, now=NOW)
    stop_campaign(campaign=chosen, note="Erreur", by=adviser, now=NOW)
    other.refresh_from_db()
    assert other.state == RecipientState.PLANNED
