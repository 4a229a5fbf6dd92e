import io
import struct
import subprocess
import sys
import zipfile
from datetime import date

import pytest

from core.spreadsheets.reading import Limits, SpreadsheetError, open_workbook, read_rows
from core.spreadsheets.writing import write_table

TABLE = [["Nom", "SIRET", "Ville"], ["L’Épi d’Or", "01625043300220", "Orléans"], ["Cœur & fils", "", "Metz"]]
AS_READ = [("Nom", "SIRET", "Ville"), ("L’Épi d’Or", "01625043300220", "Orléans"), ("Cœur & fils", None, "Metz")]


def cells(path, sheet="CSV"):
    return [row.cells for row in read_rows(path, sheet)]


def saved(tmp_path, content, name="fichier.csv"):
    path = tmp_path / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def refused(path, limits=None):
    with pytest.raises(SpreadsheetError) as caught:
        open_workbook(path, limits or Limits())
    return caught.value


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"])
def test_csv_in_every_dress(tmp_path, separator, encoding):
    text = "\r\n".join(separator.join(row) for row in TABLE)
    path = saved(tmp_path, text.encode(encoding))
    workbook = open_workbook(path)
    assert (workbook.kind, workbook.separator) == ("csv", separator)
    assert cells(path) == AS_READ


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_end_of_line(tmp_path, end):
    assert cells(saved(tmp_path, end.join(";".join(row) for row in TABLE) + end)) == AS_READ


def test_iso_8859_1_reads_as_its_french_superset(tmp_path):
    assert cells(saved(tmp_path, "Société;Forêt\nA;B".encode("iso-8859-1")))[0] == ("Société", "Forêt")


def test_quotes_separators_and_line_ends_in_cells(tmp_path):
    path = saved(tmp_path, 'Nom;Note\n"Dupont; ""fils""";"ligne 1\nligne 2"\nMartin;x\n')
    rows = list(read_rows(path, "CSV"))
    assert rows[1] == (2, ('Dupont; "fils"', "ligne 1\nligne 2"))
    assert rows[2].number == 3


def test_blank_rows_are_left_out_and_numbers_stay_those_of_the_spreadsheet(tmp_path):
    path = saved(tmp_path, "\n\nNom;Ville\n;;\nA;Metz;;\n")
    assert list(read_rows(path, "CSV")) == [(3, ("Nom", "Ville")), (5, ("A", "Metz"))]


def test_separator_named_on_the_first_line(tmp_path):
    assert cells(saved(tmp_path, "sep=|\nNom|a;b\nX|c;d")) == [("Nom", "a;b"), ("X", "c;d")]


def test_commas_in_names_do_not_outvote_semicolons(tmp_path):
    text = "Nom;Adresse\n" + "Dupont, Martin, Fils;1, rue X, bât. B, Metz\n" * 5
    assert open_workbook(saved(tmp_path, text)).separator == ";"


def test_one_column_is_a_table_too(tmp_path):
    assert cells(saved(tmp_path, "SIRET\n01625043300220\n")) == [("SIRET",), ("01625043300220",)]


@pytest.mark.parametrize("name", ["vrai.xlsx", "faux.csv", "faux.xls", "sans_extension"])
def test_a_workbook_is_told_by_its_content(tmp_path, name):
    buffer = io.BytesIO()
    write_table(buffer, "xlsx", TABLE[0], TABLE[1:], sheet="Liste")
    path = saved(tmp_path, buffer.getvalue(), name)
    assert open_workbook(path).kind == "xlsx"
    assert cells(path, "Liste") == AS_READ


def test_a_csv_named_xlsx_is_a_csv(tmp_path):
    assert open_workbook(saved(tmp_path, "Nom;Ville\nA;B", "liste.xlsx")).kind == "csv"


