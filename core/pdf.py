"""PDFs: a template and its context in, bytes out. Accessible (PDF/UA-1), with our own font, without any network.

What draws them needs system libraries that a bare machine may lack: they are looked for when the first PDF is asked,
so that everything else works without them.
"""

import io
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from PIL import ImageFile

from core.pdf_joining import JoinedPdf

# The only addresses a document may name: our own static files, and the pictures it was handed.
BASE = "static://"
PICTURE = "picture:"
SHEET = "css/pdf.css"
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
INSTALL = f"apt-get install --yes {' '.join(PACKAGES)}"
FONT_TYPES = {".woff2": "font/woff2", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class PdfUnavailableError(Exception):
    """The machine cannot draw PDFs. `str(error)` is a French sentence for whoever may have it mended."""


class RefusedAddressError(ValueError):
    """A document named something else than one of our static files."""


@dataclass(frozen=True)
class _Engine:
    """One configuration of fonts for the life of the process, and each style sheet parsed once."""

    weasyprint: Any
    fonts: Any
    fetcher: type
    refusal: type[BaseException]
    sheets: dict[str, Any] = field(default_factory=dict)

    def sheet(self, name: str) -> Any:
        if name not in self.sheets:
            self.sheets[name] = self.weasyprint.CSS(
                string=static_file(name).read_text(), font_config=self.fonts, url_fetcher=self.fetcher(), base_url=BASE
            )
        return self.sheets[name]


@dataclass(frozen=True)
class Drawing:
    """Pages laid out, not yet written: some megabytes each, so that few are held at once."""

    document: Any

    @property
    def pages(self) -> int:
        return len(self.document.pages)

    def starts(self) -> dict[str, int]:
        """{id of an element: the page on which it begins}, from 0."""
        found: dict[str, int] = {}
        for number, page in enumerate(self.document.pages):
            for name in page.anchors:
                found.setdefault(name, number)
        return found


# Fonts are shared: one document at a time in a process.
_one_at_a_time = threading.Lock()


@cache
def _engine() -> _Engine:
    try:
        import weasyprint  # noqa: PLC0415 -- its libraries may be missing: see the module
        from weasyprint.text.fonts import FontConfiguration  # noqa: PLC0415 -- idem
        from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse  # noqa: PLC0415 -- idem
    except OSError as error:
        raise PdfUnavailableError(
            "Les PDF ne peuvent pas être préparés\u00a0: il manque des bibliothèques au serveur. La personne qui"
            f" l’administre peut les installer par «\u00a0{INSTALL}\u00a0»."
        ) from error

    # The engine accepts truncated pictures for the whole process: what is uploaded would no longer be refused.
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    for name in ("weasyprint", "weasyprint.progress", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)  # they tell each step of each document

    class StaticFetcher(URLFetcher):
        """Anything else than what is ours ends the document: it is never drawn without what it named."""

        def __init__(self, pictures: Mapping[str, bytes] | None = None) -> None:
            super().__init__()
            self.pictures = pictures or {}

        def fetch(self, url: str, headers: Any = None) -> Any:
            try:
                content, kind = read_picture(url, self.pictures) or read_address(url)
            except RefusedAddressError as error:
                raise FatalURLFetchingError(f"refused: {url[:80]}") from error
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    return _Engine(weasyprint, FontConfiguration(), StaticFetcher, FatalURLFetchingError)


def render_pdf(template: str, context: Mapping[str, Any], *, sheet: str = SHEET) -> bytes:
    """The pages of a template drawn as one document. Raises `PdfUnavailableError`."""
    return pdf_of(render_to_string(template, dict(context)), sheet=sheet)


def pdf_of(html: str, *, sheet: str = SHEET, pictures: Mapping[str, bytes] | None = None, forms: bool = False) -> bytes:
    """Raises `PdfUnavailableError`, and `RefusedAddressError` when the page names what may not be opened.

    `pictures`: {name: bytes of a PNG, a JPEG or an SVG of ours}, named `picture:<name>` in the page.
    `forms`: fields can be typed into.
    """
    return written(draw(html, sheet=sheet, pictures=pictures, forms=forms), forms=forms)


def draw(html: str, *, sheet: str = SHEET, pictures: Mapping[str, bytes] | None = None, forms: bool = False) -> Drawing:
    """Lay the pages out, to count them or to write them with others. Raises as `pdf_of` does."""
    with _one_at_a_time:
        engine = _engine()
        css, fetcher = engine.sheet(sheet), engine.fetcher(pictures)
        try:
            page = engine.weasyprint.HTML(string=html, base_url=BASE, url_fetcher=fetcher)
            return Drawing(page.render(stylesheets=[css], font_config=engine.fonts, **_options(forms)))
        except engine.refusal as error:
            raise RefusedAddressError(str(error)) from error


def written(drawing: Drawing, *, forms: bool = False) -> bytes:
    """The file."""
    made = io.BytesIO()
    _write(drawing, made, forms=forms)
    return made.getvalue()


def add_to(joined: JoinedPdf, drawing: Drawing) -> None:
    """Write the pages of a drawing after those that the file holds already. Forms are not filled in there."""
    # The engine would write a file of its own: it finds nothing left to write.
    _write(drawing, io.BytesIO(), finisher=lambda _, made: joined.add(made))


def _write(drawing: Drawing, target: io.BytesIO, *, forms: bool = False, finisher: Any = None) -> None:
    with _one_at_a_time:
        try:
            drawing.document.write_pdf(target, finisher=finisher, **_options(forms))
        except _engine().refusal as error:
            raise RefusedAddressError(str(error)) from error


def _options(forms: bool) -> dict[str, Any]:
    return {"pdf_variant": "pdf/ua-1", "pdf_forms": forms or None}


def is_available() -> bool:
    try:
        _engine()
    except PdfUnavailableError:
        return False
    return True


def static_file(name: str) -> Path:
    """One of our static files on the disk, collected or not. Raises `RefusedAddressError` for anything else."""
    if ".." in Path(name).parts or name.startswith("/"):
        raise RefusedAddressError(name)
    found = finders.find(name)
    if found:
        return Path(found)
    if staticfiles_storage.exists(name):
        return Path(staticfiles_storage.path(name))
    raise RefusedAddressError(name)


def read_picture(url: str, pictures: Mapping[str, bytes]) -> tuple[bytes, str] | None:
    """(content, type) of a picture that the document was handed; None when the address names something else."""
    content = pictures.get(url.removeprefix(PICTURE)) if url.startswith(PICTURE) else None
    if content is None:
        return None
    kinds = {b"\x89PNG": "image/png", b"<svg": "image/svg+xml"}
    return content, kinds.get(content[:4], "image/jpeg")


def read_address(url: str) -> tuple[bytes, str]:
    """(content, type) of `static:///<name>`; nothing else is opened: no network, no file of the machine."""
    parts = urlsplit(url)
    if parts.scheme != "static" or parts.netloc or parts.query or parts.fragment:
        raise RefusedAddressError(url)
    path = static_file(unquote(parts.path).lstrip("/"))
    if path.suffix not in FONT_TYPES:
        raise RefusedAddressError(url)
    return path.read_bytes(), FONT_TYPES[path.suffix]
