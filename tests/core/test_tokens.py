import pytest

from core.tokens import digest_of, key_from_seed, key_within, new_seed, random_key, structure_of_key


def test_a_key_names_its_structure_and_nothing_else_is_guessable():
    first, second = random_key(12), random_key(12)
    assert first != second
    assert structure_of_key(first) == 12
    assert len(first.partition("-")[2]) >= 22  # 128 bits and more


def test_a_seed_draws_one_key_for_each_purpose():
    seed = new_seed()
    survey = key_from_seed(3, seed, purpose="survey")
    assert survey == key_from_seed(3, seed, purpose="survey")
    assert survey != key_from_seed(3, seed, purpose="unsubscribe")
    assert survey != key_from_seed(3, new_seed(), purpose="survey")
    assert digest_of(survey) not in survey


@pytest.mark.parametrize("key", ["", "-", "12", "12-", "-abc", "a-b", "１２-abc", "1234567890-abc", "1 2-abc"])
def test_what_is_no_key_names_no_structure(key):
    assert structure_of_key(key) is None


def test_a_key_is_found_within_what_was_copied():
    key = key_from_seed(3, new_seed(), purpose="survey")
    for copied in (key, f"{key})", f"«\u00a0{key}\u00a0»", f"{key}\u2026", f"<{key}>,", f"{key[:9]}\u200b {key[9:]}_"):
        assert key_within(copied) == key
    assert key_within(f"{key}\u00e9") != key
