"""Files that went wrong on their way: cut, flipped, padded, disguised. Each is read or refused with a sentence."""

import io
import random
import subprocess
import sys
import time
import zipfile

import pytest

from core.spreadsheets.reading import Limits, SpreadsheetError, open_workbook
from core.spreadsheets.writing import write_table

HEADER = ["Raison sociale", "SIRET", "Ville", "Téléphone"]
ROWS = [[f"Société n° {i}", "01625043300220", "Orléans", "02 38 12 34 56"] for i in range(60)]
LIMITS = Limits()
SECONDS = 10
MEMORY = 256 * 1024


def written(format):
    buffer = io.BytesIO()
    write_table(buffer, format, HEADER, ROWS)
    return buffer.getvalue()


def ods(rows):
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    body = "".join(f"<table:table-row>{''.join(cell.format(value) for value in row)}</table:table-row>" for row in rows)
    names = "urn:oasis:names:tc:opendocument:xmlns"
    content = (
        f'<office:document-content xmlns:office="{names}:office:1.0" xmlns:table="{names}:table:1.0" '
        f'xmlns:text="{names}:text:1.0"><office:body><office:spreadsheet><table:table table:name="L">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
        archive.writestr(
            "META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{names}:manifest:1.0"></manifest:manifest>'
        )
    return buffer.getvalue()


SOURCES = {"csv": written("csv"), "xlsx": written("xlsx"), "ods": ods([HEADER, *ROWS])}


def mutations():
    """(name, bytes) of some 260 files, the same ones each time."""
    chance = random.Random(20261122)
    for kind, content in SOURCES.items():
        size = len(content)
        for step in range(30):
            yield f"{kind}-cut-{step}", content[: size * step // 30]
        for step in range(25):
            flipped = bytearray(content)
            for _ in range(1 + step):
                flipped[chance.randrange(size)] ^= 1 << chance.randrange(8)
            yield f"{kind}-flipped-{step}", bytes(flipped)
        for step in range(10):
            place = chance.randrange(size)
            yield f"{kind}-nul-{step}", content[:place] + b"\0" * (1 + step) + content[place:]
        for step in range(10):
            place = chance.randrange(size)
            yield f"{kind}-hole-{step}", content[:place] + content[place + 1 + 3 * step :]
        for step in range(5):
            yield f"{kind}-headless-{step}", content[1 + step :]
            yield f"{kind}-padded-{step}", content + chance.randbytes(10 * (step + 1))
    for step in range(15):
        yield f"noise-{step}", chance.randbytes(2**step)


def check(path):
    """Read or refused in a French sentence, in bounded time; nothing else ever comes out."""
    started = time.monotonic()
    outcome, message = opened(path)
    assert time.monotonic() - started < SECONDS
    assert message == "" or (message.endswith(".") and len(message) > 20)
    return outcome


def opened(path):
    try:
        open_workbook(path, LIMITS)
    except SpreadsheetError as error:
        return error.code, str(error)
    return "read", ""


@pytest.mark.parametrize("kind", [*SOURCES, "noise"])
def test_malformed_files_are_read_or_refused(kind, tmp_path):
    outcomes = {}
    for name, content in mutations():
        if name.startswith(kind):
            path = tmp_path / "liste.xlsx"
            path.write_bytes(content)
            outcomes[name] = check(path)
    assert len(outcomes) >= 15
    assert set(outcomes.values()) <= {"read", "empty", "damaged", "encrypted", "too-large", "not-a-spreadsheet"}
    if kind in {"xlsx", "ods"}:
        assert {name: outcome for name, outcome in outcomes.items() if "-cut-" in name and outcome == "read"} == {}


def test_there_are_more_than_two_hundred_of_them():
    assert sum(1 for _ in mutations()) >= 200


@pytest.mark.parametrize("extension", ["csv", "xls", "ods", "tsv", "pdf", ""])
@pytest.mark.parametrize("kind", SOURCES)
def test_a_wrong_extension_changes_nothing(kind, extension, tmp_path):
    path = tmp_path / f"liste.{extension}"
    path.write_bytes(SOURCES[kind])
    workbook = open_workbook(path)
    assert (workbook.kind, workbook.sheets[0].rows) == (kind, 61)


def sheet_bomb(data):
    with zipfile.ZipFile(io.BytesIO(SOURCES["xlsx"])) as source:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for name in source.namelist():
                content = source.read(name)
                if name == "xl/worksheets/sheet1.xml":
                    start, end = content.index(b"<sheetData>") + 11, content.index(b"</sheetData>")
                    content = content[:start] + data + content[end:]
                archive.writestr(name, content)
    return buffer.getvalue()


def far_row(number):
    return b'<row r="%d"><c r="XFD%d"><v>1</v></c></row>' % (number, number)


def full_row(number):
    return b'<row r="%d">%s</row>' % (number, b"<c><v>1</v></c>" * 200)


BOMBS = {
    "million-columns": b"Nom" + b";x" * 1_000_000,
    "one-cell-of-nine-megabytes": b"Nom;Ville\n" + b"x" * 9_000_000,
    "quote-never-closed": b'Nom;Ville\n"' + b"a;b\n" * 2_000_000,
    "four-million-short-rows": b"a\n" * 4_500_000,
    "only-separators": b";" * 9_500_000,
    "only-quotes": b'"' * 9_500_000,
    "only-line-ends": b"\n" * 9_500_000,
    "wide-rows": sheet_bomb(b"".join(map(far_row, range(1, 30_000)))),
    "far-corner": sheet_bomb(far_row(1) + far_row(1_048_576)),
    "many-cells": sheet_bomb(b"".join(map(full_row, range(1, 20_000)))),
    "deep-xml": sheet_bomb(b"<row>" * 1_000_000),
}

MEASURE = """
import resource, sys
from core.spreadsheets.reading import SpreadsheetError, open_workbook
try:
    open_workbook(sys.argv[1])
    outcome = "read"
except SpreadsheetError as error:
    outcome = error.code
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(outcome, used.ru_utime + used.ru_stime, used.ru_maxrss)
"""


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_stay_within_ten_seconds_and_256_megabytes(name, tmp_path):
    path = tmp_path / "bombe.xlsx"
    path.write_bytes(BOMBS[name])
    # From a small process of its own: a child's peak begins at the size of the process it was forked from.
    done = subprocess.run([sys.executable, "-c", MEASURE, path], capture_output=True, text=True, timeout=30, check=True)
    outcome, seconds, kilobytes = done.stdout.split()
    assert outcome in {"too-large", "damaged", "empty", "read"}
    assert float(seconds) < SECONDS + 1
    assert int(kilobytes) < MEMORY


def test_an_ods_that_repeats_a_row_a_million_times(tmp_path):
    path = tmp_path / "liste.ods"
    with zipfile.ZipFile(io.BytesIO(SOURCES["ods"])) as source, zipfile.ZipFile(path, "w") as archive:
        for name in source.namelist():
            content = source.read(name).replace(
                b"<table:table-row>", b'<table:table-row table:number-rows-repeated="1000000">', 1
            )
            archive.writestr(name, content)
    assert check(path) == "too-large"
