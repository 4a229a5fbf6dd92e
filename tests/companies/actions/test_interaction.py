import datetime as dt

import pytest
from django.utils import timezone

from companies.actions import (
    CompanyError,
    ConflictError,
    NextActionDraft,
    bin_interaction,
    edit_interaction,
    record_interaction,
    restore_interaction,
)
from companies.enums import CallOutcome, InteractionKind, NextActionState, RelationState
from companies.models import Interaction, NextAction, SolicitationEntry
from core.models import ActivityEntry, ActivityKind
from tests.factories import CompanyFactory, ContactFactory, NextActionFactory

NOW = timezone.now()
TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


def visit(**values):
    return {"kind": InteractionKind.VISIT, "at": NOW, "duration_minutes": 55, "summary": "Deux départs.", **values}


def record(company, by, **arguments):
    arguments.setdefault("values", visit())
    if not arguments.get("next_action"):
        arguments.setdefault("nothing_next", True)
    return record_interaction(company=company, by=by, now=NOW, **arguments)


def test_record_interaction_writes_who_what_and_what_comes_next(company, adviser, colleague):
    contact = ContactFactory(company=company)
    draft = NextActionDraft(title="Proposer un jeune", due_on=TODAY + dt.timedelta(days=7), assigned_to=adviser)
    interaction = record(company, adviser, contacts=[contact], colleagues=[colleague], next_action=draft)
    company.refresh_from_db()
    assert list(interaction.contacts.all()) == [contact]
    assert list(interaction.colleagues.all()) == [colleague]
    assert (interaction.next_action.title, interaction.next_action.company) == ("Proposer un jeune", company)
    assert (company.last_interaction_on, company.next_action_on) == (TODAY, TODAY + dt.timedelta(days=7))
    (entry,) = ActivityEntry.objects.about(company)
    assert (entry.kind, entry.title, entry.body) == (ActivityKind.INTERACTION, "Visite, 55\u00a0min", "Deux départs.")
    assert entry.source == interaction


@pytest.mark.parametrize("nothing_next", [True, False])
def test_record_interaction_asks_what_comes_next_and_only_once(company, adviser, nothing_next):
    draft = NextActionDraft(title="Rappeler", due_on=TODAY, assigned_to=adviser) if nothing_next else None
    with pytest.raises(CompanyError, match="rien à prévoir"):
        record_interaction(
            company=company, values=visit(), by=adviser, now=NOW, next_action=draft, nothing_next=nothing_next
        )
    assert not Interaction.objects.exists()


def test_first_exchange_moves_a_prospect_into_relation(company, adviser):
    record(company, adviser)
    record(company, adviser)
    company.refresh_from_db()
    assert company.relation_state == RelationState.IN_RELATION
    second, first = ActivityEntry.objects.about(company)
    assert first.changes == {"état de la relation": ["Prospect", "En relation"]}
    assert second.changes == {}


@pytest.mark.parametrize("outcome", [CallOutcome.NO_ANSWER, CallOutcome.MESSAGE, CallOutcome.WRONG_NUMBER])
def test_an_unanswered_call_leaves_a_prospect_a_prospect(company, adviser, outcome):
    record(company, adviser, values={"kind": InteractionKind.CALL, "at": NOW, "outcome": outcome})
    company.refresh_from_db()
    assert company.relation_state == RelationState.PROSPECT
    assert ActivityEntry.objects.about(company).get().title.startswith("Appel\u00a0: ")


def test_an_exchange_leaves_a_partner_a_partner(structure, adviser):
    company = CompanyFactory(structure=structure, partner=True)
    record(company, adviser)
    company.refresh_from_db()
    assert company.relation_state == RelationState.PARTNER


def test_record_interaction_closes_the_action_it_was(company, adviser):
    action = NextActionFactory(company=company, assigned_to=adviser, title="Appeler Mme Haddad")
    record(company, adviser, closes=[action])
    action.refresh_from_db()
    company.refresh_from_db()
    assert (action.state, action.ended_by, company.next_action_on) == (NextActionState.DONE, adviser, None)
    assert {entry.title for entry in ActivityEntry.objects.about(company)} == {
        "Visite, 55\u00a0min",
        "Fait\u00a0: Appeler Mme Haddad",
    }


def test_record_interaction_is_whole_or_nothing(company, adviser):
    ended = NextActionFactory(company=company, assigned_to=adviser, state=NextActionState.DONE, ended_at=NOW)
    draft = NextActionDraft(title="Rappeler", due_on=TODAY, assigned_to=adviser)
    with pytest.raises(CompanyError, match="déjà faite"):
        record(company, adviser, closes=[ended], next_action=draft)
    assert (Interaction.objects.count(), NextAction.objects.count()) == (0, 1)


