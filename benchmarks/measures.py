"""What is asked, how often, and the table of what came."""

import datetime as dt
import itertools
import os
import platform
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import django

django.setup()

from django.db import connection  # noqa: E402 -- Django first
from django.urls import NoReverseMatch, reverse  # noqa: E402
from django.utils import timezone  # noqa: E402

from benchmarks import volume  # noqa: E402
from benchmarks.client import Answer, Client, Measure  # noqa: E402
from benchmarks.surveys import survey_keys  # noqa: E402
from companies.models import Company  # noqa: E402
from core.pagination import Cursor, Order  # noqa: E402
from core.scope import structure_scope  # noqa: E402

WARM_UP = 20
# Bytes of a first view, with all it loads: the list, and a step of the survey that a company opens on its phone.
WEIGHT_GOALS = {"the list": 150_000, "a step of the survey": 100_000}
WORDS = (
    "boulangerie", "menuiserie", "martin", "garage", "electricite", "chateauroux", "lefevre", "ehpad", "transports",
    "boulangerie martin", "garage pont", "peinture blanc", "ferme", "hotel", "commune rosnay", "creperie", "clement",
)  # fmt: skip
TYPOS = ("boulengerie", "menuisserie", "electrisite", "fonderi des mille", "charpante")
FILTERS = (
    "sector=construction",
    "state=partner&sector=industry",
    "adviser=me",
    "city=le+blanc",
    "near=36300&km=15",
    "contact=over-3&sector=construction&sector=green",
    "action=forgotten",
)
NEED_FILTERS = ("phase=3", "family=F", "near=36300&km=15", "state=open", "trade=F1503")
OFFER_FILTERS = ("phase=3", "family=F", "near=36300&km=15", "manager=me", "month=4")
ASSET = re.compile(r'(?:href|src)="(/static/[^"#?]+)')


@dataclass
class Report:
    measures: list[Measure]
    weights: dict[str, int]

    @property
    def is_missed(self) -> bool:
        heavy = any(weight > WEIGHT_GOALS[name] for name, weight in self.weights.items())
        return heavy or any(measure.is_missed for measure in self.measures)

    @property
    def text(self) -> str:
        lines = [
            f"Measured on {dt.datetime.now(dt.UTC):%d %B %Y}: {machine()}.",
            "",
            f"{volume.COMPANIES:,} companies, {volume.CONTACTS:,} contacts, {volume.INTERACTIONS:,} exchanges in one "
            f"structure, with {volume.NEEDS:,} needs that wait and {volume.OFFERS:,} opportunities open; "
            f"{volume.NEIGHBOURS:,} companies in another; one client, two server workers.",
            "",
            "| milliseconds | p50 | p95 | p99 | goal (p95) | |",
            "|---|---:|---:|---:|---:|---|",
            *(measure.row() for measure in self.measures),
        ]
        for name, weight in self.weights.items():
            goal = WEIGHT_GOALS[name]
            verdict = "held" if weight <= goal else "missed"
            said = f"{weight / 1000:.0f} kB (goal {goal // 1000}: {verdict})"
            lines += ["", f"First view of {name}, with all it loads: {said}."]
        return "\n".join(lines)

    def write(self, path: Path) -> None:
        """Replace what stands between the two marks."""
        start, end = "<!-- figures -->\n", "\n<!-- /figures -->"
        page = path.read_text()
        head, rest = page.split(start)
        path.write_text(f"{head}{start}{self.text}{end}{rest.split(end, 1)[1]}")


def machine() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        (server,) = cursor.fetchone()
    versions = f"Python {platform.python_version()}, Django {django.get_version()}, PostgreSQL {server}"
    load = os.getloadavg()[0]
    processor = f"{names[0] if names else platform.machine()}, {os.cpu_count()} cores, {memory:.0f} GB"
    return f"{processor}, {versions}; load average at the end {load:.1f}"


def prepare() -> None:
    volume.forget_older()
    if not volume.is_loaded():
        volume.load(timezone.localdate())


