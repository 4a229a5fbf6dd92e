import datetime as dt

import pytest
from django.utils import timezone

from accounts.enums import Role
from campaigns.actions.answers import (
    AnswerChangedError,
    AnswerClosedError,
    decline,
    give_answer,
    open_survey,
    opt_out,
    save_answer,
)
from campaigns.actions.commitments import settle_commitment, unsettle_commitment
from campaigns.actions.errors import CampaignError
from campaigns.actions.links import draw_links
from campaigns.enums import AnswerChannel, AnswerState, MessageState, RecipientState, Step
from campaigns.models import Answer, AnswerVersion, Commitment, Message, Suppression
from companies.actions import edit_company
from companies.models import NextAction, ProposedChange
from core.errors import RowGoneError
from core.models import ActivityEntry, ActivityKind
from core.phases import Phase
from core.working_days import add_working_days
from opportunities.actions import edit_opportunity, move_opportunity
from opportunities.enums import OpportunityState, Origin
from opportunities.models import Opportunity
from tests.conftest import member
from tests.factories import CampaignFactory, OccupationFactory, RecipientFactory

pytestmark = pytest.mark.django_db
YES = {
    "recruits": "yes",
    "recruits_posts": {"text": "Charpentier", "codes": []},
    "trains": "yes",
    "trains_posts": {"text": "", "codes": []},
    "welcomes": "yes",
    "welcomes_months": [4, 5],
    "visits": "yes",
    "mixed_hiring": "yes",
    "knows_aid": "no",
}


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, running=True, name="Pacte 2026")


@pytest.fixture
def recipient(campaign, adviser):
    return RecipientFactory(
        campaign=campaign, company__adviser=adviser, company__phone="+33254000000", state=RecipientState.ASKED
    )


def queued(recipient, now):
    return Message.objects.create(
        structure=recipient.structure,
        campaign=recipient.campaign,
        recipient=recipient,
        contact=recipient.contact,
        step=Step.FIRST_RELAUNCH,
        letter=recipient.campaign.letter,
        to_address=recipient.email,
        state_since=now,
        not_before=now,
    )


# --- saving and giving ----------------------------------------------------------------------------
def test_opening_is_noted_once(recipient, now):
    open_survey(recipient=recipient, now=now)
    open_survey(recipient=recipient, now=now + dt.timedelta(hours=1))
    recipient.refresh_from_db()
    assert recipient.opened_at == now
    assert recipient.begun_at is None


def test_a_section_is_kept_and_nothing_follows_yet(recipient, now):
    message = queued(recipient, now)
    save_answer(recipient=recipient, values={"recruits": "yes", "strange": "x"}, now=now)
    answer = save_answer(recipient=recipient, values={"trains": "no"}, comment="À voir", now=now)
    assert answer.values == {"recruits": "yes", "trains": "no"}
    assert (answer.state, answer.comment) == (AnswerState.BEGUN, "À voir")
    recipient.refresh_from_db()
    message.refresh_from_db()
    assert (recipient.state, recipient.begun_at) == (RecipientState.ASKED, now)
    assert message.state == MessageState.QUEUED
    assert not Opportunity.objects.exists()


def test_an_answer_makes_drafts_in_the_four_phases_with_an_owner_and_a_clock(recipient, adviser, now):
    trade = OccupationFactory()
    answer = give_answer(recipient=recipient, values=YES, now=now)
    drafts = Opportunity.objects.order_by("phase")
    assert [draft.phase for draft in drafts] == [
        Phase.DISCOVERY,
        Phase.VALIDATION,
        Phase.APPRENTICESHIP,
        Phase.JOB,
    ]
    assert {(draft.state, draft.managed_by, draft.origin, draft.company) for draft in drafts} == {
        (OpportunityState.DRAFT, adviser, Origin.SURVEY, recipient.company)
    }
    assert drafts[1].months == [4, 5]
    assert list(drafts[3].occupations.all()) == [trade]
    assert [draft.is_open_to_all for draft in drafts] == [False, False, True, True]
    assert drafts[3].contact == recipient.contact
    day = add_working_days(timezone.localdate(now), 5)
    assert {row.due_on for row in answer.commitments.all()} == {day}
    action = NextAction.objects.get()
    assert (action.title, action.assigned_to, action.due_on) == ("Préciser le besoin\u00a0: Pacte 2026", adviser, day)


