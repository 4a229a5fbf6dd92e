"""What is done to a young person's file."""

import datetime as dt

import pytest
from django.utils import timezone

from core.errors import RowConflictError
from core.models import ActivityEntry
from core.phases import Phase
from tests.factories import NeedFactory, ObstacleFactory, YoungPersonFactory
from youth.actions import (
    YouthError,
    assign_counsellor,
    bin_young_person,
    create_young_person,
    edit_obstacle,
    edit_young_person,
    leave,
    lift_obstacle,
    move_pathway,
    note_obstacle,
    record_contact,
    restore_young_person,
    set_company_profile,
    share_obstacle,
    unshare_obstacle,
)
from youth.admission import admission_problem
from youth.models import FileAccess, Obstacle

pytestmark = pytest.mark.django_db
NOW = timezone.make_aware(dt.datetime(2026, 11, 20, 10, 30))
TODAY = dt.date(2026, 11, 20)


def values(**more):
    return {
        "first_name": "Inès",
        "last_name": "Garnier",
        "birth_date": dt.date(2007, 3, 4),
        "entered_on": dt.date(2026, 9, 1),
        **more,
    }


def titles(person):
    return list(ActivityEntry.objects.about(person).values_list("title", flat=True))


@pytest.fixture
def person(structure, counsellor):
    return YoungPersonFactory(structure=structure, counsellor=counsellor)


# --- the file -----------------------------------------------------------------------------------
def test_a_file_begins_with_its_pathway(structure, counsellor):
    person = create_young_person(structure=structure, values=values(counsellor=counsellor), by=counsellor, now=NOW)
    assert (person.phase, person.step, person.phase_since) == (Phase.DISCOVERY, "enrolled", dt.date(2026, 9, 1))
    (move,) = person.moves.all()
    assert (move.from_phase, move.to_step, move.on) == (None, "enrolled", dt.date(2026, 9, 1))
    assert person.keep_until == dt.date(2028, 11, 20)
    assert titles(person) == ["Dossier ouvert"]
    assert FileAccess.objects.get().reason == "Ouverture du dossier"


@pytest.mark.parametrize(
    ("birth", "rqth", "said"),
    [
        (dt.date(2010, 9, 2), False, "16 ans au moins"),
        (dt.date(2000, 9, 1), False, "25 ans au plus"),
        (dt.date(2000, 9, 1), True, ""),
        (dt.date(1996, 9, 1), True, "29 ans au plus"),
        (dt.date(2026, 9, 2), False, "après la naissance"),
        (dt.date(2000, 2, 29), False, "25 ans au plus"),
    ],
)
def test_age_at_entry_is_said_in_french(structure, counsellor, birth, rqth, said):
    given = values(birth_date=birth, has_rqth=rqth)
    if said:
        with pytest.raises(YouthError, match=said):
            create_young_person(structure=structure, values=given, by=counsellor, now=NOW)
    else:
        assert create_young_person(structure=structure, values=given, by=counsellor, now=NOW).pk


def test_born_a_29_february_counts_as_the_database_does():
    born = dt.date(2004, 2, 29)
    assert not admission_problem(birth_date=born, entered_on=dt.date(2030, 2, 27), has_rqth=False)
    assert admission_problem(birth_date=born, entered_on=dt.date(2030, 2, 28), has_rqth=False)
    assert not YoungPersonFactory.build(birth_date=born, entered_on=dt.date(2020, 2, 29)).has_left


def test_same_imilo_number(structure, counsellor, person):
    edit_young_person(young_person=person, changes={"imilo_number": "123456"}, by=counsellor, now=NOW)
    with pytest.raises(YouthError, match="déjà ce numéro i-Milo"):
        create_young_person(structure=structure, values=values(imilo_number="123456"), by=counsellor, now=NOW)
    other = YoungPersonFactory(structure=structure)
    with pytest.raises(YouthError, match="déjà ce numéro i-Milo"):
        edit_young_person(young_person=other, changes={"imilo_number": "123456"}, by=counsellor, now=NOW)


def test_edit_tells_what_changed_and_nothing_delicate(person, counsellor):
    changes = {"phone": "+33639980011", "has_rqth": True, "vulnerabilities": "Se décourage vite"}
    edit_young_person(young_person=person, changes=changes, by=counsellor, now=NOW)
    (entry,) = ActivityEntry.objects.about(person)
    assert entry.title == "3 informations corrigées\u00a0: téléphone, RQTH, fragilités"
    assert entry.changes == {"téléphone": ["", "06\u00a039\u00a098\u00a000\u00a011"]}


