"""The record: whole in a constant number of queries, filtered, old lines by key, corrected in place."""

import datetime as dt
import re

import pytest
from django.contrib.contenttypes.models import ContentType
from django.urls import reverse
from django.utils import timezone

from companies.actions import NextActionDraft, add_next_action, edit_company, record_interaction, record_solicitation
from companies.enums import WorkforceBand
from core.models import Activity, ActivityEntry, Nomenclature
from tests.factories import CompanyFactory, ContactFactory, NextActionFactory, TagFactory

NOW = timezone.now()
TODAY = timezone.localdate()
pytestmark = pytest.mark.django_db


@pytest.fixture
def company(structure, adviser):
    return CompanyFactory(structure=structure, adviser=adviser, partner=True, legal_name="Charpentes du Suin")


def detail(company):
    return reverse("companies:company_detail", args=[company.pk])


def visit(company, by, *, days_ago=0, **values):
    at = NOW - dt.timedelta(days=days_ago)
    values = {"kind": "visit", "at": at, "duration_minutes": 55, **values}
    contacts = [ContactFactory(company=company, first_name="Nadia", last_name="Haddad")]
    return record_interaction(company=company, values=values, contacts=contacts, nothing_next=True, by=by, now=at)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


@pytest.mark.parametrize(("count", "queries"), [(0, 10), (1, 13), (3, 13)])
def test_record_costs_the_same_whatever_it_holds(
    company, structure, adviser, colleague, as_user, count, queries, django_assert_num_queries
):
    Activity.objects.create(nomenclature=Nomenclature.NAF_REV2, code="43.91A", label="Travaux de charpente")
    for position in range(count):
        visit(company, adviser, days_ago=position)
        NextActionFactory(company=company, assigned_to=colleague, due_on=TODAY + dt.timedelta(days=position))
        company.tags.add(TagFactory(structure=structure))
        record_solicitation(company=company, channel="letter", title="Pacte", by=adviser, on=TODAY)
    edit_company(company=company, changes={"naf_code": "43.91A"}, by=adviser, now=NOW)
    client = as_user(adviser)
    client.get(detail(company))  # the session is written once
    with django_assert_num_queries(queries):
        response = client.get(detail(company))
    assert "Travaux de charpente" in text_of(response)


def test_record_of_the_busiest_company_shows_twenty_lines(company, adviser, adviser_client):
    subject_type = ContentType.objects.get_for_model(company)
    rows = [
        ActivityEntry(
            structure_id=company.structure_id,
            subject_type=subject_type,
            subject_id=company.pk,
            kind="action",
            verb="next_action_completed",
            title=f"Fait {minute}",
            at=NOW - dt.timedelta(minutes=minute),
            by=adviser,
        )
        for minute in range(3000)
    ]
    ActivityEntry.objects.bulk_create(rows)
    response = adviser_client.get(detail(company))
    assert response.content.count(b'class="dot') == 20
    assert "Plus ancien" in text_of(response)


def test_older_lines_follow_without_gap_nor_repeat(company, adviser, adviser_client):
    for minute in range(70):
        edit_company(
            company=company, changes={"address": f"{minute} rue"}, by=adviser, now=NOW - dt.timedelta(minutes=minute)
        )
    seen, url = [], detail(company)
    while url:
        page = adviser_client.get(url).content.decode()
        seen += re.findall(r"<strong>(Adresse [^<]+)</strong>", page)
        found = re.search(r'href="([^"]*avant=[^"]*)"', page)
        url = found[1].replace("&amp;", "&") if found else None
    assert len(seen) == 70
    assert len(set(seen)) == 70


@pytest.mark.parametrize("cursor", ["", "zzz", "%00", "W10", "A" * 5000])
def test_a_broken_cursor_shows_the_newest(company, adviser, adviser_client, cursor):
    visit(company, adviser)
    response = adviser_client.get(detail(company), {"avant": cursor})
    assert "Visite, 55" in text_of(response)


