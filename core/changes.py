"""Writing the fields of one row: lock it, refuse a stale version, compare, save, and say it in one title."""

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django.db import models

from core.activity import shown_value
from core.columns import field_label
from core.errors import RowConflictError, RowGoneError

Row = TypeVar("Row", bound=models.Model)

# A value longer than this is kept for the details, not for the title.
TITLE_VALUE_LENGTH = 40


def locked(row: Row, *, version: int | None = None) -> Row:
    """The row as it is in the database, locked until the transaction ends.

    `RowGoneError` when it was erased or went to the bin while we waited; `RowConflictError` when it is not `version`.
    """
    current = type(row)._base_manager.select_for_update(of=("self",)).filter(pk=row.pk).first()
    if current is None:
        raise RowGoneError("Cette fiche vient d’être effacée")
    if getattr(current, "deleted_at", None):
        raise RowGoneError("Cette fiche est à la corbeille")
    if version is not None and current.version != version:  # type: ignore[attr-defined]
        raise RowConflictError(current)
    return current


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
    names = [*changed]
    if hasattr(row, "updated_at"):
        names.append("updated_at")
    if hasattr(row, "version"):
        row.version += 1
        names.append("version")
    row.save(update_fields=names)


def labelled(model: type[models.Model], changes: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """The same with the fields' labels, as the timeline keeps them."""
    return {field_label(model, name): pair for name, pair in changes.items()}


def title_of(
    model: type[models.Model],
    changes: Mapping[str, list[str]],
    *,
    endings: Mapping[str, str] | None = None,
    nouns: Mapping[str, str] | None = None,
) -> str:
    """« Effectif corrigé : 6 → 8 salariés », « Téléphone renseigné : … », « 3 informations corrigées : … ».

    `endings`: {field: ending of its participle, "e", "s" or "es"}; `nouns`: {field: bare noun}.
    """
    nouns = nouns or {}
    if len(changes) > 1:
        said = ", ".join(nouns.get(name) or field_label(model, name) for name in changes)
        return f"{len(changes)} informations corrigées\u00a0: {said}"
    ((name, (before, after)),) = changes.items()
    noun, ending = nouns.get(name) or field_label(model, name), (endings or {}).get(name, "")
    noun = noun[:1].upper() + noun[1:]
    verb = "corrigé" if before and after else ("renseigné" if after else "effacé")
    if max(len(before), len(after)) > TITLE_VALUE_LENGTH:
        return f"{noun} {verb}{ending}"
    values = f"{before} → {after}" if before and after else (after or before)
    return f"{noun} {verb}{ending}\u00a0: {values}"
