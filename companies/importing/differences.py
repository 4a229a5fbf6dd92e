"""What a row of a file would change in a company or a contact that exists.

Values and changes are plain JSON: `{field name: value}` and `{field name: [before, after]}`, dates as ISO text. An
empty cell never erases. What a person decided is not overwritten: the fields of WHEN_EMPTY are only filled where
nothing is known, texts are added to, and the relation only leaves « prospect ».
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.db import models

from companies.enums import RelationState
from companies.models import Company, Contact
from core import french
from core.text import search_key

Changes = dict[str, list[Any]]

OVERWRITTEN = (
    "legal_name", "trade_name", "naf_code", "naf_2025_code", "legal_category", "workforce_band", "address",
    "address_extra", "postcode", "city", "insee_code", "phone", "email", "website",
)  # fmt: skip
WHEN_EMPTY = (
    "siret", "sector", "company_type", "origin_network", "origin_direction", "origin_on", "network_kind", "adviser_id",
)  # fmt: skip
ADDED_TO = ("activity", "notes")
# Written under names of their own, or with another field.
SETS = ("tags", "occupations")
WRITTEN = (
    *OVERWRITTEN, *WHEN_EMPTY, *ADDED_TO, "latitude", "longitude", "is_pilot", "relation_state", "watch_reason",
)  # fmt: skip
CONTACT_OVERWRITTEN = ("civility", "first_name", "last_name", "job_title", "part", "email", "phone", "mobile")
CONTACT_WRITTEN = (*CONTACT_OVERWRITTEN, "notes")

# Upper case and accents apart, these are one value: a register in capitals corrects nothing.
_SPELLED = frozenset(
    {"legal_name", "trade_name", "address", "address_extra", "city", "email", "first_name", "last_name"}
)
_SHOWN_AS: dict[str, Callable[[str], str]] = {"phone": french.phone, "mobile": french.phone, "siret": french.siret}
# About ten metres: two sources never agree further.
_SAME_POINT = 0.0001


def plain(value: Any) -> Any:
    """A model’s value as the staged rows keep it."""
    return value.isoformat() if isinstance(value, dt.date) else value


def company_changes(company: Company, values: Mapping[str, Any], guessed: Iterable[str] = ()) -> Changes:
    """`values`: fields of WRITTEN. `guessed` names those we deduced ourselves: they only fill what is empty."""
    moved = any(
        getattr(company, name) and name in values and not _same(name, getattr(company, name), values[name])
        for name in ("postcode", "city")
    )
    # What we deduced of a new address holds with it.
    guessed = frozenset() if moved else frozenset(guessed)
    changes: Changes = {}
    for name in OVERWRITTEN:
        if name in guessed:
            _fill(changes, company, name, values)
        elif name in values and not _same(name, getattr(company, name), values[name]):
            changes[name] = [getattr(company, name), values[name]]
    for name in WHEN_EMPTY:
        _fill(changes, company, name, values)
    for name in ADDED_TO:
        _add_to(changes, company, name, values)
    _keep_the_known_name(changes, company, values)
    _change_point(changes, company, values)
    if values.get("is_pilot") and not company.is_pilot:
        changes["is_pilot"] = [False, True]
    if company.relation_state == RelationState.PROSPECT and values.get("relation_state", "prospect") != "prospect":
        changes["relation_state"] = [company.relation_state, values["relation_state"]]
        if values.get("watch_reason"):
            changes["watch_reason"] = [company.watch_reason, values["watch_reason"]]
    return changes


def contact_changes(contact: Contact, values: Mapping[str, Any]) -> Changes:
    changes: Changes = {}
    for name in CONTACT_OVERWRITTEN:
        if name in values and not _same(name, getattr(contact, name), values[name]):
            changes[name] = [getattr(contact, name), values[name]]
    if contact.part and "part" in changes:
        # The part a person plays is an adviser's judgement: a file only fills it.
        del changes["part"]
    _add_to(changes, contact, "notes", values)
    return changes


def _same(name: str, known: Any, given: Any) -> bool:
    if known == given:
        return True
    return name in _SPELLED and bool(known) and search_key(known) == search_key(given)


def _fill(changes: Changes, company: Company, name: str, values: Mapping[str, Any]) -> None:
    known = getattr(company, name)
    if name in values and known in ("", None):
        changes[name] = [plain(known), values[name]]


def _add_to(changes: Changes, row: models.Model, name: str, values: Mapping[str, Any]) -> None:
    known, given = getattr(row, name), values.get(name, "")
    lines = [line for line in given.splitlines() if line.strip() and line.strip() not in known]
    if lines:
        changes[name] = [known, "\n".join([known, *lines] if known else lines)]


def _keep_the_known_name(changes: Changes, company: Company, values: Mapping[str, Any]) -> None:
    """A file with one column for the name says the name in use, which is no correction of the legal one."""
    given = search_key(values.get("legal_name", ""))
    if "legal_name" in changes and "trade_name" not in values and given == search_key(company.trade_name):
        del changes["legal_name"]


def _change_point(changes: Changes, company: Company, values: Mapping[str, Any]) -> None:
    if values.get("latitude") is None or values.get("longitude") is None:
        return
    known = (company.latitude, company.longitude)
    given = (values["latitude"], values["longitude"])
    if None not in known and all(abs(a - b) < _SAME_POINT for a, b in zip(known, given, strict=True)):
        return
    changes["latitude"], changes["longitude"] = [known[0], given[0]], [known[1], given[1]]


def shown_changes(
    changes: Mapping[str, list[Any]], *, model: type[models.Model] = Company, people: Mapping[int, str] | None = None
) -> list[tuple[str, str, str]]:
    """(label, before, after) as a person reads them; `people` names the advisers."""
    rows = []
    for name, (before, after) in changes.items():
        if name == "longitude":
            continue
        if name == "latitude":
            rows.append(("position sur la carte", _point(changes, 0), _point(changes, 1)))
            continue
        field: Any = model._meta.get_field(name.removesuffix("_id"))
        rows.append((str(field.verbose_name), _shown(field, before, people), _shown(field, after, people)))
    return rows


def _point(changes: Mapping[str, list[Any]], side: int) -> str:
    latitude, longitude = changes["latitude"][side], changes["longitude"][side]
    return "" if latitude is None else f"{latitude:.4f}, {longitude:.4f}".replace(".", ",")


def _shown(field: Any, value: Any, people: Mapping[int, str] | None) -> str:  # noqa: PLR0911 -- one return a kind of value
    if value in ("", None, []):
        return ""
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if field.name in _SHOWN_AS:
        return _SHOWN_AS[field.name](value)
    if field.is_relation:
        return (people or {}).get(value, "")
    if getattr(field, "choices", None):
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, models.DateField):
        return f"{dt.date.fromisoformat(value):%d/%m/%Y}"
    return str(value)
