"""Which companies are proposed as one, and which never are."""

import pytest

from companies.duplicates import SHARED_PHONE_AT_MOST, find_pairs, refresh_pairs, similar_companies
from companies.enums import DuplicateState
from companies.models import DuplicatePair
from tests.factories import CompanyFactory, ContactFactory

pytestmark = pytest.mark.django_db

# Two numbers that pass the check and belong to nobody we know.
SIRET, OTHER_SIRET = "00000001800010", "00000002600021"


def reasons(adviser, structure, **values):
    return {
        candidate.company.pk: candidate.reasons
        for candidate in similar_companies(user=adviser, structure=structure, values=values)
    }


def test_same_siret(adviser, structure):
    company = CompanyFactory(structure=structure, siret=SIRET)
    assert reasons(adviser, structure, siret=SIRET, legal_name="Autre nom") == {company.pk: ["même SIRET"]}


def test_same_name_and_commune_whatever_the_accents(adviser, structure):
    company = CompanyFactory(structure=structure, legal_name="Élagage Béranger", city="Mérigny")
    found = reasons(adviser, structure, legal_name="ELAGAGE BERANGER", city="MERIGNY")
    assert found == {company.pk: ["même nom, même commune"]}


def test_near_name_in_the_same_commune(adviser, structure):
    company = CompanyFactory(structure=structure, legal_name="Boulangerie Vacher", city="Le Blanc")
    found = reasons(adviser, structure, legal_name="SARL Boulangerie Vacher", city="Le Blanc")
    assert found == {company.pk: ["nom très proche, même commune"]}


def test_name_alone_is_no_reason(adviser, structure):
    CompanyFactory(structure=structure, legal_name="Boulangerie Vacher", city="Le Blanc")
    assert reasons(adviser, structure, legal_name="Boulangerie Vacher", city="Rosnay") == {}
    assert reasons(adviser, structure, legal_name="Boulangerie Vacher") == {}


def test_two_establishments_are_no_duplicate(adviser, structure):
    CompanyFactory(structure=structure, legal_name="Commune de Metz", city="Metz", siret=SIRET)
    assert reasons(adviser, structure, legal_name="Commune de Metz", city="Metz", siret=OTHER_SIRET) == {}


@pytest.mark.parametrize("where", ["company", "contact"])
def test_same_phone(adviser, structure, where):
    company = CompanyFactory(structure=structure, phone="+33254000001" if where == "company" else "")
    ContactFactory(company=company, mobile="+33254000001" if where == "contact" else "")
    assert reasons(adviser, structure, phone="+33254000001") == {company.pk: ["même téléphone"]}


def test_own_domain_counts_and_a_provider_does_not(adviser, structure):
    company = CompanyFactory(structure=structure, email="contact@fontenille.example")
    CompanyFactory(structure=structure, email="fontenille@orange.fr")
    assert reasons(adviser, structure, email="atelier@fontenille.example") == {company.pk: ["même domaine d’e-mail"]}
    assert reasons(adviser, structure, email="nadia@orange.fr") == {}


def test_another_structure_is_never_proposed(adviser, structure, other_structure):
    CompanyFactory(structure=other_structure, siret=SIRET)
    assert reasons(adviser, structure, siret=SIRET) == {}


def test_the_bin_is_never_proposed(adviser, structure):
    company = CompanyFactory(structure=structure, siret=SIRET)
    company.put_in_bin(by=adviser, at=company.created_at)
    assert reasons(adviser, structure, siret=SIRET) == {}


def test_scan_finds_each_pair_once_with_its_reasons(structure, other_structure):
    first = CompanyFactory(structure=structure, legal_name="Garage du Pont", phone="+33254000002", siret=SIRET)
    second = CompanyFactory(structure=structure, legal_name="GARAGE DU PONT", phone="+33254000002")
    CompanyFactory(structure=other_structure, legal_name="Garage du Pont", phone="+33254000002")
    assert find_pairs(structure_id=structure.pk) == [(first.pk, second.pk, ["name_commune", "phone"])]


def test_scan_leaves_establishments_and_wide_domains(structure):
    for number in (SIRET, OTHER_SIRET):
        CompanyFactory(structure=structure, legal_name="Commune de Metz", siret=number)
    for city in ("Rosnay", "Luant", "Douadic", "Martizay", "Mérigny"):
        CompanyFactory(structure=structure, city=city, email="contact@enseigne.example")
    assert find_pairs(structure_id=structure.pk) == []


def test_scan_finds_near_names_when_a_siret_is_missing(structure):
    first = CompanyFactory(structure=structure, legal_name="Boulangerie Vacher", siret=SIRET)
    second = CompanyFactory(structure=structure, legal_name="SARL Boulangerie Vacher")
    assert find_pairs(structure_id=structure.pk) == [(first.pk, second.pk, ["near_name_commune"])]


def test_what_was_dismissed_is_remembered(structure):
    CompanyFactory(structure=structure, legal_name="Garage du Pont")
    CompanyFactory(structure=structure, legal_name="Garage du Pont")
    assert refresh_pairs(structure_id=structure.pk) == 1
    DuplicatePair.objects.update(state=DuplicateState.DISMISSED)
    assert refresh_pairs(structure_id=structure.pk) == 0
    assert DuplicatePair.objects.get().state == DuplicateState.DISMISSED


def test_a_pair_that_no_longer_holds_goes(structure):
    CompanyFactory(structure=structure, legal_name="Garage du Pont")
    second = CompanyFactory(structure=structure, legal_name="Garage du Pont")
    refresh_pairs(structure_id=structure.pk)
    second.city = "Rosnay"
    second.save()
    refresh_pairs(structure_id=structure.pk)
    assert not DuplicatePair.objects.exists()


def test_a_telephone_that_many_share_tells_none_of_them_apart(structure):
    """A head office's number in a whole file would make as many pairs as its square."""
    for number in range(SHARED_PHONE_AT_MOST + 1):
        CompanyFactory(structure=structure, legal_name=f"Agence {number}", city="", phone="+33254000001")
    assert find_pairs(structure_id=structure.pk) == []
