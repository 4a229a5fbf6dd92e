"""Which company a row is: by SIRET, else by name and place, never by the name alone."""

import pytest

from companies.importing.matching import Directory, Known, load_directory, match_contact, place_key
from companies.imports.records import CompanyValues, ContactValues
from tests.factories import CompanyFactory, ContactFactory

SIRET, OTHER_SIRET = "00000001800010", "00000002600021"


def known(
    pk=1, *, siret="", name="boulangerie vacher", insee="", postcode="36300", place="le blanc", phone="", domain=""
):
    return Known(pk, siret, (name,), insee, postcode, place, phone, domain)


def row(**values):
    return CompanyValues(**{"legal_name": "Boulangerie Vacher", "postcode": "36300", "city": "Le Blanc"} | values)


def test_siret_decides_whatever_the_name():
    match = Directory([known(siret=SIRET, name="autre nom")]).match(row(siret=SIRET, city="Rosnay"))
    assert match.company == 1


def test_same_name_in_the_same_place():
    assert Directory([known()]).match(row()).company == 1


@pytest.mark.parametrize("elsewhere", [{"city": "Rosnay", "postcode": "36300"}, {"postcode": "36100"}])
def test_same_name_elsewhere_is_new(elsewhere):
    match = Directory([known()]).match(row(**elsewhere))
    assert (match.company, match.candidates) == (None, ())


def test_same_name_on_a_row_that_says_no_place_is_doubtful():
    match = Directory([known()]).match(row(city="", postcode=""))
    assert match.candidates == ((1, "même nom, et la ligne ne dit pas où"),)


def test_two_known_sirets_that_differ_are_two_establishments():
    match = Directory([known(siret=SIRET)]).match(row(siret=OTHER_SIRET))
    assert (match.company, match.candidates) == (None, ())


def test_siret_completes_a_company_that_has_none():
    assert Directory([known()]).match(row(siret=SIRET)).company == 1


def test_two_companies_of_one_name_in_one_place_are_doubtful():
    match = Directory([known(1), known(2)]).match(row())
    assert match.company is None
    assert [pk for pk, _why in match.candidates] == [1, 2]


@pytest.mark.parametrize(
    ("here", "given", "why"),
    [
        ({"phone": "+33254000000"}, {"phone": "+33254000000"}, "nom proche, même téléphone"),
        ({"domain": "vacher.example"}, {"email": "a@vacher.example"}, "nom proche, même domaine d’e-mail"),
    ],
)
def test_near_name_and_something_shared_is_doubtful(here, given, why):
    match = Directory([known(name="boulangerie vachet", place="rosnay", **here)]).match(row(**given))
    assert match.candidates == ((1, why),)


def test_a_provider_of_e_mail_says_nothing():
    directory = Directory([known(name="boulangerie vachet", place="rosnay", domain="")])
    assert directory.match(row(email="vacher@orange.fr")).candidates == ()


def test_a_shared_telephone_with_another_name_is_new():
    directory = Directory([known(name="garage du centre", phone="+33254000000")])
    assert directory.match(row(phone="+33254000000")).candidates == ()


@pytest.mark.parametrize("city", ["Saint-Étienne", "ST ETIENNE", "Saint Etienne CEDEX 2"])
def test_one_place_however_it_is_written(city):
    assert place_key(city) == "saint etienne"


def test_directory_leaves_out_the_bin_and_other_structures(structure, other_structure):
    CompanyFactory(structure=other_structure, legal_name="Boulangerie Vacher")
    kept = CompanyFactory(structure=structure, legal_name="SARL Vacher", trade_name="Boulangerie Vacher")
    gone = CompanyFactory(structure=structure, legal_name="Boulangerie Vacher")
    gone.put_in_bin(by=None, at=gone.created_at)
    directory = load_directory(structure_id=structure.pk, rows=[row(), row(legal_name="Sarl VACHER")])
    assert directory.match(row()).company == kept.pk
    assert directory.match(row(legal_name="Sarl VACHER")).company == kept.pk


def test_contact_by_e_mail_then_by_name(db):
    nadia = ContactFactory(first_name="Nadia", last_name="Haddad", email="n.haddad@example.org")
    paul = ContactFactory(company=nadia.company, first_name="Paul", last_name="Ribot")
    people = [nadia, paul]
    assert match_contact(ContactValues(last_name="Autre", email="N.Haddad@example.org"), people) == nadia
    assert match_contact(ContactValues(first_name="PAUL", last_name="Ribot", email="p@example.org"), people) == paul
    assert match_contact(ContactValues(first_name="Paul"), people) is None
    assert match_contact(ContactValues(email="inconnu@example.org"), people) is None
