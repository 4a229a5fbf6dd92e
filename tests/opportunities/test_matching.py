"""The score: bounded, said in words, blind to who the young person is."""

import dataclasses
import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.phases import KINDS_BY_PHASE, Phase
from opportunities.matching import (
    COMPANY_TERMS,
    OPPORTUNITY_TERMS,
    CompanyFacts,
    NeedFacts,
    OpportunityFacts,
    Place,
    best,
    distance_km,
    likely,
    match,
)

TODAY = dt.date(2026, 11, 22)
LE_BLANC, CIRON, CHATEAUROUX = Place(46.632, 1.062), Place(46.626, 1.239), Place(46.811, 1.691)
NEED = NeedFacts(1, Phase.VALIDATION, "immersion_confirm", "F1503", LE_BLANC, 15.0)
OFFER = OpportunityFacts(2, Phase.VALIDATION, "immersion_confirm", frozenset({"F1503"}), CIRON)


def changed(facts, **values):
    return dataclasses.replace(facts, **values)


def words(found):
    return [term.words for term in found.terms]


def test_every_term_is_said():
    found = match(NEED, OFFER, today=TODAY)
    assert words(found) == [
        "métier identique",
        "genre de solution demandé",
        "14\u00a0km, mobilité 15\u00a0km",
        "peut se déplacer",
        "pas de date imposée",
        "noté aujourd’hui",
    ]
    assert found.score == 40 + 10 + 16 + 5 + 10 + 0
    assert found.gaps == []


@pytest.mark.parametrize(
    ("need", "offer"),
    [
        ({"phase": Phase.JOB}, {}),
        ({"rome": "K1302"}, {}),
        ({"radius_km": 5.0}, {"place": CHATEAUROUX}),
    ],
    ids=["another phase", "another family", "much too far"],
)
def test_nothing_in_common(need, offer):
    assert match(changed(NEED, **need), changed(OFFER, **offer), today=TODAY) is None


@pytest.mark.parametrize(
    ("need", "offer", "said", "way_out"),
    [
        ({"radius_km": 10.0}, {}, "14\u00a0km, mobilité 10\u00a0km", "covoiturage, transport, horaires décalés"),
        ({"without_car": True}, {}, "sans voiture", "vérifier les transports, ou un prêt de deux-roues"),
        (
            {"starts_on": dt.date(2027, 5, 1), "ends_on": dt.date(2027, 5, 20)},
            {"months": frozenset({3})},
            "proposé en mars, demandé en mai",
            "décaler d’un côté ou de l’autre",
        ),
        (
            {"kind": "internship"},
            {"negotiable": "la durée"},
            "offre «\u00a0immersion pour confirmer un projet\u00a0», et non «\u00a0stage\u00a0»",
            "la durée",
        ),
    ],
)
def test_a_gap_says_what_could_be_negotiated(need, offer, said, way_out):
    [gap] = match(changed(NEED, **need), changed(OFFER, **offer), today=TODAY).gaps
    assert (gap.words, gap.way_out) == (said, way_out)


def test_nearer_trades_come_first():
    offers = {"F1503": "identique", "F1501": "voisin", "F1702": "famille"}
    scores = [match(NEED, changed(OFFER, romes=frozenset({code})), today=TODAY).score for code in offers]
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) == 3


def test_a_company_that_hires_the_trade():
    company = CompanyFacts(
        7, trade_share=0.2, opened_phase_times=2, place=CIRON, relation_points=12, relation_words="partenaire"
    )
    found = likely(NEED, company, today=TODAY)
    assert "son activité fait 20\u00a0% des embauches de ce métier" in words(found)
    assert "a déjà ouvert cette phase 2 fois" in words(found)
    assert likely(NEED, changed(company, trade_share=0.0), today=TODAY) is None


def test_a_company_seen_yesterday_is_left_in_peace():
    company = CompanyFacts(7, practises_trade=True, place=CIRON, last_exchange_on=TODAY - dt.timedelta(days=1))
    [gap] = likely(NEED, company, today=TODAY).gaps
    assert gap.name == "sollicitation"


# --- properties -------------------------------------------------------------------------------
places = st.none() | st.builds(Place, st.floats(41, 51), st.floats(-5, 9))
codes = st.sampled_from(["", "F1503", "F1501", "F1702", "K1302", "A1203"])
days = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2028, 12, 31))


