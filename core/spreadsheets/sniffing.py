"""What a file is, by its content: its name proves nothing (a CSV named .xlsx, an ODS named .csv)."""

import re
from pathlib import Path

from core.spreadsheets.archives import opened
from core.spreadsheets.refusals import damaged, empty, encrypted, other_file

_SAVE_AS = "Ouvrez-le dans votre tableur puis enregistrez-le au format .xlsx ou .csv."

_ANOTHER = "Il faut un fichier .xlsx, .xls, .ods ou .csv."
_IMAGE = f"Ce fichier est une image, pas un tableau. {_ANOTHER}"
_ARCHIVE = "Ce fichier est une archive compressée. Décompressez-la, puis choisissez le tableau qu’elle contient."
_DOCUMENT = (
    "Ce fichier est un document de traitement de texte, pas un tableau. Copiez son tableau dans un tableur, "
    "enregistrez-le au format .xlsx et recommencez."
)
# The record that says « password » comes first in the workbook, after its beginning and a write protection.
_FILE_PASS = re.compile(rb"\x09\x08\x10\x00\x00\x06\x05\x00.{12}(?:\x86\x00\x00\x00)?\x2f\x00", re.DOTALL)
_OTHER_FILES = (
    (b"%PDF", "Ce fichier est un PDF, pas un tableau. Demandez le fichier d’origine au format .xlsx ou .csv."),
    (b"\x89PNG", _IMAGE),
    (b"\xff\xd8\xff", _IMAGE),
    (b"GIF8", _IMAGE),
    (b"{\\rtf", _DOCUMENT),
    (b"\x1f\x8b", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
)


def file_kind(path: Path) -> str:
    """csv, xlsx, xls or ods; raises SpreadsheetError for anything else, with what it is when that can be told."""
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise empty()
    for signature, message in _OTHER_FILES:
        if head.startswith(signature):
            raise other_file(message)
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(path)
    if head.startswith((b"PK\x05\x06", b"PK\x07\x08")):
        raise other_file("Ce fichier est une archive vide, pas un tableau.")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(path)
    # Excel 2 to 4 and 5 without its container: the stream itself.
    if head[:2] == b"\x09\x08" and head[2:4] in (b"\x08\x00", b"\x10\x00"):
        return "xls"
    _refuse_markup(head)
    return "csv"


def _refuse_markup(head: bytes) -> None:
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:600].lower()
    if not start.startswith(b"<"):
        return
    if start.startswith((b"<!doctype html", b"<html", b"<table", b"<head", b"<body", b"<meta", b"<style")):
        message = f"Ce fichier est une page web enregistrée sous un nom de tableur. {_SAVE_AS}"
    elif b"spreadsheet" in start or b"excel" in start:
        message = f"Ce fichier est un classeur au format XML, que nous ne lisons pas. {_SAVE_AS}"
    elif start.startswith((b"<?xml", b"<!doctype", b"<svg")):
        message = f"Ce fichier est un document XML, pas un tableau. {_SAVE_AS}"
    else:
        return
    raise other_file(message)


def _zip_kind(path: Path) -> str:
    with opened(path) as archive:
        names = set(archive.namelist())
        mimetype = archive.read("mimetype")[:200] if "mimetype" in names else b""
    if "xl/workbook.xml" in names:
        return "xlsx"
    if b"opendocument.spreadsheet" in mimetype:
        return "ods"
    if "xl/workbook.bin" in names:
        raise other_file(f"Ce fichier est un classeur binaire (.xlsb), que nous ne lisons pas. {_SAVE_AS}")
    if "word/document.xml" in names or b"opendocument.text" in mimetype:
        message = (
            "Ce fichier est un document de traitement de texte, pas un tableau. Copiez son tableau dans un tableur."
        )
    elif "ppt/presentation.xml" in names or b"opendocument.presentation" in mimetype:
        message = f"Ce fichier est un diaporama, pas un tableau. {_ANOTHER}"
    elif any(name.startswith("xl/") for name in names):
        raise damaged()
    else:
        message = _ARCHIVE
    raise other_file(message)


def _ole_kind(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise encrypted()
    if _FILE_PASS.search(content):
        raise encrypted()
    if any(name.encode("utf-16-le") in content for name in ("Workbook\0", "Book\0")):
        return "xls"
    if "WordDocument".encode("utf-16-le") in content:
        message = (
            "Ce fichier est un document de traitement de texte, pas un tableau. Copiez son tableau dans un tableur."
        )
        raise other_file(message)
    raise damaged()
