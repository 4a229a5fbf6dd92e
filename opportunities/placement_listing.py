"""The list of placements: its filters, its columns. Of the young person, first name and initial."""

import datetime as dt
from collections.abc import Callable
from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from companies.models import Company
from core import french
from core.filters import AnyOf, WithPeople, one_of
from core.french import NBSP
from core.lists import Column, Listing, Words
from core.pagination import Order
from core.phases import Phase
from core.templatetags.components import avatar, phase, state
from core.text import search_key
from opportunities.cards import LOOKS
from opportunities.enums import CASE_ROLES, LIVE_PLACEMENTS, REALISED, PlacementState
from opportunities.models import Placement
from opportunities.placing import first_name_holds, with_youth_name

LIVE, DONE = "live", "done"
STATES = [(LIVE, "En cours"), (DONE, "Commencements, fins et ruptures"), *PlacementState.choices]
WHEN = [("7", f"depuis 7{NBSP}jours"), ("30", f"depuis 30{NBSP}jours"), ("365", f"depuis 12{NBSP}mois")]
LATE = [("meeting", "rencontre passée, sans suite notée"), ("end", "fin prévue passée"), ("any", "l’un ou l’autre")]
_NONE = mark_safe('<span class="muted" aria-hidden="true">–</span><span class="visually-hidden">non renseigné</span>')


def late_on(now: dt.datetime, kind: str = "any") -> Q:
    """Something took place and nobody said what came of it."""
    meeting = Q(state=PlacementState.MEETING, meeting_at__lt=now)
    end = Q(state=PlacementState.STARTED, planned_end_on__lt=timezone.localdate(now))
    return {"meeting": meeting, "end": end}.get(kind, meeting | end)


