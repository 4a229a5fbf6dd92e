"""Making one company of two, field by field, and undoing it."""

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, models, transaction
from django.utils import timezone
from psycopg.errors import UniqueViolation

from accounts.models import User
from companies.duplicates import refresh_pairs
from companies.enums import DuplicateState
from companies.models import Company, CompanyMerge, Contact, DuplicatePair
from core.activity import changes_between, log_activity, shown_value, shown_values
from core.columns import concrete_field, field_label
from core.jobs import Progress
from core.models import ActivityEntry, ActivityKind, Job

# What a person chooses between, in the order of the page.
MERGED_FIELDS = (
    "legal_name", "trade_name", "siret", "naf_code", "naf_2025_code", "legal_category", "workforce_band", "sector",
    "company_type", "address", "address_extra", "postcode", "city", "insee_code", "phone", "email", "website",
    "origin_network", "origin_direction", "origin_on", "network_kind", "adviser", "relation_state", "watch_reason",
    "is_pilot", "history", "activity", "organisation", "ways_of_working", "attracts", "deters", "coming_needs",
    "equality_commitments", "notes",
)  # fmt: skip
# They go with the field of the same choice: a point without its commune means nothing.
FOLLOWING = {"city": ("latitude", "longitude"), "relation_state": ("watch_reason",)}
# Rows that speak of the two companies as two: they stay where they are.
NOT_MOVED = {"companymerge", "duplicatepair", "importrow", "searchentry", "company"}


class MergeRefused(Exception):
    """The two cannot be merged, or the merge undone; the message is for the person."""


class Choice:
    """One field of the comparison page: what each side says, and which one we would keep."""

    def __init__(self, kept: Company, absorbed: Company, name: str) -> None:
        self.name = name
        self.label = field_label(Company, name)
        self.kept, self.absorbed = shown_value(kept, name), shown_value(absorbed, name)

    @property
    def is_conflict(self) -> bool:
        """Both sides say something, and not the same."""
        return bool(self.kept and self.absorbed and self.kept != self.absorbed)

    @property
    def differs(self) -> bool:
        return self.kept != self.absorbed

    @property
    def proposed(self) -> str:
        """« kept » unless only the other side knows."""
        return "absorbed" if self.absorbed and not self.kept else "kept"


def merge_choices(kept: Company, absorbed: Company) -> list[Choice]:
    """The fields on which the two differ."""
    every = [Choice(kept, absorbed, name) for name in MERGED_FIELDS if name != "watch_reason"]
    return [choice for choice in every if choice.differs]


def what_follows(absorbed: Company) -> dict[str, int]:
    """{verbose plural: how many} of the rows that a merge would move."""
    counts = {}
    for relation in _relations():
        number = relation.related_model._base_manager.filter(**{relation.field.name: absorbed}).count()
        if number:
            counts[str(relation.related_model._meta.verbose_name_plural)] = number
    return counts


@transaction.atomic
def merge_companies(
    *, kept: Company, absorbed: Company, from_absorbed: set[str], by: Any, now: dt.datetime
) -> CompanyMerge:
    """Everything of `absorbed` goes to `kept`, which takes the fields named in `from_absorbed`.

    The absorbed company goes to the bin.
    Both rows are locked in pk order. Raises MergeRefused when they are the same, of two structures, or gone.
    """
    kept, absorbed = _locked_pair(kept, absorbed)
    before = shown_values(kept, MERGED_FIELDS)
    merge = CompanyMerge(structure_id=kept.structure_id, kept=kept, absorbed=absorbed, by=by, at=now)
    merge.kept_before = _values(kept)
    # The bin first: two live companies may not hold one SIRET, even for a moment.
    Company.objects.filter(pk=absorbed.pk).update(
        deleted_at=now, deleted_by=by, merged_into=kept, version=models.F("version") + 1
    )
    _take_fields(kept, absorbed, from_absorbed)
    merge.moved = _move_rows(kept, absorbed)
    _refresh_dates(kept)
    kept.version += 1
    kept.save()
    merge.moved["kept_after"] = _values(kept)
    merge.moved["pair"] = _decision_on(kept, absorbed)
    merge.save()
    _settle_pair(kept, absorbed, DuplicateState.MERGED, by, now)
    log_activity(
        subject=kept,
        kind=ActivityKind.MERGE,
        verb="company_merged",
        title=f"Fusionnée avec «\u00a0{absorbed}\u00a0»",
        changes=changes_between(kept, before),
        by=by,
        at=now,
        source=merge,
    )
    return merge


