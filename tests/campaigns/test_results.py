import datetime as dt

import pytest
from django.utils import timezone

from campaigns.enums import MessageState, RecipientState
from campaigns.models import Answer, Campaign, Commitment, Message
from campaigns.results import EXPORT_HEADER, HEIGHT, WIDTH, Point, compared, export_rows, picture_of, results_of
from core.phases import Phase
from tests.factories import CampaignFactory, InteractionFactory, RecipientFactory

NOW = timezone.now()
TODAY = timezone.localdate(NOW)
LAUNCH = NOW - dt.timedelta(days=20)
pytestmark = pytest.mark.django_db


@pytest.fixture
def campaign(structure):
    return CampaignFactory(structure=structure, running=True, launched_at=LAUNCH)


def recipient(campaign, *, letter=MessageState.SENT, bounced=False, phases=(), answered_days_ago=None, **fields):
    """One company asked; `phases`: those of its promises."""
    if answered_days_ago is not None:
        at = NOW - dt.timedelta(days=answered_days_ago)
        fields |= {"state": RecipientState.ANSWERED, "answered_at": at, "state_since": at}
    row = RecipientFactory(campaign=campaign, **fields)
    if letter:
        Message.objects.create(
            structure=row.structure,
            campaign=campaign,
            recipient=row,
            letter=campaign.letter,
            to_address=row.email,
            state=letter,
            state_since=LAUNCH,
            sent_at=LAUNCH if letter == MessageState.SENT or bounced else None,
            bounced_at=NOW if bounced else None,
            not_before=LAUNCH,
        )
    if phases:
        answer = Answer.objects.create(
            structure=row.structure, recipient=row, state="given", begun_at=NOW, given_at=NOW, values={}
        )
        for number, phase in enumerate(phases):
            Commitment.objects.create(
                structure=row.structure, answer=answer, question=f"q{number}", phase=phase, made_at=NOW, due_on=TODAY
            )
    return row


def test_each_figure_counts_what_a_person_or_a_server_did(campaign):
    recipient(campaign, answered_days_ago=3, phases=[Phase.JOB, Phase.DISCOVERY])
    recipient(campaign, state=RecipientState.DECLINED)
    recipient(campaign, letter=MessageState.FAILED, bounced=True, state=RecipientState.BOUNCED)
    recipient(campaign, letter=MessageState.FAILED, state=RecipientState.BOUNCED)
    recipient(campaign, letter=MessageState.QUEUED)
    recipient(campaign, letter=None, exclusion="no_email")
    totals = results_of(campaign, today=TODAY).totals
    assert (totals.asked, totals.out, totals.sent, totals.refused, totals.delivered) == (5, 1, 4, 2, 2)
    assert (totals.answered, totals.declined, totals.committed) == (1, 1, 1)


def test_promises_are_counted_by_phase_and_those_taken_back_are_not(campaign):
    recipient(campaign, answered_days_ago=3, phases=[Phase.JOB, Phase.DISCOVERY])
    recipient(campaign, answered_days_ago=2, phases=[Phase.JOB])
    Commitment.objects.filter(phase=Phase.DISCOVERY).update(withdrawn_at=NOW)
    results = results_of(campaign, today=TODAY)
    assert dict(results.phases) == {1: 0, 2: 0, 3: 0, 4: 2}
    assert results.commitments == 2


def test_groups_are_by_sector_type_adviser_and_commune(campaign, adviser):
    recipient(campaign, company__sector="construction", company__city="Le Blanc", adviser=adviser, answered_days_ago=1)
    recipient(campaign, company__sector="construction", company__city="Rosnay")
    recipient(campaign, company__sector="", company__city="")
    groups = {title: {group.label: (group.asked, group.answered) for group in rows}
              for title, rows in results_of(campaign, today=TODAY).groups}  # fmt: skip
    assert groups["Secteur"] == {"BTP": (2, 1), "Non renseigné": (1, 0)}
    assert groups["Suivie par"]["Léa Morin"] == (1, 1)
    assert groups["Commune"] == {"Le Blanc": (1, 1), "Rosnay": (1, 0), "Non renseignée": (1, 0)}


