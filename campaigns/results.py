"""What a campaign brought: how many were reached, answered and committed, where, when, and how fast we came back.

Nothing is read from an opened mail or a followed link: an answer, a refusal, a promise are what a person did.
"""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from django.db.models import Count, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from campaigns.enums import MessageState, RecipientState, Step
from campaigns.models import Campaign, Commitment, Message, PrintedLetter, Recipient
from companies.enums import CompanyType, Sector
from companies.models import Interaction
from core.phases import Phase

EARLIER_SHOWN = 6
GROUPS_SHOWN = 12
# The picture of answers: a box of that many units, a point a day at most.
WIDTH, HEIGHT = 640, 200
TICKS = 4


@dataclass(frozen=True)
class Totals:
    """`asked`: companies of the audience written to; `out`: left out. Of those asked: what left, what came back."""

    asked: int = 0
    out: int = 0
    sent: int = 0
    refused: int = 0
    opened: int = 0
    answered: int = 0
    declined: int = 0
    opted_out: int = 0
    committed: int = 0

    @property
    def delivered(self) -> int:
        return self.sent - self.refused

    @property
    def silent(self) -> int:
        return max(0, self.asked - self.answered - self.declined - self.opted_out)


@dataclass
class Group:
    """One line of a table: those of one sector, one type, one adviser, one commune."""

    label: str
    asked: int = 0
    answered: int = 0
    declined: int = 0
    phases: Counter[int] = field(default_factory=Counter)

    @property
    def commitments(self) -> int:
        return sum(self.phases.values())

    @property
    def by_phase(self) -> list[tuple[int, int]]:
        return [(phase.value, self.phases[phase.value]) for phase in Phase]


@dataclass(frozen=True)
class Delay:
    """From an answer to the first exchange that followed, in days. `waiting`: nobody has come back to them yet."""

    contacted: int
    waiting: int
    median_days: float | None
    longest: int | None


@dataclass(frozen=True)
class Point:
    """Answers there were at the end of that day; `mark`: what left on it."""

    day: dt.date
    count: int
    mark: str = ""


@dataclass(frozen=True)
class Picture:
    """The line of answers, in a box of `WIDTH` × `HEIGHT`. `rungs`: (height, count); `marks`: (abscissa, words)."""

    line: str
    area: str
    rungs: Sequence[tuple[float, int]]
    marks: Sequence[tuple[float, str]]
    dots: Sequence[tuple[float, float]]


@dataclass(frozen=True)
class Results:
    totals: Totals
    phases: list[tuple[int, int]]
    groups: list[tuple[str, list[Group]]]
    points: list[Point]
    delay: Delay

    @property
    def commitments(self) -> int:
        return sum(count for _, count in self.phases)


# --- one campaign -------------------------------------------------------------------------------
def results_of(campaign: Campaign, *, today: dt.date) -> Results:
    """Five queries, whatever the number of recipients."""
    rows = list(_rows(campaign))
    committed = _commitments(campaign)
    phases: Counter[int] = Counter()
    for counts in committed.values():
        phases.update(counts)
    return Results(
        totals=_totals(campaign, rows, committed),
        phases=[(phase.value, phases[phase.value]) for phase in Phase],
        groups=[(title, _grouped(rows, committed, key)) for title, key in _DIMENSIONS],
        points=_points(campaign, rows, today),
        delay=_delay(rows),
    )


def _rows(campaign: Campaign) -> Iterable[Any]:
    letter = Message.objects.filter(recipient=OuterRef("pk"), step=Step.LETTER)
    posted = PrintedLetter.objects.filter(recipient=OuterRef("pk"), posted_at__isnull=False).order_by("posted_at")
    first = Interaction.objects.filter(
        company=OuterRef("company"), at__gte=OuterRef("answered_at"), deleted_at=None
    ).order_by("at")
    rows = Recipient.objects.included().filter(campaign=campaign).order_by("pk")
    return rows.annotate(
        letter_state=Subquery(letter.values("state")[:1]),
        bounced=Subquery(letter.values("bounced_at")[:1]),
        posted=Subquery(posted.values("posted_at")[:1]),
        contacted_at=Subquery(first.values("at")[:1]),
    ).values(
        "pk", "state", "asked_at", "opened_at", "answered_at", "letter_state", "bounced", "posted", "contacted_at",
        sector=F("company__sector"), company_type=F("company__company_type"), city=F("company__city"),
        adviser_first=F("adviser__first_name"), adviser_last=F("adviser__last_name"),
    )  # fmt: skip


