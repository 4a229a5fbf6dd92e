"""Needs: noted, corrected, moved through their one door, closed when the young person leaves."""

import datetime as dt

import pytest
from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from core.errors import RowConflictError
from core.models import ActivityEntry, ActivityKind
from core.phases import Phase, SolutionKind
from tests.factories import NeedFactory, OccupationFactory, YoungPersonFactory
from youth.actions import (
    NeedError,
    abandon_need,
    close_needs_of,
    edit_need,
    log_need,
    meet_need,
    propose_solution,
    reopen_need,
)
from youth.enums import AbandonReason, NeedState
from youth.models import Need

pytestmark = pytest.mark.django_db
NOW = dt.datetime(2026, 11, 23, 9, tzinfo=dt.UTC)
VALUES = {"phase": Phase.VALIDATION, "kind": SolutionKind.IMMERSION_DISCOVER, "trade": "charpentier", "radius_km": 15}


@pytest.fixture
def person(structure):
    return YoungPersonFactory(structure=structure)


@pytest.fixture
def need(structure, person):
    return NeedFactory(structure=structure, young_person=person, opened_at=NOW - dt.timedelta(days=20))


def lines(person):
    content_type = ContentType.objects.get_for_model(person)
    rows = ActivityEntry.objects.filter(subject_type=content_type, subject_id=person.pk)
    return [(row.kind, row.verb, row.title) for row in rows.order_by("pk")]


def test_logged_need_has_its_first_move_and_its_line(person, counsellor):
    need = log_need(young_person=person, values=VALUES, by=counsellor, now=NOW)
    assert (need.state, need.opened_by, need.structure_id) == (NeedState.OPEN, counsellor, person.structure_id)
    assert [(move.from_state, move.to_state, move.by) for move in need.moves.all()] == [("", "open", counsellor)]
    assert lines(person) == [(ActivityKind.NEED, "need_logged", "Besoin noté\u00a0: Validation\u00a0: charpentier")]


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"kind": SolutionKind.PERMANENT}, "n’est pas une solution de la phase Validation"),
        ({"starts_on": dt.date(2026, 3, 2), "ends_on": dt.date(2026, 3, 1)}, "dates sont inversées"),
        ({"comment": "numéro 2 05 05 36 018 123 45"}, "numéro de sécurité sociale"),
        ({"trade": "105053601812345"}, "numéro de sécurité sociale"),
        ({"phase": 9}, "quelle phase"),
    ],
)
def test_nonsense_is_refused_in_french(person, counsellor, need, values, said):
    with pytest.raises(NeedError, match=said):
        log_need(young_person=person, values={**VALUES, **values}, by=counsellor, now=NOW)
    with pytest.raises(NeedError, match=said):
        edit_need(need=need, values=values, by=counsellor, now=NOW)
    assert Need.objects.count() == 1
    assert lines(person) == []


def test_unknown_value_is_a_fault_of_the_program(person, counsellor):
    with pytest.raises(ValueError, match="state"):
        log_need(young_person=person, values={**VALUES, "state": "met"}, by=counsellor, now=NOW)


def test_who_left_has_no_new_need(structure, counsellor):
    gone = YoungPersonFactory(structure=structure, left=True)
    with pytest.raises(NeedError, match="a quitté l’accompagnement"):
        log_need(young_person=gone, values=VALUES, by=counsellor, now=NOW)
    closed = NeedFactory(structure=structure, young_person=gone, met=True)
    with pytest.raises(NeedError, match="a quitté l’accompagnement"):
        reopen_need(need=closed, by=counsellor, now=NOW)


def test_young_person_of_another_structure_is_refused(person, outsider):
    with pytest.raises(NeedError, match="autre structure"):
        log_need(young_person=person, values=VALUES, by=outsider, now=NOW)


