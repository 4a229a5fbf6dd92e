"""A file to staged rows: their class, what they would change, what is said of them."""

import pytest
from django.utils import timezone

from accounts.enums import Role
from companies.actions import CompanyError, bin_company
from companies.actions.imports import decide_class, decide_row
from companies.enums import RelationState, RowClass, RowDecision, Sector
from companies.merges import merge_companies
from companies.models import Company, ImportRow
from core.imports.preview import plan_of
from core.models import Municipality
from tests.companies.importing import csv_of, staged
from tests.conftest import member
from tests.factories import CompanyFactory, ContactFactory

SIRET = "00000001800010"
HEADER = "Raison sociale;SIRET;Code postal;Ville;Téléphone"


def only_row(batch):
    return ImportRow.objects.get(batch=batch)


def test_classes_are_counted(structure):
    CompanyFactory(structure=structure, legal_name="Inchangée", postcode="36300", city="Le Blanc")
    CompanyFactory(structure=structure, legal_name="Modifiée", postcode="36300", city="Le Blanc")
    CompanyFactory.create_batch(2, structure=structure, legal_name="Deux fois", postcode="36300", city="Le Blanc")
    batch = staged(
        structure,
        csv_of(
            HEADER,
            "Nouvelle;;36300;Le Blanc;",
            "INCHANGEE;;36300;LE BLANC;",
            "Modifiée;;36300;Le Blanc;02 54 00 00 00",
            "Deux fois;;36300;Le Blanc;",
            "En erreur;12345678901234;36300;Le Blanc;",
        ),
    )
    assert {row_class: batch.counts.get(row_class) for row_class in RowClass} == dict.fromkeys(RowClass, 1)
    error = ImportRow.objects.get(batch=batch, row_class=RowClass.ERROR)
    assert error.number == 6
    assert error.remarks[0]["column"] == "SIRET"
    assert error.raw == [["En erreur", "12345678901234", "36300", "Le Blanc"]]


def test_staging_writes_no_company(structure):
    staged(structure, csv_of(HEADER, "Nouvelle;;36300;Le Blanc;"))
    assert not Company.objects.exists()


def test_empty_cells_erase_nothing(structure):
    CompanyFactory(structure=structure, siret=SIRET, legal_name="Vacher", phone="+33254000000")
    batch = staged(structure, csv_of(HEADER, f"Vacher;{SIRET};;;"))
    assert only_row(batch).row_class == RowClass.UNCHANGED


def test_changes_say_before_and_after(structure):
    CompanyFactory(structure=structure, siret=SIRET, legal_name="Vacher", phone="+33254000000")
    batch = staged(structure, csv_of(HEADER, f"Vacher;{SIRET};;;02 54 00 00 01"))
    assert only_row(batch).changes == {"phone": ["+33254000000", "+33254000001"]}


def test_what_an_adviser_decided_stays(structure, adviser):
    CompanyFactory(
        structure=structure,
        siret=SIRET,
        legal_name="Vacher",
        sector=Sector.GREEN,
        relation_state=RelationState.PARTNER,
        adviser=adviser,
    )
    member(structure, Role.ADVISER, first_name="Samir", last_name="Benali")
    header = "Raison sociale;SIRET;Code NAF;Statut;Référent"
    batch = staged(structure, csv_of(header, f"Vacher;{SIRET};4399C;Prospect;Samir Benali"))
    assert list(only_row(batch).changes) == ["naf_code"]


def test_adviser_found_by_name_or_said(structure, adviser):
    header = "Raison sociale;Ville;Suivi par"
    batch = staged(structure, csv_of(header, "Vacher;Rosnay;MORIN Léa", "Auclair;Rosnay;Inconnue Personne"))
    first, second = ImportRow.objects.filter(batch=batch).order_by("number")
    if "adviser_id" not in first.values and "adviser_name" not in str(batch.mapping):
        pytest.fail(f"the column of the adviser was not recognised: {batch.mapping}")
    assert first.values["adviser_id"] == adviser.pk
    assert "adviser_id" not in second.values
    assert "Inconnue Personne" in second.remarks[0]["message"]


def test_sector_and_type_are_proposed_where_nothing_is_known(structure):
    header = "Raison sociale;Ville;Code NAF;Tranche d’effectif"
    batch = staged(structure, csv_of(header, "Vacher;Rosnay;43.99C;02"))
    assert only_row(batch).values["sector"] == Sector.CONSTRUCTION
    assert only_row(batch).values["company_type"] == "micro"


