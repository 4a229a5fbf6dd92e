"""What pages read: the page of a company in a constant number of queries, whatever its history."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any, TypedDict

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, Q, QuerySet
from django.db.models.lookups import IsNull
from django.utils import timezone

from accounts.enums import Role
from accounts.models import User
from companies import record_columns
from companies.enums import EXPECTING, ContactPart, Direction, InteractionKind
from companies.models import (
    Company,
    Contact,
    Interaction,
    NextAction,
    ProposedChange,
    SearchEntry,
    SolicitationEntry,
    SolicitationLimit,
)
from companies.profile import Gauge, gauge
from companies.proposals import LABELS as FIELD_LABELS
from companies.proposals import PEOPLE, shown_value
from companies.search import exact_entries, parse_sought, ranked, similar_entries
from companies.solicitations import Limit, PastRequest, Standing, standing
from core.french import ago, french_time
from core.models import Activity, ActivityEntry, ActivityKind, Nomenclature
from core.timelines import Timeline, timeline_of

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

# A record shows so many people, and the others when they are asked for.
CONTACTS_SHOWN = 10
REQUESTS_SHOWN = 5

# What the timeline can be narrowed to: (word of the address, label, kinds of entries).
TIMELINE_VIEWS = (
    ("", "Tout", ()),
    ("echanges", "Échanges", (ActivityKind.INTERACTION,)),
    ("actions", "Actions", (ActivityKind.ACTION,)),
    ("opportunites", "Opportunités", (ActivityKind.OPPORTUNITY, ActivityKind.PLACEMENT)),
    ("campagnes", "Campagnes", (ActivityKind.CAMPAIGN,)),
    ("modifications", "Modifications", (ActivityKind.CHANGE,)),
    ("imports", "Imports", (ActivityKind.IMPORT, ActivityKind.MERGE)),
)
INTERACTION_ICONS = {
    InteractionKind.CALL: "phone",
    InteractionKind.VISIT: "map-pinned",
    InteractionKind.EMAIL: "mail",
    InteractionKind.MEETING: "users",
    InteractionKind.EVENT: "calendar-days",
}
_VERB_ICONS = {
    "next_action_added": "calendar-plus",
    "next_action_completed": "circle-check",
    "next_action_dropped": "circle-slash",
    "next_action_postponed": "calendar-clock",
    "next_action_handed_over": "forward",
    "company_created": "building-2",
    "contact_added": "user-round-plus",
    "contact_left": "log-out",
    "answer_given": "mail-check",
    "survey_declined": "mail-x",
    "survey_marks_noted": "scale",
}
_KIND_ICONS = {
    ActivityKind.INTERACTION: "message-circle",
    ActivityKind.ACTION: "calendar-clock",
    ActivityKind.CHANGE: "history",
    ActivityKind.IMPORT: "upload",
    ActivityKind.MERGE: "merge",
    ActivityKind.OPPORTUNITY: "handshake",
    ActivityKind.PLACEMENT: "user-round-check",
    ActivityKind.CAMPAIGN: "mail",
}


class PeopleNames(TypedDict):
    contact_names: list[str]
    colleague_names: list[str]


class RecordFacts(TypedDict):
    tag_names: list[str]
    occupation_labels: list[str]
    naf_label: str
    waiting_corrections: int
    was_asked: bool
    # [requests, days] of the structure's own limit for that level of service.
    own_limit: list[int] | None


@dataclass(frozen=True)
class TimelineLine:
    """One entry as it is shown; `interaction` when it tells one."""

    entry: ActivityEntry
    interaction: "WithAnnotations[Interaction, PeopleNames] | None" = None

    @property
    def icon(self) -> str:
        if self.interaction:
            return INTERACTION_ICONS[InteractionKind(self.interaction.kind)]
        return _VERB_ICONS.get(self.entry.verb) or _KIND_ICONS.get(ActivityKind(self.entry.kind), "dot")

    @property
    def is_ours(self) -> bool:
        return self.interaction is not None and self.interaction.direction == Direction.OUTGOING

    @property
    def who(self) -> str:
        names = [self.entry.by.full_name] if self.entry.by else []
        if self.interaction:
            names += [*self.interaction.colleague_names, *self.interaction.contact_names]
        return ", ".join(names)

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        return self.entry.untold_rows()

    @property
    def steps(self) -> list[tuple[str, str]]:
        """(label, text) of the steps of the interview that were filled in."""
        if not self.interaction:
            return []
        return [(label.capitalize(), text) for _, label, text in self.interaction.visit_steps if text]


def company_timeline(*, company: Company, view: str = "", cursor: str = "") -> Timeline[TimelineLine]:
    """A page of the company's story, in two queries."""
    return timeline_of(company, TIMELINE_VIEWS, _lines, view=view, cursor=cursor)


