"""A commune from what was typed: its postcode, its name."""

from typing import Any

from core.models import Municipality
from core.text import search_key
from core.validators import is_postcode


def municipalities_of(postcode: str) -> list[Municipality]:
    """The communes a postcode serves, by name; none for an incomplete one."""
    if not is_postcode(postcode):
        return []
    return list(Municipality.objects.filter(postcodes__contains=[postcode]).order_by("name_key", "pk"))


def municipality_named(postcode: str, city: str) -> Municipality | None:
    """The commune of that name there; with no name, the only one of the postcode."""
    known = municipalities_of(postcode)
    if not city and len(known) == 1:
        return known[0]
    key = search_key(city).replace("-", " ")
    return next((row for row in known if row.name_key.replace("-", " ") == key), None)


def place_in(values: dict[str, Any], *, initial: dict[str, Any]) -> None:
    """Completes a form's `postcode` and `city` with what the commune is known by; a new unknown place has no position.

    Writes `city`, `insee_code`, `latitude`, `longitude` into `values`.
    """
    found = municipality_named(values["postcode"], values["city"])
    if found:
        values.update(city=found.name, insee_code=found.insee_code, latitude=found.latitude, longitude=found.longitude)
    elif (values["postcode"], values["city"]) != (initial.get("postcode"), initial.get("city")):
        values.update(insee_code="", latitude=None, longitude=None)