def _commitments(campaign: Campaign) -> dict[int, Counter[int]]:
    """{recipient pk: {phase: promises that stand}}."""
    rows = Commitment.objects.filter(answer__recipient__campaign=campaign, withdrawn_at=None)
    found: dict[int, Counter[int]] = {}
    for pk, phase in rows.order_by().values_list("answer__recipient_id", "phase"):
        found.setdefault(pk, Counter())[phase] += 1
    return found


def _was_sent(row: Mapping[str, Any]) -> bool:
    return row["letter_state"] == MessageState.SENT or bool(row["bounced"] or row["posted"])


def _was_refused(row: Mapping[str, Any]) -> bool:
    """It left and came back. One the server would not take did not leave."""
    return bool(row["bounced"]) and not row["posted"]


def _totals(campaign: Campaign, rows: Sequence[Mapping[str, Any]], committed: Mapping[int, Any]) -> Totals:
    states = Counter(row["state"] for row in rows)
    failed = sum(row["letter_state"] == MessageState.FAILED and not row["bounced"] for row in rows)
    return Totals(
        asked=len(rows),
        out=Recipient.objects.excluded().filter(campaign=campaign).count(),
        sent=sum(_was_sent(row) for row in rows) + failed,
        refused=sum(_was_refused(row) for row in rows) + failed,
        opened=sum(row["opened_at"] is not None for row in rows),
        answered=states[RecipientState.ANSWERED],
        declined=states[RecipientState.DECLINED],
        opted_out=states[RecipientState.OPTED_OUT],
        committed=len(committed),
    )


# --- by sector, type, adviser, commune ----------------------------------------------------------
def _adviser(row: Mapping[str, Any]) -> str:
    return f"{row['adviser_first'] or ''} {row['adviser_last'] or ''}".strip() or "Personne"


_SECTORS: Mapping[str, str] = {key: label.split(" (")[0] for key, label in Sector.choices}
_TYPES: Mapping[str, str] = {key: label.split(" (")[0] for key, label in CompanyType.choices}
_DIMENSIONS: Sequence[tuple[str, Callable[[Mapping[str, Any]], str]]] = (
    ("Secteur", lambda row: _SECTORS.get(row["sector"], "Non renseigné")),
    ("Type d’entreprise", lambda row: _TYPES.get(row["company_type"], "Non renseigné")),
    ("Suivie par", _adviser),
    ("Commune", lambda row: row["city"] or "Non renseignée"),
)


def _grouped(
    rows: Iterable[Mapping[str, Any]], committed: Mapping[int, Counter[int]], key: Callable[[Mapping[str, Any]], str]
) -> list[Group]:
    """Most asked first; beyond a dozen, the others together."""
    groups: dict[str, Group] = {}
    for row in rows:
        group = groups.setdefault(key(row), Group(key(row)))
        _count_in(group, row, committed)
    ordered = sorted(groups.values(), key=lambda group: (-group.asked, group.label))
    if len(ordered) <= GROUPS_SHOWN:
        return ordered
    return [*ordered[: GROUPS_SHOWN - 1], _together(ordered[GROUPS_SHOWN - 1 :])]


def _count_in(group: Group, row: Mapping[str, Any], committed: Mapping[int, Counter[int]]) -> None:
    group.asked += 1
    group.answered += row["state"] == RecipientState.ANSWERED
    group.declined += row["state"] == RecipientState.DECLINED
    group.phases.update(committed.get(row["pk"], {}))


def _together(groups: Sequence[Group]) -> Group:
    others = Group(f"{len(groups)} autres")
    for group in groups:
        others.asked += group.asked
        others.answered += group.answered
        others.declined += group.declined
        others.phases.update(group.phases)
    return others


# --- in time ------------------------------------------------------------------------------------
def _points(campaign: Campaign, rows: Iterable[Mapping[str, Any]], today: dt.date) -> list[Point]:
    """A point for each day on which something came or left, from the launch on; answers add up."""
    if campaign.launched_at is None:
        return []
    came = Counter(
        timezone.localdate(row["answered_at"])
        for row in rows
        if row["answered_at"] and row["state"] == RecipientState.ANSWERED
    )
    marks = _marks(campaign)
    start = timezone.localdate(campaign.launched_at)
    end = timezone.localdate(campaign.ended_at) if campaign.ended_at else today
    days = sorted({start, max(start, end), *came, *marks})
    points, total = [], 0
    for day in days:
        total += came[day]
        points.append(Point(day, total, marks.get(day, "")))
    return points


def _marks(campaign: Campaign) -> dict[dt.date, str]:
    """The days the letter and each relaunch began to leave."""
    steps = Message.objects.filter(campaign=campaign, sent_at__isnull=False).order_by().values_list("step")
    return {timezone.localdate(at): Step(step).label for step, at in steps.annotate(first=Min("sent_at"))}