def _lines(entries: list[ActivityEntry]) -> list[TimelineLine]:
    told = _interactions_of(entries)
    return [TimelineLine(entry, told.get(entry.source_id) if _tells(entry) else None) for entry in entries]


def _tells(entry: ActivityEntry) -> bool:
    return entry.kind == ActivityKind.INTERACTION and entry.source_id is not None


@cache
def _told_with_people() -> "QuerySet[Any]":
    """Kept between requests: its expressions cost more to put together than the rows to read."""
    return Interaction.objects.select_related("next_action").annotate(**record_columns.of_interaction())


def _interactions_of(entries: Iterable[ActivityEntry]) -> "dict[int | None, WithAnnotations[Interaction, PeopleNames]]":
    content_type = ContentType.objects.get_for_model(Interaction)
    told = [entry for entry in entries if _tells(entry) and entry.source_type_id == content_type.pk]
    pks = [entry.source_id for entry in told if entry.source_id is not None]
    if not pks:
        return {}
    return {row.pk: row for row in _told_with_people().filter(pk__in=pks)}


@dataclass(frozen=True)
class People:
    """The contacts drawn, those who left last; how many there are in all; whether somebody present decides."""

    shown: list[Contact]
    total: int
    total_gone: int
    has_decider: bool

    @cached_property
    def present(self) -> list[Contact]:
        return [contact for contact in self.shown if not contact.has_left]

    @cached_property
    def gone(self) -> list[Contact]:
        return [contact for contact in self.shown if contact.has_left]

    @property
    def are_more(self) -> bool:
        return len(self.shown) < self.total


def people_of(contacts: "QuerySet[Contact]", *, every: bool = False) -> People:
    """The first ten, or all of them. A company has few contacts: they are counted apart only when there are more."""
    ordered = contacts.order_by(IsNull(F("left_on"), False), "-is_main", "last_name", "first_name", "pk")
    shown = list(ordered if every else ordered[: CONTACTS_SHOWN + 1])
    if every or len(shown) <= CONTACTS_SHOWN:
        gone = sum(contact.has_left for contact in shown)
        decides = any(contact.part == ContactPart.DECIDES and not contact.has_left for contact in shown)
        return People(shown, len(shown), gone, decides)
    told = contacts.aggregate(
        total=Count("pk"),
        gone=Count("left_on"),
        deciding=Count("pk", filter=Q(part=ContactPart.DECIDES, left_on=None)),
    )
    return People(shown[:CONTACTS_SHOWN], told["total"], told["gone"], bool(told["deciding"]))


@dataclass(frozen=True)
class CompanyPage:
    company: "WithAnnotations[Company, RecordFacts]"
    next_actions: list[NextAction]
    people: People
    timeline: Timeline[TimelineLine]
    every_contact: bool = False

    @property
    def next_action(self) -> NextAction | None:
        """The earliest, which the band shows."""
        return self.next_actions[0] if self.next_actions else None

    @property
    def next_who(self) -> str:
        """« Léa Morin à 9 h 30 · avec Nadia Haddad · confiée par Samir Benali hier »."""
        action = self.next_action
        if action is None:
            return ""
        said = [action.assigned_to.full_name]
        if action.due_time:
            said[0] += f" à {french_time(action.due_time)}"
        if action.person:
            said.append(f"avec {action.person}")
        if action.handed_over_from and action.handed_over_from_id != action.assigned_to_id:
            said.append(f"confiée par {action.handed_over_from.full_name} {ago(action.handed_over_at)}")
        return " · ".join(said)

    @property
    def other_actions(self) -> list[NextAction]:
        return self.next_actions[1:]

    @property
    def is_forgotten(self) -> bool:
        """We are in relation, and nothing is planned."""
        return not self.next_actions and self.company.relation_state in EXPECTING

    @cached_property
    def gauge(self) -> Gauge:
        facts = {name: getattr(self.company, name) for name in PROFILE_FIELDS}
        return gauge({**facts, "decider": self.people.has_decider, "occupations": self.company.occupation_labels})

    @cached_property
    def ledger(self) -> "Ledger":
        return ledger_of(self.company)

    @cached_property
    def phone(self) -> str:
        """The number to call first: the main contact's, else the company's."""
        numbers = [contact.mobile or contact.phone for contact in self.people.present[:1]]
        return next((number for number in [*numbers, self.company.phone] if number), "")


