"""Pictures made here and given as a person would: a photograph from a telephone, a drawing, and what is no picture."""

import io
import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import ExifTags, Image

from core.pictures import KEPT_BYTES, redrawn


def given(picture, kind, **options):
    made = io.BytesIO()
    picture.save(made, kind, **options)
    return SimpleUploadedFile("Jeanne Martin chez elle.jpg", made.getvalue())


def kept(upload):
    file = redrawn(upload)
    assert file.size < KEPT_BYTES
    assert file.name in ("image.jpg", "image.png")
    return Image.open(file)


def photograph():
    """4,032 points wide, grainy, with a red top once it is turned as the telephone says it was held."""
    lying = Image.effect_noise((4032, 3024), 60).convert("RGB")
    lying.paste("red", (0, 0, 1000, 3024))
    notes = Image.Exif()
    notes[ExifTags.Base.Orientation] = 6
    notes[ExifTags.Base.Make] = "SECRET"
    notes.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (47.0, 35.0, 12.0)
    return lying, notes


@pytest.mark.parametrize("kind", ["JPEG", "MPO"])
def test_a_photograph_from_a_telephone_is_upright_small_and_tells_nothing(kind):
    lying, notes = photograph()
    more = {"save_all": True, "append_images": [Image.new("RGB", (40, 30))]} if kind == "MPO" else {}
    upload = given(lying, kind, quality=92, exif=notes, **more)
    assert upload.size > 3_000_000
    drawn = kept(upload)
    assert (drawn.format, drawn.size) == ("JPEG", (600, 800))
    top, bottom = drawn.getpixel((300, 60)), drawn.getpixel((300, 700))
    assert top[0] > 200
    assert top[1] < 60
    assert abs(bottom[0] - bottom[1]) < 30
    assert not drawn.getexif()
    assert not {"exif", "mp", "mpoffset"} & set(drawn.info)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_a_transparent_picture_stays_so(kind):
    drawing = Image.new("RGBA", (3000, 1500), (0, 0, 0, 0))
    drawing.paste((0, 0, 128, 255), (0, 0, 1500, 1500))
    drawn = kept(given(drawing, kind, **({"lossless": True} if kind == "WEBP" else {})))
    assert (drawn.format, drawn.mode, drawn.size) == ("PNG", "RGBA", (800, 400))
    assert drawn.getpixel((700, 200))[3] == 0
    assert drawn.getpixel((100, 200)) == (0, 0, 128, 255)


@pytest.mark.parametrize(
    "picture",
    [
        Image.merge("RGBA", [Image.effect_noise((900, 900), 200) for _ in range(4)]),  # as heavy as it gets
        Image.merge("RGB", [Image.effect_noise((900, 900), 200) for _ in range(3)]),
        Image.new("I;16", (900, 600), 40_000),  # a scanner's greys
        Image.new("P", (5000, 10)),
        Image.new("1", (1, 9000)),
    ],
)
def test_unusual_pictures_are_taken(picture):
    drawn = kept(given(picture, "PNG"))
    assert max(drawn.size) <= 800
    if picture.mode == "I;16":
        assert drawn.getpixel((5, 5))[0] == 156


@pytest.mark.parametrize("notes", [b"Exif\0\0no notes at all", b"Exif\0\0MM\0*"])
def test_a_picture_whose_notes_are_damaged_is_taken_as_it_is(notes):
    assert kept(given(Image.new("RGB", (1600, 2)), "PNG", exif=notes)).size == (800, 1)


def test_a_very_long_photograph_is_taken():
    assert kept(given(Image.new("RGB", (8000, 2)), "JPEG")).size == (800, 1)


def bomb(side):
    """A true PNG of black and white points: a few kilobytes for `side` × `side` of them."""

    def part(name, content):
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(bytes((side + 7) // 8 + 1) * side)
    return b"\x89PNG\r\n\x1a\n" + part(b"IHDR", header) + part(b"IDAT", rows) + part(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 10_000, 14_000])  # ours, then what the library warns of, then what it refuses
def test_a_bomb_is_refused_before_it_opens(side):
    with pytest.raises(ValidationError, match="millions de points"):
        redrawn(SimpleUploadedFile("s.png", bomb(side)))


@pytest.mark.parametrize("kind", ["GIF", "TIFF", "BMP"])
def test_other_kinds_are_refused(kind):
    with pytest.raises(ValidationError, match="n’est pas une image PNG, JPEG ou WebP"):
        redrawn(given(Image.new("RGB", (40, 20)), kind))
