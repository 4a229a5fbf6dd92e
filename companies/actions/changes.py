"""Writing the fields of one row: lock it, refuse a stale version, compare, save, and say it in one title."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models

from companies.actions.errors import ConflictError, GoneError
from core.activity import shown_value
from core.columns import field_label

Row = TypeVar("Row", bound=models.Model)

# A value longer than this is kept for the details, not for the title.
TITLE_VALUE_LENGTH = 40
# Endings of the participle: « adresse corrigée », « étiquettes corrigées ».
_ENDINGS = {
    "legal_name": "e",
    "legal_category": "e",
    "address": "e",
    "city": "e",
    "latitude": "e",
    "longitude": "e",
    "origin_network": "e",
    "history": "e",
    "organisation": "e",
    "ways_of_working": "es",
    "tags": "es",
    "notes": "es",
    "occupations": "s",
    "equality_commitments": "s",
    "civility": "e",
    "job_title": "e",
    "duration_minutes": "e",
    "outcome": "e",
}
# The model's label reads « activité : son histoire »; a title wants the bare noun.
_NOUNS = {
    "trade_name": "nom d’usage",
    "history": "histoire",
    "organisation": "organisation",
    "ways_of_working": "façons de travailler",
    "attracts": "ce qui l’attire",
    "deters": "ce qui la retient",
    "coming_needs": "ce qui s’annonce",
    "insee_code": "code INSEE",
}


def lock(row: Row, *, version: int | None = None, even_binned: bool = False) -> Row:
    """The row as it is in the database, locked until the transaction ends.

    `GoneError` when it went to the bin while we waited; `ConflictError` when it is not `version`.
    """
    current = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if current is None:
        raise GoneError("Cette fiche vient d’être effacée")
    if not even_binned and getattr(current, "deleted_at", None):
        raise _gone(current)
    if version is not None and current.version != version:  # type: ignore[attr-defined]
        raise ConflictError(current)
    return current


def lock_with_company(row: Row, *, version: int | None = None, even_binned: bool = False) -> Row:
    """The same for what belongs to a company, which is locked first, as a merge and a bin do.

    `even_binned` is about the row alone: nothing is written to a company that is in the bin.
    """
    company = lock(row.company)  # type: ignore[attr-defined]
    current = lock(row, version=version, even_binned=even_binned)
    if current.company_id != company.pk:  # type: ignore[attr-defined]
        raise GoneError("Une fusion vient de changer l’entreprise de cette fiche", company=company)
    current.company = company  # type: ignore[attr-defined]
    return current


def _gone(row: models.Model) -> GoneError:
    kept = getattr(row, "merged_into", None)
    while kept is not None and kept.merged_into:
        kept = kept.merged_into
    if kept is not None:
        return GoneError(f"«\u00a0{row}\u00a0» vient d’être fusionnée dans «\u00a0{kept}\u00a0»", company=kept)
    return GoneError(f"«\u00a0{row}\u00a0» est à la corbeille", company=getattr(row, "company", None))


def write_fields(row: models.Model, values: Mapping[str, Any], *, many: Iterable[str] = ()) -> dict[str, list[str]]:
    """Set the fields that differ and save them; returns {field name: [before, after]} as shown; empty: nothing written.

    `many` names the many-to-many fields among `values`. A row with a version gets the next one.
    """
    many = [name for name in many if name in values]
    plain = [name for name in values if name not in many]
    before = {name: shown_value(row, name) for name in plain}
    changed = [name for name in plain if getattr(row, name) != values[name]]
    for name in changed:
        setattr(row, name, values[name])
    changes = {name: [before[name], shown_value(row, name)] for name in changed}
    for name in many:
        pair = _replace_related(row, name, values[name])
        if pair:
            changes[name] = pair
    if changes:
        _save(row, changed)
    # A value that only looks the same (None and "") is saved, and not told.
    return {name: pair for name, pair in changes.items() if pair[0] != pair[1]}


def _replace_related(row: models.Model, name: str, wanted: Iterable[models.Model]) -> list[str] | None:
    manager = getattr(row, name)
    before, after = list(manager.order_by("pk")), sorted(wanted, key=lambda item: str(item.pk))
    if {item.pk for item in before} == {item.pk for item in after}:
        return None
    manager.set(after)
    return [", ".join(sorted(map(str, before))), ", ".join(sorted(map(str, after)))]


def _save(row: Any, changed: list[str]) -> None:
    names = [*changed, "updated_at"]
    if hasattr(row, "version"):
        row.version += 1
        names.append("version")
    row.save(update_fields=names)


def labelled(model: type[models.Model], changes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The same with the fields' labels, as the timeline keeps them."""
    return {field_label(model, name): pair for name, pair in changes.items()}


def title_of(model: type[models.Model], changes: Mapping[str, list[str]]) -> str:
    """« Effectif corrigé : 6 → 8 salariés », « Téléphone renseigné : … », « 3 informations corrigées : … »."""
    if len(changes) > 1:
        nouns = ", ".join(noun_of(model, name) for name in changes)
        return f"{len(changes)} informations corrigées\u00a0: {nouns}"
    ((name, (before, after)),) = changes.items()
    noun, ending = noun_of(model, name), _ENDINGS.get(name, "")
    noun = noun[:1].upper() + noun[1:]
    verb = "corrigé" if before and after else ("renseigné" if after else "effacé")
    if max(len(before), len(after)) > TITLE_VALUE_LENGTH:
        return f"{noun} {verb}{ending}"
    values = f"{before} → {after}" if before and after else (after or before)
    return f"{noun} {verb}{ending}\u00a0: {values}"


def noun_of(model: type[models.Model], name: str) -> str:
    return _NOUNS.get(name) or field_label(model, name)
