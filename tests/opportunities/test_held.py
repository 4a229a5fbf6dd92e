"""What placements hold of a young person: given to her, and erased with her file."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from core.activity import log_activity
from core.models import ActivityEntry, ActivityKind
from opportunities.models import Immersion, ProfileLink
from tests.factories import CompanyFactory, OpportunityFactory, PlacementFactory, YoungPersonFactory
from youth.actions import anonymise_young_person
from youth.exports import personal_record

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 20, 10, 30))
CANARY = "canari"


@pytest.fixture
def placement(structure, counsellor):
    person = YoungPersonFactory(structure=structure, counsellor=counsellor, first_name="Canariprenom", last_name="Zed")
    opportunity = OpportunityFactory(company=CompanyFactory(structure=structure))
    row = PlacementFactory(
        opportunity=opportunity,
        young_person=person,
        outcome_note="canari",
        preparation_youth="canari",
        preparation_company="canari",
    )
    move = {"structure": structure, "to_state": row.state, "on": dt.date(2026, 11, 1), "at": NOW, "by": counsellor}
    row.moves.create(note="canari", **move)
    Immersion.objects.create(
        structure=structure, placement=row, activities="canari", schedule="canari", convention_number="canari"
    )
    ProfileLink.objects.create(
        structure=structure, placement=row, digest="canari", expires_at=NOW, created_at=NOW, created_by=counsellor
    )
    for subject in (opportunity.company, person):
        log_activity(
            subject=subject,
            kind=ActivityKind.PLACEMENT,
            verb="placement_considered",
            title=f"{person.short_name} · {opportunity} : pressenti",
            source=row,
            by=counsellor,
            at=NOW,
        )
    return row


def dump():
    tables = [
        model._meta.db_table
        for app in ("youth", "core", "opportunities", "companies")
        for model in apps.get_app_config(app).get_models()
    ]
    with connection.cursor() as cursor:
        rows = []
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            rows += [row[0] for row in cursor.fetchall()]
    return " ".join(rows).lower()


def test_nothing_of_her_is_left_in_placements(placement, counsellor):
    assert CANARY in dump()
    anonymise_young_person(young_person=placement.young_person, by=counsellor, now=NOW)
    assert CANARY not in dump()
    placement.refresh_from_db()
    assert placement.opportunity.placements.count() == 1


def test_the_company_s_line_stays_without_her_name(placement, counsellor):
    anonymise_young_person(young_person=placement.young_person, by=counsellor, now=NOW)
    titles = ActivityEntry.objects.about(placement.opportunity.company).values_list("title", flat=True)
    assert f"Un jeune · {placement.opportunity} : pressenti" in titles


def test_her_placements_are_handed_to_her(placement):
    (row,) = personal_record(placement.young_person)["Positionnements"]
    assert row["opportunité"] == str(placement.opportunity)
    assert row["précision"] == "canari"
