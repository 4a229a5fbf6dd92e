"""Who comes through each door of companies: works, colleague, outsider, lower role, anonymous, bad id, wrong verb."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from companies.models import Company, Contact, Interaction, NextAction
from core.models import ActivityEntry
from tests.factories import CompanyFactory, ContactFactory, InteractionFactory, NextActionFactory

pytestmark = pytest.mark.django_db
TOMORROW = timezone.localdate() + dt.timedelta(days=1)

# (name, what its number names, verbs, roles of the structure that may)
EDITORS = {"adviser", "colleague", "manager"}
RECORDERS = EDITORS | {"counsellor"}
EVERYONE = RECORDERS | {"administrator"}
AUTHORS = {"adviser", "manager"}
DOORS = [
    ("company_detail", "company", "get", EVERYONE),
    ("company_timeline", "company", "get", EVERYONE),
    ("company_edit", "company", "both", EDITORS),
    ("company_bin", "company", "post", EDITORS),
    ("company_restore", "binned", "post", EDITORS),
    ("contact_create", "company", "both", EDITORS),
    ("contact_edit", "contact", "both", EDITORS),
    ("contact_gestures", "contact", "get", RECORDERS),
    ("contact_leave", "contact", "both", EDITORS),
    ("contact_return", "contact", "post", EDITORS),
    ("contact_main", "contact", "post", EDITORS),
    ("contact_opt_out", "contact", "post", EDITORS),
    ("contact_opt_in", "contact", "post", EDITORS),
    ("contact_bin", "contact", "post", EDITORS),
    ("contact_restore", "binned_contact", "post", EDITORS),
    ("interaction_create", "company", "both", RECORDERS),
    ("interaction_edit", "interaction", "both", AUTHORS),
    ("interaction_bin", "interaction", "post", AUTHORS),
    ("interaction_restore", "binned_interaction", "post", AUTHORS),
    ("next_action_create", "company", "both", EDITORS),
    ("next_action_done", "action", "post", EDITORS),
    ("next_action_reopen", "action", "post", EDITORS),
    ("next_action_postpone", "action", "both", EDITORS),
    ("next_action_hand_over", "action", "both", EDITORS),
    ("next_action_drop", "action", "both", EDITORS),
]
WITHOUT_NUMBER = [
    ("company_create", EDITORS),
    ("company_hints", EDITORS),
    ("occupation_search", EDITORS),
    ("bin_list", EDITORS),
    ("interaction_start", RECORDERS),
]
CAST = ("adviser", "colleague", "manager", "counsellor", "administrator", "outsider", "coordinator")


@pytest.fixture
def world(structure, adviser):
    company = CompanyFactory(structure=structure)
    now = timezone.now()
    return {
        "company": company,
        "binned": CompanyFactory(structure=structure, deleted_at=now),
        "contact": ContactFactory(company=company),
        "binned_contact": ContactFactory(company=company, deleted_at=now),
        "interaction": InteractionFactory(company=company, by=adviser),
        "binned_interaction": InteractionFactory(company=company, by=adviser, deleted_at=now),
        "action": NextActionFactory(company=company, assigned_to=adviser, due_on=TOMORROW),
    }


def state_of_the_database():
    models = (Company, Contact, Interaction, NextAction, ActivityEntry)
    return [list(model.objects.order_by("pk").values()) for model in models]


def expected(who, roles):
    if who in ("outsider", "coordinator"):
        return 404
    return 200 if who in roles else 403


@pytest.mark.parametrize("who", CAST)
def test_every_door_lets_in_those_it_should(request, as_user, world, who):
    """Pages are asked, gestures are refused without a change; what a gesture does is tested with it."""
    client = as_user(request.getfixturevalue(who))
    before = state_of_the_database()
    for name, thing, verb, roles in DOORS:
        url = reverse(f"companies:{name}", args=[world[thing].pk])
        wanted = expected(who, roles)
        if verb != "post":
            assert client.get(url).status_code == wanted, (name, who)
        if verb != "get" and wanted != 200:
            assert client.post(url, {"legal_name": "Prise", "version": 1}).status_code == wanted, (name, who)
    assert state_of_the_database() == before


@pytest.mark.parametrize("who", CAST)
def test_doors_without_a_number(request, as_user, who):
    client = as_user(request.getfixturevalue(who))
    for name, roles in WITHOUT_NUMBER:
        # An adviser of another structure works in her own; a coordinator has no company anywhere.
        wanted = 200 if who in roles or who == "outsider" else 403
        assert client.get(reverse(f"companies:{name}")).status_code == wanted, (name, who)


@pytest.mark.parametrize("name", [door[0] for door in DOORS])
def test_anonymous_is_sent_to_sign_in(client, world, name):
    thing = next(door[1] for door in DOORS if door[0] == name)
    response = client.get(reverse(f"companies:{name}", args=[world[thing].pk]))
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


@pytest.mark.parametrize("number", [0, 999_999, 10**25])
def test_a_number_of_nothing_is_not_found(adviser_client, world, number):
    for name, _, verb, _ in DOORS:
        url = reverse(f"companies:{name}", args=[number])
        answer = adviser_client.post(url) if verb == "post" else adviser_client.get(url)
        assert answer.status_code == 404, name


def test_wrong_verbs_are_refused(adviser_client, world):
    for name, thing, verb, _ in DOORS:
        url = reverse(f"companies:{name}", args=[world[thing].pk])
        if verb == "post":
            assert adviser_client.get(url).status_code == 405, name
        if verb == "get":
            assert adviser_client.post(url).status_code == 405, name
        assert adviser_client.delete(url).status_code == 405, name
        assert adviser_client.put(url).status_code == 405, name


def test_what_hangs_on_a_binned_company_is_out_of_reach(adviser_client, world, adviser):
    world["company"].put_in_bin(by=adviser, at=timezone.now())
    for name, thing, verb, _ in DOORS:
        if thing in ("binned",):
            continue
        url = reverse(f"companies:{name}", args=[world[thing].pk])
        answer = adviser_client.post(url) if verb == "post" else adviser_client.get(url)
        assert answer.status_code == 404, name


def test_a_counsellor_ends_the_action_given_to_her(as_user, counsellor, world):
    action = NextActionFactory(company=world["company"], assigned_to=counsellor)
    answer = as_user(counsellor).post(reverse("companies:next_action_done", args=[action.pk]))
    action.refresh_from_db()
    assert (answer.status_code, action.state) == (302, "done")
