"""Reading CSV, TSV, XLSX, XLS and ODS from anywhere, safely: the one door (`open_workbook`, `read_rows`).

The file is parsed by another process, bounded in CPU and memory (see `child`): a bomb ends that process and nothing
else. A plain subprocess, because a worker of the queue is daemonic and may not start a multiprocessing one.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import date, datetime, time
from pathlib import Path
from typing import IO, Any

from core.spreadsheets import refusals
from core.spreadsheets.tables import DEFAULT_LIMITS, Cell, Limits, Row, SheetInfo, SpreadsheetError, Workbook

__all__ = [
    "DEFAULT_LIMITS",
    "Cell",
    "Limits",
    "Row",
    "SheetInfo",
    "SpreadsheetError",
    "Workbook",
    "open_workbook",
    "read_rows",
]

_ROOT = Path(__file__).resolve().parents[2]


def open_workbook(path: Path | str, limits: Limits = DEFAULT_LIMITS) -> Workbook:
    """What the file holds: its sheets, their counts and first rows.

    Raises SpreadsheetError with a French sentence when the file is not a spreadsheet, is encrypted, damaged, empty or
    over a limit. Never raises anything else for the content of a file; OSError when `path` cannot be opened.
    """
    path = _checked(path, limits)
    with _child("sheets", path, limits) as lines:
        answer = next(lines)
    sheets = tuple(
        SheetInfo(
            sheet["name"],
            sheet["hidden"],
            sheet["rows"],
            sheet["columns"],
            tuple(_row(value) for value in sheet["sample"]),
        )
        for sheet in answer["sheets"]
    )
    if not any(sheet.rows for sheet in sheets):
        raise refusals.nothing_visible()
    return Workbook(answer["kind"], sheets, answer["encoding"], answer["separator"])


def read_rows(path: Path | str, sheet: str, limits: Limits = DEFAULT_LIMITS) -> Iterator[Row]:
    """The rows that are not blank of one visible sheet, in order, as they are parsed.

    `sheet` is a name of `open_workbook(path).visible_sheets` (any text for a CSV). Raises as `open_workbook`; an error
    may come after some rows. Leaving the iteration early ends the process.
    """
    path = _checked(path, limits)
    with _child("rows", path, limits, sheet) as lines:
        for value in lines:
            if isinstance(value, dict):
                return
            yield _row(value)


def _checked(path: Path | str, limits: Limits) -> Path:
    path = Path(path).resolve()
    size = path.stat().st_size
    if size > limits.file_size:
        raise refusals.file_too_large(limits)
    return path


@contextmanager
def _child(task: str, path: Path, limits: Limits, *arguments: str) -> Iterator[Iterator[Any]]:
    command = [sys.executable, "-m", "core.spreadsheets.child", task, str(path), json.dumps(asdict(limits)), *arguments]
    # No secret of ours goes to the process that reads strangers' files.
    environment = {"PATH": os.defpath, "PYTHONUTF8": "1", "PYTHONPATH": str(_ROOT), "TMPDIR": tempfile.gettempdir()}
    process = subprocess.Popen(  # noqa: S603 -- our own interpreter and module; the path is an argument, not a command
        command,
        cwd=_ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        encoding="utf-8",
    )
    try:
        yield _answers(process)
    finally:
        process.kill()
        if process.stdout is not None:
            process.stdout.close()
        process.wait()


def _answers(process: subprocess.Popen[str]) -> Iterator[Any]:
    """The values the process writes. It must end with one that is not a row: else it died on the way."""
    output: IO[str] = process.stdout  # type: ignore[assignment]  # PIPE was asked for
    complete = False
    for line in output:
        if not line.endswith("\n"):
            break
        value = json.loads(line)
        if isinstance(value, dict):
            if "error" in value:
                raise _told(value)
            complete = True
        yield value
    if not complete:
        raise _silent_death(process.wait())


def _told(value: dict[str, str]) -> SpreadsheetError:
    if value["error"] == "memory":
        return refusals.too_heavy()
    return SpreadsheetError(value["error"], value["message"])


def _silent_death(status: int) -> SpreadsheetError:
    if status in (-signal.SIGXCPU, -signal.SIGKILL, -signal.SIGABRT, -signal.SIGXFSZ):
        return refusals.too_heavy()
    return refusals.damaged()


def _row(value: list[Any]) -> Row:
    number, cells = value
    return Row(number, tuple(_cell(cell) if isinstance(cell, dict) else cell for cell in cells))


def _cell(value: dict[str, str]) -> Cell:
    if "d" in value:
        return date.fromisoformat(value["d"])
    if "t" in value:
        return datetime.fromisoformat(value["t"])
    return time.fromisoformat(value["h"])