def test_edit_says_what_changed(need, counsellor, person):
    edit_need(
        need=need,
        values={"radius_km": 50, "without_car": True, "latitude": 46.6, "longitude": 1.06},
        by=counsellor,
        now=NOW,
    )
    need.refresh_from_db()
    assert (need.radius_km, need.without_car, need.version) == (50, True, 2)
    ((_, verb, title),) = lines(person)
    assert verb == "need_edited"
    assert "2 informations corrigées" in title
    edit_need(need=need, values={"radius_km": 50}, by=counsellor, now=NOW)
    assert len(lines(person)) == 1


def test_stale_edit_is_a_conflict(need, counsellor):
    edit_need(need=need, values={"radius_km": 50}, by=counsellor, now=NOW, version=1)
    with pytest.raises(RowConflictError):
        edit_need(need=need, values={"radius_km": 5}, by=counsellor, now=NOW, version=1)


def test_closed_need_is_not_edited(counsellor, db):
    with pytest.raises(NeedError, match="rouvrez-le"):
        edit_need(need=NeedFactory(met=True), values={"radius_km": 5}, by=counsellor, now=NOW)


def test_states_through_the_door(need, person, adviser, counsellor):
    propose_solution(need=need, by=adviser, now=NOW)
    propose_solution(need=need, by=adviser, now=NOW + dt.timedelta(days=1))  # a second one changes nothing
    reopen_need(need=need, by=adviser, now=NOW, note="L’entreprise a renoncé")
    later = NOW + dt.timedelta(days=3)
    propose_solution(need=need, by=adviser, now=later)
    meet_need(need=need, by=adviser, now=later)
    meet_need(need=need, by=adviser, now=later)
    need.refresh_from_db()
    assert (need.state, need.proposed_at, need.closed_at) == (NeedState.MET, NOW, later)
    assert [(move.from_state, move.to_state) for move in need.moves.order_by("pk")] == [
        ("open", "proposed"),
        ("proposed", "open"),
        ("open", "proposed"),
        ("proposed", "met"),
    ]
    assert [verb for _, verb, _ in lines(person)] == ["need_proposed", "need_reopened", "need_proposed", "need_met"]
    with pytest.raises(NeedError, match="on ne passe pas à"):
        propose_solution(need=need, by=adviser, now=later)
    reopen_need(need=need, by=counsellor, now=later)
    need.refresh_from_db()
    assert (need.state, need.closed_at) == (NeedState.OPEN, None)


def test_abandoning_asks_why(need, person, counsellor):
    with pytest.raises(NeedError, match="Dites pourquoi"):
        abandon_need(need=need, reason="", by=counsellor, now=NOW)
    with pytest.raises(NeedError, match="sécurité sociale"):
        abandon_need(need=need, reason=AbandonReason.OTHER, note="1 05 05 36 018 123 45", by=counsellor, now=NOW)
    abandon_need(need=need, reason=AbandonReason.PROJECT_CHANGED, note="Vise la vente", by=counsellor, now=NOW)
    need.refresh_from_db()
    assert (need.state, need.abandon_reason, need.abandon_note) == ("abandoned", "project_changed", "Vise la vente")
    assert "le projet a changé" in lines(person)[-1][2]


def test_leaving_closes_what_waits(structure, person, counsellor):
    waiting = [NeedFactory(structure=structure, young_person=person, state=state) for state in ("open", "proposed")]
    met = NeedFactory(structure=structure, young_person=person, met=True)
    other = NeedFactory(structure=structure, young_person=YoungPersonFactory(structure=structure))
    assert close_needs_of(young_person=person, by=counsellor, now=NOW) == 2
    for need in waiting:
        need.refresh_from_db()
        assert (need.state, need.abandon_reason, need.closed_at) == ("abandoned", "left", NOW)
    for need in (met, other):
        before = need.state
        need.refresh_from_db()
        assert need.state == before
    person.step, person.outcome = "left", "training"
    person.save()


def test_trade_kept_in_words_or_from_the_referential(person, counsellor):
    OccupationFactory()
    need = log_need(
        young_person=person,
        values={"phase": Phase.JOB, "occupation": OccupationFactory()},
        by=counsellor,
        now=timezone.now(),
    )
    assert need.trade_label == "Charpentier / Charpentière bois"
