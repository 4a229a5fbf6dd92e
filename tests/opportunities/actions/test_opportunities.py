"""Adding an opportunity, correcting it, moving it, widening what is asked, taking it up again."""

import datetime as dt

import pytest

from companies.actions import bin_company
from companies.merges import merge_companies, undo_merge
from core.errors import RowConflictError, RowGoneError
from core.models import ActivityEntry
from core.phases import Phase, SolutionKind
from core.states import InvalidMoveError
from opportunities.actions import (
    LivePlacementsError,
    OpportunityError,
    assign_manager,
    create_opportunity,
    duplicate_opportunity,
    edit_opportunity,
    move_opportunity,
    widen_criteria,
)
from opportunities.enums import OPPORTUNITY_MOVES, OpportunityState
from opportunities.models import Opportunity
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    OccupationFactory,
    OpportunityFactory,
    PlacementFactory,
)

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 22, 10, tzinfo=dt.UTC)
VALUES = {
    "title": "CDD charpentier, 6 mois",
    "phase": Phase.JOB,
    "kind": SolutionKind.FIXED_SHORT,
    "places": 2,
    "received_on": NOW.date(),
    "criteria": "Permis B",
}


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


@pytest.fixture
def opportunity(company):
    return OpportunityFactory(company=company, title="Immersion charpente", places=2, criteria="Permis B")


def told(company):
    return [entry.title for entry in ActivityEntry.objects.about(company)]


# --- adding ---------------------------------------------------------------------------------------
def test_create_is_told_and_keeps_the_first_criteria(company, adviser):
    trade = OccupationFactory()
    row = create_opportunity(
        company=company, values={**VALUES, "occupations": [trade]}, by=adviser, now=NOW, state="to_qualify"
    )
    assert (row.initial_criteria, row.structure, row.state_since) == ("Permis B", company.structure, NOW)
    assert list(row.occupations.all()) == [trade]
    assert [(move.from_state, move.to_state, move.by) for move in row.moves.all()] == [("", "to_qualify", adviser)]
    assert told(company) == ["Opportunité proposée\u00a0: CDD charpentier, 6 mois"]


@pytest.mark.parametrize("state", ["filled", "refused", "zz"])
def test_create_begins_somewhere_possible(company, adviser, state):
    with pytest.raises(OpportunityError, match="commence"):
        create_opportunity(company=company, values=VALUES, by=adviser, now=NOW, state=state)


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"kind": SolutionKind.FORUM}, "n’est pas de cette phase"),
        ({"places": 0}, "au moins une place"),
        ({"starts_on": dt.date(2026, 6, 2), "ends_on": dt.date(2026, 6, 1)}, "La fin vient après le début"),
        ({"months": [13]}, "Un mois va de 1 à 12"),
    ],
)
def test_what_the_database_refuses_is_said_in_french(company, adviser, wrong, said):
    with pytest.raises(OpportunityError, match=said):
        create_opportunity(company=company, values={**VALUES, **wrong}, by=adviser, now=NOW)
    assert not Opportunity.objects.exists()


def test_create_refuses_somebody_else_s_contact(company, adviser):
    with pytest.raises(OpportunityError, match="pas un contact"):
        create_opportunity(company=company, values={**VALUES, "contact": ContactFactory()}, by=adviser, now=NOW)


def test_nothing_is_added_to_a_company_in_the_bin(company, adviser):
    bin_company(company=company, by=adviser, now=NOW)
    with pytest.raises(RowGoneError):
        create_opportunity(company=company, values=VALUES, by=adviser, now=NOW)


# --- correcting -----------------------------------------------------------------------------------
def test_edit_tells_what_changed(opportunity, adviser):
    edit_opportunity(opportunity=opportunity, changes={"places": 3}, by=adviser, now=NOW, version=1)
    assert told(opportunity.company) == [
        "Opportunité «\u00a0Immersion charpente\u00a0»\u00a0: places corrigées\u00a0: 2 → 3"
    ]
    with pytest.raises(RowConflictError):
        edit_opportunity(opportunity=opportunity, changes={"places": 4}, by=adviser, now=NOW, version=1)


def test_edit_without_a_change_writes_nothing(opportunity, adviser):
    edit_opportunity(opportunity=opportunity, changes={"places": 2}, by=adviser, now=NOW)
    assert told(opportunity.company) == []