def test_an_answer_stops_relaunches_and_calls(recipient, now):
    message = queued(recipient, now)
    recipient.phone_listed_at = now
    recipient.save()
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now)
    message.refresh_from_db()
    recipient.refresh_from_db()
    assert message.state == MessageState.CANCELLED
    assert (recipient.state, recipient.answered_at) == (RecipientState.ANSWERED, now)
    assert recipient.phone_ended_at == now
    assert not NextAction.objects.exists()


def test_marks_and_corrections_reach_the_record_each_in_its_way(recipient, now):
    values = {**YES, "phone": "+33254000009", "email": "nouveau@entreprise.example", "contact_name": "Louis Petit"}
    give_answer(recipient=recipient, values=values, now=now)
    company = recipient.company
    company.refresh_from_db()
    assert (company.recruits_all, company.knows_aid, company.phone) == (True, False, "+33254000000")
    proposed = {row.field: row.proposed for row in ProposedChange.objects.waiting()}
    assert proposed == {"phone": "+33254000009", "person": "Louis Petit · nouveau@entreprise.example"}


def test_the_address_of_the_one_we_wrote_to_is_hers_to_correct(recipient, now):
    give_answer(recipient=recipient, values={"email": "nouveau@entreprise.example"}, now=now)
    change = ProposedChange.objects.get()
    assert (change.contact, change.field) == (recipient.contact, "email")


def test_all_of_it_is_on_the_timeline(recipient, now):
    give_answer(recipient=recipient, values=YES, comment="Plutôt au printemps.", now=now)
    entry = ActivityEntry.objects.about(recipient.company).get(verb="answer_given")
    assert entry.kind == ActivityKind.CAMPAIGN
    assert entry.title == "L’entreprise a répondu à «\u00a0Pacte 2026\u00a0»\u00a0: 4\u00a0engagements"
    assert "Plutôt au printemps." in entry.body


# --- again ----------------------------------------------------------------------------------------
def test_the_same_answer_twice_changes_nothing(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    counts = (Opportunity.objects.count(), ActivityEntry.objects.count(), NextAction.objects.count())
    give_answer(recipient=recipient, values=YES, now=now + dt.timedelta(minutes=1))
    assert counts == (Opportunity.objects.count(), ActivityEntry.objects.count(), NextAction.objects.count())
    assert AnswerVersion.objects.count() == 1


def test_a_changed_answer_keeps_its_history_and_what_it_had_opened(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    later = now + dt.timedelta(days=1)
    answer = give_answer(recipient=recipient, values={"presents": "yes", "visits": "no"}, now=later)
    assert [row.number for row in answer.versions.order_by("number")] == [1, 2]
    assert answer.versions.get(number=1).values["visits"] == "yes"
    assert Opportunity.objects.count() == 5
    standing = answer.commitments.filter(withdrawn_at=None)
    assert {row.question for row in standing} == {"recruits", "trains", "welcomes", "presents"}
    assert standing.get(question="recruits").made_at == now
    assert NextAction.objects.count() == 1


def test_a_draft_nobody_touched_follows_the_answer(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    words = {"recruits_posts": {"text": "Couvreur", "codes": []}}
    for offset, name in ((1, "Couvreur"), (2, "Zingueur")):
        words = {"recruits_posts": {"text": name, "codes": []}}
        give_answer(recipient=recipient, values=words, now=now + dt.timedelta(hours=offset))
        assert Opportunity.objects.get(phase=Phase.JOB).title == f"Recrutement\u00a0: {name}"


def test_a_yes_taken_back_withdraws_its_draft(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now + dt.timedelta(hours=1))
    draft = Opportunity.objects.get(phase=Phase.JOB)
    assert draft.state == OpportunityState.WITHDRAWN
    assert "modifié sa réponse" in draft.reason_note
    assert NextAction.objects.count() == 1
    give_answer(recipient=recipient, values={"recruits": "yes"}, now=now + dt.timedelta(hours=2))
    draft.refresh_from_db()
    assert draft.state == OpportunityState.TO_QUALIFY
    assert Commitment.objects.get(question="recruits").withdrawn_at is None
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now + dt.timedelta(hours=3))
    draft.refresh_from_db()
    assert draft.state == OpportunityState.WITHDRAWN


def test_a_yes_taken_back_over_something_in_hand_leaves_it_and_tells(recipient, adviser, now):
    give_answer(recipient=recipient, values=YES, now=now)
    draft = Opportunity.objects.get(phase=Phase.JOB)
    edit_opportunity(opportunity=draft, changes={"places": 3}, by=adviser, now=now)
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now + dt.timedelta(hours=1))
    draft.refresh_from_db()
    assert (draft.state, draft.places) == (OpportunityState.DRAFT, 3)
    assert Commitment.objects.get(question="recruits").withdrawn_at
    assert ActivityEntry.objects.filter(verb="commitment_withdrawn").exists()
    assert NextAction.objects.filter(title__startswith="Revoir ce que l’entreprise retire").count() == 1
    # Said again, it is still hers: the next change leaves it too.
    give_answer(recipient=recipient, values={"recruits": "yes"}, now=now + dt.timedelta(hours=2))
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now + dt.timedelta(hours=3))
    draft.refresh_from_db()
    assert draft.state == OpportunityState.DRAFT