def test_commune_found_by_its_code_and_the_other_way_round(structure):
    Municipality.objects.create(insee_code="36018", name="Le Blanc", postcodes=["36300"], department="36")
    header = "Raison sociale;Code INSEE;Code postal;Ville"
    batch = staged(structure, csv_of(header, "Vacher;36018;;", "Auclair;;36300;LE BLANC"))
    first, second = ImportRow.objects.filter(batch=batch).order_by("number")
    assert (first.values["city"], first.values["postcode"]) == ("Le Blanc", "36300")
    assert second.values["insee_code"] == "36018"


def test_a_code_we_deduced_never_replaces_one_that_is_known(structure):
    Municipality.objects.create(insee_code="36018", name="Le Blanc", postcodes=["36300"], department="36")
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Vacher", insee_code="36999")
    batch = staged(structure, csv_of(HEADER, f"Vacher;{SIRET};36300;Le Blanc;"))
    assert company.city == "Le Blanc"
    assert only_row(batch).row_class == RowClass.UNCHANGED


def test_two_rows_never_write_one_company(structure):
    CompanyFactory(structure=structure, siret=SIRET, legal_name="Vacher", postcode="36300", city="Le Blanc")
    batch = staged(
        structure, csv_of(HEADER, f"Autre nom;{SIRET};36300;Le Blanc;", "Vacher;;36300;Le Blanc;02 54 00 00 00")
    )
    second = ImportRow.objects.filter(batch=batch).order_by("number").last()
    assert second.row_class == RowClass.DOUBTFUL
    assert second.candidates[0]["why"] == "déjà rapprochée de la ligne 2 du fichier"


def test_contacts_are_matched_in_their_company(structure):
    company = CompanyFactory(structure=structure, siret=SIRET, legal_name="Vacher")
    nadia = ContactFactory(company=company, first_name="Nadia", last_name="Haddad", job_title="")
    header = "Raison sociale;SIRET;Contact nom;Contact prénom;Contact fonction"
    batch = staged(structure, csv_of(header, f"Vacher;{SIRET};HADDAD;Nadia;Gérante", f"Vacher;{SIRET};Ribot;Paul;"))
    first, second = only_row(batch).contacts
    assert (first["contact"], first["changes"]) == (nadia.pk, {"job_title": ["", "Gérante"]})
    assert second["contact"] is None


def test_name_in_use_does_not_replace_the_legal_one(structure):
    CompanyFactory(structure=structure, siret=SIRET, legal_name="SARL Vacher", trade_name="Boulangerie Vacher")
    batch = staged(structure, csv_of(HEADER, f"Boulangerie Vacher;{SIRET};;;"))
    assert only_row(batch).row_class == RowClass.UNCHANGED


# --- the bin --------------------------------------------------------------------------------------
def test_a_company_in_the_bin_is_said_and_has_no_twin(structure, adviser):
    company = CompanyFactory(structure=structure, legal_name="Garage du Pont", city="Rosnay", siret="")
    bin_company(company=company, by=adviser, now=timezone.now())
    content = csv_of("Nom;Commune", "Garage du Pont;Rosnay", "Autre garage;Rosnay")
    batch = staged(structure, content)
    row = ImportRow.objects.get(batch=batch, number=2)
    assert (row.row_class, row.decision) == (RowClass.DOUBTFUL, RowDecision.IGNORE)
    assert row.candidates == [{"company": company.pk, "why": "dans la corbeille"}]
    assert "dans la corbeille" in row.remarks[-1]["message"]
    assert batch.counts["new"] == 1
    for decision, company_id in (("update", None), ("update", company.pk), ("", None)):
        with pytest.raises(CompanyError):
            decide_row(row=row, decision=decision, target_id=company_id)
    decide_class(batch=batch, row_class=RowClass.DOUBTFUL, decision=RowDecision.CREATE)
    assert plan_of(batch).created == 1
    decide_row(row=row, decision="create")
    assert plan_of(batch).created == 2


def test_a_company_merged_into_another_is_not_looked_for_in_the_bin(structure, adviser):
    kept = CompanyFactory(structure=structure, legal_name="Garage Neuf", city="Rosnay", siret="")
    absorbed = CompanyFactory(structure=structure, legal_name="Garage du Pont", city="Rosnay", siret="")
    merge_companies(kept=kept, absorbed=absorbed, from_absorbed=set(), by=adviser, now=timezone.now())
    batch = staged(structure, csv_of("Nom;Commune", "Garage du Pont;Rosnay"))
    assert only_row(batch).row_class == RowClass.NEW