def test_beyond_a_dozen_groups_are_told_together(campaign):
    for number in range(14):
        recipient(campaign, letter=None, company__city=f"Commune {number:02}")
    towns = dict(results_of(campaign, today=TODAY).groups)["Commune"]
    assert len(towns) == 12
    assert (towns[-1].label, towns[-1].asked) == ("3 autres", 3)


def test_answers_add_up_day_after_day(campaign):
    for days in (10, 10, 4):
        recipient(campaign, answered_days_ago=days)
    points = results_of(campaign, today=TODAY).points
    assert [point.count for point in points] == [0, 2, 3, 3]
    assert points[0].mark == "Lettre"
    assert points[-1].day == TODAY


def test_the_delay_is_from_the_answer_to_the_first_exchange(campaign):
    for days, later in ((10, 2), (10, 6)):
        row = recipient(campaign, answered_days_ago=days)
        InteractionFactory(company=row.company, at=row.answered_at + dt.timedelta(days=later))
        InteractionFactory(company=row.company, at=row.answered_at - dt.timedelta(days=1))
    recipient(campaign, answered_days_ago=1)
    delay = results_of(campaign, today=TODAY).delay
    assert (delay.contacted, delay.waiting, delay.median_days, delay.longest) == (2, 1, 4, 6)


@pytest.mark.parametrize("count", [1, 3])
def test_results_cost_the_same_whatever_their_number(campaign, count, django_assert_num_queries):
    for _ in range(count):
        recipient(campaign, answered_days_ago=2, phases=[Phase.JOB])
    with django_assert_num_queries(4):
        results_of(campaign, today=TODAY)


def test_earlier_campaigns_of_the_structure_stand_beside(campaign, structure, other_structure, adviser):
    before = CampaignFactory(structure=structure, running=True, launched_at=LAUNCH - dt.timedelta(days=300))
    CampaignFactory(structure=structure, running=True, launched_at=NOW)
    CampaignFactory(structure=other_structure, running=True, launched_at=LAUNCH - dt.timedelta(days=10))
    recipient(before, answered_days_ago=250, phases=[Phase.JOB, Phase.VALIDATION])
    recipient(before)
    found = compared(campaign, Campaign.objects.visible_to(adviser))
    assert found == [campaign, before]
    assert (found[1].asked, found[1].answered, found[1].committed) == (2, 1, 2)


def test_the_file_has_a_line_for_each_company(campaign):
    recipient(campaign, answered_days_ago=3, phases=[Phase.JOB], company__legal_name="Aaa", company__siret="")
    recipient(campaign, letter=None, exclusion="no_email", exclusion_note="Personne.", company__legal_name="Bbb")
    first, second = (dict(zip(EXPORT_HEADER, row, strict=True)) for row in export_rows(campaign))
    assert (first["Entreprise"], first["État"], first["Engagements, emploi"]) == ("Aaa", "A répondu", 1)
    assert (second["Écartée"], second["Précision"], second["État"]) == ("Pas d’adresse e-mail", "Personne.", "")


# --- the picture --------------------------------------------------------------------------------
def points(*pairs):
    return [Point(TODAY + dt.timedelta(days=day), count) for day, count in pairs]


def test_a_picture_stays_in_its_box():
    picture = picture_of(points((0, 0), (3, 5), (10, 9)))
    assert picture.line.startswith("M0.0 200.0")
    assert all(0 <= across <= WIDTH and 0 <= up <= HEIGHT for across, up in picture.dots)
    assert [count for _, count in picture.rungs] == [0, 3, 6, 9, 12]


def test_without_an_answer_there_is_no_picture():
    assert picture_of([]) is None
    assert picture_of(points((0, 0), (4, 0))) is None


def test_a_single_day_has_no_line():
    assert picture_of(points((0, 3))) is None