class PlacementFilterSet(WithPeople):
    q = django_filters.CharFilter(
        label="Texte", method="filter_q", max_length=100, help_text="Prénom, opportunité ou entreprise."
    )
    state = AnyOf(label="État", method="filter_state", choices=STATES)
    phase = AnyOf(label="Phase", field_name="opportunity__phase", choices=Phase.choices)
    company = django_filters.NumberFilter(label="Entreprise", method="filter_company", min_value=1, max_value=2**62)
    counsellor = AnyOf(label="Conseiller référent", method="filter_counsellor")
    manager = AnyOf(label="Opportunité gérée par", method="filter_manager")
    moved = one_of(WHEN, label="Dernière étape", method="filter_moved")
    started = one_of(WHEN, label="A commencé", method="filter_started")
    late = one_of(LATE, label="À suivre", method="filter_late")

    panel = [
        ("Où cela en est", ["q", "state", "late", "moved", "started"]),
        ("Quoi, avec qui", ["phase", "counsellor", "manager"]),
    ]

    people: ClassVar = {"counsellor": "suivi assuré par", "manager": "opportunité gérée par"}

    class Meta:
        model = Placement
        fields: list[str] = []

    def people_in(self, name: str) -> QuerySet:
        return User.objects.with_role_in(self.user.access.structure_ids(), *CASE_ROLES)

    # filters
    def filter_q(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        for word in search_key(value.replace("\x00", "")).split()[:6]:
            queryset = queryset.filter(
                Q(opportunity__title_key__contains=word)
                | Q(opportunity__company__name_key__contains=word)
                | Q(first_name_holds(word))
            )
        return queryset

    def filter_state(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        groups = {LIVE: LIVE_PLACEMENTS, DONE: REALISED}
        states = {str(state) for item in value for state in groups.get(item, (item,))}
        return queryset.filter(state__in=states)

    def filter_company(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(opportunity__company_id=int(value))

    def filter_counsellor(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(self.of_people(value, "young_person__counsellor"))

    def filter_manager(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(self.of_people(value, "opportunity__managed_by"))

    def filter_moved(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(state_since__date__gte=self.today - dt.timedelta(days=int(value)))

    def filter_started(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(started_on__gte=self.today - dt.timedelta(days=int(value)))

    def filter_late(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(late_on(timezone.now(), value))

    # words
    def words_q(self, value: str) -> Words:
        return Words(f"«{NBSP}{value}{NBSP}»", before="contient")

    def words_state(self, value: list[str]) -> Words:
        labels = dict(STATES)
        return Words(" ou ".join(str(labels[item]).lower() for item in value))

    def words_company(self, value: Any) -> Words:
        company = Company.objects.visible_to(self.user).filter(pk=int(value)).first()
        return Words(str(company) if company else "entreprise inconnue", before="chez")

    def words_late(self, value: str) -> Words:
        return Words(dict(LATE)[value], before="à suivre\u00a0:")

    def words_moved(self, value: str) -> Words:
        return Words(dict(WHEN)[value], before="étape")

    def words_started(self, value: str) -> Words:
        return Words(dict(WHEN)[value], before="a commencé")


# --- what the cells need of the query ------------------------------------------------------------
def with_opportunity(placements: QuerySet) -> QuerySet:
    return with_youth_name(placements).select_related("opportunity__company")


def with_counsellor(placements: QuerySet) -> QuerySet:
    """`counsellor_first`, `counsellor_last`: without reading the file."""
    return placements.annotate(
        counsellor_first=F("young_person__counsellor__first_name"),
        counsellor_last=F("young_person__counsellor__last_name"),
    )


def with_manager(placements: QuerySet) -> QuerySet:
    return placements.select_related("opportunity__managed_by")


# --- cells ---------------------------------------------------------------------------------------
def _who(row: Any, listing: Any) -> SafeString:
    return format_html(
        '<a class="who" href="{}">{}</a><br><span class="muted small">{} · {}</span>',
        reverse("opportunities:placement_detail", args=[row.pk]),
        row.youth_name,
        row.opportunity.title,
        row.opportunity.company,
    )


def _state(row: Any, listing: Any) -> SafeString:
    return state(row.get_state_display(), look=LOOKS[row.state])


def _phase(row: Any, listing: Any) -> SafeString:
    return phase(row.opportunity.phase)


def _day(name: str) -> Callable[[Any, Any], SafeString | str]:
    return lambda row, listing: french.short_date(getattr(row, name), today=listing.today) or _NONE


def _meeting(row: Any, listing: Any) -> SafeString | str:
    if row.meeting_at is None:
        return _NONE
    late = row.state == PlacementState.MEETING and timezone.localdate(row.meeting_at) < listing.today
    said = f"{french.short_date(row.meeting_at, today=listing.today)}, {french.french_time(row.meeting_at)}"
    return format_html('<span class="{}">{}</span>', "late" if late else "", said)


def _counsellor_name(row: Any) -> str:
    return f"{row.counsellor_first or ''} {row.counsellor_last or ''}".strip()


def _counsellor(row: Any, listing: Any) -> SafeString:
    name = _counsellor_name(row)
    return avatar(name) if name else _NONE


def _manager(row: Any, listing: Any) -> SafeString:
    person = row.opportunity.managed_by
    return avatar(person.full_name) if person else _NONE


def _since(row: Any, listing: Any) -> str:
    return french.short_date(row.state_since, today=listing.today)


def _reason(row: Any) -> str:
    return str(row.get_refusal_reason_display() or row.get_break_cause_display())


COLUMNS = (
    Column(
        "who",
        "Jeune et opportunité",
        _who,
        [
            ("Jeune", lambda row: row.youth_name),
            ("Opportunité", lambda row: row.opportunity.title),
            ("Entreprise", lambda row: str(row.opportunity.company)),
        ],
        prepare=with_opportunity,
        fixed=True,
        css="title",
    ),
    Column("state", "État", _state, [("État", lambda row: row.get_state_display())],
           order=Order(("state", "state_since", "id"))),
    Column("since", "Depuis", _since, [("Depuis le", lambda row: timezone.localdate(row.state_since))],
           order=Order(("state_since", "id"))),
    Column("phase", "Phase", _phase, [("Phase", lambda row: row.opportunity.get_phase_display())]),
    Column("meeting", "Rencontre", _meeting, [("Rencontre", lambda row: row.meeting_at)], css="wide-only"),
    Column("started", "Début", _day("started_on"), [("Début", lambda row: row.started_on)],
           order=Order(("started_on", "id"), nullable=True), css="wide-only"),
    Column("counsellor", "Suivi", _counsellor, [("Conseiller référent", _counsellor_name)],
           prepare=with_counsellor, css="wide-only"),
    Column("manager", "Gérée par", _manager,
           [("Gérée par", lambda row: row.opportunity.managed_by.full_name if row.opportunity.managed_by else "")],
           prepare=with_manager, css="wide-only"),
    Column("considered", "Pressenti le", _day("considered_on"), [("Pressenti le", lambda row: row.considered_on)],
           shown=False, css="wide-only"),
    Column("planned_end", "Fin prévue", _day("planned_end_on"), [("Fin prévue", lambda row: row.planned_end_on)],
           shown=False, css="wide-only"),
    Column("ended", "Fin", _day("ended_on"), [("Fin", lambda row: row.ended_on)], shown=False, css="wide-only"),
    Column("why", "Refus ou rupture",
           lambda row, listing: _reason(row) or _NONE, [("Raison", _reason)],
           shown=False, css="wide-only"),
)  # fmt: skip


class PlacementListing(Listing):
    key = "placements"
    filterset_class = PlacementFilterSet
    columns = COLUMNS
    default_sort = "-since"

    @property
    def path(self) -> str:  # type: ignore[override]
        return reverse("opportunities:placement_list")
