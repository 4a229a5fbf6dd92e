from hypothesis import given
from hypothesis import strategies as st

from campaigns.merge_fields import FIELDS, fill, missing_in, missing_labels, names_in, unknown_in


def test_fields_are_found_once_whatever_the_case_and_the_accents():
    assert names_in("{Entreprise}, à { commune }\u00a0: {entreprise} avant le {date réponse}") == [
        "entreprise", "commune", "date_reponse"
    ]  # fmt: skip


def test_what_is_no_field_is_told_as_it_was_written():
    assert unknown_in("Bonjour {prénom}, {entreprise} {prénom} et { rien") == ["prénom"]


def test_a_text_is_filled_in_one_pass():
    values = {"entreprise": "Chez {contact} & fils", "contact": "Nadia"}
    assert fill("{entreprise}, {contact}, {inconnu}, {commune}", values) == (
        "Chez {contact} & fils, Nadia, {inconnu}, …"
    )


def test_what_is_missing_is_said_in_words():
    names = missing_in("{entreprise} {commune} {civilite}", {"entreprise": "Suin", "commune": "", "civilite": "Madame"})
    assert missing_labels(names) == ["la commune de l’entreprise"]


def test_a_field_is_written_as_its_name():
    for name, field in FIELDS.items():
        assert names_in(field.code) == [name]


@given(st.text(), st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text()))
def test_any_text_can_be_filled(text, values):
    filled = fill(text, values)
    assert not names_in(text) or isinstance(filled, str)
    if "{" not in text:
        assert filled == text