@pytest.mark.parametrize(
    ("word", "shown", "hidden"),
    [
        ("echanges", "Visite, 55", "Adresse renseignée"),
        ("modifications", "Adresse renseignée", "Visite, 55"),
        ("actions", "À faire : Rappeler", "Visite, 55"),
    ],
)
def test_timeline_is_filtered(company, adviser, adviser_client, word, shown, hidden):
    visit(company, adviser)
    edit_company(company=company, changes={"address": "1 rue Haute"}, by=adviser, now=NOW)
    draft = NextActionDraft("Rappeler", TODAY, adviser)
    add_next_action(company=company, draft=draft, by=adviser, now=NOW)
    url = reverse("companies:company_timeline", args=[company.pk])
    said = text_of(adviser_client.get(url, {"fil": word}, headers={"hx-request": "true"})).replace("\xa0", " ")
    assert shown in said
    assert hidden not in said


def test_an_unknown_filter_shows_everything(company, adviser, adviser_client):
    visit(company, adviser)
    assert "Visite, 55" in text_of(adviser_client.get(detail(company), {"fil": "' OR 1=1"}))


def test_a_line_says_who_with_whom_and_what_comes_next(company, adviser, colleague, adviser_client):
    record_interaction(
        company=company,
        values={"kind": "visit", "at": NOW, "summary": "Deux départs en retraite.", "listen": "Peur de l’avenir."},
        contacts=[ContactFactory(company=company, first_name="Nadia", last_name="Haddad")],
        colleagues=[colleague],
        next_action=NextActionDraft("Proposer un jeune", TODAY + dt.timedelta(days=7), adviser),
        by=adviser,
        now=NOW,
    )
    said = text_of(adviser_client.get(detail(company)))
    assert "Léa Morin, Samir Benali, Nadia Haddad" in said
    assert "Deux départs en retraite." in said
    assert "Peur de l’avenir." in said
    assert "Proposer un jeune" in said


def test_a_change_shows_before_and_after(company, adviser, adviser_client):
    company = edit_company(company=company, changes={"workforce_band": WorkforceBand.B3}, by=adviser, now=NOW)
    edit_company(company=company, changes={"workforce_band": WorkforceBand.B6, "address": "1 rue"}, by=adviser, now=NOW)
    page = adviser_client.get(detail(company)).content.decode()
    assert "<del>3 à 5 salariés</del> → <ins>6 à 9 salariés</ins>" in page


@pytest.mark.parametrize(("state", "forgotten"), [("partner", True), ("in_relation", True), ("prospect", False)])
def test_a_relation_without_next_action_is_shown_as_forgotten(structure, adviser_client, state, forgotten):
    company = CompanyFactory(structure=structure, relation_state=state)
    said = text_of(adviser_client.get(detail(company)))
    assert "Aucune action prévue" in said
    assert ("risque d’être oubliée" in said) is forgotten


def test_who_left_is_apart(company, adviser_client):
    ContactFactory(company=company, first_name="Jean", last_name="Vacher", left_on=dt.date(2026, 9, 1))
    page = adviser_client.get(detail(company)).content.decode()
    assert page.index('<details class="gone">') < page.index("Jean Vacher")


def test_many_contacts_are_shown_when_asked(company, adviser_client):
    for position in range(12):
        ContactFactory(company=company, first_name="Élise", last_name=f"Rang{position:02}", is_main=False)
    ContactFactory(company=company, last_name="Parti", left_on=TODAY, is_main=False)
    folded = text_of(adviser_client.get(detail(company)))
    assert "Élise Rang09" in folded
    assert "Élise Rang10" not in folded
    assert "Voir les 13 contacts, dont 1 qui a quitté" in folded
    whole = text_of(adviser_client.get(detail(company), {"contacts": "tous"}))
    assert "Élise Rang11" in whole
    assert "Voir les 13 contacts" not in whole


