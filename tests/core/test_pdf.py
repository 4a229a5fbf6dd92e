"""PDFs open nothing but our static files, carry our font, and do without when the machine cannot."""

import builtins
import contextlib
import io
import re
import time
import zlib

import pytest
from PIL import Image

from core import pdf

pytestmark = pytest.mark.skipif(not pdf.is_available(), reason="no Pango on this machine")
PAGE = '<!DOCTYPE html><html lang="fr"><head><title>Essai</title></head><body>{}</body></html>'


def inflated(made):
    """The streams of a PDF, readable."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", made, re.DOTALL)
    parts = [made]
    for stream in streams:
        with contextlib.suppress(zlib.error):
            parts.append(zlib.decompress(stream))
    return b"".join(parts)


def test_a_truncated_picture_is_still_refused_elsewhere():
    pdf.is_available()  # loads the engine
    picture = io.BytesIO()
    Image.new("RGB", (40, 20), "teal").save(picture, "PNG")
    with pytest.raises(OSError, match=r"truncated|broken"):
        Image.open(io.BytesIO(picture.getvalue()[:60])).load()


def test_bytes_with_our_font():
    made = pdf.pdf_of(PAGE.format("<h1>Œuvre à Bélâbre</h1><p>Élève, 12 €, <strong>gras</strong></p>"))
    assert made.startswith(b"%PDF-")
    assert b"Figtree" in inflated(made)
    assert b"pdfuaid" in inflated(made)


@pytest.mark.parametrize(
    "named",
    [
        '<img src="http://127.0.0.1:9/x.png" alt="">',
        '<img src="https://example.org/x.png" alt="">',
        '<img src="file:///etc/passwd" alt="">',
        '<img src="/etc/passwd" alt="">',
        '<img src="static:///../../etc/passwd" alt="">',
        '<img src="static:///css/../../manage.py" alt="">',
        '<img src="static:///js/search.js" alt="">',
        '<img src="data:image/png;base64,AAAA" alt="">',
        '<style>@import url("http://127.0.0.1:9/x.css");</style>',
        '<link rel="stylesheet" href="file:///etc/passwd">',
        '<link rel="attachment" href="file:///etc/passwd">',
        '<p style="background: url(ftp://127.0.0.1/x)">a</p>',
    ],
)
def test_nothing_else_is_opened(named, monkeypatch):
    opened = []
    real = builtins.open
    monkeypatch.setattr(
        builtins, "open", lambda name, *rest, **more: opened.append(str(name)) or real(name, *rest, **more)
    )
    with pytest.raises(pdf.RefusedAddressError, match="refused"):
        pdf.pdf_of(PAGE.format(named))
    assert not [name for name in opened if "passwd" in name or "manage.py" in name]


@pytest.mark.parametrize("url", ["static:///css/pdf.css", "static:///vendor/figtree/figtree-latin-wght-normal.woff2"])
def test_our_static_files(url):
    content, kind = pdf.read_address(url)
    assert content
    assert re.match(r"text/css|font/woff2", kind)


@pytest.mark.parametrize(
    "url",
    ["static://host/css/pdf.css", "static:///css/pdf.css?x", "file:///css/pdf.css", "static:////etc/passwd",
     "static:///%2e%2e/manage.py", "css/pdf.css"],
)  # fmt: skip
def test_an_address_that_is_refused(url):
    with pytest.raises(pdf.RefusedAddressError):
        pdf.read_address(url)


def test_a_machine_without_the_libraries(monkeypatch):
    real = builtins.__import__

    def missing(name, *rest, **more):
        if name == "weasyprint":
            raise OSError("cannot load library 'libpango-1.0-0'")
        return real(name, *rest, **more)

    pdf._engine.cache_clear()
    monkeypatch.setattr(builtins, "__import__", missing)
    try:
        with pytest.raises(pdf.PdfUnavailableError, match="libharfbuzz-subset0"):
            pdf.pdf_of(PAGE.format("a"))
    finally:
        pdf._engine.cache_clear()


def test_a_sheet_is_quick():
    pdf.pdf_of(PAGE.format("<p>une première fois</p>"))
    start = time.process_time()
    pdf.pdf_of(PAGE.format("<p>Bonjour.</p>" * 40))
    assert time.process_time() - start < 1.5
