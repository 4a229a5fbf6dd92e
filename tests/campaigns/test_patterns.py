"""Drawn once and filled for each, an e-mail is what it would have been drawn for one alone."""

import html
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.letters import LINK_MARK, draw_email, words_of
from campaigns.merge_fields import FIELDS
from campaigns.models import LetterVersion, SendingSettings
from campaigns.patterns import EmailPatterns

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=40).map(str.strip)
VALUES = st.fixed_dictionaries(dict.fromkeys(FIELDS, WORDS) | {"lien": st.just(LINK_MARK)})
NAME_OF_PAGE = re.compile('aria-label="([^"]*)"')
HOSTILE = "</mj-text> {contact} <b>&amp; l’« é » 'x' \"y\""


def letter(**fields):
    texts = {
        "subject": "{entreprise}\u00a0: un pacte à {commune}",
        "headline": "Ouvrons des portes, {contact}",
        "body": "{civilite} {contact},\n\nAvant le {date_reponse}, {lien}\n- {entreprise}\n- {commune} <i>\n{inconnu}",
        "closing": "{structure}, {ville}, {annee}",
        "signatory": "{conseiller}",
        "signatory_title": "{conseiller_email} {conseiller_telephone}",
    }
    return LetterVersion(pk=1, **(texts | fields))


@pytest.fixture(scope="module")
def unsaved_structure():
    from accounts.models import Structure

    return Structure(name="Mission & Locale", city="Le Blanc", postcode="36300", address="1 rue <des> Écoles")


@given(several=st.lists(VALUES, min_size=1, max_size=3))
@settings(max_examples=40)
def test_filled_it_says_what_it_says_alone(unsaved_structure, several):
    text, sending = letter(), SendingSettings(sender_name="L’équipe")
    patterns = EmailPatterns(structure=unsaved_structure, settings=sending)
    hostile = dict.fromkeys(FIELDS, HOSTILE) | {"lien": LINK_MARK}
    for values in [*several, hostile]:
        alone = draw_email(words=words_of(text, values), values=values, structure=unsaved_structure, settings=sending)
        filled = patterns.email_for(letter=text, values=values)
        assert (filled.subject, filled.text) == (alone.subject, alone.text)
        assert NAME_OF_PAGE.sub("", filled.html) == NAME_OF_PAGE.sub("", alone.html)
        # Drawn alone, an accent would be told there by its number.
        assert html.unescape(NAME_OF_PAGE.search(filled.html)[1]) == filled.subject


def test_what_nobody_knows_is_told(unsaved_structure):
    patterns = EmailPatterns(structure=unsaved_structure, settings=SendingSettings())
    assert patterns.missing(letter(subject="", headline="{commune}"), {"contact": "Nadia"}) == [
        "commune", "entreprise", "ville", "conseiller", "conseiller_email", "conseiller_telephone",
    ]  # fmt: skip
