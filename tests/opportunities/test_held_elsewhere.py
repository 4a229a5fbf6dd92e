"""What goes on at a company, or for a young person, is shown before the one or the other leaves."""

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.actions import HeldElsewhereError, bin_company, restore_company
from companies.merges import merge_companies, undo_merge
from core.errors import RowGoneError
from opportunities.actions import place_young_person
from opportunities.models import Opportunity, Placement
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    NextActionFactory,
    OpportunityFactory,
    PlacementFactory,
    YoungPersonFactory,
)
from youth.actions import HeldElsewhereError as YouthHeldError
from youth.actions import bin_young_person, leave

NOW = timezone.now().replace(microsecond=0)
TODAY = timezone.localdate(NOW)
STARTED = {"state": "started", "accepted_on": TODAY, "started_on": TODAY}


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, trade_name="Charpentes du Val")


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor, first_name="Maël", last_name="Rivet")


@pytest.fixture
def placement(company, person):
    return PlacementFactory(opportunity=OpportunityFactory(company=company, title="Pose"), young_person=person)


# --- a company ------------------------------------------------------------------------------------
def test_no_company_goes_to_the_bin_over_a_young_person_put_forward(placement, company, adviser):
    with pytest.raises(HeldElsewhereError) as refusal:
        bin_company(company=company, by=adviser, now=NOW, confirmed=True)
    assert refusal.value.must_end
    assert [holding.label for holding in refusal.value.holdings] == ["Maël R. · Pose", "Pose"]
    company.refresh_from_db()
    assert not company.is_deleted


def test_open_opportunities_are_hidden_with_their_company_once_it_is_confirmed(company, adviser):
    opportunity = OpportunityFactory(company=company)
    with pytest.raises(HeldElsewhereError) as refusal:
        bin_company(company=company, by=adviser, now=NOW)
    assert not refusal.value.must_end
    bin_company(company=company, by=adviser, now=NOW, confirmed=True)
    assert not Opportunity.objects.visible_to(adviser).filter(pk=opportunity.pk).exists()
    restore_company(company=company, by=adviser, now=NOW)
    assert Opportunity.objects.visible_to(adviser).filter(pk=opportunity.pk).exists()


@pytest.mark.parametrize("state", ["closed", "filled"])
def test_what_is_over_holds_nobody_back(company, adviser, state):
    opportunity = OpportunityFactory(company=company, state=state)
    PlacementFactory(
        opportunity=opportunity, state="refused", refused_on=TODAY, refused_by="company", refusal_reason="profile"
    )
    assert bin_company(company=company, by=adviser, now=NOW).is_deleted


def test_nobody_is_put_forward_to_a_company_in_the_bin(company, person, adviser):
    opportunity = OpportunityFactory(company=company)
    bin_company(company=company, by=adviser, now=NOW, confirmed=True)
    with pytest.raises(RowGoneError, match="corbeille"):
        place_young_person(opportunity=opportunity, young_person=person, by=adviser, now=NOW)


def test_the_page_shows_what_would_be_hidden_and_the_ways_out(placement, company, as_user, adviser):
    answer = as_user(adviser).post(reverse("companies:company_bin", args=[company.pk]), {"confirmed": "1"})
    said = answer.content.decode()
    assert answer.status_code == 409
    assert placement.get_absolute_url() in said
    assert placement.opportunity.get_absolute_url() in said
    assert reverse("companies:merge_pick", args=[company.pk]) in said
    assert "Rivet" not in said
    assert 'name="confirmed"' not in said


def test_the_page_asks_before_it_hides_opportunities(company, as_user, adviser):
    OpportunityFactory(company=company, title="Pose de fenêtres")
    url = reverse("companies:company_bin", args=[company.pk])
    answer = as_user(adviser).post(url)
    assert "Pose de fenêtres" in answer.content.decode()
    assert 'name="confirmed"' in answer.content.decode()
    as_user(adviser).post(url, {"confirmed": "1"})
    company.refresh_from_db()
    assert company.is_deleted