def workbook_xml(sheets, extra=""):
    """A small XLSX written by hand: {sheet name: (state, sheetData)}."""
    buffer = io.BytesIO()
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{links}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        names = "".join(
            f'<sheet name="{name}" sheetId="{number}" state="{state}" r:id="r{number}"/>'
            for number, (name, (state, _data)) in enumerate(sheets.items(), 1)
        )
        archive.writestr(
            "xl/workbook.xml", f'<workbook xmlns="{main}" xmlns:r="{links}"><sheets>{names}</sheets></workbook>'
        )
        targets = "".join(
            f'<Relationship Id="r{number}" Type="{links}/worksheet" Target="worksheets/sheet{number}.xml"/>'
            for number in range(1, len(sheets) + 1)
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{targets}</Relationships>',
        )
        for number, (_state, data) in enumerate(sheets.values(), 1):
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml",
                f'<worksheet xmlns="{main}"><sheetData>{data}</sheetData>{extra}</worksheet>',
            )
    return buffer.getvalue()


def inline(reference, text):
    return f'<c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c>'


def test_hidden_sheets_are_named_and_never_read(tmp_path):
    data = f'<row r="1">{inline("A1", "Nom")}</row>'
    path = saved(
        tmp_path,
        workbook_xml({"Liste": ("visible", data), "Admin": ("hidden", data), "Secret": ("veryHidden", data)}),
        "l.xlsx",
    )
    workbook = open_workbook(path)
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in workbook.sheets] == [
        ("Liste", False, 1),
        ("Admin", True, 0),
        ("Secret", True, 0),
    ]
    with pytest.raises(SpreadsheetError, match="n’existe pas"):
        list(read_rows(path, "Admin"))


def test_rows_and_columns_keep_their_place(tmp_path):
    number = '<c r="D9"><v>79914163500018</v></c>'
    data = f'<row r="4">{inline("C4", "Nom")}</row><row r="9">{inline("C9", "Épi")}{number}</row>'
    path = saved(tmp_path, workbook_xml({"L": ("visible", data)}), "l.xlsx")
    assert list(read_rows(path, "L")) == [(4, (None, None, "Nom")), (9, (None, None, "Épi", 79914163500018.0))]


def test_dates_arrive_as_dates(tmp_path):
    path = tmp_path / "l.xlsx"
    write_table(path, "xlsx", ["Vu le"], [[date(2026, 3, 1)]])
    assert cells(path, "Feuille 1")[1] == (date(2026, 3, 1),)


