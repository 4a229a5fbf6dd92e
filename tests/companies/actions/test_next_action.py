import datetime as dt

import pytest
from django.utils import timezone

from companies.actions import (
    CompanyError,
    NextActionDraft,
    add_next_action,
    complete_next_action,
    drop_next_action,
    hand_over_next_action,
    postpone_next_action,
    reopen_next_action,
)
from companies.enums import NextActionState
from core.models import ActivityEntry, ActivityKind
from tests.factories import CompanyFactory, NextActionFactory

NOW = timezone.now()
TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, partner=True)


@pytest.fixture
def action(company, adviser):
    return NextActionFactory(company=company, assigned_to=adviser, title="Appeler Mme Haddad", due_on=TODAY)


def told(company):
    entry = ActivityEntry.objects.about(company).first()
    assert entry.kind == ActivityKind.ACTION
    return entry


def test_add_next_action_dates_the_company(company, adviser):
    draft = NextActionDraft(title="Visiter l’atelier", due_on=TODAY, assigned_to=adviser)
    add_next_action(company=company, draft=draft, by=adviser, now=NOW)
    company.refresh_from_db()
    assert company.next_action_on == TODAY
    assert told(company).title == "À faire\u00a0: Visiter l’atelier"


def test_complete_then_reopen(company, action, adviser, colleague):
    complete_next_action(action=action, by=colleague, now=NOW)
    action.refresh_from_db()
    company.refresh_from_db()
    assert (action.state, action.ended_at, action.ended_by) == (NextActionState.DONE, NOW, colleague)
    assert company.next_action_on is None
    reopen_next_action(action=action, by=adviser, now=NOW)
    action.refresh_from_db()
    company.refresh_from_db()
    assert (action.is_open, action.ended_at, company.next_action_on) == (True, None, TODAY)


@pytest.mark.parametrize("gesture", [complete_next_action, drop_next_action])
def test_an_ended_action_ends_once(action, adviser, gesture):
    complete_next_action(action=action, by=adviser, now=NOW)
    with pytest.raises(CompanyError, match="déjà faite"):
        gesture(action=action, by=adviser, now=NOW)


def test_drop_next_action_keeps_the_reason(company, action, adviser):
    drop_next_action(action=action, by=adviser, now=NOW, reason="Elle a déménagé")
    assert (told(company).title, told(company).body) == ("Abandonné\u00a0: Appeler Mme Haddad", "Elle a déménagé")


def test_postpone_next_action_moves_the_day_and_drops_the_hour(company, action, adviser):
    action.due_time = dt.time(9, 30)
    action.save()
    later = TODAY + dt.timedelta(days=7)
    postpone_next_action(action=action, due_on=later, by=adviser, now=NOW)
    action.refresh_from_db()
    company.refresh_from_db()
    assert (action.due_on, action.due_time, company.next_action_on) == (later, None, later)
    assert told(company).changes == {"pour le": [f"{TODAY:%d/%m/%Y}", f"{later:%d/%m/%Y}"]}


def test_postpone_next_action_refuses_a_past_day(action, adviser):
    with pytest.raises(CompanyError, match="à venir"):
        postpone_next_action(action=action, due_on=TODAY - dt.timedelta(days=1), by=adviser, now=NOW)


def test_hand_over_next_action_says_who_gave_it(company, action, adviser, colleague):
    hand_over_next_action(action=action, to=colleague, by=adviser, now=NOW)
    action.refresh_from_db()
    assert (action.assigned_to, action.handed_over_from, action.handed_over_at) == (colleague, adviser, NOW)
    assert told(company).title == "Confié à Samir Benali\u00a0: Appeler Mme Haddad"
