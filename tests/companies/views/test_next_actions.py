"""What comes next: planned, done, postponed, handed over, dropped."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.forms.next_action import working_day
from companies.models import NextAction
from tests.factories import CompanyFactory, ContactFactory, NextActionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
ON_RECORD = {"hx-request": "true", "hx-target": "company-record"}
ELSEWHERE = {"hx-request": "true", "hx-target": "day"}


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, partner=True)


@pytest.fixture
def action(company, adviser):
    return NextActionFactory(company=company, assigned_to=adviser, title="Appeler Mme Haddad", due_on=TODAY)


def url(name, row):
    return reverse(f"companies:next_action_{name}", args=[row.pk])


@pytest.mark.parametrize(
    ("day", "expected"),
    [("2026-11-27", "2026-11-27"), ("2026-11-28", "2026-11-30"), ("2026-11-29", "2026-11-30")],
)
def test_a_delay_that_ends_on_a_week_end_goes_to_monday(day, expected):
    assert working_day(dt.date.fromisoformat(day)) == dt.date.fromisoformat(expected)


def test_an_action_is_planned(adviser_client, company, colleague):
    contact = ContactFactory(company=company)
    data = {
        "kind": "visit",
        "title": "Voir l’atelier",
        "delay": "date",
        "due_on": TODAY.isoformat(),
        "due_time": "09:30",
        "contact": contact.pk,
        "assigned_to": colleague.pk,
    }
    assert adviser_client.post(url("create", company), data).url == company.get_absolute_url()
    row = NextAction.objects.get()
    assert (row.kind, row.due_on, row.due_time, row.assigned_to) == ("visit", TODAY, dt.time(9, 30), colleague)


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "x" * 5000}, "title"),
        ({"title": "nul\x00"}, "title"),
        ({"kind": "zzz"}, "kind"),
        ({"delay": ""}, "due_on"),
        ({"delay": "date", "due_on": "2001-01-01"}, "due_on"),
        ({"delay": "zzz"}, "delay"),
        ({"due_time": "25:00"}, "due_time"),
        ({"assigned_to": "999999"}, "assigned_to"),
        ({"contact": "999999"}, "contact"),
    ],
)
def test_bad_input_comes_back(adviser_client, adviser, company, values, field):
    data = {"kind": "call", "title": "Rappeler", "delay": "week", "assigned_to": adviser.pk, **values}
    response = adviser_client.post(url("create", company), data)
    assert field in response.context["form"].errors
    assert not NextAction.objects.exists()


def test_an_action_is_not_given_to_another_structure(adviser_client, company, outsider):
    data = {"kind": "call", "title": "Rappeler", "delay": "week", "assigned_to": outsider.pk}
    assert "assigned_to" in adviser_client.post(url("create", company), data).context["form"].errors


def test_done_shows_the_record_again_and_the_way_back(adviser_client, action):
    page = adviser_client.post(url("done", action), headers=ON_RECORD).content.decode()
    action.refresh_from_db()
    assert action.state == "done"
    assert 'id="company-record"' in page
    assert "risque d’être oubliée" in page
    assert url("reopen", action) in page
    assert "<html" not in page


def test_done_elsewhere_refreshes_that_page(adviser_client, action):
    response = adviser_client.post(url("done", action), headers=ELSEWHERE)
    assert (response.status_code, response["HX-Refresh"]) == (204, "true")


def test_done_without_script_goes_back_where_it_was_pressed(adviser_client, action):
    assert adviser_client.post(url("done", action), {"next": "/"}).url == "/"
    assert adviser_client.post(url("reopen", action)).url == action.company.get_absolute_url()


def test_done_twice_says_so(adviser_client, action):
    adviser_client.post(url("done", action))
    page = adviser_client.post(url("done", action), follow=True).content.decode()
    assert "Cette action est déjà faite." in page


def test_postponed_by_a_delay_or_a_day(adviser_client, action):
    adviser_client.post(url("postpone", action), {"delay": "week"}, headers=ON_RECORD)
    action.refresh_from_db()
    assert action.due_on == working_day(TODAY + dt.timedelta(days=7))
    adviser_client.post(url("postpone", action), {"due_on": (TODAY + dt.timedelta(days=3)).isoformat()})
    action.refresh_from_db()
    assert action.due_on == TODAY + dt.timedelta(days=3)


@pytest.mark.parametrize("data", [{}, {"due_on": "2001-01-01"}, {"due_on": "zzz"}, {"delay": "zzz"}])
def test_postponed_to_nothing_stays_where_it_was(adviser_client, action, data):
    assert adviser_client.post(url("postpone", action), data).status_code == 200
    adviser_client.post(url("postpone", action), data, headers=ON_RECORD)
    action.refresh_from_db()
    assert action.due_on == TODAY


def test_handed_over_to_a_colleague_only(adviser_client, action, adviser, colleague, outsider):
    assert adviser_client.post(url("hand_over", action), {"to": outsider.pk}).status_code == 200
    adviser_client.post(url("hand_over", action), {"to": colleague.pk}, headers=ON_RECORD)
    action.refresh_from_db()
    assert (action.assigned_to, action.handed_over_from) == (colleague, adviser)


def test_the_menu_lists_colleagues_on_demand(adviser_client, action, adviser, colleague):
    page = adviser_client.get(url("hand_over", action), headers={"hx-request": "true"}).content.decode()
    assert "Samir Benali" in page
    assert f'value="{adviser.pk}"' not in page


def test_dropped_with_its_reason(adviser_client, action):
    adviser_client.post(url("drop", action), {"reason": "Elle a déménagé"})
    action.refresh_from_db()
    assert action.state == "dropped"
    assert "Elle a déménagé" in adviser_client.get(action.company.get_absolute_url()).content.decode()
