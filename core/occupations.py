"""Trades found by the words people use: the names of the ROME, and the many names of each of its trades."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from core.models import Occupation, OccupationTitle
from core.text import search_key

MOST_WORDS = 6
# A plural is looked for as its singular, once the word is long enough to bear it.
SHORTEST_PLURAL = 5


@dataclass(frozen=True)
class Trade:
    """A trade of the ROME, under the name that was looked for. `title_pk`: of that name; None for the trade's own."""

    occupation: Occupation
    title: str = ""
    title_pk: int | None = None

    @property
    def value(self) -> str:
        """What a form carries: "F1610", or "F1610.123" under another of its names."""
        return f"{self.occupation.code}.{self.title_pk}" if self.title_pk else self.occupation.code

    @property
    def name(self) -> str:
        return self.title or self.occupation.label

    @property
    def also(self) -> str:
        """The trade's own name, when it is shown under another."""
        return self.occupation.label if self.title else ""

    def __str__(self) -> str:
        return self.name


def occupations_named(words: str, *, limit: int = 12) -> list[Occupation]:
    """Trades whose name, or one of whose other names, holds every word, accents and case ignored."""
    keys = _keys(words)
    if not keys:
        return []
    titled = OccupationTitle.objects.filter(_holds("title_key", keys), occupation=OuterRef("pk"))
    rows = Occupation.objects.filter(_holds("label_key", keys) | Exists(titled))
    return list(rows.order_by("label_key", "pk")[:limit])


def other_names(words: str, occupations: Iterable[Occupation]) -> dict[str, str]:
    """{code: the shortest of its other names that holds every word}, for trades found by no name of theirs. One query.

    "fleur" finds « Vente de végétaux »: whoever reads that name alone wonders why.
    """
    keys = _keys(words)
    if not keys:
        return {}
    titles = OccupationTitle.objects.filter(_holds("title_key", keys), occupation__in=list(occupations))
    titles = titles.exclude(_holds("occupation__label_key", keys))
    return dict(titles.order_by(Length("title_key").desc(), "-pk").values_list("occupation_id", "title"))


def trades_named(words: str, *, limit: int = 8) -> list[Trade]:
    """The same under the names that were found, those that begin with the first word before the others. Two queries."""
    keys = _keys(words)
    if not keys:
        return []
    labels = _first(Occupation.objects.filter(_holds("label_key", keys)), "label_key", keys, limit)
    titles = _first(OccupationTitle.objects.filter(_holds("title_key", keys)), "title_key", keys, limit)
    found = [(row.label_key, Trade(row)) for row in labels]
    found += [(row.title_key, Trade(row.occupation, row.title, row.pk)) for row in titles.select_related("occupation")]
    found.sort(key=lambda pair: (not pair[0].startswith(keys[0]), len(pair[0]), pair[0]))
    by_name = {(trade.occupation.code, key): trade for key, trade in reversed(found)}
    kept = set(map(id, by_name.values()))
    return [trade for _, trade in found if id(trade) in kept][:limit]


def trade_chosen(value: str) -> Trade | None:
    """What `Trade.value` carried; None when there is no such trade, or no such name of it."""
    code, _, pk = value.replace("\x00", "").partition(".")
    if not pk:
        row = Occupation.objects.filter(pk=code).first() if code else None
        return Trade(row) if row else None
    if not (pk.isascii() and pk.isdigit() and len(pk) < 10):
        return None
    title = OccupationTitle.objects.filter(pk=int(pk), occupation_id=code).select_related("occupation").first()
    return Trade(title.occupation, title.title, title.pk) if title else None


def _keys(words: str) -> list[str]:
    keys = search_key(words.replace("\x00", "")).split()[:MOST_WORDS]
    return [key.rstrip("sx") if len(key) >= SHORTEST_PLURAL else key for key in keys]


def _holds(name: str, keys: list[str]) -> Q:
    held = Q()
    for key in keys:
        held &= Q(**{f"{name}__contains": key})
    return held


def _first(rows: QuerySet, name: str, keys: list[str], limit: int) -> QuerySet:
    """The shortest names first: what was typed is more of them."""
    begins = Q(**{f"{name}__startswith": keys[0]})
    return rows.annotate(begins=begins).order_by("-begins", Length(name), name, "pk")[:limit]
