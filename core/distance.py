"""Rows near a place: a box first, which is quick, then the distance on the sphere (haversine)."""

import math
from dataclasses import dataclass
from typing import Any

from django.db.models import Avg, F, FloatField, Max, QuerySet, Value
from django.db.models.functions import ASin, Cos, Power, Radians, Sin, Sqrt

from core.models import Municipality
from core.text import search_key

EARTH_RADIUS_KM = 6371.0
KM_PER_DEGREE = 111.32


@dataclass(frozen=True)
class Place:
    """A commune and its centre, in decimal degrees."""

    name: str
    latitude: float
    longitude: float


def place_named(text: str, rows: QuerySet | None = None, *, city_key: str = "city_key") -> Place | None:
    """The commune of that name or postcode: its own centre when known, else the middle of our `rows` there.

    `rows` have postcode, city, latitude and longitude; `city_key` is the lookup that compares with a search key.
    """
    key = search_key(text)
    if not key:
        return None
    by_postcode = len(key) == 5 and key.isdigit()
    known = Municipality.objects.filter(latitude__isnull=False)
    known = known.filter(postcodes__contains=[key]) if by_postcode else known.filter(name_key=key)
    found = known.order_by("pk").first()
    if found and found.latitude is not None and found.longitude is not None:
        return Place(found.name, found.latitude, found.longitude)
    if rows is None:
        return None
    there = rows.filter(postcode=key) if by_postcode else rows.filter(**{city_key: key})
    middle = there.filter(latitude__isnull=False).aggregate(
        latitude=Avg("latitude"), longitude=Avg("longitude"), name=Max("city")
    )
    if middle["latitude"] is None:
        return None
    return Place(middle["name"] or text, middle["latitude"], middle["longitude"])


def within(rows: QuerySet, place: Place, km: float) -> QuerySet:
    """Those whose position is known and at most `km` away."""
    north = km / KM_PER_DEGREE
    east = km / (KM_PER_DEGREE * max(0.01, math.cos(math.radians(place.latitude))))
    return (
        rows.filter(
            latitude__range=(place.latitude - north, place.latitude + north),
            longitude__range=(place.longitude - east, place.longitude + east),
        )
        .alias(km_away=_haversine(place))
        .filter(km_away__lte=km)
    )


def _haversine(place: Place) -> Any:
    there = Radians(Value(place.latitude, output_field=FloatField()))
    half = Value(2.0)
    across = Power(Sin((Radians("latitude") - there) / half), Value(2.0))
    along = Power(Sin(Radians(F("longitude") - Value(place.longitude)) / half), Value(2.0))
    return 2 * EARTH_RADIUS_KM * ASin(Sqrt(across + Cos(there) * Cos(Radians("latitude")) * along))