def test_script_in_every_text_is_shown_as_text(company, adviser, adviser_client):
    attack = "<script>alert(1)</script>"
    edit_company(
        company=company,
        changes={"legal_name": attack, "notes": attack, "attracts": attack, "address": attack},
        by=adviser,
        now=NOW,
    )
    ContactFactory(company=company, last_name=attack, job_title=attack, notes=attack)
    assert attack not in adviser_client.get(detail(company)).content.decode()


# --- in place ----------------------------------------------------------------------------------
def field(company, word="effectif"):
    return reverse("companies:company_edit_field", args=[company.pk, word])


HTMX = {"hx-request": "true", "hx-target": "company-record"}


def test_a_field_is_corrected_in_place(company, adviser_client):
    form = adviser_client.get(field(company), headers=HTMX)
    assert "<html" not in form.content.decode()
    data = {"workforce_band": "03", "version": company.version}
    response = adviser_client.post(field(company), data, headers=HTMX)
    company.refresh_from_db()
    assert company.workforce_band == "03"
    page = response.content.decode()
    assert 'id="company-record"' in page
    assert "Effectif renseigné" in page


def test_a_field_is_corrected_without_script(company, adviser_client):
    assert "<html" in adviser_client.get(field(company)).content.decode()
    response = adviser_client.post(field(company), {"workforce_band": "03", "version": company.version})
    assert response.url == detail(company)


def test_a_bad_value_in_place_comes_back_in_its_line(company, adviser_client):
    data = {"phone": "12", "email": "", "website": "", "version": company.version}
    response = adviser_client.post(field(company, "joindre"), data, headers=HTMX)
    assert response.status_code == 422
    assert response["HX-Retarget"] == "#fact-joindre"
    assert "ne peut pas être appelé" in response.content.decode()


def test_a_field_saved_first_by_somebody_else_is_shown(company, colleague, adviser_client):
    edit_company(company=company, changes={"workforce_band": "12"}, by=colleague, now=NOW)
    data = {"workforce_band": "03", "version": 1}
    response = adviser_client.post(field(company), data, headers=HTMX)
    page = response.content.decode()
    assert "20 à 49 salariés" in page
    assert 'value="03" selected' in page
    assert 'name="version" value="2"' in page


def test_other_fields_posted_in_place_change_nothing(company, adviser, colleague, adviser_client):
    data = {"workforce_band": "03", "version": 1, "legal_name": "Volée", "adviser": colleague.pk, "structure": 999}
    adviser_client.post(field(company), data)
    company.refresh_from_db()
    assert (company.legal_name, company.adviser) == ("Charpentes du Suin", adviser)


def test_new_tags_join_those_held(company, structure, adviser_client):
    held = TagFactory(structure=structure, name="Bois")
    company.tags.add(held)
    data = {"tags": [held.pk], "new_tags": "Patrimoine, bois ,", "version": 1}
    adviser_client.post(field(company, "etiquettes"), data)
    assert sorted(tag.name for tag in company.tags.all()) == ["Bois", "Patrimoine"]


def test_the_band_does_not_name_a_binned_contact(company, adviser, adviser_client):
    contact = ContactFactory(company=company, last_name="Canari")
    NextActionFactory(company=company, assigned_to=adviser, contact=contact)
    assert "avec Nadia Canari" in adviser_client.get(detail(company)).text
    contact.put_in_bin(by=adviser, at=NOW)
    assert "Canari" not in adviser_client.get(detail(company)).text


# --- what was asked of it -------------------------------------------------------------------------
def test_the_record_says_what_was_asked_and_whether_to_ask_again(company, adviser, colleague, adviser_client):
    assert "Aucune demande notée" in text_of(adviser_client.get(detail(company)))
    for days, by in ((40, adviser), (3, colleague)):
        record_solicitation(
            company=company, channel="email", on=TODAY - dt.timedelta(days=days), by=by, title=f"Demande {days}"
        )
    page = text_of(adviser_client.get(detail(company)))
    assert "2 sur 2 en 90 jours" in page
    assert "À laisser tranquille" in page
    assert page.index("Demande 3") < page.index("Demande 40")
    assert colleague.full_name in page
