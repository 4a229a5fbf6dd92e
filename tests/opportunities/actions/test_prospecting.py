"""Asking companies: one next action with each, once for the same thing, naming nobody."""

import datetime as dt
from functools import partial

import pytest
from django.utils import timezone

from companies.actions import complete_next_action
from companies.models import Company, NextAction
from core.models import ActivityEntry
from opportunities.actions.prospecting import (
    solicit_for_family,
    solicit_for_need,
    stop_vain_soliciting,
    working_days_after,
)
from opportunities.models import Solicitation
from opportunities.tasks import stop_vain_soliciting as stop_vain_soliciting_task
from tests.factories import CompanyFactory, NeedFactory, UserFactory
from youth.actions import abandon_need, meet_need, reopen_need
from youth.models import Need

pytestmark = pytest.mark.django_db
# A Monday.
NOW = timezone.make_aware(dt.datetime(2026, 11, 23, 9))


@pytest.fixture
def need(structure):
    return NeedFactory(young_person__structure=structure, trade="couvreur", phase=3, kind="apprenticeship")


def plan(need, companies, by, **values):
    return solicit_for_need(need=need, companies=companies, by=by, now=NOW, **{"to_adviser": False, **values})


def test_a_next_action_with_each_company(structure, adviser, need):
    companies = CompanyFactory.create_batch(2, structure=structure)
    plan(need, companies, adviser)
    actions = NextAction.objects.order_by("company_id")
    assert [action.company for action in actions] == companies
    assert {action.title for action in actions} == {"Proposer une alternance\u00a0: couvreur, Le Blanc"}
    assert {action.due_on for action in actions} == {dt.date(2026, 11, 30)}
    assert {action.assigned_to for action in actions} == {adviser}
    companies[0].refresh_from_db()
    assert companies[0].next_action_on == dt.date(2026, 11, 30)


def test_nobody_is_named(structure, adviser, need):
    plan(need, [CompanyFactory(structure=structure)], adviser)
    said = (
        " ".join(f"{line.title} {line.body}" for line in ActivityEntry.objects.all()) + NextAction.objects.get().title
    )
    assert need.young_person.first_name not in said
    assert need.young_person.last_name not in said


def test_never_twice_for_one_need_and_company(structure, adviser, colleague, need):
    company = CompanyFactory(structure=structure)
    [first] = plan(need, [company], adviser)
    assert plan(need, [company], colleague) == []
    complete_next_action(action=first.next_action, by=adviser, now=NOW)
    assert plan(need, [company], colleague) == []
    assert NextAction.objects.count() == 1


def test_a_family_is_asked_again_once_it_was_done(structure, adviser, need):
    company = CompanyFactory(structure=structure)

    def ask():
        return solicit_for_family(phase=3, family="F", companies=[company], to_adviser=False, by=adviser, now=NOW)

    [first] = ask()
    assert first.next_action.title == "Proposer une alternance\u00a0: bâtiment, travaux publics"
    assert ask() == []
    complete_next_action(action=first.next_action, by=adviser, now=NOW)
    assert len(ask()) == 1


def test_given_to_whoever_follows_the_company(structure, adviser, colleague, need):
    gone = UserFactory(is_active=False)
    for person in (colleague, gone, None):
        CompanyFactory(structure=structure, adviser=person)
    plan(need, Company.objects.order_by("pk"), adviser, to_adviser=True)
    assert list(NextAction.objects.order_by("pk").values_list("assigned_to", flat=True)) == [
        colleague.pk,
        adviser.pk,
        adviser.pk,
    ]


@pytest.mark.parametrize(
    ("close", "said"),
    [
        (meet_need, "Le besoin est satisfait\u00a0: plus à demander."),
        (partial(abandon_need, reason="project_changed"), "Le besoin est abandonné\u00a0: plus à demander."),
    ],
    ids=["met", "abandoned"],
)
def test_nobody_is_asked_for_a_need_that_closed(structure, adviser, counsellor, need, close, said):
    other = NeedFactory(young_person__structure=structure)
    company, done_already = CompanyFactory.create_batch(2, structure=structure)
    plan(need, [company], adviser)
    [asked] = plan(need, [done_already], adviser)
    complete_next_action(action=asked.next_action, by=adviser, now=NOW)
    [kept] = plan(other, [company], adviser)
    close(need=need, by=counsellor, now=NOW)
    assert list(NextAction.objects.filter(state="open")) == [kept.next_action]
    line = ActivityEntry.objects.get(verb="next_action_dropped")
    assert (line.subject, line.by, line.body) == (company, counsellor, said)
    company.refresh_from_db()
    assert company.next_action_on == kept.next_action.due_on
    # It may be asked again once the need is open again.
    assert plan(need, [company], adviser) == []
    reopen_need(need=need, by=counsellor, now=NOW)
    assert len(plan(need, [company, done_already], adviser)) == 1


def test_what_was_left_open_is_dropped_later(structure, adviser, need):
    other = NeedFactory(young_person__structure=structure)
    plan(need, [CompanyFactory(structure=structure)], adviser)
    plan(other, [CompanyFactory(structure=structure)], adviser)
    Need.objects.filter(pk=need.pk).update(state="met", closed_at=NOW)
    stop_vain_soliciting_task()
    assert [row.need for row in Solicitation.objects.filter(next_action__state="open")] == [other]
    Need.objects.get(pk=other.pk).young_person.put_in_bin(by=adviser, at=NOW)
    assert stop_vain_soliciting(structure_id=structure.pk, now=NOW) == 1


@pytest.mark.parametrize("values", [{"watched": True}, {"deleted_at": NOW}], ids=["asleep", "in the bin"])
def test_never_with_a_company_asleep_or_in_the_bin(structure, adviser, need, values):
    assert plan(need, [CompanyFactory(structure=structure, **values)], adviser) == []
    assert not Solicitation.objects.exists()


def test_the_action_outlives_the_need(structure, adviser, need):
    plan(need, [CompanyFactory(structure=structure)], adviser)
    need.delete()
    assert NextAction.objects.exists()
    assert not Solicitation.objects.exists()


@pytest.mark.parametrize(
    ("day", "due"),
    [((2026, 11, 23), (2026, 11, 30)), ((2026, 11, 27), (2026, 12, 4)), ((2026, 11, 28), (2026, 12, 4))],
)
def test_five_working_days(day, due):
    assert working_days_after(dt.date(*day), 5) == dt.date(*due)
