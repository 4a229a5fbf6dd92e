"""The SQL that keeps a few hundred rows for Python to score: of a family of trades, within reach."""

import math
from collections.abc import Iterable
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, BooleanField, Case, F, FloatField, Func, Q, Value, When
from django.db.models.functions import Sqrt

from core.trades import domain_of
from opportunities.matching import (
    STRETCH,
    STRETCH_KM,
    Place,
)

# Rows that SQL keeps for Python to score: the nearest trades first, then the nearest places.
SCORED = 400
KM_PER_DEGREE = 111.32


class Among(Func):
    """`name = ANY('{1, 2}')`: one value for a thousand ids, which `IN` prepares and says one by one."""

    output_field = BooleanField()
    template = "(%(expressions)s))"
    arg_joiner = " = ANY("

    def __init__(self, name: str, ids: Iterable[int]) -> None:
        super().__init__(F(name), Value(list(ids), output_field=ArrayField(BigIntegerField())))


def of_family(letter: str, name: str = "occupation_id") -> Q:
    """Trades whose code begins with that letter: a range, which an index serves; "" for no trade."""
    if not letter:
        return Q(**{f"{name}__isnull": True})
    return Q(**{f"{name}__gte": letter, f"{name}__lt": chr(ord(letter) + 1)})


def reach_km(radius_km: float) -> float:
    """As far as a match is still shown, as a gap to negotiate."""
    return radius_km * STRETCH + STRETCH_KM


def in_box(place: Place, km: float, latitude: str = "latitude", longitude: str = "longitude") -> Q:
    """At most about `km` away, or nowhere known."""
    north = km / KM_PER_DEGREE
    east = north / max(0.01, math.cos(math.radians(place.latitude)))
    near = Q(
        **{
            f"{latitude}__range": (place.latitude - north, place.latitude + north),
            f"{longitude}__range": (place.longitude - east, place.longitude + east),
        }
    )
    return near | Q(**{f"{latitude}__isnull": True})


def kilometres(place: Place, latitude: str = "latitude", longitude: str = "longitude") -> Any:
    """As on a flat map: enough to narrow by, never shown."""
    north = (F(latitude) - Value(place.latitude)) * Value(KM_PER_DEGREE)
    east = (F(longitude) - Value(place.longitude)) * Value(KM_PER_DEGREE * math.cos(math.radians(place.latitude)))
    return Sqrt(north * north + east * east, output_field=FloatField())


def steps(*cases: tuple[Any, float], default: float) -> Case:
    whens = [When(condition, then=Value(float(value))) for condition, value in cases]
    return Case(*whens, default=Value(float(default)), output_field=FloatField())


def of_domain(rome: str) -> Q:
    domain = domain_of(rome)
    return Q(occupation_id__gte=domain, occupation_id__lt=domain[:-1] + chr(ord(domain[-1]) + 1))
