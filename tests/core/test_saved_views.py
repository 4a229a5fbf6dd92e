"""Lists kept under a name."""

import pytest
from django.db import connection
from django.urls import reverse

from core.models import DefaultView, SavedView
from core.scope import structure_scope
from tests.conftest import signed_in
from tests.factories import MembershipFactory

LIST = reverse("companies:company_list")
CREATE = reverse("core:saved_view_create", args=["companies"])


@pytest.fixture
def view(structure, adviser):
    return SavedView.objects.create(
        listing="companies", structure=structure, owner=adviser, name="BTP", query="sector=construction"
    )


def url(name, view):
    return reverse(f"core:saved_view_{name}", args=[view.pk])


def test_view_is_created_with_filters_order_and_columns_alone(adviser_client, adviser, structure):
    query = "sector=construction&sort=-last&columns=city&after=xx&view=3&zz=1"
    assert "Enregistrer la vue" in adviser_client.get(f"{CREATE}?{query}").text
    answer = adviser_client.post(CREATE, {"name": "BTP", "is_shared": "on", "query": query})
    view = SavedView.objects.get()
    assert (view.owner, view.structure, view.is_shared) == (adviser, structure, True)
    assert view.query == "sector=construction&sort=-last&columns=city"
    assert answer["Location"].endswith(f"{view.query}&view={view.pk}")


def tabs_of(client):
    return {tab.label for tab in client.get(LIST).context["tabs"]}


def test_namesakes_of_two_structures_say_which(adviser_client, adviser, view, other_structure):
    assert "BTP" in tabs_of(adviser_client)
    MembershipFactory(user=adviser, structure=other_structure, role="adviser")
    SavedView.objects.create(
        structure=other_structure,
        listing="companies",
        owner=adviser,
        name="BTP",
        query="sector=construction",
        is_shared=True,
    )
    assert {"BTP (ML des Trois Rivières)", f"BTP ({str(view.structure).replace('Mission Locale', 'ML')})"} <= tabs_of(
        adviser_client
    )


def test_namesakes_of_one_structure_say_whose(adviser_client, view, structure, colleague):
    SavedView.objects.create(
        listing="companies", structure=structure, owner=colleague, name="BTP", query="q=btp", is_shared=True
    )
    assert {f"BTP ({view.owner.full_name})", f"BTP ({colleague.full_name})"} <= tabs_of(adviser_client)


def test_two_views_of_one_name_are_refused_in_words(adviser_client, view):
    answer = adviser_client.post(CREATE, {"name": "BTP", "query": ""})
    assert answer.status_code == 200
    assert "déjà une vue de ce nom" in answer.text


def test_two_views_of_one_name_at_once_are_refused_in_words(adviser_client, view, monkeypatch):
    """The other one is written after the form has looked."""
    other = SavedView.objects.create(listing="companies", structure=view.structure, owner=view.owner, name="Autre")
    monkeypatch.setattr(SavedView, "validate_constraints", lambda self, exclude=None: None)
    monkeypatch.setattr(SavedView, "validate_unique", lambda self, exclude=None: None)
    for address in (CREATE, url("edit", other)):
        answer = adviser_client.post(address, {"name": "BTP", "query": ""})
        assert answer.status_code == 200
        assert "déjà une vue de ce nom" in answer.text
    assert sorted(SavedView.objects.values_list("name", flat=True)) == ["Autre", "BTP"]


def test_view_too_long_is_refused_in_words(adviser_client):
    query = "&".join(f"q={'a' * 90}{number}" for number in range(12))
    answer = adviser_client.post(CREATE, {"name": "Longue", "query": query})
    assert "trop nombreux" in answer.text
    assert not SavedView.objects.exists()


def test_counsellor_keeps_a_view_to_herself(counsellor):
    signed_in(counsellor).post(CREATE, {"name": "À voir", "is_shared": "on", "query": "q=a"})
    assert SavedView.objects.get().is_shared is False


def test_owner_renames_shares_changes_and_deletes(adviser_client, view):
    adviser_client.post(url("edit", view), {"name": "Le BTP", "is_shared": "on"})
    adviser_client.post(url("update", view), {"query": "sector=green&after=x"})
    view.refresh_from_db()
    assert (view.name, view.is_shared, view.query) == ("Le BTP", True, "sector=green")
    adviser_client.post(url("delete", view))
    assert not SavedView.objects.exists()


@pytest.mark.parametrize("name", ["edit", "update", "delete"])
def test_shared_view_is_left_to_its_owner(colleague, outsider, client, view, name):
    assert signed_in(colleague).post(url(name, view)).status_code == 404
    SavedView.objects.update(is_shared=True)
    assert signed_in(colleague).post(url(name, view)).status_code == 403
    assert signed_in(outsider).post(url(name, view)).status_code == 404
    assert client.post(url(name, view)).status_code == 302
    view.refresh_from_db()
    assert view.query == "sector=construction"


@pytest.mark.parametrize("name", ["update", "delete"])
def test_gestures_are_posts(adviser_client, view, name):
    assert adviser_client.get(url(name, view)).status_code == 405


def test_coordinator_has_nowhere_to_keep_a_view(coordinator):
    assert signed_in(coordinator).get(CREATE).status_code == 403


# --- default view --------------------------------------------------------------------------------
def test_default_view_opens_with_the_bare_address_alone(adviser_client, colleague, view):
    SavedView.objects.update(is_shared=True)
    answer = adviser_client.post(url("default", view), {"chosen": "1"}, follow=True)
    assert "pour vous seulement" in answer.text
    answer = adviser_client.get(LIST, follow=True)
    assert answer.request["QUERY_STRING"] == f"sector=construction&view={view.pk}"
    assert "Votre vue par défaut est appliquée" in answer.text
    assert f'href="{LIST}?view=all"' in answer.text
    assert adviser_client.get(LIST, {"q": "a"}).status_code == 200
    assert signed_in(colleague).get(LIST).status_code == 200


