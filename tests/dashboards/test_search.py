"""The search box: what is found, by whom, in which order."""

import pytest

from companies.models import Company
from companies.search import companies_matching
from core.scope import set_scope
from dashboards.search import search
from tests.factories import CompanyFactory, ContactFactory


@pytest.fixture
def network(structure, other_structure):
    bakery = CompanyFactory(
        structure=structure,
        legal_name="SARL Vacher",
        trade_name="Boulangerie Vacher",
        city="Bélâbre",
        siret="41234567800014",
        phone="+33254123456",
        email="contact@vacher.example",
    )
    joinery = CompanyFactory(structure=structure, legal_name="Menuiserie Fontenille", city="Le Blanc")
    overseas = CompanyFactory(structure=structure, legal_name="Case Créole", phone="+262692123456")
    person = ContactFactory(
        company=joinery, first_name="Élodie", last_name="Haddad", job_title="Gérante", mobile="+33612345678"
    )
    theirs = CompanyFactory(
        structure=other_structure, legal_name="Boulangerie Canari", siret="41234567800022", phone="+33254123456"
    )
    ContactFactory(company=theirs, first_name="Élodie", last_name="Canari", mobile="+33612345678")
    return {"bakery": bakery, "joinery": joinery, "overseas": overseas, "person": person}


def found(network, user, text, structure=None):
    results = search(user=user, structure=structure, text=text)
    names = {row: name for name, row in network.items()}
    return [names[row] for row in [*results.companies, *results.contacts]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("boulangerie", ["bakery"]),
        ("BOULANGERIE", ["bakery"]),
        ("boulangerié", ["bakery"]),
        ("vacher boulangerie", ["bakery"]),
        ("belabre vacher", ["bakery"]),
        ("  boul   ", ["bakery"]),
        ("sarl vacher", ["bakery"]),
        ("contact@vacher.example", ["bakery"]),
        ("boulengerie", ["bakery"]),
        ("menuserie", ["joinery"]),
        ("fontenile", ["joinery"]),
        ("elodie", ["person"]),
        ("haddad élodie", ["person"]),
        ("gérante", ["person"]),
        ("412 345 678 00014", ["bakery"]),
        ("41234567800014", ["bakery"]),
        ("412345678", ["bakery"]),
        ("02 54 12 34 56", ["bakery"]),
        ("02.54.12.34.56", ["bakery"]),
        ("+33 2 54 12 34 56", ["bakery"]),
        ("0033254123456", ["bakery"]),
        ("+33 (0)2 54 12 34 56", ["bakery"]),
        ("0692 12 34 56", ["overseas"]),
        ("06 12 34 56 78", ["person"]),
        ("me", ["joinery"]),
        ("c", ["overseas"]),
        ("", []),
        ("   ", []),
        ("%", []),
        ("___", []),
        ("' OR 1=1 --", []),
        ("\x00", []),
        ("canari", []),
        ("99999999999999", []),
        ("zzyyxxww", []),
    ],
)
def test_search_finds(network, adviser, text, expected):
    assert found(network, adviser, text) == expected


def test_search_under_row_level_security(network, adviser, structure, app_role):
    set_scope([structure.pk])
    assert found(network, adviser, "boulangerie") == ["bakery"]
    assert found(network, adviser, "boulengerie") == ["bakery"]
    assert found(network, adviser, "haddad") == ["person"]
    assert found(network, adviser, "me") == ["joinery"]


def test_name_that_begins_so_comes_first(structure, adviser):
    inside = CompanyFactory(structure=structure, legal_name="Le Garage", city="Metz")
    begins_long = CompanyFactory(structure=structure, legal_name="Garage de la longue avenue du Général", city="Metz")
    begins = CompanyFactory(structure=structure, legal_name="Garage Paul", city="Metz")
    assert list(search(user=adviser, structure=None, text="garage").companies) == [begins, begins_long, inside]


def test_more_than_the_limit_is_said(structure, adviser):
    for _ in range(3):
        CompanyFactory(structure=structure, legal_name="Garage")
    results = search(user=adviser, structure=None, text="garage", limit=2)
    assert (len(results.companies), results.more_companies, results.more_contacts) == (2, True, False)


def test_other_structures_take_no_place_among_the_results(structure, other_structure, adviser):
    mine = CompanyFactory(structure=structure, legal_name="Le grand garage de la gare")
    for _ in range(4):
        CompanyFactory(structure=other_structure, legal_name="Garage")
    results = search(user=adviser, structure=None, text="garage", limit=2)
    assert (list(results.companies), results.more_companies) == ([mine], False)
    assert list(search(user=adviser, structure=None, text="garaje", limit=2).companies) == [mine]
    assert list(companies_matching(Company.objects.all(), user=adviser, text="garage")) == [mine]


def test_what_lies_in_the_bin_is_not_found(network, adviser):
    from django.utils import timezone

    network["bakery"].put_in_bin(by=adviser, at=timezone.now())
    assert found(network, adviser, "boulangerie") == []


def test_structure_of_the_header_narrows(network, adviser, structure, other_structure):
    assert found(network, adviser, "boulangerie", structure) == ["bakery"]
    assert found(network, adviser, "boulangerie", other_structure) == []


def test_coordinator_finds_nothing(network, coordinator):
    assert found(network, coordinator, "boulangerie") == []
