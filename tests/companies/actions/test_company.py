import datetime as dt

import pytest
from django.db.models import F
from django.utils import timezone

from companies.actions import (
    CompanyError,
    ConflictError,
    add_tags,
    assign_adviser,
    bin_company,
    create_company,
    edit_company,
    refresh_dates,
    restore_company,
    set_relation_state,
)
from companies.enums import NextActionState, RelationState, WorkforceBand
from companies.models import Company, Contact, Interaction, SearchEntry, Tag
from companies.models.company import search_key
from core.models import ActivityEntry
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    InteractionFactory,
    NextActionFactory,
    TagFactory,
)

NOW = timezone.now()
SIRET = "41234567800014"
pytestmark = pytest.mark.django_db


def entries(company):
    return list(ActivityEntry.objects.about(company))


def test_create_company_writes_its_row_tags_and_line(structure, adviser):
    tag = TagFactory(structure=structure)
    company = create_company(
        structure=structure,
        values={"legal_name": "Charpentes du Suin", "tags": [tag], "occupations": []},
        by=adviser,
        now=NOW,
    )
    company.refresh_from_db()
    assert (company.name, company.structure, company.created_by) == ("Charpentes du Suin", structure, adviser)
    assert list(company.tags.all()) == [tag]
    assert [(entry.verb, entry.by, entry.at) for entry in entries(company)] == [("company_created", adviser, NOW)]


def test_create_company_refuses_a_siret_already_there(structure, adviser):
    CompanyFactory(structure=structure, siret=SIRET)
    with pytest.raises(CompanyError, match="déjà ce SIRET"):
        create_company(structure=structure, values={"legal_name": "Bis", "siret": SIRET}, by=adviser, now=NOW)
    assert Company.objects.count() == 1


def test_create_company_accepts_the_siret_of_another_structure(structure, other_structure, adviser):
    CompanyFactory(structure=other_structure, siret=SIRET)
    create_company(structure=structure, values={"legal_name": "Bis", "siret": SIRET}, by=adviser, now=NOW)


def test_edit_company_says_before_and_after_in_its_title(structure, adviser):
    company = CompanyFactory(structure=structure, workforce_band=WorkforceBand.B3)
    edit_company(company=company, changes={"workforce_band": WorkforceBand.B6, "city": "Le Blanc"}, by=adviser, now=NOW)
    (entry,) = entries(company)
    assert entry.title == "Effectif corrigé\u00a0: 3 à 5 salariés → 6 à 9 salariés"
    assert entry.changes == {"effectif": ["3 à 5 salariés", "6 à 9 salariés"]}


@pytest.mark.parametrize(
    ("before", "after", "title"),
    [
        ("", "12 rue Gambetta", "Adresse renseignée\u00a0: 12 rue Gambetta"),
        ("12 rue Gambetta", "", "Adresse effacée\u00a0: 12 rue Gambetta"),
        ("12 rue Gambetta", "x" * 60, "Adresse corrigée"),
    ],
)
def test_edit_company_title_agrees(structure, adviser, before, after, title):
    company = CompanyFactory(structure=structure, address=before)
    edit_company(company=company, changes={"address": after}, by=adviser, now=NOW)
    assert entries(company)[0].title == title


def test_edit_company_with_several_changes_names_them(structure, adviser):
    company = CompanyFactory(structure=structure)
    tag = TagFactory(structure=structure, name="BTP")
    edit_company(company=company, changes={"address": "1 rue Haute", "tags": [tag]}, by=adviser, now=NOW)
    (entry,) = entries(company)
    assert entry.title == "2 informations corrigées\u00a0: adresse, étiquettes"
    assert entry.changes == {"adresse": ["", "1 rue Haute"], "étiquettes": ["", "BTP"]}


def test_edit_company_without_change_writes_nothing(structure, adviser):
    company = CompanyFactory(structure=structure)
    edited = edit_company(company=company, changes={"city": company.city}, by=adviser, now=NOW, version=1)
    assert edited.version == 1
    assert entries(company) == []


def test_edit_company_refuses_when_somebody_saved_first(structure, adviser, colleague):
    company = CompanyFactory(structure=structure)
    edit_company(company=company, changes={"address": "1 rue Haute"}, by=colleague, now=NOW, version=1)
    with pytest.raises(ConflictError) as caught:
        edit_company(company=company, changes={"address": "2 rue Basse"}, by=adviser, now=NOW, version=1)
    assert caught.value.current.address == "1 rue Haute"
    company.refresh_from_db()
    assert (company.address, company.version) == ("1 rue Haute", 2)


def test_edit_company_refuses_a_siret_already_there(structure, adviser):
    CompanyFactory(structure=structure, siret=SIRET)
    company = CompanyFactory(structure=structure)
    with pytest.raises(CompanyError):
        edit_company(company=company, changes={"siret": SIRET}, by=adviser, now=NOW)


@pytest.mark.parametrize("count", [1, 3])
def test_assign_adviser_costs_the_same_for_one_and_for_many(
    structure, adviser, colleague, count, django_assert_num_queries
):
    companies = CompanyFactory.create_batch(count, structure=structure, adviser=colleague)
    ActivityEntry.objects.about(companies[0]).exists()  # the content type is in its cache
    with django_assert_num_queries(5):  # savepoint, select for update, update, one insert, release
        assign_adviser(companies=companies, adviser=adviser, by=adviser, now=NOW)
    for company in companies:
        company.refresh_from_db()
        assert (company.adviser, company.version) == (adviser, 2)
        assert entries(company)[0].changes == {"suivie par": ["Samir Benali", "Léa Morin"]}


