from hypothesis import given
from hypothesis import strategies as st

from companies.profile import FACETS, gauge

NAMES = [facet.name for facet in FACETS]


def test_weights_add_up_to_a_hundred():
    assert sum(facet.weight for facet in FACETS) == 100


def test_nothing_known_asks_the_heaviest_question_first():
    empty = gauge({})
    assert (empty.percent, empty.known) == (0, ())
    assert empty.asks == "comment se passe l’accueil d’un nouveau, le premier jour\u202f?"


def test_everything_known_asks_nothing():
    full = gauge(dict.fromkeys(NAMES, "su"))
    assert (full.percent, full.asks, full.missing) == (100, "", ())


def test_blank_text_is_no_knowledge():
    assert gauge({"attracts": "  \n", "occupations": [], "decider": False}).percent == 0


@given(st.sets(st.sampled_from(NAMES)), st.sampled_from(NAMES))
def test_one_more_answer_never_lowers_the_gauge(known, more):
    before = gauge(dict.fromkeys(known, "su"))
    after = gauge(dict.fromkeys(known | {more}, "su"))
    assert 0 <= before.percent <= after.percent <= 100
    assert all(facet.question.endswith("\u202f?") for facet in after.missing)
