"""Real public files, from the bytes to the groups: the good ones are read, the others refused with a sentence."""

import json
import time
from pathlib import Path

import pytest

from core.imports.errors import ImportFileError
from core.spreadsheets.reading import SpreadsheetError, open_workbook, read_rows

from .build import group_file, parse_file

# For each file: rows, groups, rows in error.
COMPANY_FILES = {
    "sirene_etablissements_isere_alimentation.csv": (765, 765, 0),
    "lbb_etablissements_metz.csv": (12514, 12514, 0),
    "siae_2019_metiers_rome.csv": (228, 228, 0),
    "geiq_2019.csv": (171, 171, 1),
    "encodings/geiq_2019_cp1252_crlf.csv": (171, 171, 1),
    "agences_pole_emploi.csv": (959, 921, 0),
    "missions_locales_et_prescripteurs_62.csv": (41, 41, 0),
    "organismes_formation_apprentis.csv": (6059, 6059, 0),
    "subventions_castelmaurou.csv": (95, 17, 0),
    "structures_gironde_sans_siret.csv": (347, 347, 0),
    "import_structures_siret_scientifique.csv": (1, 1, 1),
    "import_structures_erreurs.csv": (4, 2, 1),
    "sirene_stock_etablissement_3_lignes.csv": (3, 3, 0),
    "sirene_stock_unite_legale_brouille.csv": (4, 4, 0),
}


@pytest.mark.parametrize("name", COMPANY_FILES)
def test_company_files(shared_data, name):
    path = shared_data / "companies" / name
    groups = group_file(path)
    rows, expected_groups, errors = COMPANY_FILES[name]
    assert sum(len(group.rows) for group in groups) == rows
    assert len(groups) == expected_groups
    assert sum(1 for group in groups if group.errors) == errors
    assert all(group.company.name or group.company.siret or group.errors for group in groups)


def test_every_company_file_is_in_the_table(shared_data):
    folder = shared_data / "companies"
    assert {str(path.relative_to(folder)) for path in folder.rglob("*.csv")} == COMPANY_FILES.keys()


def test_geiq_in_both_encodings_gives_the_same_records(shared_data):
    folder = shared_data / "companies"
    assert parse_file(folder / "geiq_2019.csv") == parse_file(folder / "encodings" / "geiq_2019_cp1252_crlf.csv")


def test_geiq_reports_the_siret_that_does_not_exist(shared_data):
    errors = [error for row in parse_file(shared_data / "companies" / "geiq_2019.csv") for error in row.errors]
    assert [(error.row, error.column, error.before) for error in errors] == [(53, "SIRET", "40014944900022")]


def test_metz_has_no_wrong_siret_and_is_read_in_seconds(shared_data):
    started = time.process_time()
    rows = parse_file(shared_data / "companies" / "lbb_etablissements_metz.csv")
    assert time.process_time() - started < 8
    assert len({row.company.siret for row in rows}) == 12514
    assert not [error for row in rows for error in row.errors]
    assert sum(row.company.siret.startswith("356000000") for row in rows) == 7
    assert {row.company.insee_code for row in rows} == {"57463", "57415"}
    assert sum(row.company.name == "COMMUNE DE METZ" for row in rows) == 63


def test_lost_precision_is_told(shared_data):
    [row] = parse_file(shared_data / "companies" / "import_structures_siret_scientifique.csv")
    [error] = row.errors
    assert (error.row, error.column, error.before) == (2, "Siret", "1,2E+13")
    assert "a perdu les derniers chiffres" in error.message


def test_null_words_and_decimal_commas(shared_data):
    row = parse_file(shared_data / "companies" / "agences_pole_emploi.csv")[0]
    assert (row.company.address_extra, row.company.latitude) == ("RESIDENCE LE BROADWAY", 48.909987)


@pytest.mark.parametrize("name", ["suivi_candidatures_lba.xlsx", "suivi_candidatures_lba.ods"])
def test_job_application_tracker(shared_data, name):
    path = shared_data / "crm_exports" / name
    assert [sheet.hidden for sheet in open_workbook(path).sheets] == [False, True]
    rows = parse_file(path)
    assert [row.company.name for row in rows][:2] == ["Nom entreprise 1", "Nom entreprise 2"]
    assert (rows[2].contacts[0].last_name, rows[2].contacts[0].mobile) == ("dupont", "+33600000000")


