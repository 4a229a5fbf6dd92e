import pytest
from django.urls import reverse
from django.utils import timezone

from campaigns.actions.letters import bin_letter, create_letter
from campaigns.enums import LetterKind
from campaigns.models import LetterTemplate, LetterVersion
from core import pdf
from tests.factories import CompanyFactory, ContactFactory, LetterVersionFactory

TEXTS = {
    "subject": "Un pacte pour {entreprise}",
    "headline": "Ouvrons des portes",
    "body": "{civilite},\n\n- Découverte\u00a0: une visite\n\n{lien}",
    "closing": "Merci.",
    "signatory": "Claire Fontaine",
    "signatory_title": "Présidente",
}


@pytest.fixture
def template(structure, adviser):
    return create_letter(
        structure=structure, name="Pacte", kind=LetterKind.LETTER, texts=TEXTS, by=adviser, now=timezone.now()
    )


def url(name, *args):
    return reverse(f"campaigns:{name}", args=args)


def test_a_structure_begins_with_our_texts(adviser_client, structure):
    page = adviser_client.get(url("letter_list"))
    assert "Partir des textes proposés" in page.content.decode()
    page = adviser_client.post(url("letter_start"), follow=True)
    assert LetterTemplate.objects.filter(structure=structure).count() == 4
    assert "Pacte avec les entreprises" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_queries(adviser_client, structure, django_assert_max_num_queries, count):
    for _ in range(count):
        LetterVersionFactory(structure=structure)
    with django_assert_max_num_queries(14):
        adviser_client.get(url("letter_list"))


def test_a_text_is_written_and_read(adviser_client, structure):
    page = adviser_client.post(url("letter_create"), {"name": "Rentrée", "kind": "letter", **TEXTS}, follow=True)
    template = LetterTemplate.objects.get(structure=structure)
    assert (template.name, template.version) == ("Rentrée", 1)
    assert "Ouvrons des portes" in page.content.decode()


def test_what_is_no_field_is_told_at_its_place(adviser_client):
    answer = adviser_client.post(url("letter_create"), {"name": "A", "kind": "letter", **TEXTS, "body": "Cher {nom}"})
    assert answer.status_code == 200
    assert "{nom}" in str(answer.context["form"].errors["body"])
    assert not LetterVersion.objects.exists()
    preview = adviser_client.post(url("letter_preview"), {**TEXTS, "body": "Cher {nom}"}).content.decode()
    assert "<code>{nom}</code>" in preview
    empty = adviser_client.post(url("letter_create"), {"kind": "letter"}).content.decode()
    assert empty.index('<a href="#id_name">') < empty.index('<a href="#id_subject">')


def test_line_breaks_pasted_in_one_line_become_spaces(adviser_client):
    data = {**TEXTS, "subject": "Un pacte\u2028pour vous", "signatory": "Claire\u0085Fontaine"}
    adviser_client.post(url("letter_create"), {"name": "Pacte\u2028neuf", "kind": "letter", **data})
    version = LetterVersion.objects.get()
    assert (version.template.name, version.subject, version.signatory, version.body) == (
        "Pacte neuf",
        "Un pacte pour vous",
        "Claire Fontaine",
        TEXTS["body"],
    )


def test_a_version_is_written_beside_the_other(adviser_client, template):
    data = {"name": "Pacte", "version": 1, **TEXTS, "headline": "Autrement"}
    adviser_client.post(url("letter_edit", template.pk), data)
    assert list(template.versions.order_by("number").values_list("headline", flat=True)) == [
        "Ouvrons des portes",
        "Autrement",
    ]
    page = adviser_client.get(url("letter_differences", template.pk, 2)).content.decode()
    assert "<del>Ouvrons" in page
    assert "<ins>Autrement</ins>" in page
    adviser_client.post(url("version_restore", template.pk, 1))
    assert template.versions.get(number=3).headline == "Ouvrons des portes"


def test_two_people_on_one_text_lose_nothing(adviser_client, template):
    mine = {"name": "Pacte", "version": 0, **TEXTS, "headline": "La mienne"}
    answer = adviser_client.post(url("letter_edit", template.pk), mine)
    assert "autre version" in answer.content.decode()
    assert "La mienne" in answer.content.decode()
    assert answer.content.decode().count('name="version" value="1"') == 1
    adviser_client.post(url("letter_edit", template.pk), mine | {"version": 1})
    assert template.versions.count() == 2


