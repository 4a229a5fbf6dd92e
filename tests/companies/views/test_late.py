"""« Tout reporter »: what is late goes to one working day, and may come back."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from companies.forms.next_action import working_day
from companies.models import Company, NextAction
from core.models import ActivityEntry
from tests.conftest import signed_in
from tests.factories import CompanyFactory, NextActionFactory

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate()
YESTERDAY = TODAY - dt.timedelta(days=1)
DAY = working_day(TODAY + dt.timedelta(days=7))
URL, BACK = reverse("companies:late_postpone"), reverse("companies:late_put_back")
CHOICE = {"delay": "date", "due_on": DAY.isoformat()}


def late(structure, person, **fields):
    return NextActionFactory(
        company=CompanyFactory(structure=structure),
        **{"assigned_to": person, "due_on": YESTERDAY, "due_time": dt.time(9, 30)} | fields,
    )


def due(action):
    action.refresh_from_db()
    return action.due_on, action.due_time


@pytest.mark.parametrize("count", [1, 3])
def test_late_actions_move_together_in_as_many_queries(
    adviser_client, structure, adviser, colleague, count, django_assert_num_queries
):
    mine = [late(structure, adviser) for _ in range(count)]
    theirs, coming = late(structure, colleague), late(structure, adviser, due_on=TODAY)
    ContentType.objects.get_for_model(Company)
    page = adviser_client.get(URL)
    assert page.context["count"] == count
    with django_assert_num_queries(17):
        answer = adviser_client.post(URL, CHOICE)
    assert answer.status_code == 302
    assert {due(action) for action in mine} == {(DAY, None)}
    assert (due(theirs)[0], due(coming)[0]) == (YESTERDAY, TODAY)
    mine[0].company.refresh_from_db()
    assert mine[0].company.next_action_on == DAY
    assert ActivityEntry.objects.filter(verb="next_action_postponed", by=adviser).count() == count


def test_putting_off_is_undone_but_for_what_moved_since(adviser_client, structure, adviser):
    first, second, third = (late(structure, adviser) for _ in range(3))
    said = adviser_client.post(URL, CHOICE, follow=True).text
    assert "3\u00a0actions reportées" in said
    assert BACK in said
    NextAction.objects.filter(pk=second.pk).update(due_on=TODAY)
    NextAction.objects.filter(pk=third.pk).update(state="done", ended_at=timezone.now())
    assert "1\u00a0action remise" in adviser_client.post(BACK, follow=True).text
    assert due(first) == (YESTERDAY, dt.time(9, 30))
    assert due(second)[0] == TODAY
    assert due(third)[0] == DAY
    assert "plus de report" in adviser_client.post(BACK, follow=True).text


def test_a_week_end_or_a_day_gone_is_refused(adviser_client, structure, adviser):
    action = late(structure, adviser)
    saturday = TODAY + dt.timedelta(days=(5 - TODAY.weekday()) % 7 or 7)
    for day in (saturday, YESTERDAY):
        answer = adviser_client.post(URL, {"delay": "date", "due_on": day.isoformat()})
        assert "due_on" in answer.context["form"].errors
    assert due(action)[0] == YESTERDAY


def test_the_day_offers_it_beside_what_is_late(adviser_client, structure, adviser, administrator):
    assert URL not in adviser_client.get(reverse("dashboards:day")).text
    late(structure, adviser)
    assert URL in adviser_client.get(reverse("dashboards:day")).text
    assert signed_in(administrator).get(URL).status_code == 403


def test_it_is_done_by_the_plain_role(adviser_client, structure, adviser, app_role):
    assert adviser_client.post(URL, CHOICE).status_code == 302