PROFILE_FIELDS = (
    "activity",
    "workforce_band",
    "organisation",
    "ways_of_working",
    "attracts",
    "deters",
    "coming_needs",
    "equality_commitments",
    "history",
)


@cache
def _companies_with_facts() -> Any:
    """Kept between requests, as `_told_with_people`."""
    return Company.objects.select_related("adviser").annotate(**record_columns.of_company())


def recorded_companies(user: Any) -> "QuerySet[Any]":
    """Visible companies with what `RecordFacts` says, in the one query that reads them."""
    return _companies_with_facts().visible_to(user)


def company_page(
    *,
    company: "WithAnnotations[Company, RecordFacts]",
    user: Any,
    view: str = "",
    cursor: str = "",
    every_contact: bool = False,
) -> CompanyPage:
    """Everything the record shows, in six queries at most. `company` was read through `recorded_companies`."""
    contacts = Contact.objects.visible_to(user).filter(company=company)
    return CompanyPage(
        company=company,
        next_actions=_open_actions(company, user),
        people=people_of(contacts, every=every_contact),
        timeline=company_timeline(company=company, view=view, cursor=cursor),
        every_contact=every_contact,
    )


# What a record says of an action: the rest of its people is not read.
_SAID_OF_ACTION = (
    *("structure_id", "title", "due_on", "due_time", "state", "assigned_to_id", "handed_over_from_id"),
    *("handed_over_at", "assigned_to__first_name", "assigned_to__last_name"),
    *("handed_over_from__first_name", "handed_over_from__last_name", "contact_id", "contact__deleted_at"),
    *(f"contact__{name}" for name in ("first_name", "last_name", "job_title", "email", "mobile", "phone")),
)


def _open_actions(company: Company, user: Any) -> list[NextAction]:
    """By date. No query for a company of which its own row says that nothing is planned."""
    if company.next_action_on is None:
        return []
    actions = NextAction.objects.visible_to(user).open().filter(company=company).by_date()
    return list(actions.select_related("assigned_to", "handed_over_from", "contact").only(*_SAID_OF_ACTION))


def activity_label(naf_code: str, naf_2025_code: str = "") -> str:
    """Rév. 2 first: the one in force until 2027. No query without a code."""
    wanted = [(Nomenclature.NAF_REV2, naf_code), (Nomenclature.NAF_2025, naf_2025_code)]
    codes = [code for _, code in wanted if code]
    if not codes:
        return ""
    found = {(row.nomenclature, row.code): row.label for row in Activity.objects.filter(code__in=codes)}
    return next((found[key] for key in wanted if key in found), "")


def binned_rows(*, user: Any, structure: Any, limit: int = 200) -> list[Any]:
    """What the bin shows, latest first: companies, and contacts and exchanges binned on their own."""
    companies = Company.objects.binned_for(user).in_structure(structure).filter(merged_into=None)
    rows: list[Any] = list(companies.select_related("deleted_by").order_by("-deleted_at", "-pk")[:limit])
    for model in (Contact, Interaction):
        alone = model.objects.binned_for(user).in_structure(structure).filter(company__deleted_at=None)
        rows += alone.select_related("deleted_by", "company").order_by("-deleted_at", "-pk")[:limit]
    return sorted(rows, key=lambda row: row.deleted_at, reverse=True)[:limit]


def recorders_of(structure_id: int) -> QuerySet:
    """People of the structure to whom an action may be given."""
    roles = (Role.ADVISER, Role.MANAGER, Role.COUNSELLOR)
    return User.objects.with_role_in([structure_id], *roles).order_by("first_name", "last_name", "pk")


