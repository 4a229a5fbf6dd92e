"""One young person on one opportunity: put forward, moved, never overbooked; what each page is told."""

import datetime as dt
import re
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import RowConflictError
from core.models import ActivityEntry
from core.states import InvalidMoveError
from opportunities.actions import (
    OpportunityError,
    PlacementError,
    move_placement,
    place_young_person,
    postpone_meeting,
    prepare_placement,
)
from opportunities.models import Placement
from tests.factories import NeedFactory, OpportunityFactory, PlacementFactory, YoungPersonFactory
from youth.actions import close_needs_of

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 3, 10, 32))
TODAY = dt.date(2026, 11, 3)
REFUSED = {"refused_by": "company", "refusal_reason": "other_candidate", "outcome_note": "a déjà signé"}
BROKEN = {"broken_by": "young_person", "break_cause": "work"}


@pytest.fixture
def opportunity(structure):
    return OpportunityFactory(company__structure=structure, title="Immersion charpente")


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, first_name="Maël", last_name="Rivet", counsellor=counsellor)


@pytest.fixture
def need(person):
    return NeedFactory(young_person=person)


@pytest.fixture
def placed(opportunity, person, need, adviser):
    return place_young_person(opportunity=opportunity, young_person=person, need=need, by=adviser, now=NOW)


@pytest.fixture
def move(adviser):
    def moved(placement, to, **values):
        return move_placement(placement=placement, to=to, values=values, by=adviser, now=NOW)

    return moved


def titles_of(subject):
    return list(ActivityEntry.objects.about(subject).values_list("title", flat=True))


# --- putting somebody forward ---------------------------------------------------------------------
def test_a_young_person_is_put_forward(placed, opportunity, person, need):
    need.refresh_from_db()
    assert (placed.state, placed.considered_on, need.state) == ("considered", TODAY, "proposed")
    assert placed.moves.get().to_state == "considered"
    said = "Maël R. · Immersion charpente\u00a0: positionnement envisagé"
    assert titles_of(opportunity.company) == [said]
    assert said in titles_of(person)


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"young_person__left": True}, "a quitté l’accompagnement"),
        ({"opportunity__state": "draft"}, "n’est pas ouverte"),
        ({"opportunity__state": "filled"}, "n’est pas ouverte"),
        ({"stranger": True}, "autre structure"),
        ({"need__other": True}, "autre jeune"),
        ({"need__met": True}, "clos"),
        ({"on": dt.date(2026, 11, 4)}, "à venir"),
    ],
)
def test_nobody_is_put_forward_wrongly(structure, adviser, values, said):
    person = YoungPersonFactory(**({} if "stranger" in values else {"structure": structure}))
    if "young_person__left" in values:
        person = YoungPersonFactory(structure=structure, left=True)
    opportunity = OpportunityFactory(company__structure=structure, state=values.get("opportunity__state", "open"))
    need = None
    if "need__other" in values:
        need = NeedFactory(young_person=YoungPersonFactory(structure=structure))
    if "need__met" in values:
        need = NeedFactory(young_person=person, met=True)
    with pytest.raises(PlacementError, match=said):
        place_young_person(
            opportunity=opportunity, young_person=person, need=need, by=adviser, now=NOW, on=values.get("on")
        )
    assert not Placement.objects.exists()


def test_the_same_person_twice(placed, opportunity, person, adviser):
    with pytest.raises(OpportunityError, match="est déjà en cours"):
        place_young_person(opportunity=opportunity, young_person=person, by=adviser, now=NOW)
    assert Placement.objects.count() == 1


def locks_of(queries):
    """The tables whose rows were locked, in the order of the first lock of each."""
    tables = [re.search(r'FROM "(\w+)"', query["sql"])[1] for query in queries if "FOR UPDATE" in query["sql"]]
    return list(dict.fromkeys(tables))


def test_a_refusal_locks_the_person_before_her_need(placed, move):
    """Whoever notes her leaving locks her, then her needs: the other way round, the two would wait for each other."""
    with CaptureQueriesContext(connection) as queries:
        move(placed, "refused", **REFUSED)
    assert locks_of(queries) == [
        "opportunities_opportunity",
        "youth_youngperson",
        "opportunities_placement",
        "youth_need",
    ]


def test_again_after_a_refusal(placed, opportunity, person, adviser, move):
    move(placed, "refused", **REFUSED)
    assert place_young_person(opportunity=opportunity, young_person=person, by=adviser, now=NOW).pk != placed.pk


