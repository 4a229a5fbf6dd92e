from types import SimpleNamespace

import pytest

from companies.proposals import LEADER, PERSON, ProposedPerson, differs, named_people, parse_person


@pytest.mark.parametrize(
    ("field", "known", "proposed"),
    [
        ("phone", "+33254000000", "02 54 00 00 00"),
        ("email", "Contact@Bati.example", "contact@bati.example"),
        ("legal_name", "BÂTI-BRENNE", "Bâti Brenne"),
        ("city", "Saint-Gaultier", "SAINT GAULTIER"),
        ("address", "12, rue de l’Église", "12 rue de l'eglise"),
    ],
)
def test_the_same_thing_written_otherwise_is_no_correction(field, known, proposed):
    assert not differs(field, known, proposed)


@pytest.mark.parametrize(
    ("field", "known", "proposed"),
    [("phone", "+33254000000", "02 54 00 00 01"), ("city", "Le Blanc", "Blois"), ("phone", "", "0254000000")],
)
def test_another_thing_is_one(field, known, proposed):
    assert differs(field, known, proposed)


@pytest.mark.parametrize(
    "person",
    [
        ProposedPerson("Nadia Haddad", "+33639980012", "nadia@bati.example"),
        ProposedPerson("Le Goff"),
        ProposedPerson(email="accueil@bati.example"),
        ProposedPerson(mobile="+33639980012"),
    ],
)
def test_a_person_is_read_back_as_she_was_written(person):
    assert parse_person(person.said) == person


def test_names_are_parted():
    assert ProposedPerson("Nadia Haddad Ben Ali").names == ("Nadia", "Haddad Ben Ali")
    assert ProposedPerson("Haddad").names == ("", "Haddad")


NADIA = SimpleNamespace(full_name="Nadia Haddad", mobile="+33639980012", phone="", email="nadia@bati.example")


def test_somebody_we_know_is_not_proposed():
    texts = {"contact_name": "Mme HADDAD Nadia", "mobile": "0639980099", "leader": "haddad nadia"}
    assert named_people(texts, [NADIA], contact=NADIA) == {PERSON: "", LEADER: ""}


def test_somebody_else_is_proposed_with_what_reaches_her():
    texts = {"contact_name": "Louis Petit", "mobile": "0639980099", "email": "NADIA@bati.example", "leader": "A. Roy"}
    said = "Louis Petit · 06\u00a039\u00a098\u00a000\u00a099"
    assert named_people(texts, [NADIA], contact=NADIA) == {PERSON: said, LEADER: "A. Roy"}


def test_an_address_of_nobody_is_proposed_as_somebody():
    texts = {"email": "accueil@bati.example"}
    assert named_people(texts, [], contact=None)[PERSON] == "accueil@bati.example"
    assert named_people(texts, [], contact=NADIA)[PERSON] == ""
