"""What is done to a company. Every action is atomic and writes its line of the timeline."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models.functions import TruncDate

from companies.actions.changes import labelled, lock, title_of, write_fields
from companies.actions.errors import CompanyError, HeldElsewhereError
from companies.actions.many import lock_companies, log_each
from companies.enums import NextActionState, RelationState
from companies.held_elsewhere import holdings_of
from companies.models import Company, Contact, Interaction, NextAction, Tag
from companies.models.company import search_key as key_of
from core.activity import log_activity
from core.errors import refused_in_french
from core.models import ActivityKind
from core.text import search_key

MANY = ("tags", "occupations")
# They follow the commune, which is told.
FOLLOWING = frozenset({"insee_code", "latitude", "longitude"})


def _log(company: Company, verb: str, title: str, **who_and_when: Any) -> None:
    log_activity(subject=company, kind=ActivityKind.CHANGE, verb=verb, title=title, **who_and_when)


@transaction.atomic
def create_company(*, structure: Any, values: Mapping[str, Any], by: Any, now: dt.datetime) -> Company:
    """`values`: {field name: value}; `tags` and `occupations` are rows, `new_tags` names.

    Raises `CompanyError` when a company of the structure already has that SIRET.
    """
    values = _with_new_tags(structure.pk, values)
    plain = {name: value for name, value in values.items() if name not in MANY}
    company = Company(structure=structure, created_by=by, **plain)
    _save_with_its_siret(company)
    for name in MANY:
        if values.get(name):
            getattr(company, name).set(values[name])
    _log(company, "company_created", "Entreprise ajoutée", by=by, at=now)
    return company


def _with_new_tags(structure_id: int, values: Mapping[str, Any], *, held: Iterable[Tag] = ()) -> dict[str, Any]:
    """The same values with `new_tags` turned into rows beside `tags`; what is already `held` stays."""
    values = dict(values)
    names = values.pop("new_tags", [])
    if names:
        kept = values.get("tags", held)
        both = [*kept, *tags_named(structure_id=structure_id, names=names)]
        values["tags"] = list({tag.pk: tag for tag in both}.values())
    return values


def _save_with_its_siret(company: Company) -> None:
    with refused_in_french(CompanyError, Company):
        company.save()


@transaction.atomic
def edit_company(
    *, company: Company, changes: Mapping[str, Any], by: Any, now: dt.datetime, version: int | None = None
) -> Company:
    """Write `changes` ({field name: new value}; `tags` and `occupations` are rows, `new_tags` names).

    `version`: the one the person had before her; `ConflictError` when somebody saved since.
    Raises `CompanyError` when another company of the structure has that SIRET. Returns the row as written.
    """
    current = lock(company, version=version)
    changes = _with_new_tags(current.structure_id, changes, held=current.tags.all())
    with refused_in_french(CompanyError, Company):
        written = write_fields(current, changes, many=MANY)
    told = {name: pair for name, pair in written.items() if name not in FOLLOWING}
    if told:
        title = title_of(Company, told)
        _log(current, "company_edited", title, changes=labelled(Company, told), by=by, at=now)
    return current


# --- gestures on several companies at once: a constant number of queries -------------------------
@transaction.atomic
def assign_adviser(*, companies: Sequence[Company], adviser: Any | None, by: Any, now: dt.datetime) -> list[Company]:
    """Give the companies to one adviser (None: to nobody). Returns those that changed."""
    changed = [
        company for company in lock_companies(companies) if company.adviser_id != (adviser.pk if adviser else None)
    ]
    name = adviser.full_name if adviser else ""
    rows = []
    for company in changed:
        before = company.adviser.full_name if company.adviser else ""
        title = f"Confiée à {name}" if adviser else "N’est plus suivie par personne"
        rows.append((company, title, {"suivie par": [before, name]}))
    _update(changed, adviser=adviser, updated_at=now)
    log_each(rows, verb="adviser_assigned", by=by, now=now)
    return changed


def _update(companies: Iterable[Company], **values: Any) -> None:
    pks = [company.pk for company in companies]
    if pks:
        Company.objects.filter(pk__in=pks).update(version=models.F("version") + 1, **values)


@transaction.atomic
def set_relation_state(
    *, companies: Sequence[Company], state: str, by: Any, now: dt.datetime, reason: str = ""
) -> list[Company]:
    """Where the relation stands. « En veille » asks for its reason. Returns the companies that changed."""
    if state == RelationState.WATCH and not reason.strip():
        raise CompanyError("Dites pourquoi l’entreprise est en veille.")
    kept_reason = reason.strip() if state == RelationState.WATCH else ""
    changed = [
        company
        for company in lock_companies(companies)
        if (company.relation_state, company.watch_reason) != (state, kept_reason)
    ]
    label = str(RelationState(state).label)
    rows = []
    for company in changed:
        before = company.get_relation_state_display()
        difference = {"état de la relation": [before, label]}
        if kept_reason or company.watch_reason:
            difference["motif de la veille"] = [company.watch_reason, kept_reason]
        rows.append((company, f"Relation\u00a0: {before} → {label}", difference))
    _update(changed, relation_state=state, watch_reason=kept_reason, updated_at=now)
    log_each(rows, verb="relation_state_set", by=by, now=now)
    return changed


@transaction.atomic
def add_tags(*, companies: Sequence[Company], names: Iterable[str], by: Any, now: dt.datetime) -> list[Company]:
    """Add these tags, created in the companies' own structure when new. Returns the companies that got one more."""
    rows = lock_companies(companies)
    tags = {
        structure_id: tags_named(structure_id=structure_id, names=names)
        for structure_id in sorted({row.structure_id for row in rows})
    }
    through = Company.tags.through
    held = set(through.objects.filter(company__in=rows).values_list("company_id", "tag_id"))
    links, told = [], []
    for company in rows:
        new = [tag for tag in tags[company.structure_id] if (company.pk, tag.pk) not in held]
        if new:
            links += [through(company_id=company.pk, tag_id=tag.pk) for tag in new]
            said = ", ".join(tag.name for tag in new)
            title = f"Étiquette{'s' if len(new) > 1 else ''} ajoutée{'s' if len(new) > 1 else ''}\u00a0: {said}"
            told.append((company, title, {"étiquettes": ["", said]}))
    through.objects.bulk_create(links, batch_size=1000, ignore_conflicts=True)
    changed = [company for company, _, _ in told]
    _update(changed, updated_at=now)
    log_each(told, verb="tags_added", by=by, now=now)
    return changed


