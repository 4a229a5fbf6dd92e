"""Rows and headers as the reader would give them, and the whole way from a file to its groups."""

from pathlib import Path

from companies.imports.groups import group_rows
from companies.imports.headers import best_sheet, detect_header
from companies.imports.mapping import check_mapping, propose_mapping
from companies.imports.records import CompanyGroup, ParsedRow
from companies.imports.rows import parse_rows
from core.imports.headers import HeaderGuess
from core.spreadsheets.reading import open_workbook, read_rows
from core.spreadsheets.tables import Row


def sheet(*rows):
    """Rows numbered from 1; a blank one is left out, as the reader does."""
    return [
        Row(number, tuple(row)) for number, row in enumerate(rows, start=1) if any(cell is not None for cell in row)
    ]


def parse(labels, *rows) -> list[ParsedRow]:
    """The rows under these labels, mapped as proposed."""
    header = HeaderGuess(1, 1, tuple(labels), 1.0, 1)
    return list(parse_rows(sheet(labels, *rows), propose_mapping(labels), header))


def parse_one(labels, row) -> ParsedRow:
    [parsed] = parse(labels, row)
    return parsed


def parse_file(path: Path) -> list[ParsedRow]:
    """Every gesture of the wizard, with what it proposes."""
    workbook = open_workbook(path)
    chosen = best_sheet(workbook)
    header = detect_header(chosen.sample)
    mapping = propose_mapping(header.labels)
    check_mapping(header.labels, mapping)
    return list(parse_rows(read_rows(path, chosen.name), mapping, header))


def group_file(path: Path) -> list[CompanyGroup]:
    return group_rows(parse_file(path))
