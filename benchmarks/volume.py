"""A structure of 100,000 companies, 20,000 needs and 5,000 open opportunities, and a neighbour whose words must never
be seen, written by COPY.

Everybody here is invented. Triggers stay on: what they keep (the search table) is loaded as the product writes it.
"""
# Django is set up by the caller before this module is imported.

import datetime as dt
import random
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection, models
from psycopg.types.json import Json
from stdnum import luhn

from accounts.enums import Role
from accounts.models import Membership, Site, Structure, User
from benchmarks.cases import Cases, Size
from companies.enums import InteractionKind, NetworkKind, RelationState
from companies.models import Company, Contact, Interaction, NextAction, SearchEntry, Tag
from config.demo import phrases, territory
from config.demo.identities import SIGNS, SPOTS, STREETS, slug, with_preposition
from config.demo.trades import TRADES
from core.models import ActivityEntry, ActivityKind, SavedView
from core.scope import structure_scope
from opportunities.models import Opportunity
from youth.models import Need, YoungPerson

PARIS = ZoneInfo("Europe/Paris")
SEED = 100_000
COMPANIES, CONTACTS, INTERACTIONS, OPEN_ACTIONS = 100_000, 150_000, 300_000, 6_000
NEIGHBOURS = 5_000
NEEDS, OFFERS = 20_000, 5_000
SIZE, NEIGHBOURS_SIZE = Size(people=12_000, needs=NEEDS, offers=OFFERS), Size(people=600, needs=1_000, offers=250)
# Kept in the neighbour's legal name: another number, and the data set is loaded anew.
VERSION = "données 2"
ADVISERS = 20
BUSIEST_INTERACTIONS, BUSIEST_CONTACTS = 3_000, 200
BIG, SMALL = "Mission Locale du banc d’essai", "Mission Locale voisine"
EMAIL, PASSWORD = "banc.dessai@demo.example", "demonstration"
# In every name of the neighbour, and nowhere else.
CANARY = "Kanariz"
BUSIEST_NAME = "Fonderie des Mille Échanges"


# Whose rows are written with their ids.
NUMBERED = (Company, Contact, Interaction, NextAction, YoungPerson, Need, Opportunity)


@dataclass(frozen=True)
class Landmarks:
    """What the client looks for."""

    structure_id: int
    adviser_id: int
    busiest_id: int
    ordinary_ids: list[int]
    need_ids: list[int]
    offer_ids: list[int]


def landmarks() -> Landmarks:
    structure = Structure.objects.get(name=BIG)
    with structure_scope([structure.pk]):
        companies = Company.objects.filter(structure=structure)
        busiest = companies.get(legal_name=BUSIEST_NAME).pk
        ordinary = list(companies.order_by("pk").values_list("pk", flat=True)[100:60_000:251])
        needs = list(Need.objects.filter(structure=structure).waiting().order_by("pk").values_list("pk", flat=True))
        offers = Opportunity.objects.filter(structure=structure).open().order_by("pk").values_list("pk", flat=True)
        found = needs[10::53], list(offers)[10::17]
    return Landmarks(structure.pk, User.objects.get(email=EMAIL).pk, busiest, ordinary, *found)


def is_loaded() -> bool:
    return Structure.objects.filter(name=SMALL, legal_name=VERSION).exists()


def forget_older() -> None:
    """A data set of another version goes away whole."""
    if Structure.objects.exists() and not is_loaded():
        call_command("flush", interactive=False, verbosity=0)
        ContentType.objects.clear_cache()


def load(today: dt.date, say: Callable[[str], None] = print) -> None:
    """The whole of it, in one transaction but ANALYZE."""
    start = time.perf_counter()
    with structure_scope([]):
        territory.load_referentials()
        big, small = Structure.objects.create(name=BIG), Structure.objects.create(name=SMALL, legal_name=VERSION)
        with structure_scope([big.pk, small.pk]):
            people = _people(big)
            _Structure(big, people, random.Random(SEED), today, say=say).fill(
                COMPANIES, CONTACTS, INTERACTIONS, OPEN_ACTIONS, SIZE
            )
            outsider = _person("voisin@demo.example", small)
            _Structure(small, [outsider], random.Random(SEED + 1), today, say=say, mark=f" {CANARY}").fill(
                NEIGHBOURS, NEIGHBOURS, NEIGHBOURS * 2, 200, NEIGHBOURS_SIZE
            )
    with connection.cursor() as cursor:
        for model in (*NUMBERED, ActivityEntry, SearchEntry):
            cursor.execute(f'VACUUM ANALYZE "{model._meta.db_table}"')
        cursor.execute("ANALYZE")
    say(f"{'loaded in':<34}{time.perf_counter() - start:>8.1f} s")


