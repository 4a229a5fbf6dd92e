"""Staged rows to companies, once, whole, and back."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from companies.actions import imports
from companies.actions.errors import CompanyError
from companies.enums import ImportState, RowClass, RowDecision
from companies.importing.applying import apply_batch
from companies.importing.undoing import touched_since
from companies.models import Company, Contact, ImportBatch, ImportChange, ImportFile, ImportRow, Tag
from core.imports.errors import ImportRefused
from core.models import ActivityEntry, ActivityKind
from core.scope import set_scope
from opportunities.models import Immersion, Opportunity
from tests.companies.importing import applied, csv_of, silent, staged, undone
from tests.factories import (
    CompanyFactory,
    ContactFactory,
    InteractionFactory,
    OpportunityFactory,
    PlacementFactory,
    TagFactory,
)

SIRET, OTHER_SIRET = "00000001800010", "00000002600021"
HEADER = "Raison sociale;SIRET;Code postal;Ville;Téléphone;Contact nom;Contact e-mail;Étiquettes"
VACHER = f"Boulangerie Vacher;{SIRET};36300;Le Blanc;02 54 00 00 00;Haddad;n.haddad@example.org;pain, Brenne"
AUCLAIR = "Couverture Auclair;;36800;Saint-Gaultier;;;;"

FILE = csv_of(HEADER, VACHER, AUCLAIR)


def test_everything_of_a_row_is_written(structure, adviser):
    batch = applied(structure, FILE, by=adviser)
    company = Company.objects.get(siret=SIRET)
    assert (company.legal_name, company.city, company.phone) == ("Boulangerie Vacher", "Le Blanc", "+33254000000")
    assert (company.structure, company.created_by, company.version) == (structure, adviser, 1)
    contact = company.contacts.get()
    assert (contact.last_name, contact.email, contact.is_main) == ("Haddad", "n.haddad@example.org", True)
    assert sorted(company.tags.values_list("name", flat=True)) == ["Brenne", "pain"]
    entry = ActivityEntry.objects.about(company).get()
    assert (entry.kind, entry.by, entry.source) == (ActivityKind.IMPORT, adviser, batch)
    batch.refresh_from_db()
    assert (batch.state, batch.report["created"]) == (ImportState.APPLIED, 2)


def test_the_same_file_twice_writes_nothing(structure):
    applied(structure, FILE)
    before = list(Company.objects.order_by("pk").values())
    batch = applied(structure, FILE)
    assert batch.counts[RowClass.UNCHANGED] == 2
    assert list(Company.objects.order_by("pk").values()) == before
    assert ActivityEntry.objects.count() == 2
    assert not ImportChange.objects.filter(batch=batch).exists()
    assert imports.already_imported(batch).file_name == "reseau.csv"


def test_an_update_bumps_the_version_and_tells_what_changed(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Boulangerie Vacher", city="Rosnay")
    applied(structure, FILE, by=adviser)
    company.refresh_from_db()
    assert (company.city, company.version) == ("Le Blanc", 2)
    entry = ActivityEntry.objects.about(company).get()
    assert entry.changes["commune"] == ["Rosnay", "Le Blanc"]
    assert entry.changes["étiquettes"] == ["", "pain, Brenne"]


def test_what_changed_since_the_preview_is_left_and_said(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Boulangerie Vacher", city="Rosnay")
    batch = staged(structure, FILE)
    Company.objects.filter(pk=company.pk).update(city="Bélâbre")
    report = apply_batch(batch=batch, by=adviser, now=timezone.now(), advance=silent)
    company.refresh_from_db()
    assert (company.city, company.phone) == ("Bélâbre", "+33254000000")
    assert report["left_said"] == ["Ligne 2\u00a0: «\u00a0commune\u00a0» a changé depuis l’aperçu, laissé tel quel."]


def test_a_siret_taken_since_the_preview_stops_everything(structure, adviser):
    batch = staged(structure, FILE)
    CompanyFactory(structure=structure, siret=SIRET)
    with pytest.raises(ImportRefused, match="Ligne 2"):
        apply_batch(batch=batch, by=adviser, now=timezone.now(), advance=silent)


def test_no_more_e_mails_outlives_the_contact(structure):
    gone = ContactFactory(
        company=CompanyFactory(structure=structure), email="N.Haddad@example.org", opted_out_at=timezone.now()
    )
    gone.put_in_bin(by=None, at=timezone.now())
    applied(structure, FILE)
    assert Contact.objects.kept().get(last_name="Haddad").opted_out_at == gone.opted_out_at


def test_doubtful_rows_wait_for_a_decision(structure, adviser):
    CompanyFactory.create_batch(
        2, structure=structure, legal_name="Couverture Auclair", city="Saint-Gaultier", postcode="36800"
    )
    batch = staged(structure, csv_of(HEADER, AUCLAIR.replace(";;;;", ";02 54 00 00 09;;;", 1)))
    row = ImportRow.objects.get(batch=batch)
    assert apply_batch(batch=batch, by=adviser, now=timezone.now(), advance=silent)["left_said"] == []
    assert Company.objects.count() == 2
    ImportBatch.objects.filter(pk=batch.pk).update(state=ImportState.PREVIEWED)
    second = row.candidates[1]["company"]
    imports.decide_row(row=row, decision=RowDecision.UPDATE, target_id=second)
    apply_batch(batch=ImportBatch.objects.get(pk=batch.pk), by=adviser, now=timezone.now(), advance=silent)
    assert Company.objects.get(phone="+33254000009").pk == second


def test_two_rows_of_one_company_without_contact_give_it_one_main_contact(structure, adviser):
    company = CompanyFactory(
        structure=structure, siret=SIRET, legal_name="Vacher", trade_name="Le Fournil", city="Rosnay", postcode="36300"
    )
    rows = (f"Vacher;{SIRET};36300;Rosnay;Haddad", "Le Fournil;;36300;Rosnay;Ribot")
    batch = staged(structure, csv_of("Raison sociale;SIRET;Code postal;Ville;Nom du contact", *rows))
    imports.decide_row(row=ImportRow.objects.get(batch=batch, row_class=RowClass.DOUBTFUL), decision="update")
    apply_batch(batch=ImportBatch.objects.get(pk=batch.pk), by=adviser, now=timezone.now(), advance=silent)
    people = Contact.objects.filter(company=company).order_by("pk")
    assert list(people.values_list("last_name", "is_main")) == [("Haddad", True), ("Ribot", False)]


def test_a_row_cannot_be_given_a_company_it_does_not_resemble(structure):
    CompanyFactory.create_batch(
        2, structure=structure, legal_name="Couverture Auclair", city="Saint-Gaultier", postcode="36800"
    )
    batch = staged(structure, csv_of(HEADER, AUCLAIR))
    stranger = CompanyFactory(structure=structure)
    with pytest.raises(CompanyError, match="pas de celles"):
        imports.decide_row(row=ImportRow.objects.get(batch=batch), decision="update", target_id=stranger.pk)


def test_ignored_classes_are_not_written(structure, adviser):
    batch = staged(structure, FILE)
    imports.decide_class(batch=batch, row_class=RowClass.NEW, decision=RowDecision.IGNORE)
    apply_batch(batch=ImportBatch.objects.get(pk=batch.pk), by=adviser, now=timezone.now(), advance=silent)
    assert not Company.objects.exists()


# --- undo -------------------------------------------------------------------------------------------
def test_undo_gives_back_exactly_what_was_there(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Boulangerie Vacher", city="Rosnay")
    contact = ContactFactory(company=company, last_name="Haddad", first_name="", email="")
    company.tags.add(TagFactory(structure=structure, name="Brenne"))
    company.refresh_from_db()
    before = {name: getattr(company, name) for name in ("legal_name", "city", "postcode", "phone")}
    batch = applied(structure, FILE, by=adviser)
    undone(batch, by=adviser)
    company.refresh_from_db()
    contact.refresh_from_db()
    assert {name: getattr(company, name) for name in before} == before
    assert list(company.tags.values_list("name", flat=True)) == ["Brenne"]
    assert contact.email == ""
    assert list(Company.objects.all()) == [company]
    assert list(Contact.objects.all()) == [contact]
    assert list(Tag.objects.values_list("name", flat=True)) == ["Brenne"]
    assert company.version == 3  # written by the import, then by its undoing: an open form is told


@pytest.mark.parametrize("gesture", ["edit", "interaction", "contact", "bin", "contact_edit"])
def test_what_was_touched_forbids_the_undo(structure, adviser, gesture):
    batch = applied(structure, FILE, by=adviser)
    company = Company.objects.get(siret=SIRET)
    if gesture == "edit":
        Company.objects.filter(pk=company.pk).update(version=2)
    elif gesture == "interaction":
        InteractionFactory(company=company, by=adviser)
    elif gesture == "contact":
        ContactFactory(company=company)
    elif gesture == "bin":
        company.put_in_bin(by=adviser, at=timezone.now())
    else:
        Contact.objects.filter(company=company).update(version=2)
    assert [touched.company_id for touched in touched_since(batch)] == [company.pk]
    with pytest.raises(ImportRefused, match="ne peut plus être annulé"):
        undone(batch, by=adviser)
    assert Company.objects.count() == 2


def test_a_contact_of_the_import_met_since_forbids_the_undo(structure, adviser):
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Boulangerie Vacher", city="Rosnay")
    batch = applied(structure, FILE, by=adviser)
    InteractionFactory(company=company, by=adviser).contacts.add(Contact.objects.filter(company=company).first())
    assert [touched.company_id for touched in touched_since(batch)] == [company.pk]


@pytest.mark.parametrize("held", ["company", "contact", "tutor"])
def test_what_apps_above_hold_forbids_the_undo(structure, adviser, held):
    """Erasing the company would take its opportunities along, and the young people placed there."""
    batch = applied(structure, FILE, by=adviser)
    company = Company.objects.get(siret=SIRET)
    if held == "company":
        OpportunityFactory(company=company)
    else:
        other = OpportunityFactory(company=CompanyFactory(structure=structure))
        contact = company.contacts.get()
        if held == "contact":
            Opportunity.objects.update(contact=contact)
        else:
            Immersion.objects.create(placement=PlacementFactory(opportunity=other), structure=structure, tutor=contact)
    assert [touched.company_id for touched in touched_since(batch)] == [company.pk]
    with pytest.raises(ImportRefused, match="ne peut plus être annulé"):
        undone(batch, by=adviser)
    assert Opportunity.objects.count() == 1


# --- walls, life of the file ------------------------------------------------------------------------
def test_an_import_stays_in_its_structure(structure, other_structure, app_role):
    set_scope([other_structure.pk])
    CompanyFactory(structure=other_structure, siret=SIRET, legal_name="Chez eux")
    set_scope([structure.pk])
    batch = applied(structure, FILE)
    assert batch.counts[RowClass.NEW] == 2
    undone(batch)
    assert not Company.objects.exists()
    set_scope([other_structure.pk])
    assert Company.objects.get().legal_name == "Chez eux"


def test_files_and_rows_are_purged(structure, adviser):
    now = timezone.now()
    written, unused = applied(structure, FILE, by=adviser), staged(structure, csv_of(HEADER, AUCLAIR))
    assert imports.purge_imports(structure_id=structure.pk, now=now + dt.timedelta(days=6)) == 0
    assert imports.purge_imports(structure_id=structure.pk, now=now + dt.timedelta(days=8)) == 1
    assert not ImportFile.objects.filter(batch=written).exists()
    assert not ImportRow.objects.filter(batch=written).exists()
    assert ImportRow.objects.filter(batch=unused).exists()
    imports.purge_imports(structure_id=structure.pk, now=now + dt.timedelta(days=31))
    assert list(ImportBatch.objects.all()) == [written]
    assert undone(written)["erased"] == 2  # what undoing needs is kept


def test_columns_are_remembered_for_the_next_file(structure):
    batch = imports.deposit_file(
        structure=structure, name="a.csv", content=csv_of("Machin;Ville", "Vacher;Rosnay"), by=None
    )
    imports.choose_columns(batch=batch, mapping={0: "legal_name", 1: "city"}, now=timezone.now())
    other = imports.deposit_file(
        structure=structure, name="b.csv", content=csv_of("Machin;Ville", "Nivet;Luant"), by=None
    )
    assert other.mapping == {"0": "legal_name", "1": "city"}


@pytest.mark.parametrize(
    ("content", "message"),
    [(b"", "vide"), (b"%PDF-1.7", "PDF"), (b"\x00\x01\x02\x03" * 50, "lisible"), (b'a;b\n"x;y\n' * 9, "guillemet")],
)
def test_what_cannot_be_read_is_said(structure, content, message):
    with pytest.raises(CompanyError, match=message):
        imports.deposit_file(structure=structure, name="x.csv", content=content, by=None)


# --- command ----------------------------------------------------------------------------------------
def test_command_is_dry_by_default(structure, tmp_path, capsys):
    path = tmp_path / "reseau.csv"
    path.write_bytes(csv_of(HEADER, VACHER, "Faux;12345678901234;36300;Le Blanc;;;;"))
    errors = tmp_path / "errors.csv"
    call_command("import_companies", path, structure=structure.name, errors=errors)
    assert not Company.objects.exists()
    assert not ImportBatch.objects.exists()
    assert "rien n’a été écrit" in capsys.readouterr().out
    assert "12345678901234" in errors.read_text("utf-8-sig")
    call_command("import_companies", path, structure=str(structure.pk), wet_run=True)
    assert Company.objects.get().siret == SIRET


def test_command_says_what_it_does_not_know(structure, tmp_path):
    path = tmp_path / "reseau.csv"
    with pytest.raises(CommandError, match="No such file"):
        call_command("import_companies", path, structure=structure.name)
    path.write_bytes(FILE)
    with pytest.raises(CommandError, match="Aucune structure"):
        call_command("import_companies", path, structure="Nulle part")


def test_two_imports_are_undone_one_after_the_other(structure, adviser):
    first = applied(structure, FILE, by=adviser)
    second = applied(structure, csv_of(HEADER, VACHER.replace("02 54 00 00 00", "02 54 00 00 08")), by=adviser)
    assert [touched.why for touched in touched_since(first)] == ["modifiée depuis"]
    undone(second, by=adviser)
    assert touched_since(first) == []
    undone(first, by=adviser)
    assert not Company.objects.exists()