def test_assign_adviser_leaves_alone_those_already_hers(structure, adviser):
    company = CompanyFactory(structure=structure, adviser=adviser)
    assert assign_adviser(companies=[company], adviser=adviser, by=adviser, now=NOW) == []
    assert entries(company) == []


def test_set_relation_state_asks_why_for_watch(structure, adviser):
    company = CompanyFactory(structure=structure)
    with pytest.raises(CompanyError, match="pourquoi"):
        set_relation_state(companies=[company], state=RelationState.WATCH, reason="  ", by=adviser, now=NOW)
    set_relation_state(companies=[company], state=RelationState.WATCH, reason="Travaux", by=adviser, now=NOW)
    company.refresh_from_db()
    assert (company.relation_state, company.watch_reason) == ("watch", "Travaux")


def test_set_relation_state_out_of_watch_drops_the_reason(structure, adviser):
    company = CompanyFactory(structure=structure, watched=True)
    set_relation_state(companies=[company], state=RelationState.PARTNER, by=adviser, now=NOW)
    company.refresh_from_db()
    assert (company.relation_state, company.watch_reason) == ("partner", "")
    assert entries(company)[0].title == "Relation\u00a0: En veille → Partenaire"


def test_add_tags_reuses_a_tag_whatever_its_accents(structure, other_structure, adviser):
    company = CompanyFactory(structure=structure)
    known = TagFactory(structure=structure, name="Métiers en tension")
    TagFactory(structure=other_structure, name="nouveau")
    add_tags(companies=[company], names=["metiers en TENSION", "nouveau", " "], by=adviser, now=NOW)
    add_tags(companies=[company], names=["Nouveau"], by=adviser, now=NOW)
    assert set(company.tags.all()) == {known, Tag.objects.get(structure=structure, name="nouveau")}
    assert [entry.title for entry in entries(company)] == ["Étiquettes ajoutées\u00a0: Métiers en tension, nouveau"]


def test_bin_and_restore_company_take_what_belongs_to_it(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET)
    contact = ContactFactory(company=company, last_name="Haddad")
    earlier = ContactFactory(company=company, last_name="Ribot", deleted_at=NOW - dt.timedelta(days=9))
    interaction = InteractionFactory(company=company, by=adviser)

    bin_company(company=company, by=adviser, now=NOW)
    assert not Company.objects.visible_to(adviser).exists()
    assert not Contact.objects.visible_to(adviser).exists()
    assert not Interaction.objects.visible_to(adviser).exists()
    assert not SearchEntry.objects.exists()

    restore_company(company=company, by=adviser, now=NOW + dt.timedelta(hours=1))
    assert Company.objects.visible_to(adviser).get() == company
    assert Contact.objects.visible_to(adviser).get() == contact
    assert Interaction.objects.visible_to(adviser).get() == interaction
    earlier.refresh_from_db()
    assert earlier.is_deleted
    assert [entry.verb for entry in entries(company)] == ["company_restored", "company_binned"]


def test_restore_company_refuses_when_its_siret_was_taken(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET)
    bin_company(company=company, by=adviser, now=NOW)
    CompanyFactory(structure=structure, siret=SIRET)
    with pytest.raises(CompanyError, match="SIRET"):
        restore_company(company=company, by=adviser, now=NOW)


def test_restore_company_refuses_a_merged_one(structure, adviser):
    kept = CompanyFactory(structure=structure)
    company = CompanyFactory(structure=structure, merged_into=kept, deleted_at=NOW)
    with pytest.raises(CompanyError, match="fusion"):
        restore_company(company=company, by=adviser, now=NOW)


def test_refresh_dates_reads_the_last_exchange_and_the_next_open_action(structure, adviser):
    company, empty = CompanyFactory.create_batch(2, structure=structure)
    empty.last_interaction_on = dt.date(2020, 1, 1)
    empty.save()
    # Half past midnight in Paris is still the day before in UTC.
    InteractionFactory(company=company, by=adviser, at=dt.datetime(2026, 6, 15, 22, 30, tzinfo=dt.UTC))
    InteractionFactory(company=company, by=adviser, at=dt.datetime(2026, 9, 1, tzinfo=dt.UTC), deleted_at=NOW)
    NextActionFactory(company=company, due_on=dt.date(2026, 12, 8))
    NextActionFactory(company=company, due_on=dt.date(2026, 12, 1), state=NextActionState.DONE, ended_at=NOW)
    refresh_dates([company.pk, empty.pk])
    company.refresh_from_db()
    empty.refresh_from_db()
    assert (company.last_interaction_on, company.next_action_on) == (dt.date(2026, 6, 16), dt.date(2026, 12, 8))
    assert (empty.last_interaction_on, empty.next_action_on) == (None, None)


def test_a_tag_too_long_is_cut_and_found_again(structure, adviser):
    name = "une étiquette dont le nom dépasse de beaucoup les cinquante signes permis"
    for _ in range(2):
        create_company(structure=structure, values={"legal_name": "A", "new_tags": [name]}, by=adviser, now=NOW)
    assert Tag.objects.get().companies.count() == 2


def test_a_tag_that_only_the_database_knows_under_that_name_is_taken(structure, adviser):
    """PostgreSQL writes out signs that Python leaves as they are: the two keys may differ."""
    for name in ("½ journée", "1/2 journée"):
        create_company(structure=structure, values={"legal_name": "A", "new_tags": [name]}, by=adviser, now=NOW)
    keys = Tag.objects.annotate(key=search_key(F("name"))).values_list("key", flat=True)
    assert len(set(keys)) == Tag.objects.count()
