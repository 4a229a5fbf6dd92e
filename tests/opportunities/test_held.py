"""What placements hold of a young person: given to her, and erased with her file."""

import datetime as dt

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from companies.actions import NextActionDraft, add_next_action
from companies.models import NextAction
from core.activity import log_activity
from core.models import ActivityEntry, ActivityKind
from opportunities.actions import move_placement
from opportunities.actions.prospecting import solicit_for_need
from opportunities.models import Immersion, ProfileLink
from tests.factories import CompanyFactory, NeedFactory, OpportunityFactory, PlacementFactory, YoungPersonFactory
from youth.actions import anonymise_young_person, edit_young_person, kept_until
from youth.exports import personal_record
from youth.models import YoungPerson

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
            title=f"{person.short_name} · {opportunity}\u00a0: positionnement envisagé",
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
    assert f"Un jeune · {placement.opportunity}\u00a0: positionnement envisagé" in titles


def test_her_placements_are_handed_to_her(placement):
    (row,) = personal_record(placement.young_person)["Positionnements"]
    assert row["opportunité"] == str(placement.opportunity)
    assert row["précision"] == "canari"


def test_name_she_bore_before_goes_too(placement, counsellor):
    """Lines of companies keep the name of their day; hers changed since."""
    person = placement.young_person
    changes = {"first_name": "Nouveau", "last_name": "Autre"}
    edit_young_person(young_person=person, changes=changes, by=counsellor, now=NOW)
    company = placement.opportunity.company
    plan = {"due_on": dt.date(2026, 12, 1), "assigned_to": counsellor}
    for title in ("Rappeler pour Canariprenom Z.", "Rappeler pour Nouveau Autre"):
        add_next_action(company=company, draft=NextActionDraft(title=title, **plan), by=counsellor, now=NOW)
    anonymise_young_person(young_person=person, by=counsellor, now=NOW)
    assert CANARY not in dump()
    assert set(NextAction.objects.values_list("title", flat=True)) == {"Rappeler pour Un jeune"}


def test_what_is_asked_of_companies_forgets_her_town(placement, counsellor):
    need = NeedFactory(young_person=placement.young_person, trade="canari", city="Canariville")
    elsewhere = CompanyFactory(structure=need.structure)
    solicit_for_need(need=need, companies=[elsewhere], to_adviser=False, by=counsellor, now=NOW)
    assert "Canariville" in NextAction.objects.get().title
    anonymise_young_person(young_person=placement.young_person, by=counsellor, now=NOW)
    assert CANARY not in dump()
    assert NextAction.objects.get().title.startswith("Proposer")


def test_step_of_a_placement_is_a_contact(placement, counsellor):
    day = timezone.localdate()
    YoungPerson.objects.update(last_contact_on=dt.date(2026, 1, 5), keep_until=dt.date(2028, 1, 5))
    values = {"on": day}
    move_placement(placement=placement, to="proposed", values=values, by=counsellor, now=timezone.now())
    person = YoungPerson.objects.get()
    assert person.last_contact_on == day
    assert person.keep_until == kept_until(day)
