"""What the database refuses of young people and their needs."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from core.phases import Phase
from tests.factories import NeedFactory, ObstacleFactory, StructureFactory, YoungPersonFactory

pytestmark = pytest.mark.django_db


def refused(name, make, **values):
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        make(**values)


@pytest.mark.parametrize(
    ("birth", "rqth", "is_refused"),
    [
        (dt.date(2009, 9, 1), False, False),  # sixteen that very day
        (dt.date(2009, 9, 2), False, True),
        (dt.date(1999, 9, 2), False, False),  # still twenty-five
        (dt.date(1999, 9, 1), False, True),
        (dt.date(1999, 9, 1), True, False),
        (dt.date(1995, 9, 1), True, True),
    ],
)
def test_age_at_entry(birth, rqth, is_refused):
    values = {"birth_date": birth, "has_rqth": rqth, "entered_on": dt.date(2025, 9, 1)}
    if is_refused:
        refused("young_person_age_at_entry", YoungPersonFactory, **values)
    else:
        assert YoungPersonFactory(**values).pk


def test_who_left_has_no_waiting_need():
    gone = YoungPersonFactory(left=True)
    refused("Ce jeune est sorti", NeedFactory, young_person=gone)
    assert NeedFactory(young_person=gone, met=True).pk


def test_nobody_leaves_with_a_waiting_need():
    need = NeedFactory()
    person = need.young_person
    person.step, person.outcome = "left", "training"
    with pytest.raises(IntegrityError, match="encore des besoins ouverts"), transaction.atomic():
        person.save()


def test_need_of_another_structure_s_young_person():
    person = YoungPersonFactory()
    NeedFactory(young_person=person, structure=StructureFactory())
    with pytest.raises(IntegrityError, match="same_structure"):
        connection.check_constraints()


def test_kind_of_another_phase():
    refused("need_kind_fits_phase", NeedFactory, phase=Phase.JOB, kind="company_visit")


def test_dates_reversed():
    refused("need_dates_in_order", NeedFactory, starts_on=dt.date(2026, 12, 1), ends_on=dt.date(2026, 11, 1))


def test_same_obstacle_twice():
    first = ObstacleFactory()
    refused("obstacle_one_of_a_kind", ObstacleFactory, young_person=first.young_person)
    first.lifted_on = dt.date(2026, 10, 1)
    first.save()
    assert ObstacleFactory(young_person=first.young_person).pk


def test_imilo_number_is_one_person_of_a_structure():
    person = YoungPersonFactory(imilo_number="123456")
    refused("young_person_imilo_unique", YoungPersonFactory, imilo_number="123456", structure=person.structure)
    assert YoungPersonFactory(imilo_number="123456").pk
