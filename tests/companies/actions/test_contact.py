import pytest
from django.utils import timezone

from companies.actions import (
    ConflictError,
    add_contact,
    bin_contact,
    edit_contact,
    mark_left,
    mark_returned,
    opt_in,
    opt_out,
    restore_contact,
    set_main_contact,
)
from companies.models import Contact
from core.models import ActivityEntry
from tests.factories import CompanyFactory, ContactFactory

NOW = timezone.now()
TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure)


@pytest.fixture
def main(company):
    return ContactFactory(company=company, first_name="Nadia", last_name="Haddad", is_main=True)


@pytest.fixture
def second(company):
    return ContactFactory(company=company, first_name="Paul", last_name="Ribot")


def mains(company):
    return list(Contact.objects.kept().filter(company=company, is_main=True, left_on=None))


def titles(company):
    return [entry.title for entry in ActivityEntry.objects.about(company)]


def test_first_contact_becomes_the_main_one(company, adviser):
    first = add_contact(company=company, values={"last_name": "Haddad"}, by=adviser, now=NOW)
    add_contact(company=company, values={"last_name": "Ribot"}, by=adviser, now=NOW)
    assert mains(company) == [first]
    assert titles(company)[-1] == "Contact ajouté\u00a0: Haddad"


def test_a_contact_added_as_main_takes_the_part(company, main, adviser):
    new = add_contact(company=company, values={"last_name": "Ribot", "is_main": True}, by=adviser, now=NOW)
    assert mains(company) == [new]


def test_edit_contact_tells_the_change_with_the_name(company, main, adviser):
    edit_contact(contact=main, changes={"job_title": "gérante"}, by=adviser, now=NOW, version=1)
    assert titles(company) == ["Nadia Haddad\u00a0: fonction renseignée\u00a0: gérante"]
    with pytest.raises(ConflictError):
        edit_contact(contact=main, changes={"job_title": "directrice"}, by=adviser, now=NOW, version=1)


def test_edit_contact_may_give_the_main_part(company, main, second, adviser):
    edit_contact(contact=second, changes={"is_main": True}, by=adviser, now=NOW)
    assert mains(company) == [second]


def test_set_main_contact_moves_the_part(company, main, second, adviser):
    set_main_contact(contact=second, by=adviser, now=NOW)
    assert mains(company) == [second]
    assert ActivityEntry.objects.about(company).get().changes == {"contact principal": ["Nadia Haddad", "Paul Ribot"]}


def test_mark_left_keeps_the_person_in_the_history_and_can_be_undone(company, main, adviser):
    mark_left(contact=main, on=TODAY, by=adviser, now=NOW)
    main.refresh_from_db()
    assert (main.left_on, main.is_main) == (TODAY, False)
    assert main not in Contact.objects.visible_to(adviser).present()
    mark_returned(contact=main, by=adviser, now=NOW)
    assert mains(company) == [main]


def test_opt_out_and_in(company, main, adviser):
    opt_out(contact=main, by=adviser, now=NOW)
    main.refresh_from_db()
    assert main.opted_out_at == NOW
    opt_in(contact=main, by=adviser, now=NOW)
    main.refresh_from_db()
    assert not main.is_opted_out
    assert titles(company) == ["Nadia Haddad veut bien des e-mails", "Nadia Haddad ne veut plus d’e-mails"]


def test_restore_contact_leaves_the_main_part_to_whoever_took_it(company, main, second, adviser):
    bin_contact(contact=main, by=adviser, now=NOW)
    assert main not in Contact.objects.visible_to(adviser)
    set_main_contact(contact=second, by=adviser, now=NOW)
    restore_contact(contact=main, by=adviser, now=NOW)
    assert mains(company) == [second]
    assert main in Contact.objects.visible_to(adviser)
