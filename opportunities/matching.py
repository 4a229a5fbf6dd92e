"""How well a need and an opportunity, or a need and a company, meet. Pure, and said in words, term by term.

The facts hold neither gender, nor district, nor disability, nor age: nobody can be ranked by them.
"""

import datetime as dt
import math
from collections.abc import Iterable
from dataclasses import dataclass, field

from core.french import MONTHS, number, span_of_days
from core.phases import SolutionKind
from core.trades import domain_of, family_of
from opportunities.seasons import ALL_YEAR, stretches

EARTH_RADIUS_KM = 6371.0
# Beyond what a young person accepts, a place is still shown as a gap to negotiate, up to this much further.
STRETCH = 1.5
STRETCH_KM = 5.0


@dataclass(frozen=True)
class Place:
    """Decimal degrees."""

    latitude: float
    longitude: float


@dataclass(frozen=True)
class NeedFacts:
    """All that a match may know of a need. `radius_km` None: anywhere. `waiting_days`: since it was noted."""

    pk: int
    phase: int
    kind: str = ""
    rome: str = ""
    place: Place | None = None
    radius_km: float | None = None
    without_car: bool = False
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    waiting_days: int = 0


@dataclass(frozen=True)
class OpportunityFacts:
    """`months`: 1 to 12, of every year; empty with no dates: any time."""

    pk: int
    phase: int
    kind: str
    romes: frozenset[str] = frozenset()
    place: Place | None = None
    without_car: bool = False
    starts_on: dt.date | None = None
    ends_on: dt.date | None = None
    months: frozenset[int] = frozenset()
    negotiable: str = ""


@dataclass(frozen=True)
class CompanyFacts:
    """`trade_share`: share, 0 to 1, of the trade's recruitments made by companies of that activity."""

    pk: int
    trade_share: float = 0.0
    practises_trade: bool = False
    opened_phase_times: int = 0
    opened_other_phase: bool = False
    place: Place | None = None
    relation_points: int = 0
    relation_words: str = ""
    last_exchange_on: dt.date | None = None


@dataclass(frozen=True)
class Term:
    """One reason: `points` out of `maximum`. `is_gap`: what stands between the two; `way_out`: what could be tried."""

    name: str
    points: int
    maximum: int
    words: str
    is_gap: bool = False
    way_out: str = ""


@dataclass(frozen=True)
class Match:
    pk: int
    terms: tuple[Term, ...] = field(default_factory=tuple)
    distance_km: float | None = None

    @property
    def score(self) -> int:
        """0 to 100."""
        return sum(term.points for term in self.terms)

    @property
    def reasons(self) -> list[Term]:
        return [term for term in self.terms if not term.is_gap]

    @property
    def gaps(self) -> list[Term]:
        return [term for term in self.terms if term.is_gap]