# --- moving ---------------------------------------------------------------------------------------
def test_the_whole_way(placed, opportunity, person, need, move):
    move(placed, "proposed", on=TODAY)
    meeting = timezone.make_aware(dt.datetime(2026, 11, 6, 14, 0))
    move(placed, "meeting", at=meeting)
    move(placed, "accepted")
    opportunity.refresh_from_db()
    assert (opportunity.taken, opportunity.state) == (1, "open")
    move(placed, "started", planned_end_on=dt.date(2026, 11, 20))
    need.refresh_from_db()
    opportunity.refresh_from_db()
    assert (need.state, opportunity.state) == ("met", "filled")
    ended = move(placed, "ended", outcome_note="très bien")
    assert (ended.proposed_on, ended.meeting_at, ended.started_on, ended.ended_on) == (TODAY, meeting, TODAY, TODAY)
    assert ended.planned_end_on == dt.date(2026, 11, 20)
    steps = list(placed.moves.order_by("pk").values_list("to_state", flat=True))
    assert steps == ["considered", "proposed", "meeting", "accepted", "started", "ended"]
    assert "Maël R. · Immersion charpente\u00a0: rencontre prévue vendredi 6\u00a0novembre à 14\u00a0h" in titles_of(
        opportunity.company
    )


def test_a_place_left_keeps_the_opportunity_open(placed, opportunity, move):
    opportunity.places = 2
    opportunity.save()
    for to in ("proposed", "accepted", "started"):
        move(placed, to)
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.free_places) == ("open", 1)


def test_a_refusal_puts_the_need_back(placed, need, move):
    refused = move(placed, "refused", **REFUSED)
    need.refresh_from_db()
    assert (refused.refused_on, refused.refused_by, need.state) == (TODAY, "company", "open")


def test_a_refusal_leaves_a_need_that_something_else_answers(placed, need, person, structure, adviser, move):
    other = OpportunityFactory(company__structure=structure)
    place_young_person(opportunity=other, young_person=person, need=need, by=adviser, now=NOW)
    move(placed, "refused", **REFUSED)
    need.refresh_from_db()
    assert need.state == "proposed"


def test_a_place_that_frees_itself_reopens_nothing(placed, opportunity, structure, move):
    for to in ("proposed", "accepted"):
        move(placed, to)
    opportunity.refresh_from_db()
    opportunity.state = "filled"
    opportunity.save()
    move(placed, "refused", **REFUSED)
    opportunity.refresh_from_db()
    assert (opportunity.state, opportunity.free_places) == ("filled", 1)


def test_why_is_told_to_the_file_and_not_to_the_company(placed, opportunity, person, move):
    move(placed, "refused", **REFUSED)
    company = ActivityEntry.objects.about(opportunity.company)
    assert not company.filter(body__contains="signé").exists()
    assert ActivityEntry.objects.about(person).filter(body__contains="autre candidature retenue").exists()
    assert not company.filter(title__contains="Rivet").exists()


@pytest.mark.parametrize(
    ("way", "to", "values", "said"),
    [
        ([], "meeting", {}, "quand aura lieu"),
        ([], "refused", {}, "qui refuse"),
        ([], "refused", {"refused_by": "company", "refusal_reason": "mood"}, "qui refuse"),
        (["proposed"], "accepted", {"on": dt.date(2026, 11, 4)}, "à venir"),
        (["proposed"], "accepted", {"on": dt.date(2026, 11, 2)}, "étape précédente"),
        (["proposed", "accepted"], "started", {"planned_end_on": dt.date(2026, 11, 2)}, "inversées"),
        (["proposed", "accepted", "started"], "broken", {"broken_by": "company"}, "qui a rompu"),
        (["proposed", "accepted", "started"], "ended", {"outcome_note": "1 05 05 36 018 001 42"}, "sécurité sociale"),
    ],
)
def test_a_step_asks_what_it_must(placed, move, way, to, values, said):
    for step in way:
        move(placed, step)
    before = placed.moves.count()
    with pytest.raises(PlacementError, match=said):
        move(placed, to, **values)
    assert placed.moves.count() == before


@pytest.mark.parametrize("to", ["accepted", "started", "ended", "broken", "nonsense"])
def test_a_step_that_the_table_forbids(placed, move, to):
    with pytest.raises(InvalidMoveError):
        move(placed, to, **BROKEN)


def test_somebody_who_left_goes_no_further(placed, person, counsellor, move):
    """Leaving asks what becomes of each placement; files that were left before it did hold some, to be ended."""
    close_needs_of(young_person=person, by=counsellor, now=NOW)
    person.step, person.outcome = "left", "other"
    person.save()
    with pytest.raises(PlacementError, match="a quitté l’accompagnement"):
        move(placed, "proposed")
    assert move(placed, "refused", **REFUSED).state == "refused"