def test_edit_of_one_long_text(person, counsellor):
    edit_young_person(young_person=person, changes={"strengths": "Ponctuel"}, by=counsellor, now=NOW)
    assert titles(person) == ["Atouts\u00a0: modifié"]


def test_edit_that_makes_the_age_wrong(person, counsellor):
    with pytest.raises(YouthError, match="25 ans au plus"):
        edit_young_person(young_person=person, changes={"birth_date": dt.date(1995, 1, 1)}, by=counsellor, now=NOW)


def test_somebody_saved_first(person, counsellor, manager):
    edit_young_person(young_person=person, changes={"city": "Rosnay"}, by=manager, now=NOW, version=1)
    with pytest.raises(RowConflictError):
        edit_young_person(young_person=person, changes={"city": "Douadic"}, by=counsellor, now=NOW, version=1)


def test_backup_is_another_person(person, counsellor):
    with pytest.raises(YouthError, match="une autre personne"):
        edit_young_person(young_person=person, changes={"backup": counsellor}, by=counsellor, now=NOW)


def test_a_contact_moves_the_end_of_the_file(structure, counsellor):
    person = YoungPersonFactory(structure=structure, keep_until=dt.date(2027, 1, 1))
    record_contact(young_person=person, on=TODAY, by=counsellor, now=NOW)
    person.refresh_from_db()
    assert (person.last_contact_on, person.keep_until) == (TODAY, dt.date(2028, 11, 20))
    record_contact(young_person=person, on=dt.date(2026, 1, 1), by=counsellor, now=NOW)
    assert len(titles(person)) == 1
    with pytest.raises(YouthError, match="une fois qu’il a eu lieu"):
        record_contact(young_person=person, on=dt.date(2026, 11, 21), by=counsellor, now=NOW)


def test_assign_counsellor(structure, person, manager, counsellor, adviser):
    person.backup = manager
    person.save()
    assert assign_counsellor(young_people=[person], counsellor=manager, by=manager, now=NOW)
    person.refresh_from_db()
    assert (person.counsellor, person.backup) == (manager, None)
    assert not assign_counsellor(young_people=[person], counsellor=manager, by=manager, now=NOW)
    with pytest.raises(YouthError, match="ne suit pas de jeunes"):
        assign_counsellor(young_people=[person], counsellor=adviser, by=manager, now=NOW)


# --- pathway ------------------------------------------------------------------------------------
def test_move_of_phase_and_step(person, counsellor):
    move_pathway(
        young_person=person, phase=Phase.JOB, step="accompanied", on=TODAY, note="Projet validé", by=counsellor, now=NOW
    )
    person.refresh_from_db()
    assert (person.phase, person.phase_since, person.step_since) == (Phase.JOB, TODAY, dt.date(2025, 10, 6))
    move = person.moves.get()
    assert (move.from_phase, move.to_phase, move.note) == (Phase.VALIDATION, Phase.JOB, "Projet validé")
    assert titles(person) == ["Phase Emploi"]
    assert person.last_contact_on == TODAY


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"phase": Phase.VALIDATION, "step": "accompanied"}, "rien n’a changé"),
        ({"phase": Phase.JOB, "step": "left"}, "dit vers quoi"),
        ({"phase": Phase.JOB, "step": "secured", "on": dt.date(2026, 11, 21)}, "à venir"),
        ({"phase": Phase.JOB, "step": "secured", "on": dt.date(2026, 3, 1)}, "déjà un changement le 02/03/2026"),
    ],
)
def test_move_that_cannot_be(person, counsellor, given, said):
    with pytest.raises(YouthError, match=said):
        move_pathway(young_person=person, by=counsellor, now=NOW, **{"on": TODAY, **given})


def test_leaving_closes_the_needs_first(person, counsellor):
    need, met = NeedFactory(young_person=person), NeedFactory(young_person=person, met=True)
    leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW)
    person.refresh_from_db()
    need.refresh_from_db()
    met.refresh_from_db()
    assert (person.step, person.outcome) == ("left", "permanent")
    assert (need.state, need.abandon_reason, met.state) == ("abandoned", "left", "met")
    assert need.moves.count() == 1
    assert titles(person)[0] == "Sortie\u00a0: CDI"
    with pytest.raises(YouthError, match="déjà notée"):
        leave(young_person=person, outcome="permanent", on=TODAY, by=counsellor, now=NOW)


