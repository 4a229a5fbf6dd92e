"""The second wall: the database refuses what the code forgot to filter."""

import pytest
from django.db import Error, connection, transaction

from companies.models import Company
from core.scope import set_scope
from tests.factories import CompanyFactory


@pytest.fixture
def two_companies(structure, other_structure):
    return CompanyFactory(structure=structure), CompanyFactory(structure=other_structure)


def test_no_scope_no_row(two_companies, app_role):
    assert list(Company.objects.all()) == []


def test_scope_shows_its_structures_alone(two_companies, app_role):
    mine, theirs = two_companies
    set_scope([mine.structure_id])
    assert list(Company.objects.all()) == [mine]
    set_scope([mine.structure_id, theirs.structure_id])
    assert set(Company.objects.all()) == {mine, theirs}


def test_scope_refuses_writing_elsewhere(two_companies, app_role):
    mine, theirs = two_companies
    set_scope([mine.structure_id])
    assert Company.objects.filter(pk=theirs.pk).update(legal_name="volée") == 0
    with pytest.raises(Error, match="row-level security"), transaction.atomic():
        CompanyFactory(structure=theirs.structure)


def test_every_table_with_a_structure_is_walled(db):
    """Only the search table stands without the second wall, and says why (`companies.models.search`)."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'structure_id'
            WHERE c.relkind = 'r' AND NOT (c.relrowsecurity AND c.relforcerowsecurity)
            """
        )
        bare = {name for (name,) in cursor.fetchall()}
    assert bare == {
        "accounts_invitation",
        "accounts_membership",
        "accounts_site",
        "accounts_structure_groups",
        "companies_searchentry",
    }