def test_months_are_told_by_their_names(opportunity, adviser):
    edit_opportunity(opportunity=opportunity, changes={"months": [3, 4]}, by=adviser, now=NOW)
    assert "mars, avril" in told(opportunity.company)[0]


def test_fewer_places_than_taken_is_refused(opportunity, adviser):
    for _ in range(2):
        PlacementFactory(opportunity=opportunity, state="accepted")
    with pytest.raises(OpportunityError, match="places sont déjà prises"):
        edit_opportunity(opportunity=opportunity, changes={"places": 1}, by=adviser, now=NOW)


def test_criteria_corrected_in_the_form_are_kept_too(opportunity, adviser):
    edit_opportunity(opportunity=opportunity, changes={"criteria": "Permis ou vélo"}, by=adviser, now=NOW)
    opportunity.refresh_from_db()
    assert opportunity.initial_criteria == "Permis B"
    assert [(row.before, row.after) for row in opportunity.criteria_changes.all()] == [("Permis B", "Permis ou vélo")]


def test_criteria_first_said_later_are_the_first_ones(company, adviser):
    row = OpportunityFactory(company=company)
    edit_opportunity(opportunity=row, changes={"criteria": "Permis B"}, by=adviser, now=NOW)
    row.refresh_from_db()
    assert row.initial_criteria == "Permis B"
    assert not row.criteria_changes.exists()


# --- criteria -------------------------------------------------------------------------------------
def test_widening_keeps_both(opportunity, adviser):
    change = widen_criteria(
        opportunity=opportunity,
        criteria="Permis non exigé",
        negotiable="Les horaires",
        note="Covoiturage avec le chef d’équipe",
        by=adviser,
        now=NOW,
    )
    opportunity.refresh_from_db()
    assert (opportunity.initial_criteria, opportunity.criteria) == ("Permis B", "Permis non exigé")
    assert opportunity.negotiable == "Les horaires"
    assert (change.before, change.after, change.by) == ("Permis B", "Permis non exigé", adviser)
    assert told(opportunity.company) == ["Critères élargis\u00a0: Immersion charpente"]


def test_widening_nothing_is_refused(opportunity, adviser):
    with pytest.raises(OpportunityError, match="les mêmes"):
        widen_criteria(opportunity=opportunity, criteria=" Permis B", by=adviser, now=NOW)


# --- states ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("before", OpportunityState.values)
@pytest.mark.parametrize("after", OpportunityState.values)
def test_moves_are_those_of_the_table(company, adviser, before, after):
    reasons = {"refused": {"refusal_reason": "safety"}, "withdrawn": {"withdrawal_reason": "budget"}}
    row = OpportunityFactory(company=company, state=before, **reasons.get(before, {}))
    reason = {"refused": "criteria", "withdrawn": "activity"}.get(after, "")
    if after in OPPORTUNITY_MOVES[before]:
        move_opportunity(opportunity=row, to=after, reason=reason, by=adviser, now=NOW)
        row.refresh_from_db()
        assert (row.state, row.state_since) == (after, NOW)
        assert (row.refusal_reason or row.withdrawal_reason) == reason
        assert [(move.from_state, move.to_state) for move in row.moves.all()] == [(before, after)]
    else:
        with pytest.raises(InvalidMoveError, match="on ne passe pas à"):
            move_opportunity(opportunity=row, to=after, reason=reason, by=adviser, now=NOW)


@pytest.mark.parametrize(
    ("to", "reason", "note", "said"),
    [
        ("refused", "", "", "pourquoi nous la refusons"),
        ("refused", "budget", "", "pourquoi nous la refusons"),
        ("withdrawn", "safety", "", "pourquoi l’entreprise la retire"),
        ("refused", "other", " ", "Précisez"),
    ],
)
def test_a_reason_is_asked(opportunity, adviser, to, reason, note, said):
    with pytest.raises(OpportunityError, match=said):
        move_opportunity(opportunity=opportunity, to=to, reason=reason, note=note, by=adviser, now=NOW)


def test_a_refusal_is_told_with_its_reason(opportunity, adviser):
    move_opportunity(
        opportunity=opportunity, to="refused", reason="safety", note="machines sans carter", by=adviser, now=NOW
    )
    entry = ActivityEntry.objects.about(opportunity.company).get()
    assert entry.title == "Opportunité refusée par nous\u00a0: Immersion charpente"
    assert entry.body == "Sécurité insuffisante\u00a0: machines sans carter"
    assert opportunity.moves.get().note == entry.body