def test_a_yes_said_again_after_its_opportunity_ended_opens_another(recipient, adviser, now):
    give_answer(recipient=recipient, values=YES, now=now)
    first = Opportunity.objects.get(phase=Phase.JOB)
    for state in (OpportunityState.OPEN, OpportunityState.CLOSED):
        first = move_opportunity(opportunity=first, to=state, by=adviser, now=now)
    give_answer(recipient=recipient, values={"recruits": "no"}, now=now + dt.timedelta(hours=1))
    give_answer(recipient=recipient, values={"recruits": "yes"}, now=now + dt.timedelta(hours=2))
    assert Opportunity.objects.filter(phase=Phase.JOB).count() == 2
    assert Commitment.objects.get(question="recruits").opportunity != first


def test_after_the_deadline_the_company_changes_nothing_and_an_adviser_may(recipient, adviser, now):
    after = now + dt.timedelta(days=40)
    give_answer(recipient=recipient, values={"recruits": "no"}, now=after)  # a first answer is welcome
    with pytest.raises(AnswerClosedError):
        give_answer(recipient=recipient, values={"recruits": "yes"}, now=after)
    assert Answer.objects.get().values == {"recruits": "no"}
    answer = give_answer(
        recipient=recipient, values={"recruits": "yes"}, by=adviser, channel=AnswerChannel.PHONE, now=after
    )
    assert (answer.entered_by, answer.channel) == (adviser, AnswerChannel.PHONE)


def test_what_a_page_keeps_late_leaves_what_was_given(recipient, now):
    answer = give_answer(recipient=recipient, values={"recruits": "no"}, now=now)
    with pytest.raises(AnswerChangedError):
        save_answer(recipient=recipient, values={"recruits": "yes"}, now=now)
    answer.refresh_from_db()
    assert answer.values == {"recruits": "no"}
    assert not Opportunity.objects.exists()


def test_what_was_said_of_the_company_before_is_not_proposed_again(recipient, adviser, now):
    give_answer(recipient=recipient, values={"phone": "+33254000000", "recruits": "no"}, now=now)
    edit_company(company=recipient.company, changes={"phone": "+33254000077"}, by=adviser, now=now)
    give_answer(recipient=recipient, values={"recruits": "yes"}, now=now + dt.timedelta(hours=1))
    assert not ProposedChange.objects.exists()
    give_answer(recipient=recipient, values={"phone": "+33254000078"}, now=now + dt.timedelta(hours=2))
    assert ProposedChange.objects.get().proposed == "+33254000078"


# --- who follows ----------------------------------------------------------------------------------
def test_without_an_adviser_the_leader_of_the_campaign_follows(campaign, structure, now):
    campaign.owner = member(structure, Role.MANAGER)
    campaign.save()
    give_answer(recipient=RecipientFactory(campaign=campaign), values={"visits": "yes"}, now=now)
    assert Opportunity.objects.get().managed_by == campaign.owner


