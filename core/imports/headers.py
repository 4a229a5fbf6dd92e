"""Where the labels of the columns are: under titles, on two rows, with blank columns around. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import zip_longest

from core.imports.errors import ImportFileError
from core.imports.labels import label_words
from core.spreadsheets.tables import Cell, Row, SheetInfo, Workbook

_SEARCHED_ROWS = 40
_DATA = re.compile(r"@\w|https?://|\d{5,}|^\s*[\d.,/+-]+\s*$|\d{2}[ .]\d{2}[ .]\d{2}")
_LONG_LABEL = 80


@dataclass(frozen=True, slots=True)
class HeaderGuess:
    """The header: `first_row` (as the spreadsheet shows it), `row_count` (1 or 2), one label per column ("" if blank).

    `confidence`, 0 to 1: at least 0.5 when columns were recognised; below, a person should confirm. `last_row` is the
    last row of the header: data begin after it.
    """

    first_row: int
    row_count: int
    labels: tuple[str, ...]
    confidence: float
    last_row: int


@dataclass(frozen=True, slots=True)
class HeaderFinder:
    """Finds the header of files about one thing.

    `propose`: {column: field} that labels name; `knows`: whether one label names a field; `examples`: labels to
    suggest, in French quotes.
    """

    propose: Callable[[Sequence[str]], Mapping[int, str]]
    knows: Callable[[str], bool]
    examples: str

    def detect_header(self, rows: Sequence[Row]) -> HeaderGuess:
        """The header among the first rows of a sheet (`SheetInfo.sample`). Raises ImportFileError when there is none.

        Of all rows, the one whose cells name the most fields; with the row above it when the two read together name
        more (« Contact » over « Nom », « Téléphone »). Where nothing is recognised, the first row that looks like one.
        """
        searched = rows[:_SEARCHED_ROWS]
        best: tuple[int, HeaderGuess] | None = None
        for position, row in enumerate(searched):
            for guess in self._candidates(searched, position, row):
                score = self._score(guess.labels)
                if score and (best is None or score > best[0]):
                    best = (score, guess)
        if best is None:
            best = (0, self._unknown_header(searched))
        score, guess = best
        if len(rows) and guess.last_row >= rows[-1].number:
            raise ImportFileError(
                "no-data",
                f"Ce tableau n’a que des titres de colonnes (ligne {guess.first_row})\u00a0: aucune ligne à importer.",
            )
        return HeaderGuess(
            guess.first_row, guess.row_count, guess.labels, self._confidence(score, guess), guess.last_row
        )

    def best_sheet(self, workbook: Workbook) -> SheetInfo:
        """The visible sheet to propose: the surest header, then the most rows. Any other may be chosen by a person."""

        def promise(sheet: SheetInfo) -> tuple[float, int]:
            try:
                return (self.detect_header(sheet.sample).confidence, sheet.rows)
            except ImportFileError:
                return (0.0, sheet.rows)

        return max(workbook.visible_sheets, key=promise)

    def _score(self, labels: tuple[str, ...]) -> int:
        """How many fields the labels name, twice, less the labels said twice: two « Nom » want the row above them."""
        named = [label for label in labels if label]
        mapped = len(self.propose(labels))
        return 2 * mapped - (len(named) - len(set(named))) if mapped else 0

    def _candidates(self, rows: Sequence[Row], position: int, row: Row) -> list[HeaderGuess]:
        if not self._looks_like_labels(row):
            return []
        candidates = [HeaderGuess(row.number, 1, _labels(row), 0.0, row.number)]
        above = rows[position - 1] if position else None
        if above is not None and above.number == row.number - 1 and self._looks_like_labels(above):
            candidates.append(HeaderGuess(above.number, 2, _merged(above, row), 0.0, row.number))
        return candidates

    def _unknown_header(self, rows: Sequence[Row]) -> HeaderGuess:
        for position, row in enumerate(rows[:-1]):
            labels = _labels(row)
            filled = [label for label in labels if label]
            widest = max(len(later.cells) for later in rows[position:])
            if len(filled) > 1 and len(filled) * 2 >= widest and self._looks_like_labels(row):
                return HeaderGuess(row.number, 1, labels, 0.0, row.number)
        raise ImportFileError(
            "no-header",
            "Aucune ligne de titres n’a été trouvée. La première ligne du tableau doit nommer les colonnes\u00a0: "
            f"{self.examples}… Ajoutez-la, puis recommencez.",
        )

    def _confidence(self, score: int, guess: HeaderGuess) -> float:
        filled = sum(1 for label in guess.labels if label)
        if not score:
            return 0.2
        mapped = len(self.propose(guess.labels))
        return round(min(1.0, 0.5 + 0.1 * min(mapped, 3) + 0.2 * mapped / max(filled, 1)), 2)

    def _looks_like_labels(self, row: Row) -> bool:
        """False as soon as one cell can only be data: a date, an address, a long number, a paragraph."""
        for cell in row.cells:
            if isinstance(cell, bool | int | float | date | time):
                return False
            if isinstance(cell, str) and self._looks_like_data(cell):
                return False
        return True

    def _looks_like_data(self, text: str) -> bool:
        return (len(text) > _LONG_LABEL or _DATA.search(text) is not None) and not self.knows(text)


def header_at(rows: Sequence[Row], first_row: int, row_count: int = 1) -> HeaderGuess:
    """The header a person points at, among `rows`. Raises ImportFileError when these rows are blank."""
    chosen = [row for row in rows if first_row <= row.number < first_row + row_count]
    if not chosen:
        raise ImportFileError(
            "no-header", f"La ligne {first_row} est vide\u00a0: choisissez celle des titres de colonnes."
        )
    labels = _merged(chosen[0], chosen[-1]) if len(chosen) > 1 else _labels(chosen[0])
    return HeaderGuess(first_row, row_count, labels, 1.0, first_row + row_count - 1)


def is_repeated_header(row: Row, header: HeaderGuess) -> bool:
    """True for a row that says the labels again, as printed lists do on each page."""
    named = 0
    for cell, label in zip_longest(row.cells, header.labels, fillvalue=""):
        if cell in (None, "") and not label:
            continue
        if not isinstance(cell, str) or label_words(cell) != label_words(label):
            return False
        named += 1
    return named > 1


def _labels(row: Row) -> tuple[str, ...]:
    return tuple(_text(cell) for cell in row.cells)


def _merged(above: Row, below: Row) -> tuple[str, ...]:
    """The labels of both rows together; a cell of the upper row spans the blank ones on its right."""
    upper, lower = _labels(above), _labels(below)
    labels = []
    span = ""
    for index in range(max(len(upper), len(lower))):
        own = upper[index] if index < len(upper) else ""
        under = lower[index] if index < len(lower) else ""
        span = own or span
        labels.append(f"{span} {under}".strip() if under else own)
    return tuple(labels)


def _text(cell: Cell) -> str:
    return " ".join(str(cell).split()) if cell is not None else ""
