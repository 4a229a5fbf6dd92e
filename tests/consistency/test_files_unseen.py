"""Nothing of a young person’s file on any page that an adviser or an administrator can open, nor behind it.

Every address of the access table is asked for, as a page, as a panel and as a file; each answer is searched for the
words of the file, and what its templates received for the file itself: an adviser is given a card, not a row to hide.
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest
from django.db.models import Model, QuerySet
from django.test.signals import template_rendered
from django.urls import reverse
from django.utils import timezone

from config.access import ACCESS
from opportunities.actions import place_young_person, share_profile
from tests.conftest import signed_in
from tests.consistency.objects import OBJECTS
from tests.factories import NeedFactory, ObstacleFactory, OpportunityFactory, YoungPersonFactory
from youth.actions import note_obstacle, record_contact, share_obstacle
from youth.models import Obstacle, YoungPerson

pytestmark = pytest.mark.django_db
NOW = timezone.now()
SECRETS = {
    "last_name": "Zcanari",
    "email": "canari@example.org",
    "phone": "+33639987654",
    "imilo_number": "CANARI1",
    "city": "Canariville",
    "strengths": "canari des forces",
    "vulnerabilities": "canari des failles",
}
WORDS = ("canari", "639987654", "39 98 76 54", "frein partagé", "frein noté")
OF_THE_FILE = {"birth_date", "gender", "email", "phone", "district", "has_rqth", "strengths", "vulnerabilities"}
APPS = {"companies", "core", "dashboards", "opportunities", "youth"}


@pytest.fixture
def objects(structure, counsellor, adviser, colleague):
    """{kind: what the address carries}: one young person, and all that was done for her."""
    person = YoungPersonFactory(structure=structure, counsellor=counsellor, company_profile="Aime le bois.", **SECRETS)
    person.profile_agreed_on, person.profile_fields = timezone.localdate(), ["age"]
    person.save()
    note_obstacle(young_person=person, kind="housing", level=3, note="canari du logement", by=counsellor, now=NOW)
    obstacle = ObstacleFactory(young_person=person, note="canari du trajet")
    share = share_obstacle(obstacle=obstacle, adviser=colleague, by=counsellor, now=NOW)
    record_contact(young_person=person, on=timezone.localdate(), by=counsellor, now=NOW)
    need = NeedFactory(young_person=person)
    opportunity = OpportunityFactory(company__structure=structure, company__adviser=adviser, places=3)
    placement = place_young_person(opportunity=opportunity, young_person=person, need=need, by=counsellor, now=NOW)
    link, key = share_profile(placement=placement, by=counsellor, now=NOW)
    rows = {
        "young_person": person,
        "need": need,
        "obstacle": obstacle,
        "obstacle_share": share,
        "opportunity": opportunity,
        "company": opportunity.company,
        "placement": placement,
        "profile_link": link,
    }
    assert Obstacle.objects.filter(young_person=person).count() == 2
    return {"profile_key": key} | {kind: row.pk for kind, row in rows.items()}


def addresses(objects, structure, owner) -> Iterator[str]:
    """Those of our own apps: bare, as a file with every column; and, where a page asks for rows, naming them."""
    need, person, opportunity = objects["need"], objects["young_person"], objects["opportunity"]
    for name, rule in sorted(ACCESS.items()):
        if "GET" not in rule.methods or name.partition(":")[0] not in APPS:
            continue
        made = {part: objects.get(kind) or OBJECTS[kind](structure, owner) for part, kind in rule.objects.items()}
        path = reverse(name, kwargs=made)
        yield f"{path}?format=csv&all=1"
        if not made:
            yield f"{path}?need={need}&jeune={person}&entreprise={objects['company']}&q=mael"
            yield f"{path}?opportunity={opportunity}&young_person={person}"
            yield f"{path}?opportunity={opportunity}&q=zcan"


def rows_in(value: Any, depth: int = 0) -> Iterator[Model]:
    """The rows a template was given, through lists, cards and what was read with a row."""
    if depth > 6:
        return
    if isinstance(value, Model):
        yield value
        value = [found for found in value._state.fields_cache.values() if found is not None]
    elif isinstance(value, QuerySet):
        value = value._result_cache or []
    elif dataclasses.is_dataclass(value) and not isinstance(value, type):
        value = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for one in value:
            yield from rows_in(one, depth + 1)


def holds_file(row: Model) -> bool:
    """More of a young person than her card says."""
    return isinstance(row, YoungPerson) and not row.get_deferred_fields() >= OF_THE_FILE


def faults(client, path: str, **headers: str) -> Iterator[str]:
    given: list[dict] = []

    def keep(sender, context, **rest):
        given.append(context.flatten() if hasattr(context, "flatten") else dict(context))

    template_rendered.connect(keep)
    try:
        answer = client.get(path, headers=headers)
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    finally:
        template_rendered.disconnect(keep)
    said = (body.decode(errors="replace") + str(answer.headers)).replace(path, "").lower()
    yield from (f"{path} says « {word} »" for word in WORDS if word in said)
    for context in given:
        names = [name for name, value in context.items() for row in rows_in(value) if holds_file(row)]
        yield from (f"{path} gives its template the file, as « {name} »" for name in names)


@pytest.mark.parametrize("role", ["adviser", "administrator"])
def test_nothing_of_a_file(request, objects, structure, adviser, role):
    client = signed_in(request.getfixturevalue(role))
    found = set()
    for path in addresses(objects, structure, adviser):
        for headers in ({}, {"HX-Request": "true"}):
            found |= set(faults(client, path, **headers))
    assert sorted(found) == []


def test_the_search_finds_what_is_there(objects, counsellor):
    """The same search, on a page that shows the file: were it blind, it would find nothing here either."""
    path = reverse("youth:young_person_detail", args=[objects["young_person"]])
    found = " ".join(faults(signed_in(counsellor), path))
    assert "canari" in found
    assert "as « person »" in found