@pytest.mark.parametrize(
    ("content", "code", "word"),
    [
        (b"", "empty", "vide"),
        (b"\n\n  \n", "empty", "vide"),
        (b"\xff\xfe", "empty", "vide"),
        (b"%PDF-1.7 blah", "not-a-spreadsheet", "PDF"),
        (b"\x89PNG\r\n\x1a\n....", "not-a-spreadsheet", "image"),
        (b"\xff\xd8\xff\xe0....", "not-a-spreadsheet", "image"),
        (b"\x1f\x8b\x08....", "not-a-spreadsheet", "archive"),
        (b"<!DOCTYPE html><table><tr><td>x</td></tr></table>", "not-a-spreadsheet", "page web"),
        (b"\xef\xbb\xbf \n<html><body></body></html>", "not-a-spreadsheet", "page web"),
        (b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>', "not-a-spreadsheet", "XML"),
        (b"{\\rtf1 bonjour}", "not-a-spreadsheet", "traitement de texte"),
        (b"Nom;Ville\nA\x00B;C\n", "not-a-spreadsheet", "caractères"),
        (bytes(range(256)) * 20, "not-a-spreadsheet", "caractères"),
        ("Nom;Ville\nÉpi;Orl".encode() + "é".encode()[:1], "damaged", "abîmé"),
        (b'Nom;Ville\nA;B\n"C;D\nE;F\n', "damaged", "Ligne 3"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "damaged", "abîmé"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") * 9, "encrypted", "mot de passe"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "WordDocument".encode("utf-16-le") * 9, "not-a-spreadsheet", "texte"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook\0".encode("utf-16-le") * 90, "damaged", "abîmé"),
        (b"PK\x03\x04 not really", "damaged", "abîmé"),
        (b"PK\x05\x06" + b"\0" * 18, "not-a-spreadsheet", "archive"),
    ],
)
def test_what_is_not_a_table_is_named(tmp_path, content, code, word):
    error = refused(saved(tmp_path, content, "liste.xlsx"))
    assert error.code == code
    assert word in str(error)


@pytest.mark.parametrize(
    ("member", "word"),
    [("word/document.xml", "traitement de texte"), ("ppt/presentation.xml", "diaporama"), ("xl/workbook.bin", "xlsb"),
     ("photo.jpg", "archive")],
)  # fmt: skip
def test_archives_that_are_no_workbook(tmp_path, member, word):
    path = tmp_path / "liste.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, "x")
    assert word in str(refused(path))


def test_limits_are_told_with_the_row(tmp_path):
    assert "3 lignes" in str(refused(saved(tmp_path, "a;b\n" * 5), Limits(rows=3)))
    assert "Ligne 2\u00a0: plus de 3 colonnes" in str(refused(saved(tmp_path, "a;b\n1;2;3;4\n"), Limits(columns=3)))
    assert "Ligne 2" in str(refused(saved(tmp_path, f"a;b\n1;{'x' * 50}\n"), Limits(cell_length=20)))
    assert "10 Mo" in str(refused(saved(tmp_path, b"a;b\n" * 2_600_000)))


def test_the_row_limit_counts_data_under_one_header(tmp_path):
    path = saved(tmp_path, "nom\n" + "a\n" * 3)
    assert open_workbook(path, Limits(rows=3)).sheets[0].rows == 4


def test_a_bomb_that_says_so_is_refused_before_it_is_unzipped(tmp_path):
    data = '<row r="1">' + inline("A1", "x") + "</row>"
    path = saved(tmp_path, workbook_xml({"L": ("visible", data)}, extra=" " * 120_000_000), "bombe.xlsx")
    assert path.stat().st_size < 500_000
    error = refused(path)
    assert error.code == "too-large"
    assert "100 Mo" in str(error)


def test_a_bomb_whose_headers_lie_gives_no_more_than_they_say(tmp_path):
    data = '<row r="1">' + inline("A1", "x") + "</row>"
    content = bytearray(workbook_xml({"L": ("visible", data)}, extra=" " * 30_000_000))
    real = (30_000_000).to_bytes(4, "little")[2:]
    for signature, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        position = content.find(signature)
        while position >= 0:
            if content[position + offset + 2 : position + offset + 4] >= real[:1]:
                size = int.from_bytes(content[position + offset : position + offset + 4], "little")
                if size > 1_000_000:
                    content[position + offset : position + offset + 4] = (2_000).to_bytes(4, "little")
            position = content.find(signature, position + 4)
    assert refused(saved(tmp_path, bytes(content), "bombe.xlsx")).code == "damaged"


def test_a_cell_at_the_far_corner_does_not_take_all_the_memory(tmp_path):
    data = f'<row r="1">{inline("A1", "Nom")}</row><row r="1048576">{inline("XFD1048576", "x")}</row>'
    error = refused(saved(tmp_path, workbook_xml({"L": ("visible", data)}), "loin.xlsx"))
    assert error.code == "too-large"
    assert "Supprimez les lignes et les colonnes vides" in str(error)


def test_too_much_work_is_stopped(tmp_path):
    text = "a;b;c;d\n" * 900_000
    error = refused(saved(tmp_path, text), Limits(rows=10_000_000, cpu_seconds=1))
    assert error.code == "too-large"


def test_the_largest_file_allowed_fits_in_the_limits(tmp_path):
    path = tmp_path / "grand.xlsx"
    write_table(path, "xlsx", [f"c{i}" for i in range(20)], ([f"v {i} {j}" for j in range(20)] for i in range(50_000)))
    assert path.stat().st_size < Limits().file_size
    assert open_workbook(path).sheets[0].rows == 50_001


def test_reading_may_stop_early(tmp_path):
    path = saved(tmp_path, "a;b\n" * 40_000)
    rows = read_rows(path, "CSV")
    assert next(rows).cells == ("a", "b")
    rows.close()


def test_the_child_knows_none_of_our_secrets(tmp_path, monkeypatch):
    seen = {}
    real = subprocess.Popen

    def spy(*arguments, **options):
        seen.update(options["env"])
        return real(*arguments, **options)

    monkeypatch.setenv("SECRET_KEY", "canary")
    monkeypatch.setattr(subprocess, "Popen", spy)
    open_workbook(saved(tmp_path, "a;b\n1;2\n"))
    assert "canary" not in seen.values()
    assert "DATABASE_URL" not in seen


def test_it_works_inside_a_daemonic_worker(tmp_path):
    path = saved(tmp_path, "a;b\n1;2\n")
    script = (
        "import multiprocessing, sys\n"
        "from core.spreadsheets.reading import open_workbook\n"
        "def work(): print(open_workbook(sys.argv[1]).sheets[0].rows)\n"
        "process = multiprocessing.get_context('fork').Process(target=work, daemon=True)\n"
        "process.start(); process.join(20); sys.exit(process.exitcode)\n"
    )
    done = subprocess.run([sys.executable, "-c", script, path], capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.strip() == "2"


def biff(kind, payload):
    return struct.pack("<HH", kind, len(payload)) + payload


def old_workbook(sheets, *, password=0):
    """An XLS written by hand: {sheet name: (state, rows)}, cells text or numbers, in its compound file."""
    bodies = []
    for _state, rows in sheets.values():
        body = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                if isinstance(value, str):
                    text = struct.pack("<HB", len(value), 1) + value.encode("utf-16-le")
                    body += biff(0x0204, struct.pack("<HHH", r, c, 0) + text)
                else:
                    body += biff(0x0203, struct.pack("<HHHd", r, c, 0, value))
        bodies.append(body + biff(0x000A, b""))
    head = biff(0x0809, struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6))
    if password:
        head += biff(0x002F, struct.pack("<HHH", password - 1, 1, 1) + b"\1" * 48)
    names = [(name.encode("utf-16-le"), len(name), state) for name, (state, _rows) in sheets.items()]
    position = len(head) + sum(4 + 8 + len(name) for name, _length, _state in names) + 4
    for (name, length, state), body in zip(names, bodies, strict=True):
        head += biff(0x0085, struct.pack("<IBBBB", position, state, 0, length, 1) + name)
        position += len(body)
    return compound_file("Workbook", head + biff(0x000A, b"") + b"".join(bodies))


def compound_file(name, stream):
    """One stream in the container that XLS files use: header, allocation table, directory, data."""
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    free, end = 0xFFFFFFFF, 0xFFFFFFFE
    table = [0xFFFFFFFD, end, *range(3, 2 + sectors), end]
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, end, 0, end, 0, 0)
    header = header.ljust(512, b"\xff")

    def entry(label, kind, child, start, size):
        text = label.encode("utf-16-le")
        links = struct.pack("<III", free, free, child)
        data = text.ljust(64, b"\0") + struct.pack("<HBB", len(text) + 2 if label else 0, kind, 1) + links
        return data + bytes(36) + struct.pack("<IQ", start, size)

    directory = entry("Root Entry", 5, 1, end, 0) + entry(name, 2, free, 2, len(stream))
    directory = directory.ljust(512, b"\0")
    return header + struct.pack("<128I", *table, *[free] * (128 - len(table))) + directory + stream