@transaction.atomic
def undo_merge(*, merge: CompanyMerge, by: Any, now: dt.datetime) -> list[str]:
    """The two companies are two again. Returns the labels of fields changed since, which keep their new value.

    What was recorded on the kept company since the merge stays with it. Raises MergeRefused when it is already undone,
    when the kept company is in the bin, or when another one has taken the SIRET of one of the two.
    """
    merge = CompanyMerge.objects.select_for_update(of=("self",)).get(pk=merge.pk)
    companies = {
        company.pk: company
        for company in Company.objects.select_for_update(of=("self",))
        .filter(pk__in=[merge.kept_id, merge.absorbed_id])
        .order_by("pk")
    }
    kept, absorbed = companies[merge.kept_id], companies[merge.absorbed_id]
    if merge.undone_at or absorbed.merged_into_id != kept.pk:
        raise MergeRefused("Cette fusion a déjà été défaite.")
    if kept.deleted_at:
        raise MergeRefused(f"«\u00a0{kept}\u00a0» est à la corbeille\u00a0: restaurez-la avant de défaire la fusion.")
    touched = _give_back_fields(kept, merge)
    _give_back_rows(kept, absorbed, merge)
    _save_both(kept, absorbed)
    merge.undone_at, merge.undone_by = now, by
    merge.save(update_fields=["undone_at", "undone_by"])
    _give_back_decision(kept, absorbed, merge)
    for company, other in ((kept, absorbed), (absorbed, kept)):
        log_activity(
            subject=company,
            kind=ActivityKind.MERGE,
            verb="company_merge_undone",
            title=f"Fusion avec «\u00a0{other}\u00a0» défaite",
            by=by,
            at=now,
        )
    return touched


def _save_both(kept: Company, absorbed: Company) -> None:
    absorbed.deleted_at = absorbed.deleted_by = absorbed.merged_into = None
    try:
        with transaction.atomic():
            for company in (kept, absorbed):
                _refresh_dates(company)
                company.version += 1
                company.save()
    except IntegrityError as error:
        if "company_siret_unique" not in str(error):
            raise
        raise MergeRefused(
            "Le SIRET de l’une des deux est porté par une autre fiche depuis la fusion\u00a0: corrigez-le d’abord."
        ) from error


@transaction.atomic
def dismiss_pair(*, pair: DuplicatePair, by: Any, now: dt.datetime) -> None:
    """« Ce n’est pas un doublon » : no scan proposes the two again."""
    DuplicatePair.objects.filter(pk=pair.pk).update(state=DuplicateState.DISMISSED, decided_by=by, decided_at=now)


def scan_duplicates(job: Job, progress: Progress) -> dict[str, int]:
    """Work of the job: propose every pair of the job's structure that looks like one company."""
    progress.advance(0, message="Comparaison de toutes les fiches…")
    found = refresh_pairs(structure_id=job.structure_id)
    progress.advance(0, message=f"{found} paire{'s' if found > 1 else ''} à examiner.")
    return {"pairs": found}


def _locked_pair(kept: Company, absorbed: Company) -> tuple[Company, Company]:
    if kept.pk == absorbed.pk:
        raise MergeRefused("Une entreprise ne se fusionne pas avec elle-même.")
    rows = {
        company.pk: company
        for company in Company.objects.select_for_update(of=("self",))
        .filter(pk__in=[kept.pk, absorbed.pk], deleted_at=None)
        .order_by("pk")
    }
    if len(rows) < 2:
        raise MergeRefused("L’une des deux entreprises vient d’être fusionnée ou mise à la corbeille.")
    if kept.structure_id != absorbed.structure_id:
        raise MergeRefused("Ces entreprises ne sont pas de la même structure.")
    return rows[kept.pk], rows[absorbed.pk]