def startable_companies(*, user: Any, structure: Any, words: str, limit: int = 12) -> list[Company]:
    """Companies an exchange may be noted with: those found by words, else those one has to do with these days."""
    visible = Company.objects.visible_to(user).in_structure(structure)
    sought = parse_sought(words)
    if not sought.key:
        mine = Q(adviser=user) | Q(pk__in=NextAction.objects.visible_to(user).open().of(user).values("company"))
        recent = visible.filter(mine).order_by(F("next_action_on").asc(nulls_last=True), "name_key", "pk")
        return list(recent[:limit])
    entries = SearchEntry.objects.visible_to(user).in_structure(structure)
    pks: list[int] = []
    for found in (exact_entries(entries, sought), similar_entries(entries, sought)):
        if not pks:
            pks = list(dict.fromkeys(ranked(found, sought).values_list("company_id", flat=True)[: 3 * limit]))
    by_pk = visible.in_bulk(pks)
    return [by_pk[pk] for pk in pks if pk in by_pk][:limit]


# --- two people on one form -----------------------------------------------------------------------
def last_change(row: Any) -> ActivityEntry | None:
    """The line that says who changed it last, and when: of the company itself, or of its contact or exchange."""
    content_type, lines = ContentType.objects.get_for_model(type(row)), ActivityEntry.objects.all()
    if isinstance(row, Company):
        lines = lines.filter(subject_type=content_type, subject_id=row.pk)
    else:
        lines = lines.filter(source_type=content_type, source_id=row.pk)
    return lines.filter(kind=ActivityKind.CHANGE).select_related("by").order_by("-at", "-pk").first()


# --- the ledger of requests -----------------------------------------------------------------------
def solicitation_limits(structure_id: int) -> dict[str, Limit]:
    """{service level, "" for none: the structure's own limit}; the usual ones hold for the levels it leaves out."""
    rows = SolicitationLimit.objects.filter(structure_id=structure_id)
    return {row.service_level: Limit(row.requests, row.days) for row in rows}


@dataclass(frozen=True)
class Ledger:
    """What a company was asked lately, and whether it may be asked again."""

    standing: Standing
    recent: list[PastRequest]
    older: int

    @property
    def said(self) -> str:
        """« 2 sur 4 en 90 jours »."""
        return f"{self.standing.count} sur {self.standing.limit.requests} en {self.standing.limit.days} jours"


def ledger_of(company: "WithAnnotations[Company, RecordFacts]") -> Ledger:
    """One query; none for a company that was never asked."""
    past = past_requests([company.pk]).get(company.pk, []) if company.was_asked else []
    limits = {company.service_level: Limit(*company.own_limit)} if company.own_limit else {}
    where = standing(level=company.service_level, past=past, limits=limits, today=timezone.localdate())
    return Ledger(where, past[:REQUESTS_SHOWN], max(0, len(past) - REQUESTS_SHOWN))


def past_requests(companies: Iterable[int], *, since: dt.date | None = None) -> dict[int, list[PastRequest]]:
    """{company pk: what it was asked, latest first}, in one query; a company never asked is left out."""
    entries = SolicitationEntry.objects.filter(company_id__in=companies)
    if since:
        entries = entries.since(since)
    found: dict[int, list[PastRequest]] = {}
    columns = ("company_id", "on", "channel", "by__first_name", "by__last_name", "title")
    for pk, on, channel, first, last, title in entries.latest_first().values_list(*columns):
        name = f"{first or ''} {last or ''}".strip()
        found.setdefault(pk, []).append(PastRequest(on=on, channel=channel, by=name, title=title))
    return found


# --- corrections proposed -------------------------------------------------------------------------
@dataclass(frozen=True)
class Correction:
    """A proposal beside what the record says now, both as they are read."""

    change: ProposedChange
    label: str
    known: str
    proposed: str

    @property
    def whose(self) -> str:
        """The contact it is about; "" for the company, or somebody new."""
        return str(self.change.contact or "")

    @property
    def is_person(self) -> bool:
        return self.change.field in PEOPLE


def corrections_of(company: Company) -> list[Correction]:
    """Those that wait, in the order of the record. One query."""
    rows = ProposedChange.objects.waiting().filter(company=company).select_related("contact")
    order = list(FIELD_LABELS)
    return sorted((_correction(row, company) for row in rows), key=lambda one: order.index(one.change.field))


def _correction(change: ProposedChange, company: Company) -> Correction:
    known = "" if change.field in PEOPLE else str(getattr(change.contact or company, change.field) or "")
    said = shown_value(change.field, change.proposed)
    return Correction(change, FIELD_LABELS[change.field], shown_value(change.field, known), said)