@st.composite
def needs(draw):
    phase = draw(st.sampled_from(list(Phase)))
    start, end = draw(days), draw(days)
    if start and end and end < start:
        start, end = end, start
    return NeedFacts(
        pk=1,
        phase=phase,
        kind=draw(st.sampled_from(["", *KINDS_BY_PHASE[phase]])),
        rome=draw(codes),
        place=draw(places),
        radius_km=draw(st.none() | st.integers(0, 300)),
        without_car=draw(st.booleans()),
        starts_on=start,
        ends_on=end,
        waiting_days=draw(st.integers(0, 900)),
    )


@st.composite
def offers(draw):
    phase = draw(st.sampled_from(list(Phase)))
    start, end = draw(days), draw(days)
    if start and end and end < start:
        start, end = end, start
    return OpportunityFacts(
        pk=draw(st.integers(1, 99)),
        phase=phase,
        kind=draw(st.sampled_from(KINDS_BY_PHASE[phase])),
        romes=frozenset(draw(st.lists(codes.filter(bool), max_size=3))),
        place=draw(places),
        without_car=draw(st.booleans()),
        starts_on=start,
        ends_on=end,
        months=frozenset(draw(st.sets(st.integers(1, 12)))),
    )


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first input pays for what is loaded with it
@given(needs(), offers())
def test_score_is_between_0_and_100_and_each_term_is_said(need, offer):
    found = match(need, offer, today=TODAY)
    if found is None:
        return
    assert 0 <= found.score <= 100
    assert sum(term.maximum for term in found.terms) == 100
    assert all(term.words and 0 <= term.points <= term.maximum for term in found.terms)
    assert all(term.way_out for term in found.gaps)


@given(needs(), offers(), st.integers(1, 99))
def test_waiting_longer_never_lowers(need, offer, more):
    before, after = (
        match(changed(need, waiting_days=need.waiting_days + add), offer, today=TODAY) for add in (0, more)
    )
    assert (before is None) == (after is None)
    assert before is None or after.score >= before.score


@given(needs(), st.lists(offers(), max_size=12))
def test_order_does_not_depend_on_the_order_given(need, many):
    found = [match(need, offer, today=TODAY) for offer in many]
    assert [(one.score, one.pk) for one in best(found, limit=5)] == [
        (one.score, one.pk) for one in best(reversed(found), limit=5)
    ]


def test_the_facts_cannot_hold_who_the_young_person_is():
    """Gender, district, disability and age have no field to travel in."""
    names = {item.name for item in dataclasses.fields(NeedFacts)}
    assert names == {
        "pk",
        "phase",
        "kind",
        "rome",
        "place",
        "radius_km",
        "without_car",
        "starts_on",
        "ends_on",
        "waiting_days",
    }


def test_distance():
    assert distance_km(LE_BLANC, CHATEAUROUX) == pytest.approx(52, abs=1)
    assert distance_km(LE_BLANC, None) is None


@pytest.mark.parametrize(
    ("months", "said"),
    [
        ({3}, "en mars"),
        ({11, 12, 1, 2}, "de novembre à février"),
        ({4, 5, 6, 9}, "d’avril à juin, en septembre"),
        (set(range(1, 13)), "toute l’année"),
    ],
)
def test_months_in_a_row_are_said_together(months, said):
    found = match(NEED, changed(OFFER, months=frozenset(months)), today=TODAY)
    assert f"proposé {said}, jeune disponible" in words(found)


def test_the_page_says_each_term_with_its_points():
    company = CompanyFacts(7, practises_trade=True, place=CIRON)
    said = {term.name: term.maximum for term in match(NEED, OFFER, today=TODAY).terms}
    assert {name: most for name, most, _ in OPPORTUNITY_TERMS} == said
    said = {term.name: term.maximum for term in likely(NEED, company, today=TODAY).terms}
    assert {name: most for name, most, _ in COMPANY_TERMS} == said


@pytest.mark.parametrize(
    "given",
    [
        {"romes": frozenset({"F1704"})},
        {"romes": frozenset({"F1106"})},
        {"kind": "internship"},
        {"months": frozenset({3})},
    ],
)
def test_a_gap_never_says_two_colons(given):
    """Its words and its way out make one line, parted by the one colon."""
    asked = changed(NEED, without_car=True, starts_on=TODAY, radius_km=30.0)
    found = match(asked, changed(OFFER, **given), today=TODAY)
    assert found.gaps
    assert not [term for term in found.gaps if "\u00a0:" in f"{term.words}{term.way_out}"]