def _person(email: str, structure: Structure) -> User:
    user = User.objects.create(
        email=email, first_name="Banc", last_name="d’Essai", password=make_password(PASSWORD), is_demo=True
    )
    Membership.objects.create(user=user, structure=structure, role=Role.ADVISER)
    return user


def _people(structure: Structure) -> list[User]:
    people = [_person(EMAIL, structure)]
    people += [_person(f"banc{number}@demo.example", structure) for number in range(1, ADVISERS)]
    Site.objects.create(structure=structure, name="Siège")
    for rank in range(4):
        SavedView.objects.create(
            structure=structure,
            owner=people[0],
            listing="companies",
            name=f"Vue {rank}",
            query="sector=construction",
            is_shared=rank > 1,
        )
    return people


class _Structure:
    def __init__(
        self,
        structure: Structure,
        people: list[User],
        source: random.Random,
        today: dt.date,
        *,
        say: Callable[[str], None],
        mark: str = "",
    ) -> None:
        self.structure, self.people, self.source, self.today = structure, people, source, today
        self.say, self.mark = say, mark
        self.communes, self.naf_2025 = territory.communes(), territory.naf_2025_codes()
        self.families = self._families()
        self.now = dt.datetime.combine(today, dt.time(8), PARIS)

    def _families(self) -> list[str]:
        from faker import Faker  # noqa: PLC0415 -- a demo dependency, for the loader alone

        faker = Faker("fr_FR")
        faker.seed_instance(SEED)
        return sorted({faker.last_name() for _ in range(2000)})

    def fill(self, companies: int, contacts: int, interactions: int, actions: int, size: Size) -> None:
        first = {model: _next_pk(model) for model in (Company, Contact, Interaction, NextAction)}
        ids = range(first[Company], first[Company] + companies)
        busiest = ids[companies // 2]
        spread = Spread(ids, busiest, self.source)
        last, due = self._agenda(ids, busiest, interactions, actions)
        tags = Tag.objects.bulk_create([Tag(structure=self.structure, name=name) for name in phrases.TAGS])

        self._copy(Company, self._companies(ids, busiest, last, due))
        self._copy(
            Company.tags.through,
            ({"company_id": pk, "tag_id": self.source.choice(tags).pk} for pk in ids if not pk % 4),
        )
        owners = spread.over(contacts, BUSIEST_CONTACTS)
        self._copy(Contact, self._contacts(first[Contact], owners))
        contact_of = {company: first[Contact] + rank for rank, company in enumerate(owners)}
        self._copy(NextAction, self._actions(first[NextAction], due))
        self._copy(Interaction, self._interactions(first[Interaction], last))
        self._copy(
            Interaction.contacts.through,
            (
                {"interaction_id": first[Interaction] + rank, "contact_id": contact_of[company]}
                for rank, (company, _) in enumerate(last)
                if company in contact_of
            ),
        )
        self._copy(ActivityEntry, self._entries(ids, first[Interaction], last))
        cases = Cases(
            copy=self._copy,
            first=_next_pk,
            communes=self.communes,
            people=self.people,
            now=self.now,
            source=self.source,
            mark=self.mark,
        )
        cases.fill(ids, size)
        for model in NUMBERED:
            _advance(model)

    # what happened ------------------------------------------------------------------------------
    def _agenda(
        self, ids: range, busiest: int, interactions: int, actions: int
    ) -> tuple[list[tuple[int, dt.datetime]], dict[int, dt.date]]:
        """(company, when) of every exchange; {company: due on} of every open action."""
        exchanges = [
            (company, self.now - dt.timedelta(days=self.source.randint(0, 1000), minutes=self.source.randint(0, 500)))
            for company in Spread(ids, busiest, self.source).over(interactions, BUSIEST_INTERACTIONS, part=0.6)
        ]
        due = {
            pk: self.today + dt.timedelta(days=self.source.randint(-20, 120)) for pk in self.source.sample(ids, actions)
        }
        return exchanges, due

    def _companies(
        self, ids: range, busiest: int, exchanges: list[tuple[int, dt.datetime]], due: dict[int, dt.date]
    ) -> Iterator[dict[str, Any]]:
        choose, chance = self.source.choice, self.source.random
        weights = [trade.weight for trade in TRADES]
        latest: dict[int, dt.date] = {}
        for company, at in exchanges:
            latest[company] = max(at.date(), latest.get(company, at.date()))
        for rank, pk in enumerate(ids):
            trade = self.source.choices(TRADES, weights)[0]
            commune = choose(self.communes)
            name = choose(trade.names).format(
                family=choose(self.families),
                spot=choose(SPOTS),
                sign=choose(SIGNS),
                of_city=with_preposition(commune.name),
            )
            name = BUSIEST_NAME if pk == busiest else name
            name += self.mark
            spoken = pk in latest
            state = choose(list(RelationState)[1:4]) if spoken else RelationState.PROSPECT
            yield {
                "id": pk,
                "legal_name": name,
                "siret": _siret(rank) if chance() < 0.9 else "",
                "naf_code": trade.naf,
                "naf_2025_code": self.naf_2025.get(trade.naf, ""),
                "legal_category": choose(trade.legal),
                "workforce_band": choose(trade.bands),
                "sector": trade.sector,
                "address": f"{rank % 90 + 1} {choose(STREETS)}",
                "postcode": commune.postcodes[0],
                "city": commune.name,
                "insee_code": commune.insee_code,
                "latitude": commune.latitude,
                "longitude": commune.longitude,
                "phone": f"+332{61910000 + rank % 10000:08d}",
                "email": f"contact@{slug(name)[:40].strip('-')}-{rank}.example.org",
                "network_kind": NetworkKind.COMPANIES,
                "adviser_id": self.people[rank % len(self.people)].pk,
                "relation_state": state,
                "is_pilot": not rank % 5000,
                "activity": trade.does if spoken else "",
                "attracts": choose(phrases.ATTRACTS[""]) if spoken else "",
                "last_interaction_on": latest.get(pk),
                "next_action_on": due.get(pk),
                "origin_on": self.today - dt.timedelta(days=1001),
                "created_at": self.now - dt.timedelta(days=1001),
                "updated_at": self.now,
            }

    def _contacts(self, first: int, owners: list[int]) -> Iterator[dict[str, Any]]:
        choose = self.source.choice
        mains: set[int] = set()
        for rank, company in enumerate(owners):
            family = choose(self.families)
            given = choose(("Nadia", "Paul", "Claire", "Karim", "Sophie", "Michel", "Léa", "Hervé", "Zoé", "Benoît"))
            is_main, _ = company not in mains, mains.add(company)
            yield {
                "id": first + rank,
                "company_id": company,
                "civility": "mme",
                "first_name": given,
                "last_name": family + self.mark,
                "job_title": choose(phrases.DECIDERS),
                "part": "decides" if is_main else "tutor",
                "email": f"{slug(given)}.{slug(family)}@{company}.example.org",
                "mobile": f"+3363998{rank % 10000:04d}",
                "is_main": is_main,
                "created_at": self.now,
                "updated_at": self.now,
            }

    def _actions(self, first: int, due: dict[int, dt.date]) -> Iterator[dict[str, Any]]:
        for rank, (company, day) in enumerate(due.items()):
            yield {
                "id": first + rank,
                "company_id": company,
                "kind": "call",
                "title": f"Rappeler pour fixer la date de la visite{self.mark}",
                "due_on": day,
                "assigned_to_id": self.people[rank % len(self.people)].pk,
                "created_at": self.now,
            }

    def _interactions(self, first: int, exchanges: list[tuple[int, dt.datetime]]) -> Iterator[dict[str, Any]]:
        for rank, (company, at) in enumerate(exchanges):
            yield {
                "id": first + rank,
                "company_id": company,
                "kind": list(InteractionKind)[rank % 5],
                "at": at,
                "duration_minutes": rank % 50 + 5,
                "by_id": self.people[rank % len(self.people)].pk,
                "summary": f"{phrases.MEETINGS[1]} {phrases.CALLS[3][:60]}{self.mark}",
                "nothing_next": True,
                "created_at": at,
                "updated_at": at,
            }

    def _entries(self, ids: range, first: int, exchanges: list[tuple[int, dt.datetime]]) -> Iterator[dict[str, Any]]:
        of_company = ContentType.objects.get_for_model(Company).pk
        of_interaction = ContentType.objects.get_for_model(Interaction).pk
        for pk in ids:
            yield {
                "subject_type_id": of_company,
                "subject_id": pk,
                "kind": ActivityKind.CHANGE,
                "verb": "company_created",
                "title": "Entreprise ajoutée",
                "at": self.now - dt.timedelta(days=1001),
            }
        for rank, (company, at) in enumerate(exchanges):
            yield {
                "subject_type_id": of_company,
                "subject_id": company,
                "kind": ActivityKind.INTERACTION,
                "verb": "interaction_recorded",
                "title": f"Visite, {rank % 50 + 5}\u00a0min",
                "body": f"{phrases.MEETINGS[1]} {phrases.CALLS[3][:60]}{self.mark}",
                "at": at,
                "by_id": self.people[rank % len(self.people)].pk,
                "source_type_id": of_interaction,
                "source_id": first + rank,
            }

    def _copy(self, model: type[models.Model], rows: Iterable[dict[str, Any]]) -> None:
        """COPY of the rows; what a row leaves out takes the model's default."""
        start, count = time.perf_counter(), 0
        fields = [field for field in model._meta.concrete_fields if not field.generated]
        defaults: dict[str, Any] = {}
        for field in fields:
            if not field.primary_key:
                value = field.get_default()
                defaults[field.column] = Json(value) if isinstance(field, models.JSONField) else value
        if "structure_id" in defaults:
            defaults["structure_id"] = self.structure.pk
        iterator = iter(rows)
        row = next(iterator)
        columns = [field.column for field in fields if field.column in defaults or field.column in row]
        names = ", ".join(f'"{column}"' for column in columns)
        with connection.cursor() as cursor, cursor.copy(f'COPY "{model._meta.db_table}" ({names}) FROM STDIN') as copy:
            while row is not None:
                copy.write_row([row[column] if column in row else defaults[column] for column in columns])
                count += 1
                row = next(iterator, None)
        if not self.mark:
            self.say(f"{model._meta.db_table:<34}{time.perf_counter() - start:>8.1f} s  {count:,} rows")


@dataclass
class Spread:
    """Gives things to companies: many to the busiest, the rest as it falls."""

    ids: range
    busiest: int
    source: random.Random

    def over(self, count: int, busiest: int, part: float = 1.0) -> list[int]:
        """`count` companies; the busiest one `busiest` times; only `part` of the others has any."""
        having = self.ids[: int(len(self.ids) * part)] if part < 1 else self.ids
        busiest = min(busiest, count // 2)
        if part == 1 and count - busiest >= len(self.ids):
            chosen = list(self.ids) + self.source.choices(having, k=count - busiest - len(self.ids))
        else:
            chosen = self.source.choices(having, k=count - busiest)
        return [*chosen, *[self.busiest] * busiest]


def _siret(rank: int) -> str:
    siren = f"000{10000 + rank // 6:05d}"
    siren += luhn.calc_check_digit(siren)
    body = f"{siren}{rank % 6 + 1:04d}"
    return body + luhn.calc_check_digit(body)


def _next_pk(model: type[models.Model]) -> int:
    return (model._base_manager.aggregate(top=models.Max("pk"))["top"] or 0) + 1


def _advance(model: type[models.Model]) -> None:
    table = model._meta.db_table
    with connection.cursor() as cursor:
        cursor.execute(f"""SELECT setval(pg_get_serial_sequence('"{table}"', 'id'), (SELECT max(id) FROM "{table}"))""")
