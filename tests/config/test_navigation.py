"""What the frame offers to whom."""

import datetime as dt

import pytest
from django.template import engines
from django.test import RequestFactory
from django.urls import ResolverMatch

from accounts.enums import Role
from config import navigation
from config.context_processors import frame as frame_processor
from tests.factories import MembershipFactory

TODAY = dt.date(2026, 11, 24)


def request_of(user, path="/", structure=None):
    request = RequestFactory().get(path)
    request.user, request.structures, request.structure = user, user.structures, structure
    request.resolver_match = None
    return request


def labels(items):
    return [item.label for item in items] + [child.label for item in items for child in item.children]


@pytest.mark.parametrize(
    ("person", "shown", "hidden"),
    [
        (
            "adviser",
            {"Ma journée", "Entreprises", "Imports", "Doublons", "Corbeille", "Jeunes et besoins", "Sans solution"},
            {"Structure", "Groupe", "Besoins", "Accès aux dossiers"},
        ),
        (
            "counsellor",
            {"Ma journée", "Entreprises", "Jeunes et besoins", "Besoins", "Sans solution"},
            {"Doublons", "Structure", "Accès aux dossiers"},
        ),
        ("manager", {"Jeunes et besoins", "Accès aux dossiers"}, {"Structure"}),
        ("administrator", {"Structure", "Équipe", "Antennes"}, {"Doublons"}),
        ("coordinator", {"Groupe"}, {"Structure", "Imports", "Entreprises"}),
    ],
)
def test_each_role_sees_its_tasks(request, person, shown, hidden):
    user = request.getfixturevalue(person)
    seen = set(labels(navigation.navigation(request_of(user))))
    assert shown <= seen
    assert not hidden & seen


def test_current_entry_is_the_page_or_its_part(adviser):
    items = {item.label: item for item in navigation.navigation(request_of(adviser, "/entreprises/doublons/"))}
    children = {item.label: item for item in items["Entreprises"].children}
    assert items["Ma journée"].aria_current == ""
    assert items["Entreprises"].aria_current == "true"
    assert children["Doublons"].aria_current == "page"
    assert children["Imports"].aria_current == ""


def test_only_the_nearest_part_is_current(counsellor):
    items = {item.label: item for item in navigation.navigation(request_of(counsellor, "/besoins/sans-solution/"))}
    children = {item.label: item.aria_current for item in items["Jeunes et besoins"].children}
    assert items["Jeunes et besoins"].aria_current == "true"
    assert (children["Sans solution"], children["Besoins"]) == ("page", "")


def test_a_card_belongs_to_young_people_and_needs(adviser):
    items = {item.label: item for item in navigation.navigation(request_of(adviser, "/jeunes/12/carte/"))}
    assert items["Jeunes et besoins"].aria_current == "true"
    assert items["Entreprises"].aria_current == ""


def test_frame_names_the_person_and_the_place(adviser, structure):
    frame = navigation.frame(request_of(adviser, structure=structure))
    assert (frame.person, frame.place) == ("Léa Morin", "ML du Val de Brenne")
    assert frame.structures == []
    assert frame.layout == "layout/base.html"


def test_several_structures_may_be_switched(adviser, structure, other_structure):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.ADVISER)
    adviser.__dict__.pop("access", None)
    adviser.__dict__.pop("structures", None)
    frame = navigation.frame(request_of(adviser, structure=other_structure))
    assert [(choice.name, choice.current) for choice in frame.structures] == [
        ("Mission Locale des Trois Rivières", True),
        ("Mission Locale du Val de Brenne", False),
    ]
    assert not frame.all_structures
    assert navigation.frame(request_of(adviser)).place == "mes 2 structures"


def test_every_address_of_the_frame_exists(adviser):
    frame = navigation.frame(request_of(adviser))
    for name in ("home_url", "search_url", "suggest_url", "note_url", "theme_url", "structure_url", "sign_out_url"):
        assert getattr(frame, name), name


def test_on_a_company_the_exchange_is_with_it(adviser):
    request = request_of(adviser, "/entreprises/7/")
    request.resolver_match = ResolverMatch(
        print, (), {"pk": 7}, "company_detail", ["companies"], ["companies"], "entreprises/<int:pk>/"
    )
    assert navigation.frame(request).note_url == "/entreprises/7/echanges/noter/"


def test_on_a_young_person_the_need_is_hers(counsellor):
    request = request_of(counsellor, "/jeunes/7/")
    request.resolver_match = ResolverMatch(
        print, (), {"pk": 7}, "young_person_detail", ["youth"], ["youth"], "jeunes/<int:pk>/"
    )
    assert navigation.frame(request).note_url == "/besoins/nouveau/7/"


def test_coordinator_has_nothing_to_note(coordinator):
    assert navigation.frame(request_of(coordinator)).note_url == ""


def test_theme_of_the_browser_serves_before_signing_in(rf, db):
    request = rf.get("/")
    request.COOKIES["theme"] = "dark"
    assert navigation.frame(request).theme == "dark"
    request.COOKIES["theme"] = '"><script>'
    assert navigation.frame(request).theme == "auto"
    assert navigation.frame(request).layout == "layout/public.html"


def test_partial_pays_nothing_for_the_frame(adviser, django_assert_num_queries):
    request = request_of(adviser)
    with django_assert_num_queries(0):
        engines["django"].from_string("{{ 1|number }}").render(frame_processor(request))