def tags_named(*, structure_id: int, names: Iterable[str]) -> list[Tag]:
    """The structure's tags of these names, whatever their accents and case; missing ones are created.

    A name is cut at the fifty signs a tag may have.
    """
    cut = [" ".join(name.split())[:50].strip() for name in names]
    wanted = {search_key(name): name for name in cut if name}
    by_key = {search_key(tag.name): tag for tag in Tag.objects.filter(structure_id=structure_id)}
    for key, name in wanted.items():
        if key not in by_key:
            by_key[key] = _created_tag(structure_id, name)
    return list({by_key[key].pk: by_key[key] for key in wanted}.values())


def _created_tag(structure_id: int, name: str) -> Tag:
    """The new tag; or the one the database holds for it, written meanwhile or under signs it takes for the same."""
    try:
        with transaction.atomic():
            return Tag.objects.create(structure_id=structure_id, name=name)
    except IntegrityError:
        same = Tag.objects.filter(structure_id=structure_id).annotate(key=key_of(models.F("name")))
        return same.get(key=key_of(models.Value(name, output_field=models.CharField())))


# --- bin ----------------------------------------------------------------------------------------
@transaction.atomic
def bin_company(*, company: Company, by: Any, now: dt.datetime, confirmed: bool = False) -> Company:
    """Out of lists, search and day, with its contacts and exchanges; `restore_company` brings all of it back.

    Raises `HeldElsewhereError` while something goes on there: what must end has to, the rest is hidden with the
    company once it is `confirmed`.
    """
    current = lock(company, even_binned=True)
    if current.is_deleted:
        return current
    holdings = holdings_of(current)
    if any(holding.must_end for holding in holdings) or (holdings and not confirmed):
        raise HeldElsewhereError(current, holdings)
    current.put_in_bin(by=by, at=now)
    # The same instant marks what went with the company, apart from what had been binned before it.
    for model in (Contact, Interaction):
        model.objects.kept().filter(company=current).update(deleted_at=now, deleted_by=by)
    _log(current, "company_binned", "Mise à la corbeille", by=by, at=now)
    return current


@transaction.atomic
def restore_company(*, company: Company, by: Any, now: dt.datetime) -> Company:
    """Raises `CompanyError` when another company took its SIRET meanwhile, or when it was merged into another."""
    current = lock(company, even_binned=True)
    if not current.is_deleted:
        return current
    if current.merged_into_id:
        raise CompanyError("Cette entreprise a été fusionnée\u00a0: défaites la fusion pour la retrouver.")
    binned_at = current.deleted_at
    taken = "Une autre entreprise porte maintenant ce SIRET\u00a0: corrigez-le là-bas, ou gardez l’autre fiche."
    with refused_in_french(CompanyError, besides={"company_siret_unique": taken}):
        current.take_out_of_bin()
    for model in (Contact, Interaction):
        model.objects.filter(company=current, deleted_at=binned_at).update(deleted_at=None, deleted_by=None)
    refresh_dates([current.pk])
    log_activity(
        subject=current,
        kind=ActivityKind.CHANGE,
        verb="company_restored",
        title="Sortie de la corbeille",
        by=by,
        at=now,
    )
    return current


# --- dates that lists sort on -------------------------------------------------------------------
def refresh_dates(company_ids: Iterable[int]) -> None:
    """Recompute `last_interaction_on` and `next_action_on` of these companies, in one query.

    Called by everything that writes exchanges or next actions: actions, imports, merges.
    """
    last = (
        Interaction.objects.kept()
        .filter(company=models.OuterRef("pk"))
        .order_by("-at", "-pk")
        .values(day=TruncDate("at"))[:1]
    )
    following = (
        NextAction.objects.filter(company=models.OuterRef("pk"), state=NextActionState.OPEN)
        .order_by("due_on", "pk")
        .values("due_on")[:1]
    )
    Company.objects.filter(pk__in=list(company_ids)).update(
        last_interaction_on=models.Subquery(last), next_action_on=models.Subquery(following)
    )
