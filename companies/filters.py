"""The filters of the list of companies, and how each is said in words."""

import datetime as dt
from typing import Any, ClassVar

import django_filters
from django.db.models import QuerySet

from accounts.models import User
from companies.enums import (
    CompanyType,
    NetworkKind,
    OriginDirection,
    OriginNetwork,
    RelationState,
    Sector,
    WorkforceBand,
)
from companies.models import Company, Tag
from companies.permissions import EDITORS
from companies.search import companies_matching
from core.filters import ANY, YES_NO, AnyOf, WithDistance, WithPeople, one_of
from core.french import DAYS_IN_A_MONTH, NBSP
from core.lists import Words
from core.text import search_key

_MONTHS = (1, 2, 3, 6, 9, 12, 24)
CONTACT = [
    *((f"over-{months}", f"depuis plus de {months}{NBSP}mois") for months in _MONTHS),
    *((f"under-{months}", f"depuis moins de {months}{NBSP}mois") for months in _MONTHS),
    ("never", "jamais"),
]
ACTION = [
    ("late", "en retard"),
    ("today", "aujourd’hui"),
    ("within-7", f"dans les 7{NBSP}jours"),
    ("within-30", f"dans les 30{NBSP}jours"),
    ("planned", "prévue"),
    ("none", "aucune"),
    ("forgotten", "aucune alors que nous sommes en relation"),
    ("forgotten-3", f"aucune, ni échange depuis 3{NBSP}mois"),
]


