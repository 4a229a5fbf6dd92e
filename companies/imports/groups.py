"""The rows of one company brought together: several contacts, or the same company said twice. Pure."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import fields

from companies.imports.columns import COMPANY_FIELDS
from companies.imports.records import CompanyGroup, CompanyValues, ContactValues, ParsedRow, Remark
from core.text import search_key

_LABELS = {field.key: field.label for field in COMPANY_FIELDS}
# Gathered from all the rows, never in conflict.
_GATHERED = frozenset({"tags", "rome_codes", "notes", "activity"})
Key = tuple[str, ...]


def group_rows(parsed: Iterable[ParsedRow]) -> list[CompanyGroup]:
    """One group per company, in the order of its first row.

    Rows go together when they have the same SIRET; without one, the same name, the same postcode or city and no two
    addresses; or when they continue a row (`ParsedRow.continues`), or name the one company they work for
    (`parent_name`). Never on the name alone: 63 rows « COMMUNE DE METZ » with 63 SIRET are 63 groups. A row in error
    stays alone, with its errors.
    """
    rows = list(parsed)
    keys = _keys(rows)
    groups: dict[Key, CompanyGroup] = {}
    for row in rows:
        key = keys[row.number]
        if row.errors or key not in groups:
            groups[key] = _new_group(row)
        else:
            _join(groups[key], row)
    return list(groups.values())


def _keys(rows: list[ParsedRow]) -> dict[int, Key]:
    """{row number: the key of its group}."""
    siret_of_place = _single_sirets(rows)
    addresses: dict[Key, list[str]] = defaultdict(list)
    keys: dict[int, Key] = {}
    named: dict[str, set[Key]] = defaultdict(set)
    for row in rows:
        if row.errors:
            keys[row.number] = ("row", str(row.number))
        elif row.continues is not None:
            keys[row.number] = keys.get(row.continues, ("row", str(row.number)))
        elif not row.parent_name:
            keys[row.number] = _own_key(row, siret_of_place, addresses)
            named[search_key(row.company.name)].add(keys[row.number])
    for row in rows:
        if row.number not in keys:
            candidates = named.get(search_key(row.parent_name), set())
            keys[row.number] = next(iter(candidates)) if len(candidates) == 1 else ("row", str(row.number))
            _refuse_orphan(row, len(candidates))
        elif row.continues is not None and keys[row.number][0] == "row":
            _refuse_continuation(row, keys)
    return keys


def _own_key(row: ParsedRow, siret_of_place: dict[Key, str], addresses: dict[Key, list[str]]) -> Key:
    """`addresses` remembers, for each name in a place, the addresses met: two of them are two establishments."""
    if row.company.siret:
        return ("siret", row.company.siret)
    place = _place(row.company)
    if place is None:
        return ("row", str(row.number))
    if siret := siret_of_place.get(place):
        return ("siret", siret)
    address = re.sub(r"[^a-z0-9]", "", search_key(row.company.address))
    if address and address not in addresses[place]:
        addresses[place].append(address)
    return (*place, address or next(iter(addresses[place]), ""))


def _place(company: CompanyValues) -> Key | None:
    """The key « same name, same place »: by postcode, else by city; None without either."""
    name = search_key(company.name)
    where = company.postcode or search_key(company.city).replace("-", " ")
    return ("place", name, where) if name and where else None


def _single_sirets(rows: list[ParsedRow]) -> dict[Key, str]:
    """The SIRET of a name in a place, where the file gives that name there one SIRET and no other."""
    sirets: dict[Key, set[str]] = defaultdict(set)
    for row in rows:
        if row.company.siret and not row.errors and (place := _place(row.company)) is not None:
            sirets[place].add(row.company.siret)
    return {place: next(iter(found)) for place, found in sirets.items() if len(found) == 1}


def _refuse_orphan(row: ParsedRow, candidates: int) -> None:
    if candidates != 1:
        reason = "n’est pas dans ce fichier" if not candidates else "y est plusieurs fois"
        row.errors.append(
            Remark(
                row.number,
                _LABELS["parent_company"],
                "parent_company",
                row.parent_name,
                "",
                f"Cette personne travaille chez «\u00a0{row.parent_name}\u00a0», qui {reason}\u00a0: "
                "elle ne peut pas être rattachée.",
            )
        )


def _refuse_continuation(row: ParsedRow, keys: dict[int, Key]) -> None:
    """A contact whose company, a row above, is refused, is refused with it."""
    if row.continues is not None and keys.get(row.continues, ("row",))[0] == "row":
        keys[row.number] = ("row", str(row.number))
        row.errors.append(
            Remark(
                row.number,
                _LABELS["legal_name"],
                "legal_name",
                "",
                "",
                f"Ce contact suit l’entreprise de la ligne {row.continues}, qui ne peut pas être importée.",
            )
        )


def _new_group(row: ParsedRow) -> CompanyGroup:
    group = CompanyGroup(row.company, [row.number])
    _add_remarks(group, row)
    for contact in row.contacts:
        _add_contact(group, contact)
    return group


def _join(group: CompanyGroup, row: ParsedRow) -> None:
    group.rows.append(row.number)
    _add_remarks(group, row)
    if not row.parent_name and row.continues is None:
        _merge_company(group, row)
    for contact in row.contacts:
        _add_contact(group, contact)


def _add_remarks(group: CompanyGroup, row: ParsedRow) -> None:
    group.repairs += row.repairs
    group.warnings += row.warnings
    group.errors += row.errors


def _merge_company(group: CompanyGroup, row: ParsedRow) -> None:
    """The first value that is not empty wins; another value on a later row is said."""
    company, other = group.company, row.company
    for item in fields(CompanyValues):
        mine, theirs = getattr(company, item.name), getattr(other, item.name)
        if theirs in ("", None, ()) or mine == theirs:
            continue
        if item.name in _GATHERED:
            setattr(company, item.name, _gathered(mine, theirs))
        elif mine in ("", None, ()):
            setattr(company, item.name, theirs)
        elif search_key(str(mine)) != search_key(str(theirs)):
            group.warnings.append(
                Remark(
                    row.number,
                    _LABELS.get(item.name, item.name),
                    item.name,
                    str(theirs),
                    str(mine),
                    f"La ligne {group.rows[0]} dit «\u00a0{mine}\u00a0» pour la même entreprise\u00a0: "
                    "c’est elle qui est gardée.",
                )
            )


def _gathered(mine: str | tuple[str, ...], theirs: str | tuple[str, ...]) -> str | tuple[str, ...]:
    if isinstance(mine, tuple):
        return tuple(dict.fromkeys((*mine, *theirs)))
    return "\n".join(dict.fromkeys(line for text in (mine, str(theirs)) for line in text.splitlines() if line))


def _add_contact(group: CompanyGroup, contact: ContactValues) -> None:
    """A contact already there (same e-mail, or same name) is completed, not repeated."""
    known = next((other for other in group.contacts if _is_same(other, contact)), None)
    if known is None:
        group.contacts.append(contact)
        return
    for name, value in contact.filled().items():
        mine = getattr(known, name)
        if not mine:
            setattr(known, name, value)
        elif name == "notes":
            known.notes = str(_gathered(known.notes, contact.notes))


def _is_same(one: ContactValues, other: ContactValues) -> bool:
    if one.full_name and other.full_name:
        return search_key(one.full_name) == search_key(other.full_name)
    return bool(one.email) and one.email.lower() == other.email.lower()