def test_an_offer_taken_back_takes_nobody(placed, opportunity, move):
    move(placed, "proposed")
    opportunity.state, opportunity.withdrawal_reason = "withdrawn", "budget"
    opportunity.save()
    with pytest.raises(PlacementError, match="a retiré cette opportunité"):
        move(placed, "accepted")


def test_a_need_abandoned_meanwhile_stays_so(placed, need, move):
    for to in ("proposed", "accepted"):
        move(placed, to)
    need.refresh_from_db()
    need.state, need.closed_at, need.abandon_reason = "abandoned", NOW, "other"
    need.save()
    move(placed, "started")
    need.refresh_from_db()
    assert need.state == "abandoned"


def test_who_saved_first_is_read(placed, adviser, move):
    move(placed, "proposed")
    with pytest.raises(RowConflictError):
        move_placement(placement=placed, to="accepted", values={}, by=adviser, now=NOW, version=1)


# --- places ---------------------------------------------------------------------------------------
def test_the_last_place_tells_who_took_it(placed, opportunity, structure, adviser, move):
    other = PlacementFactory(opportunity=opportunity, young_person__structure=structure, state="proposed")
    for to in ("proposed", "accepted"):
        move(placed, to)
    with pytest.raises(PlacementError, match=r"vient d’être prise par Maël R\., à 10.h.32.*Léa Morin"):
        move(other, "accepted")
    later = NOW + dt.timedelta(days=3)
    with pytest.raises(PlacementError, match=r"a été prise par Maël R\., mardi 3"):
        move_placement(placement=other, to="accepted", values={}, by=adviser, now=later)


@pytest.mark.django_db(transaction=True)
def test_of_two_people_one_wins_and_the_other_is_told(structure, adviser, colleague):
    opportunity = OpportunityFactory(company__structure=structure, places=1)
    first, second = (
        PlacementFactory(opportunity=opportunity, young_person__structure=structure, state="proposed")
        for _number in range(2)
    )
    barrier, outcomes = threading.Barrier(2), []

    def accept(placement, by):
        try:
            with transaction.atomic():
                barrier.wait(10)
                move_placement(placement=placement, to="accepted", values={}, by=by, now=timezone.now())
            outcomes.append("won")
        except PlacementError as error:
            outcomes.append(str(error))
        finally:
            connection.close()

    threads = [threading.Thread(target=accept, args=pair) for pair in [(first, adviser), (second, colleague)]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    told, won = sorted(outcomes)
    assert won == "won"
    assert told.startswith("La dernière place vient d’être prise par Maël R.")
    opportunity.refresh_from_db()
    assert opportunity.taken == 1


# --- meeting, preparation -------------------------------------------------------------------------
def test_a_meeting_is_put_off(placed, adviser, move):
    move(placed, "meeting", at=timezone.make_aware(dt.datetime(2026, 11, 6, 14, 0)))
    at = timezone.make_aware(dt.datetime(2026, 11, 9, 9, 30))
    postponed = postpone_meeting(placement=placed, at=at, by=adviser, now=NOW)
    assert (postponed.state, postponed.meeting_at) == ("meeting", at)
    note = placed.moves.order_by("-pk").first().note
    assert "lundi 9\u00a0novembre à 9\u00a0h\u00a030" in note
    assert "vendredi 6\u00a0novembre" in note


def test_no_meeting_to_put_off(placed, adviser):
    with pytest.raises(PlacementError, match="Aucune rencontre"):
        postpone_meeting(placement=placed, at=NOW, by=adviser, now=NOW)


def test_both_sides_are_prepared(placed, adviser, opportunity):
    prepared = prepare_placement(
        placement=placed, youth="Vient en bus. ", company="Accueil par Paul.", by=adviser, now=NOW
    )
    assert (prepared.preparation_youth, prepared.preparation_company) == ("Vient en bus.", "Accueil par Paul.")
    assert titles_of(opportunity.company)[0].endswith("préparation avec le jeune et avec l’entreprise")
    count = ActivityEntry.objects.count()
    prepare_placement(placement=placed, youth="Vient en bus.", company="Accueil par Paul.", by=adviser, now=NOW)
    assert ActivityEntry.objects.count() == count


def test_a_preparation_holds_no_nir(placed, adviser):
    with pytest.raises(PlacementError, match="sécurité sociale"):
        prepare_placement(placement=placed, youth="105053601800142", company="", by=adviser, now=NOW)
