"""Taking an import of young people back: whole, or not at all when something else has touched what it wrote."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType

from core.activity import log_activity
from core.imports.enums import ImportState
from core.imports.errors import ImportRefused
from core.imports.files import Advance
from core.imports.writing import lock_imports
from core.models import ActivityEntry, ActivityKind
from youth.importing.staging import DATES
from youth.models import FileAccess, PathwayMove, YoungPerson, YouthImportBatch, YouthImportChange

# What opening a file writes by itself: no sign that it served.
_OF_THE_OPENING = (FileAccess, PathwayMove)


@dataclass(frozen=True, slots=True)
class Touched:
    """A young person who stands in the way: `why` in French."""

    young_person_id: int
    why: str


def touched_since(batch: YouthImportBatch) -> list[Touched]:
    """What was done since to the files this import wrote, one line each."""
    changes = list(YouthImportChange.objects.filter(batch=batch).order_by("object_id"))
    people = YoungPerson._base_manager.in_bulk([change.object_id for change in changes])
    served = _served([change.object_id for change in changes if change.created])
    found = []
    for change in changes:
        person = people.get(change.object_id)
        if person is None:
            why = "effacé depuis"
        elif person.is_deleted:
            why = "mis à la corbeille depuis"
        elif person.version != change.written_version or person.anonymised_at:
            why = "modifié depuis"
        else:
            why = "a servi depuis" if change.object_id in served else ""
        if why:
            found.append(Touched(change.object_id, why))
    return found


def _served(pks: Iterable[int]) -> set[int]:
    """Those to whom something was attached since, by this app or by one above: erasing them would take it along."""
    pks = list(pks)
    found: set[int] = set()
    for relation in YoungPerson._meta.related_objects:
        model, name = relation.related_model, relation.field.name
        if name == "young_person" and model not in _OF_THE_OPENING and relation.get_accessor_name():
            rows = model._base_manager.filter(young_person__in=pks).order_by()
            found |= set(rows.values_list("young_person_id", flat=True))
    return found


def undo_batch(*, batch: YouthImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, int]:
    """The files the import opened are erased, those it completed are as before; returns how many of each.

    Raises ImportRefused, with the number of files in the way, when something else has touched them.
    """
    lock_imports("youth", batch.structure_id)
    changes = list(YouthImportChange.objects.filter(batch=batch).order_by("object_id"))
    pks = [change.object_id for change in changes]
    list(YoungPerson._base_manager.filter(pk__in=pks).order_by("pk").select_for_update().values_list("pk"))
    if touched := touched_since(batch):
        raise ImportRefused(
            f"L’import ne peut plus être annulé en entier\u00a0: {len(touched)} de ses dossiers ont servi depuis."
        )
    for change in changes:
        if not change.created:
            _restore(change, batch, by, now)
    created = [change.object_id for change in changes if change.created]
    content_type = ContentType.objects.get_for_model(YoungPerson)
    ActivityEntry.objects.filter(subject_type=content_type, subject_id__in=created).delete()
    # The register stays: who opened which number, and why. The files themselves are no more.
    YoungPerson._base_manager.filter(pk__in=created).delete()
    advance(len(changes), len(changes), "Retour aux dossiers d’avant.")
    batch.state, batch.undone_at = ImportState.UNDONE, now
    batch.save(update_fields=["state", "undone_at"])
    return {"restored": len(changes) - len(created), "erased": len(created)}


def _restore(change: YouthImportChange, batch: YouthImportBatch, by: Any, now: dt.datetime) -> None:
    person = YoungPerson._base_manager.get(pk=change.object_id)
    for name, value in change.before.items():
        setattr(person, name, dt.date.fromisoformat(value) if name in DATES and value else value)
    person.version += 1
    person.save(update_fields=[*(name.removesuffix("_id") for name in change.before), "version", "updated_at"])
    title = f"Import «\u00a0{batch}\u00a0» annulé\u00a0: retour aux valeurs d’avant"
    log_activity(subject=person, kind=ActivityKind.IMPORT, verb="import_undone", title=title, by=by, at=now)
    # An earlier import of the same file can be undone in its turn: it learns the new version.
    earlier = YouthImportChange.objects.filter(object_id=person.pk, batch__lt=batch.pk)
    earlier.filter(written_version=change.written_version - 1).update(written_version=person.version)
