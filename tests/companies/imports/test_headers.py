from datetime import date

import pytest

from companies.imports.headers import best_sheet, detect_header
from companies.imports.mapping import propose_mapping
from core.imports.errors import ImportFileError
from core.imports.headers import header_at, is_repeated_header
from core.spreadsheets.tables import Row, SheetInfo, Workbook

from .build import sheet

LABELS = ("Raison sociale", "SIRET", "Ville")
DATA = ("L’Épi", "01625043300220", "Metz")


def test_header_on_the_first_row():
    guess = detect_header(sheet(LABELS, DATA))
    assert (guess.first_row, guess.row_count, guess.labels, guess.last_row) == (1, 1, LABELS, 1)
    assert guess.confidence >= 0.8


def test_header_on_line_four_under_titles():
    rows = sheet(("Fichier entreprises 2026",), (None,), ("Édité le 12/03/2026", date(2026, 3, 12)), LABELS, DATA)
    assert detect_header(rows).first_row == 4


def test_blank_columns_around():
    guess = detect_header(sheet((None, *LABELS), (None, *DATA)))
    assert guess.labels == ("", *LABELS)


def test_two_rows_read_together():
    rows = sheet(
        ("Entreprise", None, None, "Contact", None, None),
        ("Nom", "SIRET", "Ville", "Nom", "Prénom", "Mail"),
        ("L’Épi", "01625043300220", "Metz", "Petit", "Anne", "anne@exemple.fr"),
    )
    guess = detect_header(rows)
    assert (guess.first_row, guess.row_count, guess.last_row) == (1, 2, 2)
    assert propose_mapping(guess.labels) == {
        0: "legal_name",
        1: "siret",
        2: "city",
        3: "contact_last_name",
        4: "contact_first_name",
        5: "contact_email",
    }


def test_labels_broken_over_two_rows():
    guess = detect_header(sheet(("Raison", "Code"), ("sociale", "postal"), ("L’Épi", "57000")))
    assert guess.labels == ("Raison sociale", "Code postal")


def test_a_label_on_two_lines_of_one_cell():
    assert detect_header(sheet(("Raison\nsociale", "Code\r\npostal"), ("L’Épi", "57000"))).labels[1] == "Code postal"


def test_unknown_labels_are_a_doubtful_header():
    guess = detect_header(sheet(("truc", "bidule"), ("a", "b")))
    assert guess.confidence < 0.5
    assert guess.labels == ("truc", "bidule")


@pytest.mark.parametrize(
    "rows",
    [
        [DATA, DATA],
        [("bonjour ceci n’est pas un tableau",), ("ceci non plus",)],
        [("21340172201787", "a@exemple.fr"), ("21340172201787", "b@exemple.fr")],
    ],
)
def test_no_header_is_said(rows):
    with pytest.raises(ImportFileError, match="Aucune ligne de titres") as caught:
        detect_header(sheet(*rows))
    assert caught.value.code == "no-header"


def test_a_header_and_nothing_under_it():
    with pytest.raises(ImportFileError, match="aucune ligne à importer"):
        detect_header(sheet(("Consignes",), LABELS))


def test_a_person_may_point_at_the_header():
    rows = sheet(("x", "y"), LABELS, DATA)
    assert header_at(rows, 2).labels == LABELS
    assert header_at(rows, 1, 2).labels == ("x Raison sociale", "y SIRET", "y Ville")
    with pytest.raises(ImportFileError):
        header_at(rows, 9)


def test_a_header_said_again_on_each_page():
    header = detect_header(sheet(LABELS, DATA))
    assert is_repeated_header(Row(40, ("RAISON SOCIALE", "siret", "Ville ")), header)
    assert not is_repeated_header(Row(41, DATA), header)
    assert not is_repeated_header(Row(42, ("Raison sociale",)), header)


def test_the_sheet_to_propose():
    notice = SheetInfo("Lisez-moi", False, 90, 1, tuple(sheet(("Bonjour",), ("Voici",))))
    table = SheetInfo("Liste", False, 2, 3, tuple(sheet(LABELS, DATA)))
    hidden = SheetInfo("Admin", True, 0, 0)
    assert best_sheet(Workbook("xlsx", (notice, hidden, table))).name == "Liste"
