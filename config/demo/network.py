"""The companies of one structure and the people we know in them, not yet saved."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass, field

from faker import Faker

from accounts.models import Structure, User
from companies.enums import (
    CompanyType,
    ContactPart,
    NetworkKind,
    OriginDirection,
    OriginNetwork,
    RelationState,
)
from companies.models import Company, Contact
from config.demo import phrases
from config.demo.identities import SIGNS, SPOTS, STREETS, Numbers, at, slug, with_preposition
from config.demo.territory import naf_2025_codes
from config.demo.trades import MICRO, TRADES, Trade
from core.models import Municipality
from core.text import search_key

PARTS_OF_STATE = (
    (RelationState.PARTNER, 0.18),
    (RelationState.IN_RELATION, 0.30),
    (RelationState.WATCH, 0.05),
)
AMBASSADORS = 2
LARGE_BANDS = {"31", "32", "41", "42"}
# People at work, in the middle of each band: what an adviser writes down.
HEADS = {"": 5, "00": 1, "01": 2, "02": 4, "03": 8, "11": 14, "12": 34, "21": 62, "22": 140, "31": 220, "32": 320}


@dataclass
class Known:
    """A company and what its story needs."""

    company: Company
    trade: Trade
    contacts: list[Contact] = field(default_factory=list)

    @property
    def main(self) -> Contact | None:
        return next((contact for contact in self.contacts if contact.is_main), None)

    def words(self, day: dt.date, source: random.Random) -> dict[str, object]:
        """The slots of `phrases`, as of that day."""
        main = self.main
        month = phrases.MONTHS[(day + dt.timedelta(days=40)).month - 1]
        polite = {"mme": "Mme", "m": "M."}
        return {
            "craft": self.trade.craft,
            "of_craft": with_preposition(self.trade.craft),
            "who": f"{polite[main.civility]} {main.last_name}" if main else "La personne à l’accueil",
            "month": month,
            "of_month": with_preposition(month),
            "year": source.randint(1962, 2016),
            "family": main.last_name if main else "Martin",
            "at_city": at(self.company.city),
            "number": HEADS.get(self.company.workforce_band, 500),
        }


@dataclass
class Draws:
    """Where chance comes from: the same seed draws the same things in the same order."""

    source: random.Random
    faker: Faker
    numbers: Numbers
    naf_2025: dict[str, str]

    @classmethod
    def seeded(cls, seed: int) -> "Draws":
        source, faker = random.Random(seed), Faker("fr_FR")  # noqa: S311 -- an invented territory
        faker.seed_instance(seed)
        return cls(source, faker, Numbers(source), naf_2025_codes())


class Network:
    """Draws companies; the same source gives the same ones."""

    def __init__(
        self,
        structure: Structure,
        communes: list[Municipality],
        advisers: list[tuple[User, float]],
        draws: Draws,
        today: dt.date,
    ) -> None:
        self.structure, self.communes, self.advisers, self.today = structure, communes, advisers, today
        self.source, self.faker, self.numbers, self.naf_2025 = draws.source, draws.faker, draws.numbers, draws.naf_2025
        self.taken: set[str] = set()
        self.domains: set[str] = set()

    def draw(self, count: int) -> list[Known]:
        states = self._states(count)
        return [self._known(state) for state in states]

    def _states(self, count: int) -> list[str]:
        states = [RelationState.AMBASSADOR] * AMBASSADORS
        for state, part in PARTS_OF_STATE:
            states += [state] * int(count * part)
        states += [RelationState.PROSPECT] * (count - len(states))
        self.source.shuffle(states)
        return states

    def chance(self, part: float) -> bool:
        return self.source.random() < part

    def _known(self, state: str) -> Known:
        trade, commune, name = self._name()
        known = Known(self._company(trade, commune, name, state), trade)
        known.contacts = list(self._contacts(known))
        if state not in (RelationState.PROSPECT, RelationState.WATCH) and self.chance(0.65):
            self._profile(known)
        return known

    def _name(self) -> tuple[Trade, Municipality, str]:
        """A name nobody has yet in the structure: the same pattern may need several draws."""
        while True:
            trade = self.source.choices(TRADES, [each.weight for each in TRADES])[0]
            seat = [8.0, 3.0, 3.0] + [1.0] * (len(self.communes) - 3)
            commune = self.source.choices(self.communes, seat)[0]
            name = self.source.choice(trade.names).format(
                family=self.faker.last_name(),
                spot=self.source.choice(SPOTS),
                sign=self.source.choice(SIGNS),
                of_city=with_preposition(commune.name),
            )
            if search_key(name) not in self.taken:
                self.taken.add(search_key(name))
                return trade, commune, name

    def _company(self, trade: Trade, commune: Municipality, name: str, state: str) -> Company:
        chance, choose = self.chance, self.source.choice
        band, legal = choose(trade.bands), choose(trade.legal)
        if legal in ("1000", "5498") and band > "03":
            legal = "5499"
        domain = self._domain(name)
        followed = state not in (RelationState.PROSPECT,) or chance(0.45)
        known_since = self.today - dt.timedelta(days=self.source.randint(30, 1500))
        email_known = state != RelationState.PROSPECT or chance(0.5)
        company = Company(
            structure=self.structure,
            legal_name=name,
            siret=self.numbers.siret() if chance(0.88) else "",
            naf_code=trade.naf,
            naf_2025_code=self.naf_2025.get(trade.naf, ""),
            legal_category=legal if chance(0.9) else "",
            workforce_band=band if chance(0.9) else "",
            sector=trade.sector if chance(0.95) else "",
            company_type=company_type(legal, band) if chance(0.95) else "",
            address=self._street(),
            postcode=commune.postcodes[0],
            city=commune.name,
            insee_code=commune.insee_code,
            latitude=round(commune.latitude + self.source.uniform(-0.012, 0.012), 5),
            longitude=round(commune.longitude + self.source.uniform(-0.012, 0.012), 5),
            phone=self.numbers.line() if chance(0.92) else "",
            email=f"{choose(('contact', 'accueil', 'bonjour'))}@{domain}" if email_known else "",
            website=f"https://www.{domain}" if chance(0.35) else "",
            origin_network=choose((OriginNetwork.PROFESSIONAL, OriginNetwork.PROFESSIONAL, OriginNetwork.PERSONAL)),
            origin_direction=choose((OriginDirection.OUTGOING, OriginDirection.OUTGOING, OriginDirection.INCOMING)),
            origin_on=known_since,
            network_kind=trade.network if chance(0.93) else NetworkKind.PERSONAL,
            adviser=self._adviser() if followed else None,
            relation_state=state,
            watch_reason=choose(phrases.WATCH_REASONS) if state == RelationState.WATCH else "",
        )
        if trade.legal[0] in ("1000", "5499") and chance(0.3):
            company.trade_name, company.legal_name = name, f"{choose(('SARL', 'SAS', 'EURL'))} {self.faker.last_name()}"
        company.created_by = company.adviser
        return company

    def _domain(self, name: str) -> str:
        domain = f"{slug(name)[:40].strip('-')}.example.{self.source.choice(('org', 'com'))}"
        while domain in self.domains:
            domain = f"{self.structure.department}-{domain}"
        self.domains.add(domain)
        return domain

    def _street(self) -> str:
        street = self.source.choice(STREETS)
        return street if street.startswith(("le ", "zone", "parc")) else f"{self.source.randint(1, 64)} {street}"

    def _adviser(self) -> User | None:
        draw = self.source.random()
        for user, part in self.advisers:
            if draw < part:
                return user
            draw -= part
        return None

    def _contacts(self, known: Known) -> Iterator[Contact]:
        company = known.company
        count = (
            int(self.chance(0.6))
            if company.relation_state == RelationState.PROSPECT
            else self.source.choices((1, 2, 3), (4, 4, 2))[0]
        )
        for rank in range(count):
            part = ContactPart.DECIDES if rank == 0 else self.source.choice(list(phrases.JOBS))
            yield self._contact(company, part, is_main=rank == 0)
        if count and self.chance(0.06):
            gone = self._contact(company, "tutor", is_main=False)
            gone.left_on = self.today - dt.timedelta(days=self.source.randint(20, 400))
            yield gone

    def _contact(self, company: Company, part: str, *, is_main: bool) -> Contact:
        woman = self.chance(0.5)
        first_name = self.faker.first_name_female() if woman else self.faker.first_name_male()
        last_name = self.faker.last_name()
        jobs = phrases.JOBS.get(part) or (
            phrases.PUBLIC_DECIDERS if company.company_type == CompanyType.PUBLIC else phrases.DECIDERS
        )
        pairs = jobs[0::2] if woman else jobs[1::2]
        domain = company.email.partition("@")[2]
        return Contact(
            structure=self.structure,
            company=company,
            civility="mme" if woman else "m",
            first_name=first_name,
            last_name=last_name,
            job_title=self.source.choice(pairs),
            part=part,
            email=f"{slug(first_name)}.{slug(last_name)}@{domain}" if domain and self.chance(0.7) else "",
            phone="",
            mobile=self.numbers.mobile() if self.chance(0.5) else "",
            is_main=is_main,
            opted_out_at=dt.datetime.combine(
                self.today - dt.timedelta(days=self.source.randint(5, 300)), dt.time(11), dt.UTC
            )
            if self.chance(0.04)
            else None,
        )

    def _profile(self, known: Known) -> None:
        company, chance, choose = known.company, self.chance, self.source.choice
        private = known.trade.legal[0][0] in "156"
        words = known.words(self.today, self.source)
        if not private:
            organisations = phrases.PUBLIC_ORGANISATION
        else:
            organisations = phrases.SMALL_ORGANISATION if known.trade.bands is MICRO else phrases.ORGANISATION
        sector = company.sector if company.sector in phrases.ATTRACTS else ""
        company.activity = known.trade.does
        company.history = choose(phrases.HISTORY).format(**words) if private and chance(0.8) else ""
        company.organisation = choose(organisations) if chance(0.7) else ""
        company.ways_of_working = choose(phrases.WAYS) if chance(0.6) else ""
        company.attracts = choose(phrases.ATTRACTS[sector]) if chance(0.8) else ""
        company.deters = choose(phrases.DETERS[sector]) if chance(0.8) else ""
        company.coming_needs = choose(phrases.COMING) if chance(0.6) else ""
        company.equality_commitments = choose(phrases.EQUALITY) if chance(0.4) else ""
        company.notes = choose(phrases.NOTES) if chance(0.25) else ""


def company_type(legal_category: str, band: str) -> str:
    if legal_category.startswith("7"):
        return CompanyType.PUBLIC
    if legal_category.startswith("92"):
        return CompanyType.ASSOCIATION
    if band in LARGE_BANDS:
        return CompanyType.LARGE
    return CompanyType.MICRO if band in ("00", "01", "02", "03") else CompanyType.SME