def test_everything_stays_at_hand_beside_a_default_view(adviser_client, view):
    adviser_client.post(url("default", view), {"chosen": "1"})
    answer = adviser_client.get(LIST, {"view": "all"})
    assert [tab.label for tab in answer.context["tabs"] if tab.current] == ["Toutes"]
    one_filter = adviser_client.get(LIST, {"q": "a"}).context["listing"]
    assert one_filter.chips()[0].remove_url == one_filter.clear_url() == f"{LIST}?view=all"
    window = adviser_client.get(reverse("companies:company_filters"), {"q": "a"})
    assert window.context["listing"].clear_url() == f"{LIST}?view=all"


def test_default_view_is_one_and_may_be_left(adviser_client, adviser, structure, view):
    other = SavedView.objects.create(listing="companies", structure=structure, owner=adviser, name="Autre", query="q=a")
    adviser_client.post(url("default", view), {"chosen": "1"})
    adviser_client.post(url("default", other), {"chosen": "1"})
    assert DefaultView.objects.get().view == other
    assert adviser_client.get(LIST)["Location"].endswith(f"view={other.pk}")
    adviser_client.post(url("default", other), {"chosen": ""})
    assert adviser_client.get(LIST).status_code == 200


def test_default_view_no_longer_shared_is_not_applied(adviser, colleague, view):
    SavedView.objects.update(is_shared=True)
    client = signed_in(colleague)
    client.post(url("default", view), {"chosen": "1"})
    assert client.get(LIST).status_code == 302
    SavedView.objects.update(is_shared=False)
    assert client.get(LIST).status_code == 200
    assert client.post(url("default", view), {"chosen": "1"}).status_code == 404


def test_default_view_is_chosen_by_the_plain_role(adviser_client, view, app_role):
    assert adviser_client.post(url("default", view), {"chosen": "1"}).status_code == 302
    assert adviser_client.get(LIST).status_code == 302


# --- the other lists ------------------------------------------------------------------------------
OTHERS = [
    ("needs", "youth:need_list", "state=open", "Tous les besoins en attente"),
    ("opportunities", "opportunities:opportunity_list", "state=open", "Toutes les opportunités"),
]


@pytest.mark.parametrize(("key", "name", "query", "everything"), OTHERS)
def test_every_list_keeps_its_own_views(key, name, query, everything, adviser_client, adviser, view):
    address = reverse(name)
    create = reverse("core:saved_view_create", args=[key])
    assert f"{create}?{query}" in adviser_client.get(f"{address}?{query}").text
    # The same name as in another list is not taken.
    answer = adviser_client.post(create, {"name": "BTP", "query": f"{query}&zz=1"})
    kept = SavedView.objects.get(listing=key)
    assert answer["Location"] == f"{address}?{query}&view={kept.pk}"
    page = adviser_client.get(answer["Location"])
    assert [tab.label for tab in page.context["tabs"] if tab.current] == ["BTP"]
    assert [tab.label for tab in adviser_client.get(LIST).context["tabs"]].count("BTP") == 1
    # By default: the bare address opens it, and says how to see everything.
    adviser_client.post(url("default", kept), {"chosen": "1"})
    assert adviser_client.get(address)["Location"] == answer["Location"]
    assert everything in adviser_client.get(answer["Location"]).text
    assert adviser_client.get(f"{address}?view=all").status_code == 200
    assert adviser_client.get(LIST).status_code == 200
    adviser_client.post(url("default", kept), {"chosen": ""})
    assert adviser_client.get(address).status_code == 200
    assert adviser_client.post(url("delete", kept))["Location"] == address


@pytest.mark.parametrize(("key", "name", "query", "everything"), OTHERS)
def test_a_view_shared_is_a_tab_of_colleagues(key, name, query, everything, structure, adviser, colleague, outsider):
    SavedView.objects.create(structure=structure, owner=adviser, listing=key, name="À voir", query=query)
    assert "À voir" not in signed_in(colleague).get(reverse(name)).text
    SavedView.objects.update(is_shared=True)
    assert "À voir" in signed_in(colleague).get(reverse(name)).text
    assert "À voir" not in signed_in(outsider).get(reverse(name)).text


@pytest.mark.parametrize("key", ["needs", "opportunities"])
def test_nobody_keeps_a_view_of_a_list_she_may_not_open(key, structure, administrator):
    client = signed_in(administrator)
    assert client.get(reverse("core:saved_view_create", args=[key])).status_code == 403
    kept = SavedView.objects.create(structure=structure, owner=administrator, listing=key, name="Vue")
    for gesture in ("update", "default", "delete"):
        assert client.post(url(gesture, kept)).status_code == 403
    assert SavedView.objects.count() == 1


def test_a_list_that_keeps_no_views_has_none_to_keep(adviser_client):
    assert adviser_client.get(reverse("core:saved_view_create", args=["nothing"])).status_code == 404


def test_views_stay_behind_the_wall(structure, other_structure, adviser, app_role):
    """The tables were renamed: their policies hold."""
    with connection.cursor() as cursor:
        for table in ("core_savedview", "core_defaultview"):
            cursor.execute("SELECT relrowsecurity, relforcerowsecurity FROM pg_class WHERE relname = %s", [table])
            assert cursor.fetchone() == (True, True)
    with structure_scope([structure.pk]):
        SavedView.objects.create(structure=structure, owner=adviser, listing="needs", name="Vue")
    with structure_scope([other_structure.pk]):
        assert not SavedView.objects.exists()
