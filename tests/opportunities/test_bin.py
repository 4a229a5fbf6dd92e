"""Opportunities in the bin: out of every page and figure, and back as they were."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.errors import RowGoneError
from opportunities.actions import (
    LivePlacementsError,
    OpportunityError,
    bin_opportunity,
    duplicate_opportunity,
    move_opportunity,
    place_young_person,
    restore_opportunity,
    share_profile,
)
from opportunities.counts import structure_tally_by_phase
from opportunities.models import Opportunity, Placement
from opportunities.placing import link_of_digest
from opportunities.queries import seasons_of
from tests.factories import CompanyFactory, OpportunityFactory, PlacementFactory, YoungPersonFactory

NOW = timezone.now().replace(microsecond=0)
TODAY = timezone.localdate(NOW)
REFUSED = {"state": "refused", "refused_on": TODAY, "refused_by": "company", "refusal_reason": "profile"}
STARTED = {"state": "started", "accepted_on": TODAY, "started_on": TODAY}


@pytest.fixture
def opportunity(structure):
    company = CompanyFactory(structure=structure)
    return OpportunityFactory(company=company, title="Pose de fenêtres", phase=2, received_on=TODAY)


@pytest.mark.parametrize("state", ["draft", "to_qualify", "open", "filled", "closed"])
def test_it_leaves_pages_and_figures_and_comes_back(opportunity, adviser, structure, state):
    opportunity.state = state
    opportunity.save()
    before = structure_tally_by_phase(user=adviser, structure=structure)
    placement = PlacementFactory(opportunity=opportunity, **REFUSED)
    bin_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    assert not Opportunity.objects.visible_to(adviser).exists()
    assert not Placement.objects.visible_to(adviser).exists()
    assert all(tally.is_empty for tally in structure_tally_by_phase(user=adviser, structure=structure).values())
    assert Opportunity.objects.binned_for(adviser).get().deleted_by == adviser
    restore_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    assert Opportunity.objects.visible_to(adviser).get().state == state
    placement.delete()
    assert structure_tally_by_phase(user=adviser, structure=structure) == before


@pytest.mark.parametrize("state", ["considered", "accepted", "started"])
def test_it_stays_while_somebody_is_put_forward(opportunity, adviser, state):
    dates = STARTED if state == "started" else {"state": state}
    PlacementFactory(opportunity=opportunity, **dates)
    with pytest.raises(LivePlacementsError, match="positionnement y est en cours"):
        bin_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    assert Opportunity.objects.visible_to(adviser).exists()


def test_a_realisation_is_not_thrown_away(opportunity, adviser):
    PlacementFactory(opportunity=opportunity, **{**STARTED, "state": "ended", "ended_on": TODAY})
    with pytest.raises(OpportunityError, match="réalisations"):
        bin_opportunity(opportunity=opportunity, by=adviser, now=NOW)


def test_nothing_is_done_to_what_lies_in_the_bin(opportunity, structure, adviser):
    bin_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    with pytest.raises(RowGoneError):
        move_opportunity(opportunity=opportunity, to="closed", by=adviser, now=NOW)
    person = YoungPersonFactory(structure=structure)
    with pytest.raises(RowGoneError):
        place_young_person(opportunity=opportunity, young_person=person, by=adviser, now=NOW)


def test_a_copy_thrown_away_is_made_again_and_its_season_returns(opportunity, adviser):
    Opportunity.objects.filter(pk=opportunity.pk).update(frequency="seasonal", months=[TODAY.month], state="closed")
    opportunity.refresh_from_db()
    first = duplicate_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    bin_opportunity(opportunity=first, by=adviser, now=NOW)
    shown = Opportunity.objects.visible_to(adviser)
    found = seasons_of(shown=shown, today=TODAY)
    assert [season.opportunity for _, rows in found.phases for season in rows] == [opportunity]
    assert duplicate_opportunity(opportunity=opportunity, by=adviser, now=NOW).pk != first.pk


def test_it_waits_for_its_company(opportunity, adviser):
    bin_opportunity(opportunity=opportunity, by=adviser, now=NOW)
    opportunity.company.put_in_bin(by=adviser, at=NOW)
    assert not Opportunity.objects.binned_for(adviser).exists()
    with pytest.raises(RowGoneError, match="restaurez-la"):
        restore_opportunity(opportunity=opportunity, by=adviser, now=NOW)


def test_a_profile_is_not_shown_for_it(opportunity, adviser, structure):
    person = YoungPersonFactory(structure=structure, profile_agreed_on=TODAY, company_profile="Aime le bois.")
    link, _ = share_profile(
        placement=PlacementFactory(opportunity=opportunity, young_person=person), by=adviser, now=NOW
    )
    assert link_of_digest(link.digest) is not None
    Opportunity.objects.filter(pk=opportunity.pk).update(deleted_at=NOW + dt.timedelta(minutes=1))
    assert link_of_digest(link.digest) is None


def test_thrown_away_and_taken_back_on_the_pages(opportunity, adviser, as_user):
    client = as_user(adviser)
    record = reverse("opportunities:opportunity_detail", args=[opportunity.pk])
    assert reverse("opportunities:opportunity_bin", args=[opportunity.pk]) in client.get(record).content.decode()
    answer = client.post(reverse("opportunities:opportunity_bin", args=[opportunity.pk]), follow=True)
    restore = reverse("opportunities:opportunity_restore", args=[opportunity.pk])
    assert restore in answer.content.decode()  # « Annuler »
    assert client.get(record).status_code == 404
    assert "Pose de fenêtres" in client.get(reverse("opportunities:bin_list")).content.decode()
    client.post(restore)
    assert client.get(record).status_code == 200
    assert "Pose de fenêtres" not in client.get(reverse("opportunities:bin_list")).content.decode()


def test_the_page_says_why_it_stays(opportunity, adviser, as_user):
    PlacementFactory(opportunity=opportunity)
    answer = as_user(adviser).post(reverse("opportunities:opportunity_bin", args=[opportunity.pk]), follow=True)
    assert "notez d’abord ce que cela devient" in answer.content.decode()


def test_a_counsellor_throws_nothing_away(opportunity, counsellor, as_user):
    assert as_user(counsellor).post(reverse("opportunities:opportunity_bin", args=[opportunity.pk])).status_code == 403
