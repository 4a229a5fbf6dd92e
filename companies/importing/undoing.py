"""Taking an import back: whole, or not at all when something else has touched what it wrote."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from companies.enums import ImportState
from companies.models import Company, CompanyMerge, Contact, ImportBatch, ImportChange, Interaction, NextAction, Tag
from core.imports.bulk import CHUNK, update_rows
from core.imports.errors import ImportRefused
from core.imports.files import Advance
from core.imports.writing import lock_imports
from core.models import ActivityEntry, ActivityKind

MODELS: dict[str, type[models.Model]] = {"company": Company, "contact": Contact}
_DATES = frozenset({"origin_on"})
# Enough to act upon; the rest is counted.
TOLD_AT_MOST = 50


@dataclass(frozen=True, slots=True)
class Touched:
    """A company that stands in the way: `why` in French."""

    company_id: int
    why: str


def touched_since(batch: ImportBatch) -> list[Touched]:
    """What was done since to the rows this import wrote, in company order, one line a company."""
    created = _ids(batch, "company", created=True)
    found: dict[int, str] = {}
    for pk, why in (
        *_changed_rows(batch),
        *_added_to_created(batch, created),
        *_held_above(batch, created),
    ):
        found.setdefault(pk, why)
    return [Touched(pk, why) for pk, why in sorted(found.items())]


def _ids(batch: ImportBatch, kind: str, *, created: bool) -> set[int]:
    changes = ImportChange.objects.filter(batch=batch, model=kind, created=created)
    return set(changes.order_by().values_list("object_id", flat=True))


def _last_versions(batch: ImportBatch, kind: str) -> dict[int, int]:
    rows = ImportChange.objects.filter(batch=batch, model=kind).order_by().values("object_id")
    return dict(rows.annotate(last=models.Max("written_version")).values_list("object_id", "last"))


def _changed_rows(batch: ImportBatch) -> Iterator[tuple[int, str]]:
    written = _last_versions(batch, "company")
    live = _rows_by_pk(Company, written, "version", "deleted_at")
    for pk, version in written.items():
        now = live.get(pk)
        if now is None:
            yield pk, "effacée depuis"
        elif now[1] is not None:
            yield pk, "mise à la corbeille ou fusionnée depuis"
        elif now[0] != version:
            yield pk, "modifiée depuis"
    written = _last_versions(batch, "contact")
    live = _rows_by_pk(Contact, written, "version", "deleted_at", "company_id")
    for pk, version in written.items():
        now = live.get(pk)
        if now is not None and (now[0] != version or now[1] is not None):
            yield now[2], "un de ses contacts a été modifié depuis"


def _rows_by_pk(model: type[models.Model], pks: Iterable[int], *names: str) -> dict[int, tuple[Any, ...]]:
    rows = model._base_manager.filter(pk__in=list(pks)).order_by().values_list("pk", *names)
    return {row[0]: row[1:] for row in rows}


def _added_to_created(batch: ImportBatch, created: set[int]) -> Iterator[tuple[int, str]]:
    """Erasing a company or a contact we created would take these along."""
    contacts = _ids(batch, "contact", created=True)
    for model, why in (
        (Interaction, "un échange y a été noté"),
        (NextAction, "une prochaine action y a été prévue"),
    ):
        for pk in model.objects.filter(company__in=created).order_by().values_list("company_id", flat=True):
            yield pk, why
    for meeting, why in (
        (Interaction.objects.filter(contacts__in=contacts), "un échange a été noté avec un de ses contacts"),
        (NextAction.objects.filter(contact__in=contacts), "une action est prévue avec un de ses contacts"),
    ):
        for pk in meeting.order_by().values_list("company_id", flat=True):
            yield pk, why
    others = Contact.objects.filter(company__in=created).exclude(pk__in=contacts)
    for pk in others.order_by().values_list("company_id", flat=True):
        yield pk, "un contact y a été ajouté"
    merges = CompanyMerge.objects.filter(models.Q(kept__in=created) | models.Q(absorbed__in=created))
    for kept, absorbed in merges.order_by().values_list("kept_id", "absorbed_id"):
        yield (kept if kept in created else absorbed), "elle a été fusionnée depuis"


def _held_above(batch: ImportBatch, created: set[int]) -> Iterator[tuple[int, str]]:
    """Rows of the apps above that name a company or a contact we created: a later table follows without a line here."""
    contacts = _ids(batch, "contact", created=True)
    company_of = dict(Contact._base_manager.filter(pk__in=contacts).order_by().values_list("pk", "company_id"))
    for model, owners in ((Company, {pk: pk for pk in created}), (Contact, company_of)):
        for relation in _relations_from_above(model):
            rows, name = relation.related_model._base_manager, relation.field.attname
            why = f"sert ailleurs depuis\u00a0: {relation.related_model._meta.verbose_name}"
            for pk in rows.filter(**{f"{name}__in": list(owners)}).order_by().values_list(name, flat=True):
                yield owners[pk], why


def _relations_from_above(model: type[models.Model]) -> list[Any]:
    return [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and not relation.related_model._meta.auto_created
        and relation.related_model._meta.app_label != model._meta.app_label
    ]


def undo_batch(*, batch: ImportBatch, by: Any, now: dt.datetime, advance: Advance) -> dict[str, int]:
    """What the import created is erased, what it changed is as before; returns how many of each.

    Raises ImportRefused, with the number of companies in the way, when something else has touched them.
    """
    lock_imports("companies", batch.structure_id)
    changed = sorted(_ids(batch, "company", created=False))
    created = sorted(_ids(batch, "company", created=True))
    list(Company.objects.filter(pk__in=[*changed, *created]).order_by("pk").select_for_update().values_list("pk"))
    if touched := touched_since(batch):
        raise ImportRefused(
            f"L’import ne peut plus être annulé en entier\u00a0: {len(touched)} de ses entreprises ont servi depuis."
        )
    total = len(changed) + len(created)
    for kind in ("company", "contact"):
        _restore(batch, kind, now)
    _unlink(batch, skip=set(created))
    advance(len(changed), total, "Retour aux valeurs d’avant.")
    _erase_contacts(batch)
    done = len(changed)
    for chunk in _chunks(created):
        _erase_companies(chunk)
        done += len(chunk)
        advance(done, total, "Effacement des entreprises ajoutées.")
    _erase_unused_tags(batch)
    _log(batch, changed, by, now)
    batch.state, batch.undone_at = ImportState.UNDONE, now
    batch.save(update_fields=["state", "undone_at"])
    return {"restored": len(changed), "erased": len(created)}


def _chunks(pks: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(pks), CHUNK):
        yield pks[start : start + CHUNK]


def _restore(batch: ImportBatch, kind: str, now: dt.datetime) -> None:
    before: dict[int, dict[str, Any]] = {}
    changes = ImportChange.objects.filter(batch=batch, model=kind, created=False).order_by("-pk")
    for pk, values in changes.values_list("object_id", "before"):
        # The last writing first: the oldest « before » wins.
        before.setdefault(pk, {}).update(values)
    names = sorted({name for values in before.values() for name in values})
    rows = list(MODELS[kind]._base_manager.filter(pk__in=before).order_by("pk"))
    for row in rows:
        for name, value in before[row.pk].items():
            setattr(row, name, dt.date.fromisoformat(value) if name in _DATES and value else value)
        row.version += 1  # type: ignore[attr-defined]
        row.updated_at = now  # type: ignore[attr-defined]
    update_rows(rows, [*(name.removesuffix("_id") for name in names), "version", "updated_at"])
    _hand_over(batch, kind, {row.pk: row.version for row in rows})  # type: ignore[attr-defined]


def _hand_over(batch: ImportBatch, kind: str, versions: dict[int, int]) -> None:
    """An earlier import, whose writing we found and gave back, can be undone in its turn: it learns the new version."""
    found = ImportChange.objects.filter(batch=batch, model=kind, created=False).order_by().values("object_id")
    first = dict(found.annotate(first=models.Min("written_version")).values_list("object_id", "first"))
    earlier = ImportChange.objects.filter(model=kind, object_id__in=versions, batch__lt=batch.pk).order_by("pk")
    given_back = [change for change in earlier if change.written_version == first[change.object_id] - 1]
    for change in given_back:
        change.written_version = versions[change.object_id]
    update_rows(given_back, ["written_version"])


def _unlink(batch: ImportBatch, *, skip: set[int]) -> None:
    """Tags and trades the import added to companies that stay."""
    for kind, through, name in (
        ("company_tag", Company.tags.through, "tag_id"),
        ("company_occupation", Company.occupations.through, "occupation_id"),
    ):
        added = ImportChange.objects.filter(batch=batch, model=kind).order_by().values_list("object_id", "before")
        by_value: dict[Any, list[int]] = {}
        for company_id, links in added:
            for value in links["added"] if company_id not in skip else ():
                by_value.setdefault(value, []).append(company_id)
        for value, company_ids in by_value.items():
            through.objects.filter(company__in=company_ids, **{name: value}).delete()


def _erase_contacts(batch: ImportBatch) -> None:
    for chunk in _chunks(sorted(_ids(batch, "contact", created=True))):
        Contact.objects.filter(pk__in=chunk).delete()


def _erase_companies(pks: list[int]) -> None:
    content_type = ContentType.objects.get_for_model(Company)
    ActivityEntry.objects.filter(subject_type=content_type, subject_id__in=pks).delete()
    Company.objects.filter(pk__in=pks).delete()


def _erase_unused_tags(batch: ImportBatch) -> None:
    Tag.objects.filter(pk__in=_ids(batch, "tag", created=True), companies=None).delete()


def _log(batch: ImportBatch, company_ids: list[int], by: Any, now: dt.datetime) -> None:
    content_type = ContentType.objects.get_for_model(Company)
    ActivityEntry.objects.bulk_create(
        [
            ActivityEntry(
                structure_id=batch.structure_id,
                subject_type=content_type,
                subject_id=pk,
                kind=ActivityKind.IMPORT,
                verb="import_undone",
                title=f"Import «\u00a0{batch}\u00a0» annulé\u00a0: retour aux valeurs d’avant"[:250],
                at=now,
                by=by,
            )
            for pk in company_ids
        ],
        batch_size=CHUNK,
    )
