"""Each filter: what it keeps, how it is said."""

import datetime as dt

import pytest
from django.http import QueryDict

from companies.filters import CompanyFilterSet
from companies.models import Company
from tests.factories import CompanyFactory, ContactFactory, TagFactory

TODAY = dt.date(2026, 11, 22)


def day(offset):
    return TODAY + dt.timedelta(days=offset)


@pytest.fixture
def network(structure, other_structure, adviser, colleague):
    """Four companies that differ in everything; and one nobody here may see."""
    forum = TagFactory(structure=structure, name="forum")
    one = CompanyFactory(
        structure=structure,
        legal_name="Ateliers Réunis",
        trade_name="Menuiserie Dupré",
        siret="41234567800014",
        sector="construction",
        company_type="micro",
        workforce_band="03",
        city="Le Blanc",
        postcode="36300",
        latitude=46.63,
        longitude=1.06,
        phone="+33254000001",
        email="contact@dupre.example",
        adviser=adviser,
        relation_state="partner",
        network_kind="companies",
        is_pilot=True,
        origin_network="personal",
        origin_direction="incoming",
        last_interaction_on=day(-10),
        next_action_on=day(-1),
    )
    one.tags.add(forum)
    ContactFactory(company=one, first_name="Nadia", last_name="Haddad", mobile="+33612345678")
    two = CompanyFactory(
        structure=structure,
        legal_name="Jardins de la Claise",
        sector="green",
        company_type="association",
        city="Martizay",
        postcode="36220",
        latitude=46.80,
        longitude=1.03,
        adviser=colleague,
        relation_state="in_relation",
        last_interaction_on=day(-200),
    )
    three = CompanyFactory(
        structure=structure,
        legal_name="Garage du Pont",
        sector="industry",
        city="Châteauroux",
        postcode="36000",
        next_action_on=TODAY,
        relation_state="prospect",
    )
    four = CompanyFactory(
        structure=structure,
        legal_name="Hôtel du Parc",
        sector="hospitality",
        city="Le Blanc",
        postcode="36300",
        relation_state="watch",
        watch_reason="travaux",
        next_action_on=day(20),
        last_interaction_on=day(-80),
    )
    CompanyFactory(structure=other_structure, legal_name="CANARI", city="Le Blanc", sector="construction")
    return {"one": one, "two": two, "three": three, "four": four, "forum": forum}


def kept(network, adviser, text):
    filterset = CompanyFilterSet(QueryDict(text), Company.objects.visible_to(adviser), user=adviser, today=TODAY)
    by_pk = {company.pk: key for key, company in network.items() if isinstance(company, Company)}
    return sorted(by_pk[pk] for pk in filterset.qs.values_list("pk", flat=True))


ALL = ["four", "one", "three", "two"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("q=menuiserie+dupre", ["one"]),
        ("q=DUPR%C3%89+ateliers", ["one"]),
        ("q=haddad", ["one"]),
        ("q=le+blanc", ["four", "one"]),
        ("q=412+345+678+00014", ["one"]),
        ("q=02.54.00.00.01", ["one"]),
        ("q=%2B33+6+12+34+56+78", ["one"]),
        ("q=100%25", []),
        ("q=ja", ["two"]),
        ("sector=construction", ["one"]),
        ("sector=construction&sector=green", ["one", "two"]),
        ("type=association", ["two"]),
        ("size=03", ["one"]),
        ("city=LE+BLANC", ["four", "one"]),
        ("city=36220", ["two"]),
        ("near=Le+Blanc&km=10", ["one"]),
        ("near=le+blanc&km=20", ["one", "two"]),
        ("near=36300", ["one"]),
        ("near=Nullepart", []),
        ("state=partner&state=prospect", ["one", "three"]),
        ("adviser=me", ["one"]),
        ("adviser=none", ["four", "three"]),
        ("adviser=me&adviser=none", ["four", "one", "three"]),
        ("network=companies", ["one"]),
        ("pilot=yes", ["one"]),
        ("pilot=no", ["four", "three", "two"]),
        ("origin=personal", ["one"]),
        ("direction=incoming", ["one"]),
        ("contact=under-1", ["one"]),
        ("contact=over-3", ["two"]),
        ("contact=over-2", ["four", "two"]),
        ("contact=never", ["three"]),
        ("action=late", ["one"]),
        ("action=today", ["three"]),
        ("action=within-7", ["three"]),
        ("action=within-30", ["four", "three"]),
        ("action=planned", ["four", "one", "three"]),
        ("action=none", ["two"]),
        ("action=forgotten", ["two"]),
        ("action=forgotten-3", ["two"]),
        ("email=yes", ["one"]),
        ("email=no", ["four", "three", "two"]),
        ("phone=yes", ["one"]),
        ("siret=yes", ["one"]),
        ("sector=construction&adviser=me&pilot=yes&action=late", ["one"]),
        # what makes no sense filters nothing
        ("sector=xx", ALL),
        ("adviser=999999", ALL),
        ("adviser=abc", ALL),
        ("tag=999999", ALL),
        ("contact=over-999", ALL),
        ("action=zz&unknown=1", ALL),
        ("km=0", ALL),
        ("q=%00", ALL),
    ],
)
def test_filter_keeps(network, adviser, query, expected):
    assert kept(network, adviser, query) == expected


def test_filter_by_adviser_and_tag_of_the_structure(network, adviser, colleague):
    assert kept(network, adviser, f"adviser={colleague.pk}") == ["two"]
    assert kept(network, adviser, f"tag={network['forum'].pk}") == ["one"]


def test_tag_or_adviser_of_another_structure_is_no_choice(network, adviser, outsider, other_structure):
    theirs = TagFactory(structure=other_structure)
    assert kept(network, adviser, f"tag={theirs.pk}") == ALL
    assert kept(network, adviser, f"adviser={outsider.pk}") == ALL


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("sector=construction&sector=green", "BTP ou Espaces verts, agriculture, environnement"),
        ("near=le+blanc&km=15", "à moins de 15\u00a0km de Le Blanc"),
        ("contact=over-3", "dernier échange depuis plus de 3\u00a0mois"),
        ("adviser=me&adviser=none", "suivie par moi ou personne"),
        ("action=late", "prochaine action en retard"),
        ("pilot=no", "hors du groupe pilote"),
        ("email=no", "sans e-mail"),
        ("q=abc", "contient «\u00a0abc\u00a0»"),
        ("network=chambers", "Chambres consulaires, syndicats professionnels, réseaux d’influence"),
    ],
)
def test_filter_is_said_in_words(network, adviser, query, said):
    filterset = CompanyFilterSet(QueryDict(query), Company.objects.visible_to(adviser), user=adviser, today=TODAY)
    ((_, words),) = filterset.words()
    assert " ".join(part for part in (words.before, words.value, words.after) if part) == said


def test_every_filter_is_on_the_panel(network, adviser):
    filterset = CompanyFilterSet(QueryDict(""), Company.objects.visible_to(adviser), user=adviser, today=TODAY)
    shown = {field.name for _, fields, _ in filterset.panel_groups() for field in fields}
    assert shown == set(filterset.filters)


def test_advisers_are_asked_once(network, adviser, django_assert_num_queries):
    adviser.access  # noqa: B018 -- read once a request
    rows = Company.objects.visible_to(adviser)
    filterset = CompanyFilterSet(QueryDict("adviser=me"), rows, user=adviser, today=TODAY)
    with django_assert_num_queries(1):
        assert filterset.words()
        assert filterset.cleaned == {"adviser": ["me"]}