def test_ending_it_says_who_still_waits(opportunity, adviser):
    PlacementFactory(opportunity=opportunity, state="proposed")
    PlacementFactory(opportunity=opportunity, state="started", started_on=NOW.date())
    with pytest.raises(LivePlacementsError, match="1\u00a0positionnement y est encore en cours") as refused:
        move_opportunity(opportunity=opportunity, to="closed", by=adviser, now=NOW)
    assert refused.value.count == 1
    move_opportunity(opportunity=opportunity, to="closed", confirmed=True, by=adviser, now=NOW)
    opportunity.refresh_from_db()
    assert opportunity.state == "closed"


def test_reopening_asks_for_a_free_place(company, adviser):
    row = OpportunityFactory(company=company, state="filled", places=1)
    PlacementFactory(opportunity=row, state="accepted")
    with pytest.raises(OpportunityError, match="Toutes les places sont prises"):
        move_opportunity(opportunity=row, to="open", by=adviser, now=NOW)


def test_nothing_moves_in_a_company_in_the_bin(opportunity, adviser):
    bin_company(company=opportunity.company, by=adviser, now=NOW, confirmed=True)
    with pytest.raises(RowGoneError, match="à la corbeille"):
        move_opportunity(opportunity=opportunity, to="filled", by=adviser, now=NOW)


# --- next season ----------------------------------------------------------------------------------
def test_duplicate_is_last_year_s_a_year_later(company, adviser, colleague):
    gone = ContactFactory(company=company, left_on=dt.date(2026, 1, 1))
    source = OpportunityFactory(
        company=company,
        contact=gone,
        state="closed",
        places=2,
        starts_on=dt.date(2025, 12, 1),
        ends_on=dt.date(2026, 2, 28),
        answer_by=dt.date(2025, 11, 15),
        criteria="Permis non exigé",
        initial_criteria="Permis B",
        managed_by=colleague,
        months=[12, 1, 2],
    )
    PlacementFactory(opportunity=source, state="ended", started_on=dt.date(2025, 12, 1), ended_on=dt.date(2026, 2, 1))
    copy = duplicate_opportunity(opportunity=source, by=adviser, now=NOW)
    assert (copy.starts_on, copy.ends_on, copy.answer_by) == (
        dt.date(2026, 12, 1),
        dt.date(2027, 2, 28),
        dt.date(2026, 11, 15),
    )
    assert (copy.state, copy.places, copy.taken, copy.contact, copy.managed_by) == ("draft", 2, 0, None, colleague)
    assert (copy.initial_criteria, copy.copied_from, copy.received_by) == ("Permis non exigé", source, adviser)
    assert list(copy.occupations.all()) == list(source.occupations.all())
    assert duplicate_opportunity(opportunity=source, by=adviser, now=NOW) == copy


@pytest.mark.parametrize(
    ("starts", "expected"),
    [(dt.date(2024, 2, 29), dt.date(2026, 2, 28)), (dt.date(2022, 3, 1), dt.date(2026, 3, 1)), (None, None)],
)
def test_duplicate_comes_up_to_this_year(company, adviser, starts, expected):
    source = OpportunityFactory(company=company, starts_on=starts)
    assert duplicate_opportunity(opportunity=source, by=adviser, now=NOW).starts_on == expected


# --- several at once, and mergers -----------------------------------------------------------------
def test_assign_manager_tells_those_that_changed(opportunity, adviser, colleague):
    other = OpportunityFactory(company=opportunity.company, managed_by=colleague)
    changed = assign_manager(opportunities=[opportunity, other], manager=colleague, by=adviser, now=NOW)
    assert changed == [opportunity]
    assert told(opportunity.company) == ["Opportunité «\u00a0Immersion charpente\u00a0» gérée par Samir Benali"]


def test_a_merger_carries_opportunities_and_gives_them_back(opportunity, adviser):
    kept = CompanyFactory(structure=opportunity.structure)
    merge = merge_companies(kept=kept, absorbed=opportunity.company, from_absorbed=set(), by=adviser, now=NOW)
    opportunity.refresh_from_db()
    assert opportunity.company == kept
    undo_merge(merge=merge, by=adviser, now=NOW)
    opportunity.refresh_from_db()
    assert opportunity.company != kept
