"""The filters of the list of needs, and how each is said in words."""

import datetime as dt
from calendar import monthrange
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet
from django.utils import timezone

from accounts.models import User
from core.filters import ME, AnyOf, WithDistance, WithPeople, one_of
from core.french import MONTHS, NBSP
from core.lists import Words
from core.models import Occupation
from core.phases import Phase
from core.text import search_key
from core.trades import FAMILIES
from youth.enums import CASE_ROLES, FILE_ROLES, WAITING_NEEDS, NeedState
from youth.models import Need

AGE = [(str(days), f"plus de {days}{NBSP}jours") for days in (7, 15, 30, 60)]
MONTHS_AHEAD = 12
# Two more words for the state: what waits is what the bare address shows.
ALL_STATES = "all"
STATES = [*NeedState.choices, (ALL_STATES, "Tous, même clos")]


def months_from(today: dt.date) -> list[tuple[str, str]]:
    """("2026-11", "novembre 2026") of this month and the eleven after."""
    months = []
    for step in range(MONTHS_AHEAD):
        year, month = divmod(today.year * 12 + today.month - 1 + step, 12)
        months.append((f"{year}-{month + 1:02d}", f"{MONTHS[month]} {year}"))
    return months


class NeedFilterSet(WithDistance, WithPeople):
    phase = AnyOf(label="Phase", choices=Phase.choices)
    trade = django_filters.CharFilter(
        label="Métier", method="filter_trade", max_length=100, help_text="Des mots, ou un code ROME."
    )
    family = AnyOf(label="Famille de métiers", choices=list(FAMILIES.items()), method="filter_family")
    city = django_filters.CharFilter(label="Commune", method="filter_city", max_length=100)
    car = one_of([("no", "sans voiture")], label="Déplacement", method="filter_car")
    state = AnyOf(label="État", choices=STATES, method="filter_state")
    age = one_of(AGE, label="Attend depuis", method="filter_age")
    month = one_of([], label="Possible en", method="filter_month")
    counsellor = AnyOf(label="Conseiller", method="filter_counsellor")

    panel = [
        ("Ce qui est cherché", ["phase", "trade", "family"]),
        ("Lieu", ["city", "near", "km", "car"]),
        ("Suivi", ["state", "age", "month", "counsellor"]),
    ]

    people: ClassVar = {"counsellor": "suivi assuré par"}
    city_key = "city__iexact"

    class Meta:
        model = Need
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.filters["month"].extra["choices"] = months_from(self.today)

    def people_in(self, name: str) -> QuerySet:
        return User.objects.with_role_in(self.user.access.structure_ids(CASE_ROLES), *FILE_ROLES)

    def located(self) -> QuerySet:
        return Need.objects.visible_to(self.user)

    # filters
    def filter_queryset(self, queryset: QuerySet) -> QuerySet:
        """What is closed is shown only when it is asked for."""
        found: Any = super().filter_queryset(queryset)
        return found if self.cleaned.get("state") else found.waiting()

    def filter_trade(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """By the name or the code of the trade, or in the words of the young person.

        The trades are read first: joined to every need, each would be compared as often as it is asked for.
        """
        named = Q(code__istartswith=value.strip())
        if words := search_key(value).split()[:6]:
            named |= Q(*(Q(label_key__contains=word) for word in words))
        codes = list(Occupation.objects.filter(named).values_list("pk", flat=True))
        in_words = ~Q(trade="") & Q(trade__icontains=value)
        return queryset.filter(Q(occupation_id__in=codes) | in_words)

    def filter_family(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        wanted = Q()
        for letter in value:
            wanted |= Q(occupation_id__gte=letter, occupation_id__lt=chr(ord(letter) + 1))
        return queryset.filter(wanted)

    def filter_city(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        key = value.strip()
        return queryset.filter(postcode=key) if key.isdigit() else queryset.filter(city__iexact=key)

    def filter_car(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(without_car=True)

    def filter_state(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset if not value or ALL_STATES in value else queryset.filter(state__in=value)

    def filter_age(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Noted before the day that many days ago: a need of 8 days is more than 7 days old."""
        day = self.today - dt.timedelta(days=int(value))
        return queryset.filter(opened_at__lt=timezone.make_aware(dt.datetime.combine(day, dt.time())))

    def filter_month(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Possible that month, which « dès que possible » is too."""
        year, month = map(int, value.split("-"))
        first = dt.date(year, month, 1)
        last = first.replace(day=monthrange(year, month)[1])
        begins = Q(starts_on=None) | Q(starts_on__lte=last)
        return queryset.filter(begins, Q(ends_on=None) | Q(ends_on__gte=first))

    def filter_counsellor(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        """Of the referent; for oneself, of those one backs up too."""
        wanted = self.of_people(value, "young_person__counsellor")
        return queryset.filter(wanted | Q(young_person__backup=self.user) if ME in value else wanted)

    # words
    def words_phase(self, value: list[str]) -> Words:
        return Words(" ou ".join(Phase(int(item)).label for item in value))

    def words_trade(self, value: str) -> Words:
        return Words(f"«{NBSP}{value}{NBSP}»", before="métier")

    def words_city(self, value: str) -> Words:
        return Words(value, before="à")

    def words_state(self, value: list[str]) -> Words:
        labels = dict(STATES)
        return Words(" ou ".join(labels[item].lower() for item in value))

    def words_age(self, value: str) -> Words:
        waiting = not set(self.cleaned.get("state", [])) - set(WAITING_NEEDS)
        return Words(dict(AGE)[value], before="attend depuis" if waiting else "noté il y a")

    def words_month(self, value: str) -> Words:
        return Words(dict(months_from(self.today))[value], before="possible en")
