"""One gesture on many companies: what it would change and what it leaves out (the plan), then doing it in slices.

Values are plain JSON, because a long gesture is done by a job:
assign {"adviser": id or None} · tag {"tag": name} · untag {"tag": name} · watch {"reason": text} ·
plan {"kind", "title", "due_on": "2026-12-01", "assigned_to": id or None (each company's adviser), "even_planned"}.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction

from accounts.models import Structure, User
from companies.actions.company import add_tags, assign_adviser, refresh_dates, set_relation_state
from companies.actions.errors import CompanyError
from companies.actions.many import lock_companies, log_each
from companies.enums import RelationState
from companies.models import Company, NextAction, Tag
from companies.permissions import EDITORS, RECORDERS
from core.french import french_date
from core.jobs import JobFailed, Progress, create_job
from core.models import ActivityKind, Job
from core.text import search_key

Values = Mapping[str, Any]
Advance = Callable[[int, int], None]
SLICE = 500
BULK_TASK = "companies.tasks.apply_bulk"


class BulkKind(models.TextChoices):
    ASSIGN = "assign", "Confier à…"
    TAG = "tag", "Étiqueter"
    UNTAG = "untag", "Retirer une étiquette"
    WATCH = "watch", "Mettre en veille"
    PLAN = "plan", "Prévoir une action"


@dataclass(frozen=True)
class Skipped:
    """Companies a gesture leaves as they are, and why."""

    reason: str
    companies: models.QuerySet


@dataclass(frozen=True)
class Plan:
    """`changing`: the companies that will change; `becomes`: what they become, in words."""

    changing: models.QuerySet
    skipped: Sequence[Skipped]
    becomes: str


def bulk_plan(*, kind: str, companies: models.QuerySet, values: Values, by: Any) -> Plan:
    """What the gesture would do; reads only. Raises `CompanyError` when the gesture makes no sense."""
    editable = companies.filter(structure_id__in=by.access.structure_ids(EDITORS))
    left_out = [Skipped("vous n’avez pas le droit de les modifier", companies.exclude(pk__in=editable.values("pk")))]
    changing, more, becomes = _PLANS[BulkKind(kind)](editable, values)
    return Plan(changing, [*left_out, *more], becomes)


Planned = tuple[models.QuerySet, list[Skipped], str]


def _plan_assign(companies: models.QuerySet, values: Values) -> Planned:
    adviser = _person(values["adviser"])
    already = companies.filter(adviser=adviser)
    skipped = [Skipped("déjà suivies par cette personne" if adviser else "déjà suivies par personne", already)]
    others = companies.exclude(pk__in=already.values("pk"))
    if adviser:
        there = adviser.access.structure_ids(EDITORS)
        skipped.append(Skipped("d’une autre structure que la sienne", others.exclude(structure_id__in=there)))
        others = others.filter(structure_id__in=there)
    return others, skipped, adviser.full_name if adviser else "personne"


def _plan_tag(companies: models.QuerySet, values: Values) -> Planned:
    tagged = companies.filter(pk__in=_holding(values["tag"]))
    changing = companies.exclude(pk__in=tagged.values("pk"))
    return changing, [Skipped("déjà étiquetées ainsi", tagged)], f"étiquette «\u00a0{values['tag']}\u00a0»"


def _plan_untag(companies: models.QuerySet, values: Values) -> Planned:
    tagged = companies.filter(pk__in=_holding(values["tag"]))
    bare = companies.exclude(pk__in=tagged.values("pk"))
    return tagged, [Skipped("sans cette étiquette", bare)], f"sans l’étiquette «\u00a0{values['tag']}\u00a0»"


def _plan_watch(companies: models.QuerySet, values: Values) -> Planned:
    if not values["reason"].strip():
        raise CompanyError("Dites pourquoi les entreprises sont en veille.")
    asleep = companies.filter(relation_state=RelationState.WATCH)
    changing = companies.exclude(relation_state=RelationState.WATCH)
    return changing, [Skipped("déjà en veille", asleep)], f"en veille\u00a0: {values['reason'].strip()}"


def _plan_plan(companies: models.QuerySet, values: Values) -> Planned:
    due = french_date(dt.date.fromisoformat(values["due_on"]))
    becomes = f"{values['title']}, {due}"
    skipped = []
    person = _person(values.get("assigned_to"))
    if person:
        there = person.access.structure_ids(RECORDERS)
        skipped.append(Skipped("d’une autre structure que la sienne", companies.exclude(structure_id__in=there)))
        companies = companies.filter(structure_id__in=there)
    if not values.get("even_planned"):
        skipped.append(Skipped("ont déjà une action prévue", companies.filter(next_action_on__isnull=False)))
        companies = companies.filter(next_action_on=None)
    return companies, skipped, becomes


_PLANS: dict[str, Callable[[models.QuerySet, Values], Planned]] = {
    BulkKind.ASSIGN: _plan_assign,
    BulkKind.TAG: _plan_tag,
    BulkKind.UNTAG: _plan_untag,
    BulkKind.WATCH: _plan_watch,
    BulkKind.PLAN: _plan_plan,
}


def _person(pk: int | None) -> User | None:
    """The adviser of that id. The form offered colleagues only; `bulk_plan` leaves out the structures she is not of."""
    if pk is None:
        return None
    person = User.objects.filter(pk=pk, is_active=True).first()
    if person is None:
        raise CompanyError("Cette personne n’a plus de compte ouvert.")
    return person


def _holding(name: str) -> models.QuerySet:
    """Ids of the companies with a tag of that name, whatever its accents; each structure has its own row of it."""
    tags = Tag.objects.annotate(key=models.Func("name", function="search_key", output_field=models.TextField()))
    through = Company.tags.through.objects
    return through.filter(tag__in=tags.filter(key=search_key(name)).values("pk")).values("company_id")


@transaction.atomic
def apply_bulk(
    *,
    kind: str,
    companies: models.QuerySet,
    values: Values,
    by: Any,
    now: dt.datetime,
    advance: Advance = lambda done, total: None,
) -> int:
    """Do it to every company the plan says, in one transaction. Returns how many changed.

    `advance(done, total)` is called after each slice.
    """
    plan = bulk_plan(kind=kind, companies=companies, values=values, by=by)
    pks = list(plan.changing.order_by("pk").values_list("pk", flat=True))
    changed = 0
    for start in range(0, len(pks), SLICE):
        rows = list(Company.objects.visible_to(by).filter(pk__in=pks[start : start + SLICE]))
        changed += len(_DOINGS[BulkKind(kind)](rows, values, by, now))
        advance(min(start + SLICE, len(pks)), len(pks))
    return changed


def run_bulk(job: Job, progress: Progress, *, now: dt.datetime) -> dict[str, int]:
    """The work of a job: `job.result` holds what was asked (kind, ids, values) until it holds what was done."""
    asked, by = job.result, job.created_by
    companies = Company.objects.visible_to(by).filter(structure_id=job.structure_id, pk__in=asked["ids"])
    try:
        changed = apply_bulk(
            kind=asked["kind"], companies=companies, values=asked["values"], by=by, now=now, advance=progress.advance
        )
    except CompanyError as refusal:
        raise JobFailed(str(refusal)) from refusal
    return {"changed": changed}


def queue_bulk(*, kind: str, companies: models.QuerySet, values: Values, by: Any, title: str, url: str) -> list[Job]:
    """The same by jobs, one a structure; `url`: where the result is seen, without filters when they are too long."""
    if len(url) > (Job._meta.get_field("result_url").max_length or 0):
        url = url.partition("?")[0]
    jobs = []
    ids: dict[int, list[int]] = {}
    for structure_id, pk in companies.order_by("structure_id", "pk").values_list("structure_id", "pk"):
        ids.setdefault(structure_id, []).append(pk)
    for structure in Structure.objects.visible_to(by).filter(pk__in=ids).order_by("pk"):
        job = create_job(
            structure=structure, task=BULK_TASK, title=title, by=by, total=len(ids[structure.pk]), result_url=url
        )
        job.result = {"kind": str(kind), "values": dict(values), "ids": ids[structure.pk]}
        job.save(update_fields=["result"])
        jobs.append(job)
    return jobs


def _assign(companies: list[Company], values: Values, by: Any, now: dt.datetime) -> list[Company]:
    return assign_adviser(companies=companies, adviser=_person(values["adviser"]), by=by, now=now)


def _tag(companies: list[Company], values: Values, by: Any, now: dt.datetime) -> list[Company]:
    return add_tags(companies=companies, names=[values["tag"]], by=by, now=now)


def _untag(companies: list[Company], values: Values, by: Any, now: dt.datetime) -> list[Company]:
    return remove_tag(companies=companies, name=values["tag"], by=by, now=now)


def _watch(companies: list[Company], values: Values, by: Any, now: dt.datetime) -> list[Company]:
    reason = values["reason"]
    return set_relation_state(companies=companies, state=RelationState.WATCH, reason=reason, by=by, now=now)


def _plan(companies: list[Company], values: Values, by: Any, now: dt.datetime) -> list[Company]:
    return add_next_actions(
        companies=companies,
        kind=values["kind"],
        title=values["title"],
        due_on=dt.date.fromisoformat(values["due_on"]),
        assigned_to=_person(values.get("assigned_to")),
        by=by,
        now=now,
    )


_DOINGS: dict[str, Callable[[list[Company], Values, Any, dt.datetime], list[Company]]] = {
    BulkKind.ASSIGN: _assign,
    BulkKind.TAG: _tag,
    BulkKind.UNTAG: _untag,
    BulkKind.WATCH: _watch,
    BulkKind.PLAN: _plan,
}


@transaction.atomic
def remove_tag(*, companies: Sequence[Company], name: str, by: Any, now: dt.datetime) -> list[Company]:
    """Take the tag of that name off. Returns the companies that had it."""
    rows = lock_companies(companies)
    held = set(_holding(name).filter(company_id__in=[row.pk for row in rows]).values_list("company_id", flat=True))
    changed = [row for row in rows if row.pk in held]
    tags = Tag.objects.filter(structure_id__in={row.structure_id for row in changed})
    tags = tags.annotate(key=models.Func("name", function="search_key", output_field=models.TextField()))
    Company.tags.through.objects.filter(
        company_id__in=held, tag_id__in=tags.filter(key=search_key(name)).values("pk")
    ).delete()
    Company.objects.filter(pk__in=held).update(version=models.F("version") + 1, updated_at=now)
    log_each(
        [(row, f"Étiquette retirée\u00a0: {name}", {"étiquettes": [name, ""]}) for row in changed],
        verb="tags_removed",
        by=by,
        now=now,
    )
    return changed


@transaction.atomic
def add_next_actions(
    *,
    companies: Sequence[Company],
    kind: str,
    title: str,
    due_on: dt.date,
    assigned_to: Any | None,
    by: Any,
    now: dt.datetime,
) -> list[Company]:
    """The same next action for each; `assigned_to` None: for each company's adviser.

    Whoever plans takes those of nobody, and of advisers whose account is closed.
    """
    rows = lock_companies(companies)
    NextAction.objects.bulk_create(
        [
            NextAction(
                structure_id=row.structure_id,
                company=row,
                kind=kind,
                title=title,
                due_on=due_on,
                assigned_to=assigned_to or (row.adviser if row.adviser and row.adviser.is_active else by),
                created_by=by,
            )
            for row in rows
        ],
        batch_size=1000,
    )
    refresh_dates([row.pk for row in rows])
    due = french_date(due_on)
    told = [(row, f"À faire\u00a0: {title}", {"prochaine action": ["", f"{title}, {due}"]}) for row in rows]
    log_each(told, kind=ActivityKind.ACTION, verb="next_action_added", by=by, now=now)
    return rows
