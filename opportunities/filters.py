"""The filters of the list, the board and the seasons, and how each is said in words."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db.models import F, Q, QuerySet

from accounts.models import User
from companies.models import Company
from companies.search import companies_matching
from core.filters import ANY, YES_NO, AnyOf, WithDistance, WithPeople, one_of
from core.french import MONTHS, NBSP
from core.lists import Words
from core.occupations import occupations_named
from core.phases import Phase, SolutionKind
from core.text import search_key
from core.trades import FAMILIES
from opportunities.enums import CASE_ROLES, LIVE_OPPORTUNITIES, Frequency, OpportunityState, Origin
from opportunities.models import Opportunity
from opportunities.queries import SOON_DAYS

MONTH_CHOICES = [(str(number), name) for number, name in enumerate(MONTHS, start=1)]
LIVE = "live"
STATES = [(LIVE, "En cours (brouillon, à qualifier, ouverte)"), *OpportunityState.choices]
ANSWER = [("late", "date passée"), ("soon", f"dans les {SOON_DAYS}{NBSP}jours"), ("month", f"dans les 30{NBSP}jours")]
MAX_TRADES = 60


def yes(**kwargs: Any) -> django_filters.ChoiceFilter:
    """Something asked for, or left aside."""
    return django_filters.ChoiceFilter(choices=YES_NO[:1], empty_label=ANY, **kwargs)


class OpportunityFilterSet(WithDistance, WithPeople):
    q = django_filters.CharFilter(
        label="Texte", method="filter_q", max_length=100, help_text="Intitulé, entreprise, contact, commune."
    )
    phase = AnyOf(label="Phase", choices=Phase.choices)
    kind = AnyOf(label="Genre", choices=SolutionKind.choices)
    state = AnyOf(label="État", method="filter_state", choices=STATES)
    company = django_filters.NumberFilter(label="Entreprise", method="filter_company", min_value=1, max_value=2**62)
    trade = django_filters.CharFilter(
        label="Métier", method="filter_trade", max_length=100, help_text="Avec ses mots, ou un code ROME."
    )
    family = AnyOf(label="Famille de métiers", method="filter_family", choices=list(FAMILIES.items()))
    city = django_filters.CharFilter(label="Commune", method="filter_city", max_length=100)
    manager = AnyOf(label="Gérée par", method="filter_manager")
    origin = AnyOf(label="Origine", choices=Origin.choices)
    frequency = AnyOf(label="Fréquence", choices=Frequency.choices)
    month = AnyOf(label="Mois", method="filter_month", choices=MONTH_CHOICES)
    free = yes(label="Places libres", method="filter_free")
    open_to_all = yes(label="Ouverte aux femmes et aux hommes", method="filter_open_to_all")
    without_car = yes(label="Accessible sans voiture", method="filter_without_car")
    answer = one_of(ANSWER, label="Répondre", method="filter_answer")

    panel = [
        ("Ce qui est proposé", ["q", "phase", "kind", "state", "trade", "family"]),
        ("Lieu", ["city", "near", "km", "without_car"]),
        ("Places et temps", ["free", "answer", "month", "frequency"]),
        ("Relation", ["manager", "origin", "open_to_all"]),
    ]

    people: ClassVar = {"manager": "gérées par"}

    class Meta:
        model = Opportunity
        fields: list[str] = []

    # choices
    def people_in(self, name: str) -> QuerySet:
        return User.objects.with_role_in(self.user.access.structure_ids(), *CASE_ROLES)

    def located(self) -> QuerySet:
        return Company.objects.visible_to(self.user)

    # filters
    def filter_q(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Every word in the title, or the words in the company."""
        words = search_key(value.replace("\x00", "")).split()[:6]
        titled = Q()
        for word in words:
            titled &= Q(title_key__contains=word)
        found = companies_matching(Company.objects.visible_to(self.user), user=self.user, text=value)
        here = Q(company_id__in=found.values("pk"))
        return queryset.filter(titled | here) if words else queryset.filter(here)

    def filter_state(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        states = {state for state in value if state != LIVE} | set(LIVE_OPPORTUNITIES if LIVE in value else ())
        return queryset.filter(state__in=states)

    def filter_company(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        return queryset.filter(company_id=int(value))

    def filter_trade(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        through = Opportunity.occupations.through.objects
        chosen = [row.pk for row in occupations_named(value, limit=MAX_TRADES)]
        code = value.strip().upper()
        if len(code) <= 5 and code[:1] in FAMILIES and code[1:].isdigit():
            chosen.append(code)
        return queryset.filter(pk__in=through.filter(occupation_id__in=chosen).values("opportunity_id"))

    def filter_family(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        families = Q()
        for letter in value:
            families |= Q(occupation_id__gte=letter, occupation_id__lt=chr(ord(letter) + 1))
        chosen = Opportunity.occupations.through.objects.filter(families)
        return queryset.filter(pk__in=chosen.values("opportunity_id"))

    def filter_city(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        key = search_key(value)
        return queryset.filter(postcode=key) if key.isdigit() else queryset.filter(city__iexact=value.strip())

    def filter_manager(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(self.of_people(value, "managed_by"))

    def filter_month(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """There in one of these months: said so, or by its period."""
        if not value:
            return queryset
        asked = Q(months__overlap=[int(month) for month in value])
        for month in value:
            asked |= Q(months=[]) & _period_touches(int(month))
        return queryset.filter(asked)

    def filter_free(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.free_on(self.today)

    def filter_open_to_all(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_open_to_all=True)

    def filter_without_car(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(without_car=True)

    def filter_answer(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        live = queryset.live()
        if value == "late":
            return live.filter(answer_by__lt=self.today)
        days = SOON_DAYS if value == "soon" else 30
        return live.filter(answer_by__range=(self.today, self.today + dt.timedelta(days=days)))

    # words
    def words_q(self, value: str) -> Words:
        return Words(f"«{NBSP}{value}{NBSP}»", before="contient")

    def words_state(self, value: list[str]) -> Words:
        labels = dict(STATES) | {LIVE: "en cours"}
        return Words(" ou ".join(str(labels[item]).lower() for item in value))

    def words_company(self, value: Any) -> Words:
        company = Company.objects.visible_to(self.user).filter(pk=int(value)).first()
        return Words(str(company) if company else "entreprise inconnue", before="de")

    def words_trade(self, value: str) -> Words:
        return Words(value, before="métier")

    def words_city(self, value: str) -> Words:
        return Words(value, before="à")

    def words_month(self, value: list[str]) -> Words:
        return Words(" ou ".join(MONTHS[int(item) - 1] for item in value), before="en")

    def words_free(self, value: str) -> Words:
        return Words("places libres", before="avec des")

    def words_open_to_all(self, value: str) -> Words:
        return Words("femmes et aux hommes", before="ouverte aux")

    def words_without_car(self, value: str) -> Words:
        return Words("sans voiture", before="accessible")

    def words_answer(self, value: str) -> Words:
        return Words(dict(ANSWER)[value], before="répondre\u00a0:")


def _period_touches(month: int) -> Q:
    """The period, said by its two ends, holds a day of that month."""
    years = Q(ends_on__year__gt=F("starts_on__year") + 1)
    same_year = Q(ends_on__year=F("starts_on__year"), starts_on__month__lte=month, ends_on__month__gte=month)
    next_year = Q(ends_on__year=F("starts_on__year") + 1)
    return years | same_year | (next_year & (Q(starts_on__month__lte=month) | Q(ends_on__month__gte=month)))