class YesNo(django_filters.ChoiceFilter):
    """A text field that holds something, or nothing."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, choices=YES_NO, empty_label=ANY, **kwargs)

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        if not value:
            return qs
        return qs.exclude(**{self.field_name: ""}) if value == "yes" else qs.filter(**{self.field_name: ""})


class CompanyFilterSet(WithDistance, WithPeople):
    q = django_filters.CharFilter(
        label="Texte", method="filter_q", max_length=100, help_text="Nom, contact, commune, e-mail, SIRET, téléphone."
    )
    sector = AnyOf(label="Secteur", choices=Sector.choices)
    type = AnyOf(label="Type", field_name="company_type", choices=CompanyType.choices)
    size = AnyOf(label="Effectif", field_name="workforce_band", choices=WorkforceBand.choices)
    city = django_filters.CharFilter(label="Commune", method="filter_city", max_length=100)
    state = AnyOf(label="État de la relation", field_name="relation_state", choices=RelationState.choices)
    adviser = AnyOf(label="Suivie par", method="filter_adviser")
    tag = AnyOf(label="Étiquette", method="filter_tag")
    network = AnyOf(label="Réseau", field_name="network_kind", choices=NetworkKind.choices)
    pilot = one_of(YES_NO, label="Groupe pilote", method="filter_pilot")
    origin = one_of(OriginNetwork.choices, label="Origine", field_name="origin_network")
    direction = one_of(OriginDirection.choices, label="Premier contact", field_name="origin_direction")
    contact = one_of(CONTACT, label="Dernier échange", method="filter_contact")
    action = one_of(ACTION, label="Prochaine action", method="filter_action")
    email = YesNo(label="A un e-mail")
    phone = YesNo(label="A un téléphone")
    siret = YesNo(label="A un SIRET")

    panel = [
        ("Activité", ["q", "sector", "type", "size"]),
        ("Lieu", ["city", "near", "km"]),
        ("Relation", ["state", "adviser", "tag", "pilot", "network", "origin", "direction"]),
        ("Échanges et actions", ["contact", "action"]),
        ("Fiche", ["email", "phone", "siret"]),
    ]

    people: ClassVar = {"adviser": "suivie par"}

    class Meta:
        model = Company
        fields: list[str] = []

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # As a function: the reason is that of people's choices.
        self.filters["tag"].extra["choices"] = lambda: self.tag_choices()  # noqa: PLW0108 -- see above

    # choices
    def people_in(self, name: str) -> QuerySet:
        return User.objects.with_role_in(self.user.access.structure_ids(), *EDITORS)

    def located(self) -> QuerySet:
        return Company.objects.visible_to(self.user)

    def tag_choices(self) -> list[tuple[str, str]]:
        if not hasattr(self, "_tags"):
            tags = Tag.objects.visible_to(self.user).order_by("name", "pk")
            self._tags = [(str(pk), name) for pk, name in tags.values_list("pk", "name")]
        return self._tags

    # filters
    def filter_q(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return companies_matching(queryset, user=self.user, text=value)

    def filter_city(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        key = search_key(value)
        return queryset.filter(postcode=key) if key.isdigit() else queryset.filter(city_key=key)

    def filter_adviser(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        return queryset.filter(self.of_people(value, "adviser"))

    def filter_tag(self, queryset: QuerySet, name: str, value: list[str]) -> QuerySet:
        if not value:
            return queryset
        return queryset.filter(pk__in=Company.tags.through.objects.filter(tag_id__in=value).values("company_id"))

    def filter_pilot(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return queryset.filter(is_pilot=value == "yes")

    def filter_contact(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        if value == "never":
            return queryset.filter(last_interaction_on=None)
        kind, _, months = value.partition("-")
        day = self.today - dt.timedelta(days=int(months) * DAYS_IN_A_MONTH)
        return queryset.filter(**{f"last_interaction_on__{'lt' if kind == 'over' else 'gte'}": day})

    def filter_action(self, queryset: QuerySet, name: str, value: str) -> QuerySet:  # noqa: PLR0911 -- one return a word
        if value == "late":
            return queryset.filter(next_action_on__lt=self.today)
        if value == "today":
            return queryset.filter(next_action_on=self.today)
        if value == "planned":
            return queryset.filter(next_action_on__isnull=False)
        if value == "none":
            return queryset.filter(next_action_on=None)
        if value == "forgotten":
            return queryset.without_next_action()
        if value == "forgotten-3":
            return queryset.forgotten_on(self.today)
        days = int(value.removeprefix("within-"))
        return queryset.filter(next_action_on__range=(self.today, self.today + dt.timedelta(days=days)))

    # words
    def words_q(self, value: str) -> Words:
        return Words(f"«{NBSP}{value}{NBSP}»", before="contient")

    def words_sector(self, value: list[str]) -> Words:
        short = {key: label.split(" (")[0] for key, label in Sector.choices}
        return Words(" ou ".join(short[item] for item in value))

    def words_city(self, value: str) -> Words:
        return Words(value, before="à")

    def words_tag(self, value: list[str]) -> Words:
        labels = dict(self.tag_choices())
        return Words(" ou ".join(labels[item] for item in value), before="étiquette")

    def words_pilot(self, value: str) -> Words:
        return Words("groupe pilote") if value == "yes" else Words("groupe pilote", before="hors du")

    def words_contact(self, value: str) -> Words:
        return Words(dict(CONTACT)[value], before="dernier échange")

    def words_action(self, value: str) -> Words:
        return Words(dict(ACTION)[value], before="prochaine action")

    def words_size(self, value: list[str]) -> Words:
        labels = dict(WorkforceBand.choices)
        return Words(" ou ".join(labels[item] for item in value))

    def words_origin(self, value: str) -> Words:
        return Words(dict(OriginNetwork.choices)[value].lower(), before="connue par un")

    def words_direction(self, value: str) -> Words:
        went = value == OriginDirection.OUTGOING
        return Words("nous sommes allés vers elle" if went else "elle est venue à nous")

    def words_email(self, value: str) -> Words:
        return Words("e-mail", before="avec un" if value == "yes" else "sans")

    def words_phone(self, value: str) -> Words:
        return Words("téléphone", before="avec un" if value == "yes" else "sans")

    def words_siret(self, value: str) -> Words:
        return Words("SIRET", before="avec un" if value == "yes" else "sans")
