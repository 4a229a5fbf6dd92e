"""XLSX and ODS are zip archives: what they unzip to is measured before any of it is parsed."""

import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from core.spreadsheets import refusals
from core.spreadsheets.tables import Limits

_CHUNK = 1 << 20
_MEMBERS = 5_000
# Pictures, thumbnails, macros: never read, so never unzipped.
_SKIPPED = ("xl/media/", "Thumbnails/", "Pictures/", "docProps/thumbnail", "xl/vbaProject.bin", "xl/embeddings/")
_LOCAL_HEADER = re.compile(rb"PK\x03\x04")
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)


@contextmanager
def opened(path: Path) -> Iterator[zipfile.ZipFile]:
    """The archive at `path`; any failure to read it, inside the block too, is the refusal `damaged`."""
    try:
        with zipfile.ZipFile(path) as archive:
            _mend_offsets(archive, path)
            yield archive
    except _UNREADABLE:
        raise refusals.damaged() from None


def _mend_offsets(archive: zipfile.ZipFile, path: Path) -> None:
    """Find members again where the directory of a file that lost a few bytes on its way points beside them."""
    members = archive.infolist()
    content = path.read_bytes()
    if not members or content[:4] == content[members[0].header_offset :][:4]:
        return
    found: dict[bytes, int] = {}
    for match in _LOCAL_HEADER.finditer(content):
        length = int.from_bytes(content[match.start() + 26 : match.start() + 28], "little")
        found[content[match.start() + 30 : match.start() + 30 + length]] = match.start()
    for member in members:
        member.header_offset = found.get(member.filename.encode(), member.header_offset)
        # Where this Python compares neighbours (security releases do), it did so with the wrong offsets. What
        # overlapping members could inflate is bounded here by `limits`.
        if hasattr(member, "_end_offset"):
            member._end_offset = None


def repack(path: Path, target: IO[bytes], limits: Limits) -> None:
    """Copy the archive at `path` into `target`, uncompressed, within `limits.unzipped_size`.

    The declared sizes are checked first, then each member is unzipped by no more than it declares: the parser sees
    only what was measured here, whatever the headers of the original said. Raises SpreadsheetError: damaged,
    encrypted, too-large.
    """
    with opened(path) as archive, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as copy:
        members = [
            member for member in archive.infolist() if not member.is_dir() and not member.filename.startswith(_SKIPPED)
        ]
        _check_directory(archive, members, limits)
        left = limits.unzipped_size
        for member in members:
            with archive.open(member) as source, copy.open(zipfile.ZipInfo(member.filename), "w") as destination:
                while chunk := source.read(_CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise refusals.unzips_too_large(limits)
                    destination.write(chunk)


def _check_directory(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(member.flag_bits & 0x1 for member in members):
        raise refusals.encrypted()
    if len(members) > _MEMBERS or sum(member.file_size for member in members) > limits.unzipped_size:
        raise refusals.unzips_too_large(limits)
    manifest = next((member for member in members if member.filename == "META-INF/manifest.xml"), None)
    if manifest is not None and b"encryption-data" in archive.read(manifest):
        raise refusals.encrypted()