def _stored_fields() -> list[str]:
    names = list(MERGED_FIELDS)
    names.extend(extra for extras in FOLLOWING.values() for extra in extras if extra not in names)
    return [concrete_field(Company, name).attname for name in names]


def _values(company: Company) -> dict[str, Any]:
    """The fields a merge may change, as JSON keeps them."""
    found = {}
    for name in _stored_fields():
        value = getattr(company, name)
        found[name] = value.isoformat() if isinstance(value, dt.date) else value
    return found


def _take_fields(kept: Company, absorbed: Company, names: set[str]) -> None:
    followers = {extra for extras in FOLLOWING.values() for extra in extras}
    for name in MERGED_FIELDS:
        if name not in names or name in followers:
            continue
        for each in (name, *FOLLOWING.get(name, ())):
            attname = concrete_field(Company, each).attname
            setattr(kept, attname, getattr(absorbed, attname))


def _relations() -> list[Any]:
    """Foreign keys to a company, of this app and of those above: a later table follows without a line here."""
    return [
        relation
        for relation in Company._meta.get_fields(include_hidden=True)
        if isinstance(relation, models.ManyToOneRel)
        and not relation.related_model._meta.auto_created
        and relation.related_model._meta.model_name not in NOT_MOVED
    ]


def _move_rows(kept: Company, absorbed: Company) -> dict[str, Any]:
    """Move what points to `absorbed`; returns what is needed to move it back."""
    demoted = _demote_main_contact(kept, absorbed)
    moved: dict[str, list[int]] = {}
    for relation in _relations():
        manager, column = relation.related_model._base_manager, relation.field.name
        keys = list(manager.filter(**{column: absorbed}).order_by("pk").values_list("pk", flat=True))
        if keys:
            moved[f"{relation.related_model._meta.label}.{column}"] = _moved_keys(manager, keys, column, kept)
    return {
        "rows": moved,
        "demoted": demoted,
        "entries": _move_entries(absorbed.pk, kept.pk),
        "tags": _add_missing(kept.tags, absorbed.tags),
        "occupations": _add_missing(kept.occupations, absorbed.occupations),
    }


def _moved_keys(manager: Any, keys: list[int], column: str, kept: Company) -> list[int]:
    """Keys of the rows moved: all of them, but for those that `kept` already has one of (asked in one campaign…).

    They stay with the absorbed company, where undoing finds them.
    """
    if _moves(manager, keys, column, kept):
        return keys
    return [key for key in keys if _moves(manager, [key], column, kept)]


def _moves(manager: Any, keys: list[int], column: str, kept: Company) -> bool:
    try:
        with transaction.atomic():
            manager.filter(pk__in=keys).update(**{column: kept})
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        return False
    return True


def _demote_main_contact(kept: Company, absorbed: Company) -> list[int]:
    """A company has one main contact: the kept one's, when both have one."""
    main = models.Q(is_main=True, left_on=None, deleted_at=None)
    if not Contact.objects.filter(main, company=kept).exists():
        return []
    keys = list(Contact.objects.filter(main, company=absorbed).values_list("pk", flat=True))
    Contact.objects.filter(pk__in=keys).update(is_main=False)
    return keys


def _move_entries(from_pk: int, to_pk: int, only: list[int] | None = None) -> list[int]:
    entries = ActivityEntry.objects.filter(
        subject_type=ContentType.objects.get_for_model(Company), subject_id=from_pk
    ).order_by("pk")
    if only is not None:
        entries = entries.filter(pk__in=only)
    keys = list(entries.values_list("pk", flat=True))
    ActivityEntry.objects.filter(pk__in=keys).update(subject_id=to_pk)
    return keys


