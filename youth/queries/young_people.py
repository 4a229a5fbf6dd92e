"""What the pages of a young person read: a constant number of queries, whatever the history."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.db.models import Count, Max, Prefetch, Q, QuerySet

from core.models import ActivityEntry, ActivityKind
from core.text import search_key
from core.timelines import Timeline, timeline_of
from youth.enums import WAITING_NEEDS
from youth.models import FileAccess, Need, Obstacle, ObstacleShare, PathwayMove, YoungPerson

# How much two names must be alike, for people born the same day.
ALIKE = 0.75

# What the timeline can be narrowed to: (word of the address, label, kinds of entries).
TIMELINE_VIEWS = (
    ("", "Tout", ()),
    ("parcours", "Parcours", (ActivityKind.PATHWAY,)),
    ("besoins", "Besoins", (ActivityKind.NEED,)),
    ("positionnements", "Positionnements", (ActivityKind.PLACEMENT, ActivityKind.OPPORTUNITY)),
    ("modifications", "Modifications", (ActivityKind.CHANGE, ActivityKind.IMPORT)),
)
_KIND_ICONS = {
    ActivityKind.PATHWAY: "milestone",
    ActivityKind.NEED: "target",
    ActivityKind.PLACEMENT: "handshake",
    ActivityKind.OPPORTUNITY: "handshake",
    ActivityKind.IMPORT: "upload",
}
_VERB_ICONS = {
    "young_person_created": "user-round-plus",
    "young_person_left": "log-out",
    "young_person_met": "message-circle",
    "counsellor_assigned": "forward",
    "obstacle_noted": "construction",
    "obstacle_edited": "construction",
    "obstacle_lifted": "circle-check",
    "obstacle_shared": "share-2",
    "obstacle_unshared": "undo-2",
}


@dataclass(frozen=True)
class TimelineLine:
    entry: ActivityEntry

    @property
    def icon(self) -> str:
        return _VERB_ICONS.get(self.entry.verb) or _KIND_ICONS.get(ActivityKind(self.entry.kind), "history")

    @property
    def who(self) -> str:
        return self.entry.by.full_name if self.entry.by else ""

    @property
    def changes(self) -> list[tuple[str, Any, Any]]:
        return self.entry.untold_rows()


def young_person_timeline(young_person: YoungPerson, *, view: str = "", cursor: str = "") -> Timeline[TimelineLine]:
    """A page of her story, in one query."""
    return timeline_of(young_person, TIMELINE_VIEWS, _lines, view=view, cursor=cursor)


def _lines(entries: list[ActivityEntry]) -> list[TimelineLine]:
    return [TimelineLine(entry) for entry in entries]


@dataclass(frozen=True)
class YoungPersonPage:
    young_person: YoungPerson
    needs: list[Need]
    obstacles: list[Obstacle]
    moves: list[PathwayMove]
    timeline: Timeline[TimelineLine]
    today: dt.date

    @property
    def waiting(self) -> list[tuple[Need, int, bool]]:
        """(need, age in days, whether it is old), the oldest first."""
        return [(need, need.age_on(self.today), need.is_old_on(self.today)) for need in self.needs if need.is_waiting]

    @property
    def closed(self) -> list[Need]:
        return [need for need in reversed(self.needs) if not need.is_waiting]

    @property
    def standing(self) -> list[Obstacle]:
        return [row for row in self.obstacles if row.lifted_on is None]

    @property
    def lifted(self) -> list[Obstacle]:
        return [row for row in self.obstacles if row.lifted_on is not None]


def young_person_page(
    *, young_person: YoungPerson, today: dt.date, view: str = "", cursor: str = ""
) -> YoungPersonPage:
    shares = ObstacleShare.objects.filter(ended_at=None).select_related("adviser").order_by("pk")
    obstacles = Obstacle.objects.filter(young_person=young_person).order_by("-level", "noted_on", "pk")
    needs = Need.objects.filter(young_person=young_person).select_related("occupation").order_by("opened_at", "pk")
    moves = PathwayMove.objects.filter(young_person=young_person).select_related("by").order_by("-on", "-pk")
    return YoungPersonPage(
        young_person=young_person,
        needs=list(needs),
        obstacles=list(obstacles.prefetch_related(Prefetch("shares", shares, to_attr="told"))),
        moves=list(moves),
        timeline=young_person_timeline(young_person, view=view, cursor=cursor),
        today=today,
    )


def obstacles_shared_with(adviser: Any, young_person_id: int) -> list[Obstacle]:
    """Those of this young person that this adviser was told of, heaviest first."""
    told = Obstacle.objects.all().shared_with(adviser).filter(young_person_id=young_person_id)
    return list(told.order_by("-level", "kind", "pk"))


def waiting_needs_of(young_person_id: int) -> list[Need]:
    rows = Need.objects.filter(young_person_id=young_person_id, state__in=WAITING_NEEDS)
    return list(rows.select_related("occupation").order_by("opened_at", "pk"))


def last_change(young_person: YoungPerson) -> ActivityEntry | None:
    """The line that says who changed the file last, and when."""
    lines = ActivityEntry.objects.about(young_person).filter(kind=ActivityKind.CHANGE)
    return lines.select_related("by").first()


# --- who she may already be ---------------------------------------------------------------------
@dataclass(frozen=True)
class Candidate:
    young_person: YoungPerson
    reasons: list[str]


def similar_young_people(people: QuerySet, values: Mapping[str, Any]) -> list[Candidate]:
    """Among `people`, those that `values` may speak of: same i-Milo number, or born the same day with a name alike."""
    wanted = Q(birth_date=values["birth_date"])
    number = values.get("imilo_number", "")
    if number:
        wanted |= Q(imilo_number=number)
    found = []
    for person in people.filter(wanted).select_related("counsellor").order_by("pk")[:200]:
        reasons = ["même numéro i-Milo"] if number and person.imilo_number == number else []
        if person.birth_date == values["birth_date"]:
            likeness = _likeness(person, values["first_name"], values["last_name"])
            if likeness >= ALIKE:
                reasons.append(
                    "mêmes nom et date de naissance" if likeness == 1 else "nom proche, même date de naissance"
                )
        if reasons:
            found.append(Candidate(person, reasons))
    return found


def _likeness(person: YoungPerson, first_name: str, last_name: str) -> float:
    """From 0 to 1; names said in the other order are alike."""
    known = f"{search_key(person.last_name)} {search_key(person.first_name)}"
    last, first = search_key(last_name), search_key(first_name)
    return max(SequenceMatcher(None, known, said).ratio() for said in (f"{last} {first}", f"{first} {last}"))


# --- who opened it ------------------------------------------------------------------------------
def accesses_of(young_person: YoungPerson, *, limit: int = 200) -> list[FileAccess]:
    """The latest first."""
    rows = FileAccess.objects.filter(young_person=young_person).select_related("user")
    return list(rows.order_by("-at", "-pk")[:limit])


@dataclass(frozen=True)
class Reader:
    """How one person used the files over a while."""

    name: str
    files: int
    with_reason: int
    exported: int
    last_at: dt.datetime


def readers(accesses: QuerySet, *, since: dt.datetime) -> list[Reader]:
    """Who opened how many files, the most first; `accesses` is already visible to whoever asks."""
    rows = (
        accesses.filter(at__gte=since)
        .values("user_id", "user__first_name", "user__last_name")
        .annotate(
            files=Count("file_number", distinct=True),
            with_reason=Count("file_number", distinct=True, filter=~Q(reason="")),
            exported=Count("file_number", distinct=True, filter=Q(kind="exported")),
            last_at=Max("at"),
        )
        .order_by("-files", "user__last_name", "user_id")
    )
    return [
        Reader(
            f"{row['user__first_name']} {row['user__last_name']}",
            row["files"],
            row["with_reason"],
            row["exported"],
            row["last_at"],
        )
        for row in rows
    ]
