"""Filters that several lists share."""

from typing import Any

import django_filters
from django.db.models import QuerySet

ANY = "Indifférent"
YES_NO = [("yes", "oui"), ("no", "non")]


class AnyOf(django_filters.MultipleChoiceFilter):
    """One of the values chosen."""

    def filter(self, qs: QuerySet, value: Any) -> QuerySet:
        return qs.filter(**{f"{self.field_name}__in": value}) if value else qs


def one_of(choices: Any, **kwargs: Any) -> django_filters.ChoiceFilter:
    return django_filters.ChoiceFilter(choices=choices, empty_label=ANY, **kwargs)
