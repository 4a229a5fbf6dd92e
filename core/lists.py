"""A list as its address describes it: filters, order, columns, page. Pages, exports and bulk gestures read it alike.

To declare one: a `ListFilterSet` (filters, their words), a tuple of `Column`s, a `Listing` that joins them; the page
draws it with `templates/core/list/*.html`. See docs/lists.md.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import django_filters
from django import forms
from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString

from core.pagination import Cursor, Order, Page, keyset_page

COUNT_CAP = 10_000
PAGE_SIZE = 25
# What says where one is in a list, and not which list it is.
PLACE_PARAMS = ("after", "before")
# The address of the whole list for somebody whose bare address opens one of its views.
EVERYTHING = "view=all"


# --- counting ----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Count:
    """A count that stopped at the cap says so."""

    value: int
    cap: int = COUNT_CAP

    @property
    def is_capped(self) -> bool:
        return self.value > self.cap

    @property
    def shown(self) -> int:
        return min(self.value, self.cap)


def capped_counts(*querysets: QuerySet, caps: Sequence[int] = ()) -> list[Count]:
    """How many rows each holds, in one round trip; `caps` for each, COUNT_CAP by default."""
    caps = caps or [COUNT_CAP] * len(querysets)
    parts: list[str] = []
    params: list[Any] = []
    for queryset, cap in zip(querysets, caps, strict=True):
        sql, given = _capped_count(queryset, cap)
        parts.append(sql)
        params.extend(given)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(parts)}", params)
        return [Count(value, cap) for value, cap in zip(cursor.fetchone(), caps, strict=True)]


def _capped_count(queryset: QuerySet, cap: int) -> tuple[str, Sequence[Any]]:
    """(SQL of a figure, its values): rows read one beyond the cap."""
    try:
        sql, given = queryset.order_by().values("pk")[: cap + 1].query.sql_with_params()
    except EmptyResultSet:
        return "0", ()
    return f"(SELECT count(*) FROM ({sql}) AS counted)", given  # noqa: S608 -- compiled by Django, values apart


# --- filters -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Words:
    """A filter said aloud: « suivie par **Léa Morin** »."""

    value: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class Chip:
    words: Words
    remove_url: str


@dataclass(frozen=True)
class FilterField:
    """One control of the panel of filters. `kind`: "checks", "select", "text"."""

    name: str
    label: str
    kind: str
    options: Sequence[tuple[str, str, bool]] = ()
    value: str = ""
    help: str = ""


class ListFilterSet(django_filters.FilterSet):
    """Always bound: the address is the state. A value that is not understood filters nothing and is said.

    `panel`: (title, names of filters) in the order of the screen. `words_<name>(value)` says a filter in words; by
    default its label and the labels of what was chosen. `companions`: names that go away with a filter.
    """

    panel: ClassVar[Sequence[tuple[str, Sequence[str]]]] = ()
    companions: ClassVar[dict[str, Sequence[str]]] = {}
    base_filters: dict[str, django_filters.Filter]

    def __init__(self, data: QueryDict, queryset: QuerySet, *, user: Any, today: dt.date) -> None:
        self.user, self.today = user, today
        declared, self.base_filters = self.base_filters, {}
        super().__init__(data=data, queryset=queryset)
        self.filters = {name: self._own(item) for name, item in declared.items()}

    def _own(self, declared: django_filters.Filter) -> django_filters.Filter:
        """A filter of this list. What it is made of is shared: a deep copy of all of it costs more than filtering."""
        own = copy(declared)
        own.extra, own.model, own.parent = dict(declared.extra), self.queryset.model, self
        if declared.method:
            own.method = declared.method  # said again, it is bound to this one
        return own

    def get_form_class(self) -> type[forms.Form]:
        """Of the filters in use: a page pays nothing for the others."""
        used = {name: item.field for name, item in self.filters.items() if any(self.data.getlist(name))}
        return type(f"{type(self).__name__}Form", (forms.Form,), used)

    @cached_property
    def cleaned(self) -> dict[str, Any]:
        """What was understood, by name, empty values left out."""
        self.form.is_valid()
        return {name: value for name, value in self.form.cleaned_data.items() if not _is_empty(value)}

    @cached_property
    def ignored(self) -> list[str]:
        """Labels of the filters whose value makes no sense."""
        self.form.is_valid()
        return [str(self.form.fields[name].label) for name in self.form.errors if name in self.form.fields]

    @property
    def is_empty(self) -> bool:
        return not self.words()

    def words(self) -> list[tuple[str, Words]]:
        """(name, words) of each active filter."""
        said = []
        for name, value in self.cleaned.items():
            words = getattr(self, f"words_{name}", self._default_words(name))(value)
            if words:
                said.append((name, words))
        return said

    def _default_words(self, name: str) -> Callable[[Any], Words | None]:
        field = self.form.fields[name]

        def say(value: Any) -> Words:
            chosen = [str(item) for item in value] if isinstance(value, list | tuple | set) else [str(value)]
            labels = {str(key): str(label) for key, label in getattr(field, "choices", ())}
            shown = [labels.get(item, item) for item in chosen]
            return Words(value=" ou ".join(shown), before="" if labels else f"{field.label}\u00a0:")

        return say

    def params_of(self, name: str) -> tuple[str, ...]:
        return (name, *self.companions.get(name, ()))

    def panel_groups(self) -> list[tuple[str, list[FilterField], bool]]:
        """(title, controls, whether one of them is in use)."""
        groups = []
        for title, names in self.panel:
            controls = [self._control(name) for name in names]
            groups.append((title, controls, any(name in self.cleaned for name in names)))
        return groups

    def _control(self, name: str) -> FilterField:
        field = self.filters[name].field
        given = self.data.getlist(name)
        label, help_text = str(field.label), str(field.help_text)
        choices = getattr(field, "choices", None)
        if choices is None:
            return FilterField(name, label, "text", value=given[-1] if given else "", help=help_text)
        options = [(str(key), str(text), str(key) in given) for key, text in choices]
        several = isinstance(field, django_filters.fields.MultipleChoiceField)
        kind = "checks" if several else "select"
        return FilterField(name, label, kind, options=options, help=help_text)


def _is_empty(value: Any) -> bool:
    return value is None or value in ("", [])


# --- columns -----------------------------------------------------------------------------------
@dataclass(frozen=True)
class Column:
    """One column: how it is drawn, how it is exported, what it needs of the query.

    `cell(row, listing)` gives safe HTML; `exports` are (header, value of a row); `prepare` adds to the queryset what
    the cell and the exports read, so that a column that is not shown costs nothing. `css`: "title" on the first
    column, "full" for a line of its own on a phone, "wide-only" when a phone does without.
    """

    name: str
    label: str
    cell: Callable[[Any, Any], SafeString | str]
    exports: Sequence[tuple[str, Callable[[Any], Any]]]
    order: Order | None = None
    prepare: Callable[[QuerySet], QuerySet] | None = None
    shown: bool = True
    fixed: bool = False
    css: str = ""


@dataclass(frozen=True)
class Header:
    label: str
    url: str
    direction: str
    css: str


class Listing:
    """Base of the lists. `base` is already `visible_to` the user; `query` is what the address carries."""

    path = ""
    key = ""
    filterset_class: type[ListFilterSet]
    columns: Sequence[Column] = ()
    default_sort = ""
    page_size = PAGE_SIZE
    # What the bare address must carry to show everything, for somebody whose default view it opens.
    bare_query = ""

    def __init__(
        self, *, user: Any, base: QuerySet, query: QueryDict, today: dt.date, remembered: Iterable[str] = ()
    ) -> None:
        self.user, self.base, self.query, self.today = user, base, query, today
        self._remembered = tuple(remembered)

    # what the address says
    @cached_property
    def filterset(self) -> ListFilterSet:
        return self.filterset_class(self.query, self.base, user=self.user, today=self.today)

    @cached_property
    def sort(self) -> tuple[Column, Order]:
        text = self.query.get("sort", "")
        by_name = {column.name: column for column in self.columns if column.order}
        column = by_name.get(text.removeprefix("-")) or by_name[self.default_sort.removeprefix("-")]
        down = (text if text.removeprefix("-") == column.name else self.default_sort).startswith("-")
        assert column.order
        return column, column.order.reversed() if down else column.order

    @cached_property
    def shown_columns(self) -> list[Column]:
        """Of the address, else those remembered, else the usual ones; the fixed ones always, in the list's order."""
        known = {column.name for column in self.columns}
        chosen = set(self.query.getlist("columns")) & known or set(self._remembered) & known
        usual = {column.name for column in self.columns if column.shown}
        return [column for column in self.columns if column.fixed or column.name in (chosen or usual)]

    @property
    def filtered(self) -> QuerySet:
        return self.filterset.qs

    def ordered(self, columns: Iterable[Column] | None = None) -> QuerySet:
        """Every row of the list, in its order, with what these columns need."""
        return self.sort[1].applied_to(self._prepared(columns))

    def _prepared(self, columns: Iterable[Column] | None = None) -> QuerySet:
        queryset = self.filtered
        for column in self.shown_columns if columns is None else columns:
            if column.prepare:
                queryset = column.prepare(queryset)
        return queryset

    @cached_property
    def page(self) -> Page:
        order = self.sort[1]
        cursor = Cursor.decoded(self.query.get("after", ""), order, self.base.model, after=True) or Cursor.decoded(
            self.query.get("before", ""), order, self.base.model, after=False
        )
        return keyset_page(self._prepared(), order, size=self.page_size, cursor=cursor)

    # addresses
    def _query(self, without: Iterable[str], params: dict[str, Any]) -> str:
        query = self.query.copy()
        for name in (*PLACE_PARAMS, *without):
            query.pop(name, None)
        for name, value in params.items():
            query.setlist(name, value if isinstance(value, list | tuple) else [value])
        for name in [name for name, values in query.lists() if not any(values)]:
            del query[name]
        return query.urlencode()

    def url(self, *, without: Iterable[str] = (), **params: Any) -> str:
        """The list's address with these params instead; the place in the list is dropped."""
        encoded = self._query(without, params)
        return f"{self.path}?{encoded}" if encoded else self.all_url

    @property
    def all_url(self) -> str:
        """Every row, without a filter."""
        return f"{self.path}?{self.bare_query}" if self.bare_query else self.path

    @cached_property
    def kept_query(self) -> str:
        """Filters, order, columns, without the place: what a view saves, what a bulk gesture or an export takes."""
        known = {*self.filterset.filters, "sort", "columns"}
        return self._query([name for name in self.query if name not in known], {})

    @cached_property
    def filter_query(self) -> str:
        """The filters alone, in a stable order: two addresses of one selection are equal."""
        names = [name for name in self.filterset.filters if any(self.query.getlist(name))]
        query = QueryDict(mutable=True)
        for name in names:
            query.setlist(name, sorted(self.query.getlist(name)))
        return query.urlencode()

    def shape_params(self) -> list[tuple[str, str]]:
        """What is not a filter and a form of filters must carry on: order and columns."""
        return [(name, value) for name in ("sort", "columns", "view") for value in self.query.getlist(name) if value]

    # what the page shows
    def chips(self) -> list[Chip]:
        return [Chip(words, self.url(without=self.filterset.params_of(name))) for name, words in self.filterset.words()]

    def clear_url(self) -> str:
        return self.url(without=(*self.filterset.filters, "view"))

    def headers(self) -> list[Header]:
        sorted_by, order = self.sort
        headers = []
        for column in self.shown_columns:
            direction = ("desc" if order.descending else "asc") if column is sorted_by else ""
            url = self.url(sort=f"-{column.name}" if direction == "asc" else column.name) if column.order else ""
            headers.append(Header(column.label, url, direction, column.css))
        return headers

    def previous_url(self) -> str:
        return self.url(before=self.page.previous) if self.page.previous else ""

    def next_url(self) -> str:
        return self.url(after=self.page.next) if self.page.next else ""

    def column_choices(self) -> list[tuple[str, str, bool]]:
        """(name, label, shown) of those one may choose."""
        shown = {column.name for column in self.shown_columns}
        return [(column.name, column.label, column.name in shown) for column in self.columns if not column.fixed]

    # what goes out
    def export(self, *, every_column: bool = False) -> tuple[list[str], Iterable[list[Any]]]:
        """(header, rows) of what is shown, or of every column; a header said twice is kept once."""
        columns = list(self.columns) if every_column else self.shown_columns
        fields: dict[str, Callable[[Any], Any]] = {}
        for column in columns:
            for label, value in column.exports:
                fields.setdefault(label, value)
        rows = self.ordered(columns).iterator(chunk_size=2000)
        return list(fields), ([value(row) for value in fields.values()] for row in rows)
