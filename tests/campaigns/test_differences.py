from hypothesis import given
from hypothesis import strategies as st

from campaigns.differences import pieces


def joined(found, *kinds):
    return "".join(piece.text for piece in found if piece.kind in kinds)


def test_words_that_changed_are_told_apart():
    found = pieces("Une heure compte déjà.", "Une journée compte déjà.")
    assert [(piece.kind, piece.text) for piece in found] == [
        ("kept", "Une "),
        ("removed", "heure"),
        ("added", "journée"),
        ("kept", " compte déjà."),
    ]


@given(st.text(), st.text())
def test_nothing_is_lost(before, after):
    found = pieces(before, after)
    assert joined(found, "kept", "removed") == before
    assert joined(found, "kept", "added") == after
