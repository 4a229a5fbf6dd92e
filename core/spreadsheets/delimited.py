"""CSV and its cousins: which encoding, which separator, then rows. Pure: bytes in, rows out."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice

from core.spreadsheets import refusals
from core.spreadsheets.tables import Cell, Limits, Row

SEPARATORS = (";", ",", "\t", "|")
_SAMPLE_CHARACTERS = 100_000
_SAMPLE_ROWS = 200
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")
_SEPARATOR_LINE = re.compile(r'"?sep=(.)"?\r?\n?', re.IGNORECASE)
# In Windows-1252 these five bytes mean nothing: where they stand, the text is ISO-8859-1 or not a text.
_UNDEFINED_IN_CP1252 = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(content: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding. Raises SpreadsheetError when it is not a text."""
    encoding = _encoding(content)
    if encoding.startswith("utf-16") and len(content) % 2:
        # An editor added its one-byte end of line to a two-byte text.
        content = content.removesuffix(b"\n")
    try:
        text = content.decode(encoding)
    except UnicodeError:
        raise refusals.unreadable_text() from None
    # What some editors and old systems leave at the end of a text.
    text = text.rstrip("\0\x1a")
    controls = len(_CONTROLS.findall(text))
    if "\0" in text or controls > max(3, len(text) // 200):
        raise refusals.not_text()
    if not text.strip():
        raise refusals.empty()
    return text, encoding


def _encoding(content: bytes) -> str:
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return encoding
    if (utf_16 := _utf_16_without_bom(content)) is not None:
        return utf_16
    try:
        content.decode("utf-8")
    except UnicodeDecodeError as error:
        # A text in UTF-8 that stops in the middle of a character was cut: no other encoding would read it better.
        if error.end == len(content) and error.reason == "unexpected end of data" and error.start > 0:
            before = content[: error.start]
            if not before.isascii():
                return "utf-8"
        return "iso-8859-1" if _UNDEFINED_IN_CP1252.search(content) else "cp1252"
    return "utf-8"


def _utf_16_without_bom(content: bytes) -> str | None:
    sample = content[:4000]
    if len(sample) < 4 or b"\0" not in sample:
        return None
    half = len(sample) // 2
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if odd > half * 0.7 and even < half * 0.1:
        return "utf-16-le"
    if even > half * 0.7 and odd < half * 0.1:
        return "utf-16-be"
    return None


def find_separator(text: str) -> str:
    """The separator under which the first rows are the most numerous columns wide, and the most regular."""
    if match := _SEPARATOR_LINE.match(text):
        return match[1]
    sample = text[:_SAMPLE_CHARACTERS]
    scores = {separator: _regularity(sample, separator) for separator in SEPARATORS}
    best = max(SEPARATORS, key=lambda separator: scores[separator])
    return best if scores[best] > (0.0, 0) else ";"


def _regularity(sample: str, separator: str) -> tuple[float, int]:
    """(share of the rows that have the most common width, that width); (0, 0) when no row is divided."""
    widths: Counter[int] = Counter()
    try:
        for row in csv.reader(io.StringIO(sample, newline=""), delimiter=separator):
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
            if widths.total() >= _SAMPLE_ROWS:
                break
    except csv.Error:
        return (0.0, 0)
    divided = Counter({width: count for width, count in widths.items() if width > 1})
    if not divided:
        return (0.0, 0)
    width, count = max(divided.items(), key=lambda item: (item[1], item[0]))
    return (round(count / widths.total(), 1), width)


def parse(text: str, separator: str, limits: Limits) -> Iterator[Row]:
    """The rows that are not blank; raises SpreadsheetError past a limit, naming the row (and the column)."""
    if match := _SEPARATOR_LINE.match(text):
        text = text[match.end() :]
    csv.field_size_limit(limits.cell_length)
    lines = io.StringIO(text, newline="")
    reader = csv.reader(lines, delimiter=separator)
    number = kept = last_line = 0
    while True:
        number += 1
        try:
            cells = next(reader, None)
        except csv.Error:
            raise refusals.cell_too_long(number, limits) from None
        if cells is None:
            break
        row = clean_row(number, cells, limits)
        if row is not None:
            kept += 1
            if kept > limits.rows + 1:
                raise refusals.too_many_rows(limits)
            yield row
        previous, last_line = last_line, reader.line_num
    if number > 1:
        _check_last_quote(text, previous, separator, number - 1)


def _check_last_quote(text: str, line: int, separator: str, number: int) -> None:
    """A quote opened and never closed swallows the end of the file without a word: say it."""
    if '"' not in text:
        return
    last_record = "".join(islice(io.StringIO(text, newline=""), line, None))
    if last_record.count('"') % 2 == 0:
        return
    try:
        list(csv.reader(io.StringIO(last_record, newline=""), delimiter=separator, strict=True))
    except csv.Error as error:
        if "unexpected end" in str(error):
            raise refusals.unclosed_quote(number) from None


def clean_row(number: int, cells: Sequence[Cell], limits: Limits) -> Row | None:
    """The row without its trailing empty cells and stray control characters; None when nothing is left."""
    cleaned: list[Cell] = []
    last = 0
    for index, cell in enumerate(cells):
        value = _clean_text(cell) if isinstance(cell, str) else cell
        if isinstance(value, str) and len(value) > limits.cell_length:
            raise refusals.cell_too_long(number, limits, index)
        cleaned.append(value)
        if value is not None:
            last = index + 1
    if last > limits.columns:
        raise refusals.too_many_columns(number, limits)
    return Row(number, tuple(cleaned[:last])) if last else None


def _clean_text(text: str) -> str | None:
    if not text.isprintable():
        text = _CONTROLS.sub("", text)
    return None if not text or text.isspace() else text