def test_an_old_workbook(tmp_path):
    rows = [["Nom", "SIRET"], ["L’Épi", 79914163500018.0]]
    path = saved(tmp_path, old_workbook({"Liste": (0, rows), "Admin": (1, rows)}), "liste.csv")
    workbook = open_workbook(path)
    assert workbook.kind == "xls"
    assert [(sheet.name, sheet.hidden, sheet.rows) for sheet in workbook.sheets] == [
        ("Liste", False, 2),
        ("Admin", True, 0),
    ]
    assert cells(path, "Liste") == [("Nom", "SIRET"), ("L’Épi", 79914163500018.0)]


@pytest.mark.parametrize("method", [1, 2])
def test_an_old_workbook_with_a_password(tmp_path, method):
    assert refused(saved(tmp_path, old_workbook({"L": (0, [["Nom"]])}, password=method), "l.xls")).code == "encrypted"


def test_an_archive_with_a_password(tmp_path):
    content = bytearray(workbook_xml({"L": ("visible", f'<row r="1">{inline("A1", "Nom")}</row>')}))
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        position = content.find(signature)
        while position >= 0:
            content[position + offset] |= 1
            position = content.find(signature, position + 4)
    assert refused(saved(tmp_path, bytes(content), "l.xlsx")).code == "encrypted"


def test_other_line_separators_do_not_confuse_the_quotes(tmp_path):
    path = saved(tmp_path, 'Nom;Note\nA;"un\u2028deux\x0btrois"\nB;"c"\n')
    assert len(cells(path)) == 3