def test_a_text_is_tried_on_a_company_by_its_name(adviser_client, structure):
    company = CompanyFactory(structure=structure, trade_name="Charpentes du Suin")
    ContactFactory(structure=structure, company=company, civility="mme", last_name="Haddad", is_main=True)
    CompanyFactory(structure=structure, trade_name="Bâti Brenne")
    answer = adviser_client.post(url("letter_preview"), TEXTS | {"essai": "SUIN", "body": "{civilite} {contact}"})
    page = answer.content.decode()
    assert "Un pacte pour Charpentes du Suin" in page
    assert "Madame" in page


def test_what_is_missing_is_said_while_one_writes(adviser_client, structure):
    CompanyFactory(structure=structure, trade_name="Suin", city="")
    page = adviser_client.post(url("letter_preview"), TEXTS | {"essai": "suin", "body": "À {commune}"}).content.decode()
    assert "la commune de l’entreprise" in page
    structure.phone = ""
    structure.save()
    page = adviser_client.post(url("letter_preview"), TEXTS | {"body": "{conseiller_telephone}"}).content.decode()
    assert "Il manque à votre structure" in page


def test_without_any_company_a_text_is_tried_on_an_example(adviser_client):
    page = adviser_client.post(url("letter_preview"), TEXTS | {"essai": "personne\x00"}).content.decode()
    assert "Charpentes du Suin (exemple)" in page


def test_a_preview_runs_nothing(adviser_client, structure):
    CompanyFactory(structure=structure, trade_name="<script>alert(1)</script>")
    page = adviser_client.post(url("letter_preview"), TEXTS | {"body": "<b>{entreprise}</b>"}).content.decode()
    assert "<script>" not in page
    assert "<b>" not in page


def test_a_company_of_another_structure_is_not_tried(adviser_client, other_structure):
    CompanyFactory(structure=other_structure, trade_name="Chez les autres")
    page = adviser_client.post(url("letter_preview"), TEXTS | {"essai": "autres"}).content.decode()
    assert "Chez les autres" not in page


@pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")
def test_a_text_is_seen_on_paper(adviser_client, template, structure):
    company = CompanyFactory(structure=structure)
    answer = adviser_client.get(url("letter_pdf", template.pk, 1), {"entreprise": company.pk})
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF")
    draft = adviser_client.post(url("letter_preview"), TEXTS | {"pdf": "1"})
    assert draft.content.startswith(b"%PDF")


@pytest.mark.parametrize(("paragraphs", "warned"), [(2, False), (30, True)])
def test_a_text_that_leaves_its_page_is_told_as_one_writes(adviser_client, template, paragraphs, warned):
    body = "\n\n".join(
        ["Nous cherchons avec vous ce que votre entreprise peut ouvrir aux jeunes d’ici. " * 2] * paragraphs
    )
    data = {"name": "Pacte", **TEXTS, "body": f"{body}\n\n{{lien}}", "version": 1}
    page = adviser_client.post(url("letter_edit", template.pk), data, follow=True).content.decode()
    assert "La version 2 est enregistrée" in page
    asked = url("letter_overflow", template.pk, 2)
    assert f'hx-get="{asked}"' in page
    assert ("déborde de sa page" in adviser_client.get(asked).content.decode()) is warned
    draft = adviser_client.post(url("letter_preview"), data | {"page": "1"}).content.decode()
    assert ("déborde de sa page" in draft) is warned


def test_the_bin_gives_back(adviser_client, template, adviser):
    page = adviser_client.post(url("letter_bin", template.pk), follow=True).content.decode()
    assert "À la corbeille" in page
    assert adviser_client.get(url("letter_edit", template.pk)).status_code == 404
    assert adviser_client.get(url("letter_detail", template.pk)).status_code == 404
    adviser_client.post(url("letter_restore", template.pk))
    template.refresh_from_db()
    assert template.deleted_at is None


def test_a_name_taken_meanwhile_is_said(adviser_client, template, adviser, structure):
    bin_letter(template=template, by=adviser, now=timezone.now())
    create_letter(
        structure=structure, name="Pacte", kind=LetterKind.LETTER, texts=TEXTS, by=adviser, now=timezone.now()
    )
    page = adviser_client.post(url("letter_restore", template.pk), follow=True).content.decode()
    assert "déjà ce nom" in page


def test_a_text_of_another_structure_does_not_exist(as_user, outsider, template):
    assert as_user(outsider).get(url("letter_detail", template.pk)).status_code == 404


def test_a_counsellor_writes_no_letter(as_user, counsellor, template):
    assert as_user(counsellor).get(url("letter_list")).status_code == 403
    assert as_user(counsellor).get(url("letter_detail", template.pk)).status_code == 403
