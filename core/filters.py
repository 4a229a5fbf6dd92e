"""Filters that several lists share: choices, a distance, people of one's structures."""

from collections.abc import Mapping
from typing import Any, ClassVar

import django_filters
from django.db.models import Q, QuerySet

from core.distance import Place, place_named, within
from core.french import NBSP
from core.lists import ListFilterSet, Words

ANY = "Indifférent"
YES_NO = [("yes", "oui"), ("no", "non")]
ME, NOBODY = "me", "none"
KM = [(str(km), f"{km}{NBSP}km") for km in (5, 10, 15, 20, 30, 50)]
DEFAULT_KM = 15


class AnyOf(django_filters.MultipleChoiceFilter):
    """One of the values chosen."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


def one_of(choices: Any, **kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=choices, empty_label=ANY, **kwargs)


class WithDistance(ListFilterSet):
    """`near` and `km`: within so many kilometres of a commune or a postcode, which `located()` knows by its rows."""

    near = django_filters.CharFilter(
        label="Près de", method="filter_near", max_length=100, help_text="Une commune ou un code postal."
    )
    km = django_filters.ChoiceFilter(
        choices=KM, empty_label=f"{DEFAULT_KM}{NBSP}km, sauf avis contraire", label="À moins de", method="leave"
    )

    companions: ClassVar[dict[str, Any]] = {"near": ("km",)}
    # The lookup by which `located()` rows are of a commune.
    city_key: ClassVar[str] = "city_key"

    def located(self) -> QuerySet:
        """Rows that say where a commune is."""
        raise NotImplementedError

    @property
    def place(self) -> Place | None:
        if not hasattr(self, "_place"):
            self._place = place_named(self.cleaned.get("near", ""), self.located(), city_key=self.city_key)
        return self._place

    @property
    def km_asked(self) -> int:
        return int(self.cleaned.get("km") or DEFAULT_KM)

    def leave(self, queryset: QuerySet, name: str, value: Any) -> QuerySet:
        """A value that another filter reads."""
        return queryset

    def filter_near(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        return within(queryset, self.place, self.km_asked) if self.place else queryset.none()

    def words_km(self, value: str) -> Words | None:
        return None

    def words_near(self, value: str) -> Words:
        place = self.place
        if place is None:
            return Words(value, before="près de", after="(commune sans position connue)")
        return Words(f"{self.km_asked}{NBSP}km de {place.name}", before="à moins de")


class WithPeople(ListFilterSet):
    """Filters whose choices are people: `people` maps each to the words before a name, « suivie par ».

    Oneself is « moi », and not offered a second time by her name; an address that carries her number means the same.
    """

    people: ClassVar[Mapping[str, str]] = {}

    def __init__(self, data: Any, queryset: QuerySet, *, user: Any, **kwargs: Any) -> None:
        own = [name for name in self.people if str(user.pk) in data.getlist(name)]
        if own:
            data = data.copy()
            for name in own:
                data.setlist(name, [ME if item == str(user.pk) else item for item in data.getlist(name)])
        super().__init__(data, queryset, user=user, **kwargs)
        self._offered: dict[str, list[tuple[str, str]]] = {}
        for name in self.people:
            # Read only when the filter is used or the panel drawn: choices cost one query each. A function, for a
            # copy of a bound method would copy this whole object, and ask its query again.
            self.filters[name].extra["choices"] = lambda name=name: self.people_choices(name)

    def people_in(self, name: str) -> QuerySet:
        """Those a filter offers."""
        raise NotImplementedError

    def people_choices(self, name: str) -> list[tuple[str, str]]:
        if name not in self._offered:
            people = self.people_in(name).exclude(pk=self.user.pk).order_by("first_name", "last_name", "pk")
            named = [(str(person.pk), person.full_name) for person in people]
            self._offered[name] = [(ME, "moi"), (NOBODY, "personne"), *named]
        return self._offered[name]

    def of_people(self, value: list[str], *fields: str) -> Q:
        """Rows of one of these people by one of these fields; nobody is told by the first. Empty value: every row."""
        pks = [self.user.pk if item == ME else int(item) for item in value if item != NOBODY]
        wanted = Q(**{fields[0]: None}) if NOBODY in value else Q()
        for field in fields if pks else ():
            wanted |= Q(**{f"{field}__in": pks})
        return wanted

    def _default_words(self, name: str) -> Any:
        if name not in self.people:
            return super()._default_words(name)

        def say(value: list[str]) -> Words:
            labels = dict(self.people_choices(name))
            return Words(" ou ".join(labels[item] for item in value), before=self.people[name])

        return say
