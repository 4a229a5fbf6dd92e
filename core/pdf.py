"""PDFs: a template and its context in, bytes out. Accessible (PDF/UA-1), with our own font, without any network.

What draws them needs system libraries that a bare machine may lack: they are looked for when the first PDF is asked,
so that everything else works without them.
"""

import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import staticfiles_storage
from django.template.loader import render_to_string
from PIL import ImageFile

# The only address a document may name, and only for our own static files.
BASE = "static://"
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0")
INSTALL = f"apt-get install --yes {' '.join(PACKAGES)}"
FONT_TYPES = {".woff2": "font/woff2", ".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}


class PdfUnavailableError(Exception):
    """The machine cannot draw PDFs. `str(error)` is a French sentence for whoever may have it mended."""


class RefusedAddressError(ValueError):
    """A document named something else than one of our static files."""


@dataclass(frozen=True)
class _Engine:
    """One configuration of fonts and one parsed style sheet for the life of the process."""

    weasyprint: Any
    fonts: Any
    css: Any
    fetcher: Any
    refusal: type[BaseException]


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
    for name in ("weasyprint", "fontTools"):
        logging.getLogger(name).setLevel(logging.ERROR)  # they tell each step of each document

    class StaticFetcher(URLFetcher):
        """Anything else than our static files ends the document: it is never drawn without what it named."""

        def fetch(self, url: str, headers: Any = None) -> Any:
            try:
                content, kind = read_address(url)
            except RefusedAddressError as error:
                raise FatalURLFetchingError(f"refused: {url[:80]}") from error
            return URLFetcherResponse(url, content, {"Content-Type": kind})

    fonts, fetcher = FontConfiguration(), StaticFetcher()
    sheet = static_file("css/pdf.css").read_text()
    css = weasyprint.CSS(string=sheet, font_config=fonts, url_fetcher=fetcher, base_url=BASE)
    return _Engine(weasyprint, fonts, css, fetcher, FatalURLFetchingError)


def render_pdf(template: str, context: Mapping[str, Any]) -> bytes:
    """The pages of a template drawn as one document. Raises `PdfUnavailableError`."""
    return pdf_of(render_to_string(template, dict(context)))


def pdf_of(html: str) -> bytes:
    """Raises `PdfUnavailableError`, and `RefusedAddressError` when the page names what may not be opened."""
    with _one_at_a_time:
        engine = _engine()
        try:
            document = engine.weasyprint.HTML(string=html, base_url=BASE, url_fetcher=engine.fetcher)
            pdf = document.write_pdf(stylesheets=[engine.css], font_config=engine.fonts, pdf_variant="pdf/ua-1")
        except engine.refusal as error:
            raise RefusedAddressError(str(error)) from error
    assert isinstance(pdf, bytes)
    return pdf


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


def read_address(url: str) -> tuple[bytes, str]:
    """(content, type) of `static:///<name>`; nothing else is opened: no network, no file of the machine."""
    parts = urlsplit(url)
    if parts.scheme != "static" or parts.netloc or parts.query or parts.fragment:
        raise RefusedAddressError(url)
    path = static_file(unquote(parts.path).lstrip("/"))
    if path.suffix not in FONT_TYPES:
        raise RefusedAddressError(url)
    return path.read_bytes(), FONT_TYPES[path.suffix]
