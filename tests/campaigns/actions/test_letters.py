import pytest
from django.utils import timezone

from campaigns.actions.errors import CampaignError
from campaigns.actions.letters import (
    StaleLetterError,
    UnknownFieldError,
    bin_letter,
    create_letter,
    ensure_default_letters,
    restore_letter,
    restore_version,
    write_version,
)
from campaigns.default_letters import DEFAULT_LETTERS
from campaigns.enums import LetterKind
from campaigns.merge_fields import names_in, unknown_in
from campaigns.models import LetterTemplate, LetterVersion

TEXTS = {
    "subject": "Un pacte pour {entreprise}",
    "headline": "Ouvrons des portes",
    "body": "Bonjour.\n\n{lien}",
    "closing": "Merci.",
    "signatory": "Claire Fontaine",
    "signatory_title": "Présidente",
}


@pytest.fixture
def template(structure, adviser):
    return create_letter(
        structure=structure, name="Pacte", kind=LetterKind.LETTER, texts=TEXTS, by=adviser, now=timezone.now()
    )


def test_a_version_is_written_beside_the_others(template, adviser):
    second = write_version(
        template=template, texts=TEXTS | {"headline": "Autre"}, by=adviser, now=timezone.now(), version=1
    )
    assert second.number == 2
    assert list(template.versions.order_by("number").values_list("headline", flat=True)) == [
        "Ouvrons des portes",
        "Autre",
    ]
    third = restore_version(version=template.versions.get(number=1), by=adviser, now=timezone.now())
    assert (third.number, third.headline) == (3, "Ouvrons des portes")


def test_the_same_words_write_no_version(template, adviser):
    again = write_version(template=template, texts=TEXTS, by=adviser, now=timezone.now(), version=1, name="Pacte 2027")
    assert again.number == 1
    template.refresh_from_db()
    assert template.name == "Pacte 2027"


def test_two_people_on_one_text_are_told(template, adviser, colleague):
    write_version(template=template, texts=TEXTS | {"body": "A"}, by=adviser, now=timezone.now(), version=1)
    with pytest.raises(StaleLetterError) as refusal:
        write_version(template=template, texts=TEXTS | {"body": "B"}, by=colleague, now=timezone.now(), version=1)
    assert refusal.value.current.body == "A"
    assert template.versions.count() == 2


def test_what_is_no_field_is_refused_by_its_name(template, adviser):
    with pytest.raises(UnknownFieldError, match=r"\{prénom\}") as refusal:
        write_version(template=template, texts=TEXTS | {"body": "Cher {prénom}"}, by=adviser, now=timezone.now())
    assert refusal.value.field == "body"
    assert LetterVersion.objects.filter(template=template).count() == 1


def test_a_name_is_taken_once_and_freed_by_the_bin(template, structure, adviser):
    now = timezone.now()
    with pytest.raises(CampaignError, match="déjà ce nom"):
        create_letter(structure=structure, name="Pacte", kind=LetterKind.LETTER, texts=TEXTS, by=adviser, now=now)
    bin_letter(template=template, by=adviser, now=now)
    other = create_letter(structure=structure, name="Pacte", kind=LetterKind.LETTER, texts=TEXTS, by=adviser, now=now)
    with pytest.raises(CampaignError, match="déjà ce nom"):
        restore_letter(template=template, by=adviser, now=now)
    bin_letter(template=other, by=adviser, now=now)
    assert restore_letter(template=template, by=adviser, now=now).deleted_at is None


def test_nothing_is_written_in_the_bin(template, adviser):
    bin_letter(template=template, by=adviser, now=timezone.now())
    with pytest.raises(CampaignError, match="corbeille"):
        write_version(template=template, texts=TEXTS | {"body": "B"}, by=adviser, now=timezone.now())


def test_a_structure_starts_with_our_texts_once(structure, adviser):
    now = timezone.now()
    first = ensure_default_letters(structure, now=now, by=adviser)
    again = ensure_default_letters(structure, now=now)
    assert set(first) == set(LetterKind)
    assert {kind: version.pk for kind, version in again.items()} == {kind: v.pk for kind, v in first.items()}
    assert LetterTemplate.objects.filter(structure=structure).count() == 4


def test_a_template_of_ones_own_is_proposed_before_ours(template, structure):
    found = ensure_default_letters(structure, now=timezone.now())
    assert found[LetterKind.LETTER].template_id == template.pk


def test_our_texts_hold_known_fields_and_fit_what_is_kept():
    for letter in DEFAULT_LETTERS.values():
        whole = letter.subject + letter.headline + letter.body + letter.closing
        assert unknown_in(whole) == []
        assert {"lien", "date_reponse", "entreprise"} <= set(names_in(whole))
        assert len(letter.subject) <= 150
        assert len(letter.headline) <= 150
        assert len(letter.body) <= 6000