def run(port: int, *, requests: int, only: str = "") -> Report:
    client = Client("127.0.0.1", port)
    client.sign_in(reverse("account_login"), volume.EMAIL, volume.PASSWORD)
    measures = []
    for name, goal, ask in _gestures(client):
        if only in name:
            measures.append(_measured(name, goal, ask, requests))
            print(measures[-1].row(), flush=True)
    return Report(measures, _weights(client, port, only))


def _weights(client: Client, port: int, only: str) -> dict[str, int]:
    found = {}
    if not only:
        found["the list"] = _weight(client, reverse("companies:company_list"))
    if only in "survey":
        key = survey_keys(volume.landmarks())[0]
        somebody = Client("127.0.0.1", port)
        found["a step of the survey"] = _weight(somebody, reverse("campaigns:survey_section", args=[key, "immersion"]))
    return found


Ask = Callable[[int], Answer]


def _measured(name: str, goal: float | None, ask: Ask, requests: int) -> Measure:
    """`ask` gets the number of the request. A wrong answer, or a word of the neighbour in one, ends the line."""
    measure = Measure(name, goal)
    try:
        for rank in range(requests + WARM_UP):
            answer = ask(rank)
            if answer.status not in (200, 302) or "/connexion/" in answer.location:
                measure.fault = f"answered {answer.status}"
                break
            if answer.status == 200 and "saving" in name:
                measure.fault = "the form was refused"
                break
            if volume.CANARY.lower() in answer.body.lower():
                measure.fault = "shows the neighbour's rows"
                break
            if rank >= WARM_UP:
                measure.milliseconds.append(answer.milliseconds)
    except NoReverseMatch:
        measure.fault = "no such page"
    return measure


def _gestures(client: Client) -> Iterable[tuple[str, float | None, Ask]]:
    marks = volume.landmarks()
    companies = reverse("companies:company_list")
    ordinary = itertools.cycle(marks.ordinary_ids)
    deep = itertools.cycle(_deep_places(marks.structure_id, Order(("name_key", "id"))))
    by_date = Order(("last_interaction_on", "id"), nullable=True, descending=True)
    deep_by_date = itertools.cycle(_deep_places(marks.structure_id, by_date))
    words, typos, filters = itertools.cycle(WORDS), itertools.cycle(TYPOS), itertools.cycle(FILTERS)

    def page(name: str, *arguments: int) -> str:
        return reverse(name, args=arguments)

    def htmx(path: str) -> Answer:
        return client.get(path, **{"HX-Request": "true"})

    yield "day", None, lambda _: client.get(page("dashboards:day"))
    yield "list, first page", 50, lambda _: client.get(companies)
    yield "list, deep page (60 to 95 %)", 50, lambda _: client.get(f"{companies}?after={next(deep)}")
    yield "list, filtered", 60, lambda _: client.get(f"{companies}?{next(filters)}")
    for query in FILTERS:
        yield f"list, filtered: {query}", 60, lambda _, query=query: client.get(f"{companies}?{query}")
    yield "list, text filter", 60, lambda _: client.get(f"{companies}?q={next(words).replace(' ', '+')}")
    yield "list, by last exchange", 60, lambda _: client.get(f"{companies}?sort=-last")
    yield "list, by last exchange, deep", 60, lambda _: client.get(f"{companies}?sort=-last&after={next(deep_by_date)}")
    yield "search", 80, lambda _: client.get(f"{page('dashboards:search')}?q={next(words).replace(' ', '+')}")
    yield "search, misspelt", 80, lambda _: client.get(f"{page('dashboards:search')}?q={next(typos).replace(' ', '+')}")
    yield "suggestions", 80, lambda _: htmx(f"{page('dashboards:search_suggest')}?q={next(words).replace(' ', '+')}")
    yield "company", 70, lambda _: client.get(page("companies:company_detail", next(ordinary)))
    yield "company, the busiest", 70, lambda _: client.get(page("companies:company_detail", marks.busiest_id))
    yield from _solutions(client, marks)
    yield from _survey(client, marks)
    yield (
        "saving a next action",
        60,
        lambda _: client.post(
            page("companies:next_action_create", next(ordinary)),
            {"kind": "call", "title": "Rappeler", "delay": "week", "assigned_to": str(marks.adviser_id)},
        ),
    )
    yield (
        "saving an exchange",
        60,
        lambda _: client.post(
            page("companies:interaction_create", next(ordinary)),
            {
                "kind": "call",
                "direction": "outgoing",
                "at": f"{timezone.localtime():%Y-%m-%dT%H:%M}",
                "outcome": "reached",
                "summary": "Accepte une visite en juin.",
                "next_kind": "call",
                "next_delay": "week",
            },
        ),
    )


