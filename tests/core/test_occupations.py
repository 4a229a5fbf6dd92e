"""Trades found by the words people use."""

import pytest

from core.models import Occupation, OccupationTitle
from core.occupations import occupations_named, other_names, trade_chosen, trades_named

pytestmark = pytest.mark.django_db


@pytest.fixture
def trades():
    roofing = Occupation.objects.create(code="F1610", label="Pose et restauration de couvertures")
    zinc = OccupationTitle.objects.create(occupation=roofing, title="Couvreur-zingueur / Couvreuse-zingueuse")
    OccupationTitle.objects.create(occupation=roofing, title="Ardoisier couvreur / Ardoisière couvreuse")
    Occupation.objects.create(code="D1106", label="Vente en alimentation")
    return roofing, zinc


def test_names_that_begin_with_the_words_come_first(trades):
    found = trades_named("couv")
    assert [trade.name[:8] for trade in found] == ["Couvreur", "Pose et ", "Ardoisie"]
    assert found[0].also == "Pose et restauration de couvertures"
    assert trades_named("Couvreurs ZINGUEURS")[0].name.startswith("Couvreur-zingueur")
    assert trades_named("  ") == [] == trades_named("\x00")


def test_companies_find_a_trade_under_its_other_names(trades):
    assert [row.code for row in occupations_named("ardoisier")] == ["F1610"]
    assert [row.code for row in occupations_named("alimentation vente")] == ["D1106"]
    assert occupations_named("") == []


def test_a_trade_tells_which_other_name_found_it(trades, django_assert_num_queries):
    roofing, zinc = trades
    with django_assert_num_queries(1):
        assert other_names("couvreur", [roofing]) == {"F1610": zinc.title}
    assert other_names("couv", [roofing]) == {}
    assert other_names(" ", [roofing]) == {}


def test_choice_comes_back_whole_or_not_at_all(trades):
    roofing, zinc = trades
    chosen = trades_named("zingueur")[0]
    assert chosen.value == f"F1610.{zinc.pk}"
    assert trade_chosen(chosen.value) == chosen
    assert trade_chosen("F1610").name == roofing.label
    for value in ("", "Z9999", "F1610.999999", f"D1106.{zinc.pk}", "F1610.x", "\x00", "F1610.\u00b2"):
        assert trade_chosen(value) is None, value


def test_search_is_two_queries(trades, django_assert_num_queries):
    with django_assert_num_queries(2):
        [trade.name for trade in trades_named("couvreur")]