def test_a_merge_undone_leaves_no_row_with_a_contact_of_the_other_company(company, adviser):
    other = CompanyFactory(structure=company.structure)
    contact, theirs = ContactFactory(company=company), ContactFactory(company=other)
    merge = merge_companies(kept=company, absorbed=other, from_absorbed=set(), by=adviser, now=NOW)
    stays, goes = (
        OpportunityFactory(company=company, contact=theirs),
        NextActionFactory(company=company, contact=theirs),
    )
    sound = OpportunityFactory(company=company, contact=contact)
    undo_merge(merge=merge, by=adviser, now=NOW)
    for row in (stays, goes, sound):
        row.refresh_from_db()
    assert (stays.company, stays.contact, goes.contact, sound.contact) == (company, None, None, contact)


def test_an_opportunity_given_back_leaves_the_contact_it_took_meanwhile(company, adviser):
    other = CompanyFactory(structure=company.structure)
    back = OpportunityFactory(company=other)
    merge = merge_companies(kept=company, absorbed=other, from_absorbed=set(), by=adviser, now=NOW)
    Opportunity.objects.filter(pk=back.pk).update(contact=ContactFactory(company=company))
    undo_merge(merge=merge, by=adviser, now=NOW)
    back.refresh_from_db()
    assert (back.company, back.contact) == (other, None)


# --- a young person -------------------------------------------------------------------------------
def test_no_file_goes_to_the_bin_while_the_person_is_put_forward(placement, person, counsellor, as_user):
    with pytest.raises(YouthHeldError):
        bin_young_person(young_person=person, by=counsellor, now=NOW)
    answer = as_user(counsellor).post(reverse("youth:young_person_bin", args=[person.pk]))
    assert answer.status_code == 409
    assert placement.get_absolute_url() in answer.content.decode()
    person.refresh_from_db()
    assert not person.is_deleted


def test_nobody_leaves_before_it_is_said_what_becomes_of_each_placement(placement, person, counsellor):
    with pytest.raises(YouthHeldError):
        leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW)
    person.refresh_from_db()
    assert not person.has_left


def test_leaving_says_what_becomes_of_each_placement(person, company, counsellor, as_user):
    waits = PlacementFactory(opportunity=OpportunityFactory(company=company), young_person=person)
    began = PlacementFactory(opportunity=OpportunityFactory(company=company), young_person=person, **STARTED)
    stops = PlacementFactory(opportunity=OpportunityFactory(company=company), young_person=person, **STARTED)
    url = reverse("youth:pathway_leave", args=[person.pk])
    client = as_user(counsellor)
    assert f"placement-{waits.pk}-way" in client.get(url).content.decode()
    typed = {
        "outcome": "permanent",
        "on": TODAY.isoformat(),
        "version": person.version,
        f"placement-{waits.pk}-way": "refused-young_person",
        f"placement-{waits.pk}-reason": "project",
        f"placement-{began.pk}-way": "kept",
        f"placement-{stops.pk}-way": "broken-company",
    }
    assert "Dites pourquoi" in client.post(url, typed).content.decode()
    answer = client.post(url, {**typed, f"placement-{stops.pk}-reason": "economic"})
    assert answer.status_code == 302, answer.content.decode()
    for row in (person, waits, began, stops):
        row.refresh_from_db()
    assert person.has_left
    assert (waits.state, waits.refused_by, waits.refusal_reason) == ("refused", "young_person", "project")
    assert began.state == "started"
    assert (stops.state, stops.broken_by, stops.break_cause, stops.ended_on) == (
        "broken",
        "company",
        "economic",
        TODAY,
    )


def test_an_answer_made_up_moves_nothing(placement, person, counsellor):
    told = {f"placement-{placement.pk}": ("kept", "")}
    with pytest.raises(Exception, match="Dites ce que devient"):
        leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW, becomes=told)
    assert Placement.objects.get(pk=placement.pk).state == "considered"


def test_a_stale_page_settles_nothing(placement, person, counsellor):
    told = {f"placement-{placement.pk}": ("refused-us", "other")}
    with pytest.raises(Exception, match="Quelqu’un a enregistré"):
        leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW, becomes=told, version=99)
    assert Placement.objects.get(pk=placement.pk).state == "considered"