def test_odoo_exports(shared_data):
    folder = shared_data / "crm_exports"
    groups = group_file(folder / "odoo_res_partner_libelles_allemands.csv")
    named = {group.company.name: group for group in groups}
    assert [contact.full_name for contact in named["Oberflächentechnik GmbH"].contacts] == ["Werner Kopp"]
    assert len(parse_file(folder / "openerp_res_partner.csv")) == 54


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("modele-inscrit-sans-contrat-ft.xlsx", "aucune ligne visible"),
        ("modele-rupturant-ml.xlsx", "Aucune ligne de titres"),
        ("entetes_exports_connus.csv", "Aucune colonne ne donne le nom"),
    ],
)
def test_files_with_no_company(shared_data, name, sentence):
    with pytest.raises((ImportFileError, SpreadsheetError), match=sentence):
        parse_file(shared_data / "crm_exports" / name)


# Files of another service, about canteens: those that name them by SIRET or by name are read, the others refused.

REFUSED_CANTEENS = {
    "achats/purchases_bad_corrupt.csv": "Aucune ligne de titres",
    "achats/purchases_bad_no_header.csv": "Aucune ligne de titres",
    "achats/purchases_bad_wrong_header.csv": "«\u00a0SIRET\u00a0» pour «\u00a0canteen siret\u00a0»",
    "achats/purchases_bad_wrong_header_typo.csv": "«\u00a0SIRET\u00a0» pour «\u00a0s_iret\u00a0»",
    "achats/purchases_good_id.csv": "Aucune colonne ne donne le nom",
    "achats/purchases_good_id_caracteristics.csv": "Aucune colonne ne donne le nom",
    "canteen_managers/canteen_managers_bad_no_header.csv": "Aucune ligne de titres",
    "canteen_managers/canteen_managers_bad_wrong_header.csv": "«\u00a0SIRET\u00a0» pour «\u00a0wrong_siret\u00a0»",
    "canteens/canteens_bad_no_header.csv": "Aucune ligne de titres",
    "canteens/canteens_bad_wrong_header.csv": "«\u00a0SIRET\u00a0» pour «\u00a0SI_RET\u00a0»",
    "canteens/canteens_update_bad_no_header.csv": "Aucune ligne de titres",
    "diagnostics/diagnostics_bad_file_format.ods": "aucune ligne visible",
}


def canteen_files(shared_data) -> dict[str, Path]:
    folder = shared_data / "import_edge_cases" / "ma_cantine"
    return {str(path.relative_to(folder)): path for path in sorted(folder.rglob("*.*")) if path.is_file()}


@pytest.mark.parametrize("name", REFUSED_CANTEENS)
def test_files_without_a_company_column_are_refused(shared_data, name):
    with pytest.raises((ImportFileError, SpreadsheetError)) as caught:
        parse_file(canteen_files(shared_data)[name])
    assert REFUSED_CANTEENS[name] in str(caught.value)


def test_all_the_others_are_read(shared_data):
    files = {name: path for name, path in canteen_files(shared_data).items() if name not in REFUSED_CANTEENS}
    assert len(files) == 69
    for name, path in files.items():
        rows = parse_file(path)
        assert rows, name
        for row in rows:
            assert row.company.siret or row.company.name or row.errors, (name, row.number)


def test_wrong_siret_in_the_edge_cases_are_reported(shared_data):
    [row] = parse_file(canteen_files(shared_data)["canteens/canteens_update_bad_invalid_siret.csv"])
    assert [error.field for error in row.errors] == ["siret"]


@pytest.mark.parametrize(
    "name",
    ["diagnostics/diagnostics_simple_good_encoding_utf-16.csv", "encodings/diagnostic_encoding_utf-16.csv",
     "encodings/diagnostics_simple_good_encoding_windows1252.csv", "encodings/purchases_good_encoding_iso-8859-1.csv"],
)  # fmt: skip
def test_encodings_are_told_apart(shared_data, name):
    rows = [row.cells for row in read_rows(canteen_files(shared_data)[name], "CSV")]
    assert rows[0][0] == "siret"
    text = " ".join(str(cell) for row in rows for cell in row)
    assert "è" in text or "é" in text
    assert "Ã" not in text


def csv_spectrum(shared_data):
    return sorted((shared_data / "import_edge_cases" / "csv_spectrum" / "csvs").glob("*.csv"))


def test_csv_spectrum(shared_data):
    paths = csv_spectrum(shared_data)
    assert len(paths) == 12
    for path in paths:
        expected = json.loads((path.parent.parent / "json" / f"{path.stem}.json").read_text(encoding="utf-8"))
        header, *rows = read_rows(path, "CSV")
        if path.stem == "location_coordinates":
            # The JSON as published has another telephone number than the CSV.
            expected = [expected] if isinstance(expected, dict) else expected
            expected[0]["Contact Phone Number"] = "2095257564"
        read = [
            {
                label: (row.cells[index] if index < len(row.cells) else None) or ""
                for index, label in enumerate(header.cells)
            }
            for row in rows
        ]
        assert read == expected, path.name