def test_somebody_whose_account_is_closed_follows_nothing(recipient, adviser, now):
    adviser.is_active = False
    adviser.save()
    give_answer(recipient=recipient, values={"visits": "yes"}, now=now)
    assert Opportunity.objects.get().managed_by is None
    assert not NextAction.objects.exists()
    assert Commitment.objects.waiting().count() == 1


def test_the_clock_knows_the_holidays_of_the_structure(structure, recipient):
    structure.department = "67"
    structure.save()
    # Good Friday, then Easter Monday: a week and two days.
    now = dt.datetime(2027, 3, 25, 10, tzinfo=dt.UTC)
    give_answer(recipient=recipient, values={"visits": "yes"}, now=now)
    assert Commitment.objects.get().due_on == dt.date(2027, 4, 5)


# --- saying no ------------------------------------------------------------------------------------
def test_declining_stops_everything_and_takes_back_what_was_promised(recipient, now):
    message = queued(recipient, now)
    give_answer(recipient=recipient, values=YES, now=now)
    decline(recipient=recipient, now=now + dt.timedelta(hours=1))
    decline(recipient=recipient, now=now + dt.timedelta(hours=2))
    recipient.refresh_from_db()
    message.refresh_from_db()
    assert (recipient.state, message.state) == (RecipientState.DECLINED, MessageState.CANCELLED)
    assert not Commitment.objects.waiting().exists()
    assert {row.state for row in Opportunity.objects.all()} == {OpportunityState.WITHDRAWN}
    assert ActivityEntry.objects.filter(verb="survey_declined").count() == 1


def test_whoever_said_no_may_answer_all_the_same(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    decline(recipient=recipient, now=now + dt.timedelta(hours=1))
    give_answer(recipient=recipient, values=YES, now=now + dt.timedelta(hours=2))
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.ANSWERED
    assert Commitment.objects.waiting().count() == 4


def test_opting_out_closes_every_campaign_to_that_address(recipient, structure, now):
    other = RecipientFactory(
        campaign=CampaignFactory(structure=structure, running=True),
        company=recipient.company,
        contact=recipient.contact,
    )
    messages = [queued(recipient, now), queued(other, now)]
    link = draw_links(campaign=recipient.campaign, recipients=[recipient], now=now)[recipient.pk]
    opt_out(link=link, now=now)
    opt_out(link=link, now=now)
    for row in (recipient, other, recipient.contact, *messages):
        row.refresh_from_db()
    assert (recipient.state, other.state) == (RecipientState.OPTED_OUT, RecipientState.OPTED_OUT)
    assert {message.state for message in messages} == {MessageState.CANCELLED}
    assert recipient.contact.opted_out_at == now
    assert Suppression.objects.standing().get().email == recipient.email


def test_opting_out_takes_back_no_answer(recipient, now):
    give_answer(recipient=recipient, values=YES, now=now)
    link = draw_links(campaign=recipient.campaign, recipients=[recipient], now=now)[recipient.pk]
    opt_out(link=link, now=now)
    recipient.refresh_from_db()
    assert recipient.state == RecipientState.ANSWERED
    assert Commitment.objects.waiting().count() == 4


# --- what went away -------------------------------------------------------------------------------
def test_an_answer_of_a_company_in_the_bin_writes_nothing(recipient, adviser, now):
    recipient.company.put_in_bin(by=adviser, at=now)
    with pytest.raises(RowGoneError):
        give_answer(recipient=recipient, values=YES, now=now)
    assert not Answer.objects.exists()


# --- settling -------------------------------------------------------------------------------------
def test_a_commitment_is_settled_and_taken_up_again(recipient, adviser, now):
    give_answer(recipient=recipient, values={"visits": "yes"}, now=now)
    row = Commitment.objects.get()
    settle_commitment(commitment=row, by=adviser, now=now)
    settle_commitment(commitment=row, by=adviser, now=now + dt.timedelta(hours=1))
    row.refresh_from_db()
    assert row.settled_at == now
    unsettle_commitment(commitment=row, by=adviser, now=now)
    assert Commitment.objects.waiting().count() == 1
    give_answer(recipient=recipient, values={"visits": "no"}, now=now)
    with pytest.raises(CampaignError):
        settle_commitment(commitment=row, by=adviser, now=now)