def picture_of(points: Sequence[Point]) -> Picture | None:
    """Pure geometry; None when there is nothing to draw."""
    if len(points) < 2 or not points[-1].count:
        return None
    top = _round_up(points[-1].count)
    span = max(1, (points[-1].day - points[0].day).days)

    def across(point: Point) -> float:
        return round((point.day - points[0].day).days * WIDTH / span, 1)

    def up(count: float) -> float:
        return round(HEIGHT - count * HEIGHT / top, 1)

    steps = [f"M{across(points[0])} {up(points[0].count)}"]
    steps += [f"H{across(point)}V{up(point.count)}" for point in points[1:]]
    line = "".join(steps)
    return Picture(
        line=line,
        area=f"{line}V{HEIGHT}H0Z",
        rungs=[(up(count), count) for count in sorted({top * number // TICKS for number in range(TICKS + 1)})],
        marks=[(across(point), point.mark) for point in points if point.mark],
        dots=[(across(point), up(point.count)) for point in points],
    )


def _round_up(count: int) -> int:
    """The next figure that four rungs divide."""
    return max(TICKS, -(-count // TICKS) * TICKS)


def _delay(rows: Iterable[Mapping[str, Any]]) -> Delay:
    answered = [row for row in rows if row["state"] == RecipientState.ANSWERED and row["answered_at"]]
    days = [
        (timezone.localdate(row["contacted_at"]) - timezone.localdate(row["answered_at"])).days
        for row in answered
        if row["contacted_at"]
    ]
    return Delay(
        contacted=len(days),
        waiting=len(answered) - len(days),
        median_days=median(days) if days else None,
        longest=max(days, default=None),
    )


# --- beside earlier ones ------------------------------------------------------------------------
def compared(campaign: Campaign, campaigns: "QuerySet[Campaign]") -> list[Campaign]:
    """This one, then those launched before it, latest first: `asked`, `answered`, `committed` on each. One query.

    `campaigns` are those the person sees.
    """
    earlier = campaigns.filter(structure_id=campaign.structure_id, launched_at__isnull=False)
    if campaign.launched_at:
        earlier = earlier.filter(Q(launched_at__lt=campaign.launched_at) | Q(pk=campaign.pk))
    included = Recipient.objects.included().filter(campaign=OuterRef("pk")).order_by().values("campaign")
    promises = Commitment.objects.filter(answer__recipient__campaign=OuterRef("pk"), withdrawn_at=None).order_by()
    rows = earlier.annotate(
        asked=_one(included.annotate(count=Count("pk"))),
        answered=_one(included.filter(state=RecipientState.ANSWERED).annotate(count=Count("pk"))),
        committed=_one(promises.values("answer__recipient__campaign").annotate(count=Count("pk"))),
    )
    return list(rows.order_by("-launched_at", "-pk")[: EARLIER_SHOWN + 1])


def _one(counted: Any) -> Coalesce:
    return Coalesce(Subquery(counted.values("count")[:1], output_field=IntegerField()), 0)


# --- to take away -------------------------------------------------------------------------------
EXPORT_HEADER = (
    "Entreprise", "SIRET", "Code postal", "Commune", "Secteur", "Type", "Suivie par", "Contact", "E-mail", "Envoi",
    "État", "Sollicitée le", "A répondu le", *[f"Engagements, {phase.label.lower()}" for phase in Phase], "Écartée",
    "Précision",
)  # fmt: skip


def export_rows(campaign: Campaign) -> Iterable[list[Any]]:
    """One line a company of the audience, those left out too, by name. Two queries."""
    committed = _commitments(campaign)
    related = Recipient.objects.filter(campaign=campaign).select_related("company", "contact", "adviser")
    for row in related.order_by("company__name_key", "pk").iterator(chunk_size=2000):
        company, counts = row.company, committed.get(row.pk, Counter())
        yield [
            str(company), company.siret, company.postcode, company.city, _SECTORS.get(company.sector, ""),
            _TYPES.get(company.company_type, ""), row.adviser.full_name if row.adviser else "",
            row.contact.full_name if row.contact else "", row.email, row.get_channel_display(),
            row.get_state_display() if row.is_included else "", _day(row.asked_at), _day(row.answered_at),
            *[counts[phase.value] or None for phase in Phase], row.get_exclusion_display(),
            "" if row.is_included else row.exclusion_note,
        ]  # fmt: skip


def _day(at: dt.datetime | None) -> dt.date | None:
    return timezone.localdate(at) if at else None