def test_edit_interaction_carries_its_line_of_the_timeline(company, adviser):
    interaction = record(company, adviser)
    earlier = NOW - dt.timedelta(days=2)
    contact = ContactFactory(company=company, first_name="Nadia", last_name="Haddad")
    edit_interaction(
        interaction=interaction,
        changes={"at": earlier, "duration_minutes": 30, "contacts": [contact]},
        by=adviser,
        now=NOW,
        version=1,
    )
    company.refresh_from_db()
    assert company.last_interaction_on == timezone.localdate(earlier)
    line = ActivityEntry.objects.about(company).get(kind=ActivityKind.INTERACTION)
    assert (line.title, line.at) == ("Visite, 30\u00a0min", earlier)
    told = ActivityEntry.objects.about(company).get(kind=ActivityKind.CHANGE)
    assert told.changes["avec"] == ["", "Nadia Haddad"]


def test_edit_interaction_refuses_when_somebody_saved_first(company, adviser):
    interaction = record(company, adviser)
    edit_interaction(interaction=interaction, changes={"summary": "A"}, by=adviser, now=NOW, version=1)
    with pytest.raises(ConflictError):
        edit_interaction(interaction=interaction, changes={"summary": "B"}, by=adviser, now=NOW, version=1)


def test_bin_interaction_takes_it_out_of_the_timeline_and_restore_brings_it_back(company, adviser):
    interaction = record(company, adviser)
    bin_interaction(interaction=interaction, by=adviser, now=NOW)
    company.refresh_from_db()
    assert company.last_interaction_on is None
    assert [entry.verb for entry in ActivityEntry.objects.about(company)] == ["interaction_binned"]
    restore_interaction(interaction=interaction, by=adviser, now=NOW)
    company.refresh_from_db()
    assert company.last_interaction_on == TODAY
    verbs = {entry.verb for entry in ActivityEntry.objects.about(company)}
    assert verbs == {"interaction_recorded", "interaction_binned", "interaction_restored"}


def test_a_moved_exchange_is_told_at_the_hour_of_the_clock_on_the_wall(company, adviser):
    interaction = record(company, adviser, values=visit(at=dt.datetime(2026, 3, 2, 22, 30, tzinfo=dt.UTC)))
    edit_interaction(
        interaction=interaction,
        changes={"at": dt.datetime(2026, 7, 2, 22, 0, tzinfo=dt.UTC)},
        by=adviser,
        now=NOW,
    )
    entry = ActivityEntry.objects.get(verb="interaction_edited")
    assert entry.changes == {"le": ["02/03/2026 à 23\u00a0h\u00a030", "03/07/2026 à 0\u00a0h"]}
    interaction.refresh_from_db()
    assert str(interaction) == "Visite du 03/07/2026"


# --- the ledger of requests -----------------------------------------------------------------------
def requests_of(company):
    return [(entry.channel, entry.title) for entry in SolicitationEntry.objects.filter(company=company).order_by("pk")]


@pytest.fixture
def asking(company, adviser):
    return record_interaction(
        company=company,
        values={"kind": "call", "at": NOW, "summary": "Demandé deux places d’immersion.\nÀ voir.", "asked": True},
        by=adviser,
        now=NOW,
        nothing_next=True,
    )


def test_an_exchange_that_asks_is_in_the_ledger(asking, company, adviser):
    assert requests_of(company) == [("call", "Demandé deux places d’immersion.")]
    assert SolicitationEntry.objects.get().by == adviser


def test_an_exchange_that_asks_nothing_is_not(company, adviser):
    values = {"kind": "visit", "at": NOW}
    record_interaction(company=company, values=values, by=adviser, now=NOW, nothing_next=True)
    assert requests_of(company) == []


def test_the_ledger_follows_what_becomes_of_the_exchange(asking, company, adviser):
    edit_interaction(interaction=asking, changes={"summary": "Demandé une visite."}, by=adviser, now=NOW)
    assert requests_of(company) == [("call", "Demandé une visite.")]
    bin_interaction(interaction=asking, by=adviser, now=NOW)
    assert requests_of(company) == []
    restore_interaction(interaction=asking, by=adviser, now=NOW)
    assert requests_of(company) == [("call", "Demandé une visite.")]
    edit_interaction(interaction=asking, changes={"asked": False}, by=adviser, now=NOW)
    assert requests_of(company) == []
