import csv
import io
import zipfile
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.spreadsheets.reading import open_workbook, read_rows
from core.spreadsheets.writing import escape, unescape, write_table

HEADER = ["SIRET", "Nom", "CP", "Vu le", "Rappel", "Effectif", "Partenaire", "Note", "Rien"]
ROW = ["01625043300220", "Boulangerie « L’Épi »", "01000", date(2026, 3, 1), datetime(2026, 3, 2, 14, 30), 12, True,
       Decimal("1.5"), None]  # fmt: skip


def csv_of(header, rows):
    buffer = io.BytesIO()
    write_table(buffer, "csv", header, rows)
    return buffer.getvalue()


def test_csv_opens_in_a_french_spreadsheet():
    content = csv_of(HEADER, [ROW])
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.decode("utf-8-sig").splitlines(keepends=True) == [
        "SIRET;Nom;CP;Vu le;Rappel;Effectif;Partenaire;Note;Rien\r\n",
        "01625043300220;Boulangerie « L’Épi »;01000;01/03/2026;02/03/2026 14:30;12;oui;1,5;\r\n",
    ]


def test_xlsx_keeps_text_as_text_and_dates_as_dates(tmp_path):
    path = tmp_path / "export.xlsx"
    write_table(path, "xlsx", HEADER, [ROW], sheet="Entreprises")
    header, row = read_rows(path, "Entreprises")
    assert header.cells == tuple(HEADER)
    assert row.cells == ("01625043300220", "Boulangerie « L’Épi »", "01000", date(2026, 3, 1),
                         datetime(2026, 3, 2, 14, 30), 12.0, "oui", 1.5)  # fmt: skip


@pytest.mark.parametrize(
    "text", ["=1+1", "+SUM(A1)", "-2+3+cmd|' /C calc'!A0", "@SUM(A1)", "\tx", "\r=1", "-", "=", "+a"]
)
def test_no_text_becomes_a_formula(text, tmp_path):
    [_header, row] = csv.reader(io.StringIO(csv_of(["Nom"], [[text]]).decode("utf-8-sig"), newline=""), delimiter=";")
    assert row == ["'" + text]
    buffer = io.BytesIO()
    write_table(buffer, "xlsx", ["Nom"], [[text]])
    sheet = zipfile.ZipFile(buffer).read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


@pytest.mark.parametrize("text", ["+33387123456", "+33 3 87 12 34 56", "-12", "-12,5", "L'Épi", "'quoted", ""])
def test_csv_leaves_harmless_text_alone(text):
    assert escape(text) == text


@given(st.text(max_size=30))
def test_unescape_undoes_escape(text):
    if not (text.startswith("'") and text[1:2] in set("=+-@\t\r\n")):
        assert unescape(escape(text)) == text


def test_repeated_and_blank_labels_stay_columns(tmp_path):
    path = tmp_path / "export.xlsx"
    write_table(path, "xlsx", ["Nom", "Nom", "", ""], [["a", "b", "c", "d"]])
    _header, row = read_rows(path, "Feuille 1")
    assert row.cells == ("a", "b", "c", "d")


def test_an_empty_table_still_has_its_header(tmp_path):
    path = tmp_path / "export.xlsx"
    write_table(path, "xlsx", ["Nom", "Ville"], [])
    assert open_workbook(path).sheets[0].sample[0].cells == ("Nom", "Ville")
    assert csv_of(["Nom", "Ville"], []).decode("utf-8-sig") == "Nom;Ville\r\n"


def test_control_characters_are_left_out(tmp_path):
    path = tmp_path / "export.xlsx"
    write_table(path, "xlsx", ["Nom"], [["a\x00b\x0bc"]])
    assert [row.cells for row in read_rows(path, "Feuille 1")] == [("Nom",), ("abc",)]


def test_unknown_format():
    with pytest.raises(ValueError, match="pdf"):
        write_table(io.BytesIO(), "pdf", ["Nom"], [])


def test_rows_are_read_once_as_they_come():
    content = csv_of(["n"], ([number] for number in range(3)))
    assert content.decode("utf-8-sig").split() == ["n", "0", "1", "2"]
