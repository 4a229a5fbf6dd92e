"""Young people, their needs, and what companies offer, beside the companies of the data set. Everybody is invented."""

import datetime as dt
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models

from companies.models import Company
from config.demo.trades import TRADES
from core.models import Municipality
from core.phases import KINDS_BY_PHASE, Phase
from opportunities.models import Opportunity
from youth.models import Need, YoungPerson

Rows = Iterable[dict[str, Any]]
RADII = (5, 10, 15, 20, 20, 30, 40, None)
CODES = sorted({code for trade in TRADES for code in trade.occupations})


@dataclass(frozen=True)
class Size:
    """`offers`: open opportunities; as many again are past. `needs` wait; a fifth as many are met."""

    people: int
    needs: int
    offers: int


class Cases:
    """`copy(model, rows)` writes them; `first(model)` is the next free id; `mark` ends every word of the neighbour."""

    def __init__(
        self,
        *,
        copy: Callable[[type[models.Model], Rows], None],
        first: Callable[[type[models.Model]], int],
        communes: Sequence[Municipality],
        people: Sequence[Any],
        now: dt.datetime,
        source: random.Random,
        mark: str,
    ) -> None:
        self.copy, self.first, self.communes, self.people = copy, first, communes, people
        self.now, self.source, self.mark = now, source, mark

    def fill(self, companies: range, size: Size) -> None:
        persons = range(self.first(YoungPerson), self.first(YoungPerson) + size.people)
        needs, offers = self.first(Need), self.first(Opportunity)
        self.copy(YoungPerson, self._persons(persons))
        self.copy(Need, self._needs(needs, persons, size.needs))
        self.copy(Opportunity, self._offers(offers, companies, size.offers))
        self.copy(
            Opportunity.occupations.through, self._trades("opportunity_id", range(offers, offers + 2 * size.offers))
        )
        # One company in five says which trades are practised there.
        self.copy(Company.occupations.through, self._trades("company_id", companies[::5]))

    def _where(self, commune: Municipality) -> dict[str, Any]:
        return {
            "postcode": commune.postcodes[0],
            "city": commune.name,
            "insee_code": commune.insee_code,
            "latitude": commune.latitude,
            "longitude": commune.longitude,
        }

    def _persons(self, ids: range) -> Iterator[dict[str, Any]]:
        today = self.now.date()
        for rank, pk in enumerate(ids):
            yield {
                "id": pk,
                "first_name": self.source.choice(("Maël", "Sarah", "Hugo", "Inès", "Théo", "Lina", "Noé", "Jade")),
                "last_name": f"Banc{rank}{self.mark}",
                "birth_date": today - dt.timedelta(days=self.source.randint(18, 24) * 365),
                "entered_on": today - dt.timedelta(days=300),
                "phase": rank % 4 + 1,
                "phase_since": today - dt.timedelta(days=60),
                "step": "accompanied",
                "step_since": today - dt.timedelta(days=200),
                "company_profile": f"Aime le travail en équipe, disponible tout de suite{self.mark}.",
                "counsellor_id": self.people[rank % len(self.people)].pk,
                "keep_until": today + dt.timedelta(days=900),
                "created_at": self.now,
                "updated_at": self.now,
                **self._where(self.communes[rank % len(self.communes)]),
            }

    def _needs(self, first: int, persons: range, waiting: int) -> Iterator[dict[str, Any]]:
        choose, chance = self.source.choice, self.source.random
        for rank in range(waiting + waiting // 5):
            phase = choose(list(Phase))
            opened = self.now - dt.timedelta(days=self.source.randint(0, 200))
            proposed = opened + dt.timedelta(days=self.source.randint(1, 40)) if chance() < 0.4 else None
            is_met = rank >= waiting
            yield {
                "id": first + rank,
                "young_person_id": persons[rank % len(persons)],
                "phase": phase,
                "kind": choose(KINDS_BY_PHASE[phase]) if chance() < 0.6 else "",
                "occupation_id": choose(CODES) if chance() < 0.9 else None,
                "trade": f"métier{self.mark}" if self.mark else "",
                "radius_km": choose(RADII),
                "without_car": chance() < 0.3,
                "starts_on": opened.date() + dt.timedelta(days=30) if chance() < 0.5 else None,
                "state": "met" if is_met else ("proposed" if proposed else "open"),
                "opened_at": opened,
                "proposed_at": proposed,
                "closed_at": self.now if is_met else None,
                **self._where(choose(self.communes)),
            }

    def _offers(self, first: int, companies: range, opened: int) -> Iterator[dict[str, Any]]:
        choose = self.source.choice
        for rank in range(2 * opened):
            phase = choose(list(Phase))
            yield {
                "id": first + rank,
                "company_id": choose(companies),
                "title": f"{choose(KINDS_BY_PHASE[phase]).label} {rank}{self.mark}",
                "phase": phase,
                "kind": choose(KINDS_BY_PHASE[phase]),
                "places": rank % 3 + 1,
                "months": choose(([], [], [3, 4, 5], [9, 10], [6, 7, 8])),
                "received_on": self.now.date() - dt.timedelta(days=rank % 300),
                "managed_by_id": self.people[rank % len(self.people)].pk,
                "state": "open" if rank < opened else choose(("filled", "closed")),
                "state_since": self.now - dt.timedelta(days=rank % 90),
                "created_at": self.now,
                "updated_at": self.now,
                **self._where(choose(self.communes)),
            }

    def _trades(self, column: str, ids: range) -> Iterator[dict[str, Any]]:
        for pk in ids:
            for code in self.source.sample(CODES, self.source.choice((1, 1, 2))):
                yield {column: pk, "occupation_id": code}
