"""In which months an opportunity is there."""

import datetime as dt

import pytest

from opportunities.seasons import ALL_YEAR, begins_in, months_in_words, open_months, stretches

D = dt.date


@pytest.mark.parametrize(
    ("known", "expected"),
    [
        ({"months": [3, 4], "starts_on": D(2026, 9, 1), "ends_on": D(2026, 9, 2)}, {3, 4}),
        ({"starts_on": D(2026, 11, 20), "ends_on": D(2027, 1, 5)}, {11, 12, 1}),
        ({"starts_on": D(2026, 2, 1), "ends_on": D(2027, 1, 5)}, ALL_YEAR),
        ({"starts_on": D(2026, 2, 1)}, {2}),
        ({"frequency": "regular"}, ALL_YEAR),
        ({"frequency": "seasonal"}, set()),
        ({}, set()),
    ],
)
def test_open_months(known, expected):
    given = {"months": [], "starts_on": None, "ends_on": None, "frequency": "occasional", **known}
    assert open_months(**given) == frozenset(expected)


@pytest.mark.parametrize(
    ("months", "runs", "said"),
    [
        ([], [], ""),
        ([4], [(4, 4)], "avril"),
        ([11, 12, 1, 4], [(4, 4), (11, 1)], "avril, de novembre à janvier"),
        ([4, 5, 8, 9, 10], [(4, 5), (8, 10)], "d’avril à mai, d’août à octobre"),
        (range(1, 13), [(1, 12)], "toute l’année"),
    ],
)
def test_words(months, runs, said):
    assert stretches(months) == runs
    assert months_in_words(months) == said


def test_a_season_begins_once():
    assert [month for month in range(1, 13) if begins_in([12, 1, 2], month)] == [12]
    assert not any(begins_in(ALL_YEAR, month) for month in range(1, 13))