def _add_missing(kept_set: Any, absorbed_set: Any) -> list[Any]:
    """Union of two sets of tags or trades; returns the keys added."""
    present = set(kept_set.values_list("pk", flat=True))
    added = [key for key in absorbed_set.values_list("pk", flat=True) if key not in present]
    kept_set.add(*added)
    return added


def _give_back_fields(kept: Company, merge: CompanyMerge) -> list[str]:
    """Set back the fields nobody touched since; returns the labels of the others."""
    now, after, touched = _values(kept), merge.moved["kept_after"], []
    for name, value in merge.kept_before.items():
        if value == after[name]:
            continue
        field = next(each for each in Company._meta.concrete_fields if each.attname == name)
        if now[name] == after[name]:
            setattr(kept, name, field.to_python(value) if not field.is_relation else value)
        else:
            touched.append(str(field.verbose_name))
    return touched


def _give_back_rows(kept: Company, absorbed: Company, merge: CompanyMerge) -> None:
    for relation in _relations():
        column = relation.field.name
        keys = merge.moved["rows"].get(f"{relation.related_model._meta.label}.{column}", [])
        relation.related_model._base_manager.filter(pk__in=keys, **{column: kept}).update(**{column: absorbed})
    if not Contact.objects.filter(company=absorbed, is_main=True, left_on=None, deleted_at=None).exists():
        Contact.objects.filter(pk__in=merge.moved["demoted"], company=absorbed).update(is_main=True)
    _part_from_contacts(kept, absorbed)
    _move_entries(kept.pk, absorbed.pk, only=merge.moved["entries"])
    kept.tags.remove(*merge.moved["tags"])
    kept.occupations.remove(*merge.moved["occupations"])


def _part_from_contacts(kept: Company, absorbed: Company) -> None:
    """While they were one, a row of either may have been given a contact of the other: it keeps none.

    Of this app and of those above: every table that names both a company and a contact.
    """
    companies = {relation.related_model: relation.field.name for relation in _relations()}
    relations: list[Any] = Contact._meta.get_fields(include_hidden=True)
    for relation in relations:
        column = companies.get(relation.related_model) if isinstance(relation, models.ManyToOneRel) else None
        if column is None or not relation.field.null:
            continue
        name = relation.field.name
        rows = relation.related_model._base_manager.filter(**{f"{column}__in": (kept, absorbed)})
        rows.exclude(**{name: None}).exclude(**{f"{name}__company": models.F(column)}).update(**{name: None})


def _refresh_dates(company: Company) -> None:
    """The dates lists sort on, from the rows the company now has; saved by the caller."""
    last = company.interactions.kept().aggregate(at=models.Max("at"))["at"]
    company.last_interaction_on = timezone.localdate(last) if last else None
    company.next_action_on = company.next_actions.open().aggregate(on=models.Min("due_on"))["on"]


def _decision_on(kept: Company, absorbed: Company) -> dict[str, Any]:
    """What somebody had said of the two before they were merged; empty when nobody had."""
    first, second = sorted((kept, absorbed), key=lambda company: company.pk)
    pair = DuplicatePair.objects.filter(first=first, second=second, state=DuplicateState.DISMISSED).first()
    if pair is None or pair.decided_at is None:
        return {}
    return {"by": pair.decided_by_id, "at": pair.decided_at.isoformat()}


def _give_back_decision(kept: Company, absorbed: Company, merge: CompanyMerge) -> None:
    """« Ce n’est pas un doublon », said before the merge, holds again after it; otherwise the pair is proposed."""
    said = merge.moved.get("pair")
    if not said:
        _settle_pair(kept, absorbed, DuplicateState.PROPOSED, None, None)
        return
    by = User.objects.filter(pk=said["by"]).first()
    _settle_pair(kept, absorbed, DuplicateState.DISMISSED, by, dt.datetime.fromisoformat(said["at"]))


def _settle_pair(kept: Company, absorbed: Company, state: DuplicateState, by: Any, at: dt.datetime | None) -> None:
    first, second = sorted((kept, absorbed), key=lambda company: company.pk)
    DuplicatePair.objects.filter(first=first, second=second).update(state=state, decided_by=by, decided_at=at)
