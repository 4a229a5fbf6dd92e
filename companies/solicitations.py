"""May this company be asked again, and who asked it last. Pure: what was asked comes from the ledger of requests.

A limit says how many requests, of any kind and from anybody, a company of that level of service takes in so many days.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from companies.enums import ServiceLevel, SolicitationChannel


@dataclass(frozen=True)
class Limit:
    """At most `requests` in any `days` days."""

    requests: int
    days: int


# What holds until the structure chooses otherwise. The closer the relation, the more it bears; "": no level yet.
DEFAULT_LIMITS: Mapping[str, Limit] = {
    ServiceLevel.INDIVIDUAL: Limit(6, 90),
    ServiceLevel.DEVELOP: Limit(3, 90),
    ServiceLevel.CONSOLIDATE: Limit(2, 90),
    ServiceLevel.LIGHT: Limit(1, 90),
    "": Limit(2, 90),
}
LEVEL_LABELS: Mapping[str, str] = {**dict(ServiceLevel.choices), "": "Sans niveau de service"}


@dataclass(frozen=True)
class PastRequest:
    """One line of the ledger. `by`: the name of whoever asked, "" when her account is gone or nobody did by hand."""

    on: dt.date
    channel: str
    by: str
    title: str

    @property
    def label(self) -> str:
        """« Courrier : Pacte de rentrée »."""
        return f"{SolicitationChannel(self.channel).label}\u00a0: {self.title}"


@dataclass(frozen=True)
class Standing:
    """Where a company stands. `last`: the latest request, even before the window; `again_on`: when it may be asked."""

    limit: Limit
    count: int
    last: PastRequest | None
    again_on: dt.date | None

    @property
    def may_be_asked(self) -> bool:
        return self.again_on is None


def limit_of(level: str, limits: Mapping[str, Limit]) -> Limit:
    """Of that level of service; without one of its own, the usual one."""
    return limits.get(level) or DEFAULT_LIMITS.get(level) or DEFAULT_LIMITS[""]


def longest_window(limits: Mapping[str, Limit]) -> int:
    """In days: how far back the ledger must be read."""
    return max(limit.days for limit in {**DEFAULT_LIMITS, **limits}.values())


def standing(*, level: str, past: Sequence[PastRequest], limits: Mapping[str, Limit], today: dt.date) -> Standing:
    """`past` in any order; requests dated after today are not counted."""
    limit = limit_of(level, limits)
    known = sorted((request for request in past if request.on <= today), key=lambda request: request.on, reverse=True)
    within = [request for request in known if request.on > today - dt.timedelta(days=limit.days)]
    again_on = None
    if len(within) >= limit.requests:
        # The oldest of the last `requests` has to leave the window first.
        again_on = within[limit.requests - 1].on + dt.timedelta(days=limit.days)
    return Standing(limit=limit, count=len(within), last=known[0] if known else None, again_on=again_on)