def test_leaving_without_saying_for_what(person, counsellor):
    with pytest.raises(YouthError, match="vers quoi"):
        leave(young_person=person, outcome="", on=TODAY, by=counsellor, now=NOW)


def test_coming_back_after_leaving(person, counsellor):
    leave(young_person=person, outcome="fixed_short", on=TODAY, by=counsellor, now=NOW)
    move_pathway(young_person=person, phase=Phase.JOB, step="accompanied", on=TODAY, by=counsellor, now=NOW)
    person.refresh_from_db()
    assert (person.step, person.outcome) == ("accompanied", "")


# --- obstacles ----------------------------------------------------------------------------------
def test_obstacle_from_noting_to_lifting(person, counsellor, adviser):
    obstacle = note_obstacle(young_person=person, kind="mobility", level=3, by=counsellor, now=NOW, note="Sans permis")
    edit_obstacle(obstacle=obstacle, level=2, note="Permis en cours", by=counsellor, now=NOW)
    share_obstacle(obstacle=obstacle, adviser=adviser, by=counsellor, now=NOW)
    assert list(Obstacle.objects.all().shared_with(adviser)) == [obstacle]
    lift_obstacle(obstacle=obstacle, by=counsellor, now=NOW)
    assert not Obstacle.objects.all().shared_with(adviser).exists()
    assert titles(person) == [
        "Frein levé\u00a0: mobilité",
        "Frein partagé avec Léa Morin\u00a0: mobilité",
        "Frein revu\u00a0: mobilité, gênant",
        "Frein noté\u00a0: mobilité, bloquant",
    ]
    with pytest.raises(YouthError, match="déjà levé"):
        share_obstacle(obstacle=obstacle, adviser=adviser, by=counsellor, now=NOW)


def test_obstacle_noted_twice(person, counsellor):
    ObstacleFactory(young_person=person, kind="housing")
    with pytest.raises(YouthError, match="déjà noté"):
        note_obstacle(young_person=person, kind="housing", level=1, by=counsellor, now=NOW)


def test_obstacle_is_shared_with_an_adviser_of_the_structure_alone(person, counsellor, outsider, administrator):
    obstacle = ObstacleFactory(young_person=person)
    for somebody in (outsider, administrator, counsellor):
        with pytest.raises(YouthError, match="n’est pas conseillère"):
            share_obstacle(obstacle=obstacle, adviser=somebody, by=counsellor, now=NOW)


def test_obstacle_shared_twice_then_taken_back(person, counsellor, adviser):
    obstacle = ObstacleFactory(young_person=person)
    share = share_obstacle(obstacle=obstacle, adviser=adviser, by=counsellor, now=NOW)
    with pytest.raises(YouthError, match="déjà partagé"):
        share_obstacle(obstacle=obstacle, adviser=adviser, by=counsellor, now=NOW)
    unshare_obstacle(share=share, by=counsellor, now=NOW)
    assert not Obstacle.objects.all().shared_with(adviser).exists()
    assert share_obstacle(obstacle=obstacle, adviser=adviser, by=counsellor, now=NOW).pk


# --- profile, bin -------------------------------------------------------------------------------
def test_nothing_is_shown_to_companies_without_agreement(person, counsellor):
    with pytest.raises(YouthError, match="accord"):
        set_company_profile(
            young_person=person, text="Aime le bois", fields=["age"], agreed_on=None, by=counsellor, now=NOW
        )
    set_company_profile(
        young_person=person, text=" Aime le bois ", fields=["age"], agreed_on=TODAY, by=counsellor, now=NOW
    )
    person.refresh_from_db()
    assert (person.company_profile, person.profile_fields, person.profile_agreed_on) == ("Aime le bois", ["age"], TODAY)


def test_bin_and_back(person, counsellor, structure):
    person.imilo_number = "777"
    person.save()
    bin_young_person(young_person=person, by=counsellor, now=NOW)
    twin = YoungPersonFactory(structure=structure, imilo_number="777")
    person.refresh_from_db()
    with pytest.raises(YouthError, match="i-Milo"):
        restore_young_person(young_person=person, by=counsellor, now=NOW)
    twin.delete()
    assert not restore_young_person(young_person=person, by=counsellor, now=NOW).is_deleted