def _solutions(client: Client, marks: volume.Landmarks) -> Iterable[tuple[str, float | None, Ask]]:
    """Needs, opportunities, and what answers what."""
    needs, offers = itertools.cycle(marks.need_ids), itertools.cycle(marks.offer_ids)
    need_filters, offer_filters = itertools.cycle(NEED_FILTERS), itertools.cycle(OFFER_FILTERS)

    def page(name: str, *arguments: int, query: str = "") -> Answer:
        return client.get(reverse(name, args=arguments) + query)

    yield "needs, first page", 50, lambda _: page("youth:need_list")
    yield "needs, filtered", 60, lambda _: page("youth:need_list", query=f"?{next(need_filters)}")
    yield "needs, without a solution", None, lambda _: page("youth:need_unsolved")
    yield "opportunities, first page", 50, lambda _: page("opportunities:opportunity_list")
    yield (
        "opportunities, filtered",
        60,
        lambda _: page("opportunities:opportunity_list", query=f"?{next(offer_filters)}"),
    )
    yield "opportunities, board", None, lambda _: page("opportunities:opportunity_board")
    yield "solutions to a need", 200, lambda _: page("opportunities:need_matches", next(needs))
    yield "young people for an opportunity", 200, lambda _: page("opportunities:opportunity_matches", next(offers))
    yield "coverage", 200, lambda _: page("opportunities:coverage")
    yield "coverage, by commune", 200, lambda _: page("opportunities:coverage", query="?by=commune")
    yield "coverage, around a place", 200, lambda _: page("opportunities:coverage", query="?near=36300&km=20")


def _survey(client: Client, marks: volume.Landmarks) -> Iterable[tuple[str, float | None, Ask]]:
    """What a company meets: it has no account."""
    keys, steps = itertools.cycle(survey_keys(marks)), itertools.cycle(("entreprise", "emploi", "immersion"))
    somebody = Client(client.host, client.port)
    yield "survey, cover", 100, lambda _: somebody.get(reverse("campaigns:survey", args=[next(keys)]))
    yield (
        "survey, a step",
        100,
        lambda _: somebody.get(reverse("campaigns:survey_section", args=[next(keys), next(steps)])),
    )


def _deep_places(structure_id: int, order: Order) -> list[str]:
    """Cursors between 60 and 95 % of the list: what following « Suivantes » that long would give."""
    with structure_scope([structure_id]):
        rows = order.applied_to(Company.objects.kept().filter(structure=structure_id)).values_list(*order.fields)
        rows = list(rows)
    places = [int(len(rows) * part / 100) for part in range(60, 95, 2)]
    return [Cursor(after=True, place=place, values=tuple(rows[place])).encoded() for place in places]


def _weight(client: Client, path: str) -> int:
    """Bytes of a page with its styles, scripts and fonts, as a browser with an empty cache asks."""
    answer = client.get(path)
    total, seen = answer.weight, set()
    queue = ASSET.findall(answer.body)
    while queue:
        path = queue.pop()
        if path in seen:
            continue
        seen.add(path)
        asset = client.get(path)
        total += asset.weight
        if path.endswith(".css"):
            base = path.rsplit("/", 1)[0]
            found = re.findall(r'url\("?([^")]+\.woff2)"?\)', asset.body)
            # A page in French loads the Latin part of the font, upright.
            fonts = [name for name in found if "latin-wght-normal" in name and "ext" not in name]
            queue += [os.path.normpath(f"{base}/{name}") for name in fonts]
    return total