def distance_km(here: Place | None, there: Place | None) -> float | None:
    """Great circle (haversine); None when one of the two is not known."""
    if here is None or there is None:
        return None
    a, b = math.radians(here.latitude), math.radians(there.latitude)
    half = math.sin((b - a) / 2) ** 2
    half += math.cos(a) * math.cos(b) * math.sin(math.radians(there.longitude - here.longitude) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * math.asin(min(1.0, math.sqrt(half)))


# --- what the page says of each term: (name, maximum, sentence) ---------------------------------
OPPORTUNITY_TERMS = (
    ("métier", 40, "Le même métier vaut le plus, puis un métier voisin, puis la même famille de métiers."),
    (
        "distance",
        25,
        "Plus c’est près, mieux c’est. Un peu au-delà de la mobilité, l’écart reste affiché\u00a0: à négocier.",
    ),
    ("période", 15, "Les mois demandés et les mois proposés se recouvrent."),
    ("genre", 10, "Ce qui est offert est du genre demandé\u00a0: immersion, stage, contrat d’apprentissage…"),
    ("trajet", 5, "Un jeune sans voiture peut y aller autrement."),
    ("attente", 5, "À accord égal, le besoin qui attend depuis plus longtemps passe devant."),
)
COMPANY_TERMS = (
    ("métier", 40, "Le métier s’exerce dans l’entreprise, ou son activité l’embauche souvent (table ROME–NAF)."),
    ("habitude", 20, "Elle a déjà ouvert cette phase, ou une autre."),
    ("distance", 20, "Plus c’est près du jeune, mieux c’est."),
    ("relation", 15, "Ambassadrice, partenaire, en relation, puis prospect. Jamais une entreprise en veille."),
    ("sollicitation", 5, "On laisse tranquille une entreprise vue il y a moins de deux semaines."),
)


# --- a need and an opportunity: 40 + 10 + 25 + 5 + 15 + 5 = 100 -----------------------------------
def match(need: NeedFacts, opportunity: OpportunityFacts, *, today: dt.date) -> Match | None:
    """None when they have nothing to do with each other: another phase, another family of trades, much too far."""
    if need.phase != opportunity.phase:
        return None
    trade = _trade(need.rome, opportunity.romes)
    far = distance_km(need.place, opportunity.place)
    place = _distance(far, need.radius_km)
    if trade is None or place is None:
        return None
    terms = (
        trade,
        _kind(need.kind, opportunity.kind, opportunity.negotiable),
        place,
        _car(need, opportunity, far),
        _time(need, opportunity, today),
        _waiting(need.waiting_days),
    )
    return Match(pk=opportunity.pk, terms=terms, distance_km=far)


def _trade(rome: str, romes: frozenset[str]) -> Term | None:
    def term(points: int, words: str, way_out: str = "") -> Term:
        return Term("métier", points, 40, words, is_gap=bool(way_out), way_out=way_out)

    if not rome:
        return term(15, "métier du jeune à préciser", "préciser le métier avec le jeune")
    if not romes:
        return term(20, "ouverte à tous les métiers")
    if rome in romes:
        return term(40, "métier identique")
    if domain_of(rome) in {domain_of(code) for code in romes}:
        return term(28, "métier voisin")
    if family_of(rome) and family_of(rome) in {family_of(code) for code in romes}:
        return term(12, "même famille de métiers", "en parler au jeune, le métier n’est pas le même")
    return None


def _kind(wanted: str, offered: str, negotiable: str) -> Term:
    if not wanted or wanted == offered:
        return Term("genre", 10, 10, "genre de solution demandé" if wanted else "tout genre de solution accepté")
    asked, given = (SolutionKind(kind).label.lower() for kind in (wanted, offered))
    words = f"offre «\u00a0{given}\u00a0», et non «\u00a0{asked}\u00a0»"
    return Term("genre", 4, 10, words, is_gap=True, way_out=negotiable or "à négocier avec l’entreprise")


def _km(distance: float) -> str:
    return "moins de 1 km" if distance < 1 else f"{number(round(distance))}\u00a0km"


def _distance(distance: float | None, radius: float | None) -> Term | None:
    if distance is None:
        return Term("distance", 8, 25, "distance inconnue", is_gap=True, way_out="compléter la commune")
    if radius is None:
        return Term("distance", 20 if distance <= 50 else 12, 25, f"{_km(distance)}, mobilité partout")
    words = f"{_km(distance)}, mobilité {number(round(radius))}\u00a0km"
    if distance <= radius:
        return Term("distance", 25 - round(10 * distance / max(radius, 1.0)), 25, words)
    if distance <= radius * STRETCH + STRETCH_KM:
        return Term("distance", 5, 25, words, is_gap=True, way_out="covoiturage, transport, horaires décalés")
    return None


def _car(need: NeedFacts, opportunity: OpportunityFacts, distance: float | None) -> Term:
    if not need.without_car:
        return Term("trajet", 5, 5, "peut se déplacer")
    if opportunity.without_car:
        return Term("trajet", 5, 5, "accessible sans voiture")
    if distance is not None and distance <= 3:
        return Term("trajet", 4, 5, "sans voiture, à pied ou à vélo")
    return Term(
        "trajet", 0, 5, "sans voiture", is_gap=True, way_out="vérifier les transports, ou un prêt de deux-roues"
    )


def _months_between(starts_on: dt.date, ends_on: dt.date) -> set[int]:
    """The months, 1 to 12, that a stretch of time touches."""
    count = (ends_on.year - starts_on.year) * 12 + ends_on.month - starts_on.month
    return {(starts_on.month - 1 + step) % 12 + 1 for step in range(min(count, 11) + 1)}


def _months_of_need(need: NeedFacts, today: dt.date) -> set[int]:
    """Empty: whenever. Without an end, a need waits three months from its beginning."""
    if need.starts_on is None and need.ends_on is None:
        return set()
    start = max(need.starts_on or today, today)
    return _months_between(start, max(need.ends_on or start + dt.timedelta(days=90), start))


def _months_of_opportunity(opportunity: OpportunityFacts, today: dt.date) -> set[int]:
    """Empty: any time."""
    if opportunity.months:
        return set(opportunity.months)
    if opportunity.starts_on is None and opportunity.ends_on is None:
        return set()
    start = opportunity.starts_on or today
    return _months_between(start, max(opportunity.ends_on or start + dt.timedelta(days=60), start))


def _time(need: NeedFacts, opportunity: OpportunityFacts, today: dt.date) -> Term:
    wanted, offered = _months_of_need(need, today), _months_of_opportunity(opportunity, today)
    if not wanted and not offered:
        return Term("période", 10, 15, "pas de date imposée")
    if not wanted:
        return Term("période", 12, 15, f"proposé {_when(offered)}, jeune disponible")
    if not offered:
        return Term("période", 12, 15, f"demandé {_when(wanted)}, sans date imposée")
    common = wanted & offered
    if common:
        return Term("période", 15, 15, f"demandé et proposé {_when(common)}")
    words = f"proposé {_when(offered)}, demandé {_when(wanted)}"
    return Term("période", 2, 15, words, is_gap=True, way_out="décaler d’un côté ou de l’autre")


def _when(months: Iterable[int]) -> str:
    """« en mars », « de novembre à février, en mai », « toute l’année »."""
    chosen = frozenset(months)
    if chosen == ALL_YEAR:
        return "toute l’année"
    said = []
    for first, last in stretches(chosen):
        begins, ends = MONTHS[first - 1], MONTHS[last - 1]
        of = "d’" if begins[0] in "ao" else "de "
        said.append(f"en {begins}" if first == last else f"{of}{begins} à {ends}")
    return ", ".join(said)


def _waiting(days: int) -> Term:
    return Term("attente", min(5, days // 7), 5, f"attend depuis {span_of_days(days)}" if days else "noté aujourd’hui")


# --- a need and a company likely to answer it: 40 + 20 + 20 + 15 + 5 = 100 ------------------------
def likely(need: NeedFacts, company: CompanyFacts, *, today: dt.date, several_trades: bool = False) -> Match | None:
    """Companies to ask when nothing is open. None for one that has nothing to do with the trade, or too far.

    `several_trades`: the need speaks for others, of several trades, and the company's facts are of all of them.
    """
    far = distance_km(need.place, company.place)
    trade = _activity(need.rome, company, several=several_trades)
    place = _distance(far, need.radius_km)
    if trade is None or place is None:
        return None
    terms = (trade, _habit(company), _scaled(place, 20), _relation(company), _rest(company, today))
    return Match(pk=company.pk, terms=terms, distance_km=far)


def _activity(rome: str, company: CompanyFacts, *, several: bool) -> Term | None:
    if company.practises_trade:
        return Term("métier", 40, 40, "un de ces métiers s’y exerce" if several else "ce métier s’y exerce")
    if not rome and not several:
        return Term("métier", 10, 40, "métier à préciser", is_gap=True, way_out="préciser le métier avec le jeune")
    if company.trade_share <= 0:
        return None
    percent = max(1, round(100 * company.trade_share))
    these = "ces métiers" if several else "ce métier"
    points = points_of_share(company.trade_share)
    return Term("métier", points, 40, f"son activité fait {percent}\u00a0% des embauches de {these}")


def points_of_share(share: float) -> int:
    """Of a company whose activity makes that share of the recruitments."""
    return min(34, 14 + round(100 * share))


def best_without_practice(share: float) -> int:
    """No company where none of the trades is practised scores more, whatever else speaks for it; nor one whose activity
    makes less than that share."""
    return points_of_share(share) + sum(maximum for name, maximum, _ in COMPANY_TERMS if name != "métier")


def _habit(company: CompanyFacts) -> Term:
    if company.opened_phase_times:
        times = company.opened_phase_times
        said = "a déjà ouvert cette phase" + (f" {times} fois" if times > 1 else "")
        return Term("habitude", 20, 20, said)
    if company.opened_other_phase:
        return Term("habitude", 10, 20, "a ouvert une autre phase")
    return Term("habitude", 0, 20, "n’a encore rien ouvert")


def _scaled(term: Term, maximum: int) -> Term:
    points = round(term.points * maximum / term.maximum)
    return Term(term.name, points, maximum, term.words, term.is_gap, term.way_out)


def _relation(company: CompanyFacts) -> Term:
    return Term("relation", company.relation_points, 15, company.relation_words)


def _rest(company: CompanyFacts, today: dt.date) -> Term:
    last = company.last_exchange_on
    if last is None:
        return Term("sollicitation", 5, 5, "jamais sollicitée")
    days = (today - last).days
    if days >= 60:
        return Term("sollicitation", 5, 5, f"pas sollicitée depuis {span_of_days(days)}")
    words = f"vue il y a {span_of_days(days)}" if days > 0 else "vue aujourd’hui"
    if days >= 15:
        return Term("sollicitation", 3, 5, words)
    return Term("sollicitation", 0, 5, words, is_gap=True, way_out="grouper avec la prochaine conversation")


# --- many at once -----------------------------------------------------------------------------
def best(matches: Iterable[Match | None], *, limit: int) -> list[Match]:
    """The highest scores first; equal ones by nearness, then by pk, so that the order never dances."""
    found = [one for one in matches if one is not None]
    found.sort(key=_rank)
    return found[:limit]


def _rank(one: Match) -> tuple[int, float, int]:
    return (-one.score, one.distance_km if one.distance_km is not None else math.inf, one.pk)
