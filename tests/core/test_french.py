"""How dates, figures and words are written."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from django.template import engines

from core import french

PARIS = ZoneInfo("Europe/Paris")
NOW = dt.datetime(2026, 11, 24, 9, 30, tzinfo=PARIS)
TODAY = NOW.date()


@pytest.mark.parametrize(
    ("value", "said"),
    [(0, "0"), (12514, "12\u202f514"), (1234567, "1\u202f234\u202f567"), (-3, "\u22123"), (None, ""), ("", "")],
)
def test_number_groups_by_thousand(value, said):
    assert french.number(value) == said


def test_number_with_decimals_has_a_comma():
    assert french.number(1204.5, 2) == "1\u202f204,50"


@pytest.mark.parametrize(
    ("count", "said"),
    [(0, "entreprise"), (1, "entreprise"), (1.5, "entreprise"), (2, "entreprises"), (912, "entreprises")],
)
def test_plural_begins_at_two(count, said):
    assert french.plural(count, "entreprise") == said


@pytest.mark.parametrize(
    ("words", "said"), [("mois", "mois"), ("action prévue", "actions prévues"), ("prix", "prix"), ("nez", "nez")]
)
def test_plural_adds_an_s_where_there_is_none(words, said):
    assert french.plural(3, words) == said


def test_counted_keeps_figure_and_word_together():
    assert french.counted(1204, "cheval", "chevaux") == "1\u202f204\u00a0chevaux"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        (dt.date(2026, 11, 24), "mardi 24\u00a0novembre"),
        (dt.date(2026, 12, 1), "mardi 1er\u00a0décembre"),
        (dt.date(2025, 8, 15), "vendredi 15\u00a0août 2025"),
        (None, ""),
    ],
)
def test_french_date_says_the_year_only_when_it_is_another(day, said):
    assert french.french_date(day, today=TODAY) == said


def test_short_date_for_tables():
    assert french.short_date(dt.date(2026, 11, 4), today=TODAY) == "4\u00a0nov."
    assert french.short_date(dt.date(2025, 7, 1), today=TODAY) == "1er\u00a0juil.\u00a02025"


def test_french_date_of_a_moment_is_that_of_paris():
    late_in_utc = dt.datetime(2026, 11, 24, 23, 30, tzinfo=dt.UTC)
    assert french.french_moment(late_in_utc, today=TODAY) == "mercredi 25\u00a0novembre à 0\u00a0h\u00a030"


@pytest.mark.parametrize(
    ("minutes", "said"), [(8, "8\u00a0min"), (60, "1\u00a0h"), (75, "1\u00a0h\u00a015"), (None, "")]
)
def test_duration(minutes, said):
    assert french.duration(minutes) == said


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (0, "aujourd’hui"),
        (1, "hier"),
        (-1, "demain"),
        (3, "il y a 3\u00a0jours"),
        (-3, "dans 3\u00a0jours"),
        (59, "il y a 59\u00a0jours"),
        (60, "il y a 2\u00a0mois"),
        (123, "il y a 4\u00a0mois"),
        (729, "il y a 24\u00a0mois"),
        (730, "il y a 2\u00a0ans"),
    ],
)
def test_ago_of_a_day(days, said):
    assert french.ago(TODAY - dt.timedelta(days=days), now=NOW) == said


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (20, "à l’instant"),
        (60, "il y a 1\u00a0minute"),
        (1200, "il y a 20\u00a0minutes"),
        (7200, "il y a 2\u00a0heures"),
        (-600, "aujourd’hui"),
    ],
)
def test_ago_of_a_moment_of_today(seconds, said):
    assert french.ago(NOW - dt.timedelta(seconds=seconds), now=NOW) == said


def test_ago_counts_days_and_not_hours():
    just_before_midnight = dt.datetime(2026, 11, 23, 23, 59, tzinfo=PARIS)
    assert french.ago(just_before_midnight, now=dt.datetime(2026, 11, 24, 0, 5, tzinfo=PARIS)) == "hier"


def test_since_says_how_late():
    assert french.since(TODAY - dt.timedelta(days=1), now=NOW) == "depuis\u00a0hier"
    assert french.since(TODAY - dt.timedelta(days=4), now=NOW) == "depuis\u00a04\u00a0jours"
    assert french.since(TODAY, now=NOW) == ""


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        ("+33254000000", "02 54 00 00 00"),
        ("+262262000000", "02 62 00 00 00"),
        ("+590690000000", "06 90 00 00 00"),
        ("+3225550000", "+32 2 555 00 00"),
        ("+687250000", "+687 25.00.00"),
        ("pas un numéro", "pas un numéro"),
        ("", ""),
    ],
)
def test_phone(stored, said):
    assert french.phone(stored) == said.replace(" ", "\u00a0") if stored != "pas un numéro" else stored


def test_siret_and_siren_are_cut_as_on_a_letterhead():
    assert french.siret("41234567800014") == "412\u00a0345\u00a0678\u00a000014"
    assert french.siret("412345678") == "412\u00a0345\u00a0678"
    assert french.siret("") == ""


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Léa Morin", "LM"),
        ("Anne-Lise Du Bois", "AB"),
        ("Élise", "É"),
        ("", ""),
        (None, ""),
        ("3 Rivières Bois", "RB"),
    ],
)
def test_initials(name, said):
    assert french.initials(name) == said


def rendered(source, **context):
    return engines["django"].from_string(source).render(context)


def test_ago_tag_gives_the_exact_date(time_machine):
    time_machine.move_to(NOW)
    said = rendered("{% ago day %}", day=dt.date(2026, 11, 21))
    assert said == ('<time datetime="2026-11-21" title="samedi 21\u00a0novembre 2026">il y a 3\u00a0jours</time>')


def test_ago_tag_says_never():
    assert rendered("{% ago nothing never='pas encore' %}", nothing=None) == '<span class="muted">pas encore</span>'


def test_filters_take_their_two_forms_after_a_comma():
    assert rendered('{{ 3|counted:"cheval,chevaux" }} {{ 1|plural:"jeune" }}') == "3\u00a0chevaux jeune"
