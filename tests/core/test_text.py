import pytest

from core.text import search_key, unaccented


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("  Boulangerie   PÂTISSERIE  ", "boulangerie patisserie"),
        ("Œuvre d’Æthelred", "oeuvre d'aethelred"),
        ("Straße", "strasse"),
        ("Saint\u2011Étienne", "saint-etienne"),
        ("L’Haÿ\u00a0les\u202fRoses", "l'hay les roses"),
        ("", ""),
    ],
)
def test_search_key(text, key):
    assert search_key(text) == key


def test_unaccented_keeps_case_and_spaces():
    assert unaccented("  Éric Ñandú ") == "  Eric Nandu "
