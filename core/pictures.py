"""Pictures that people give: drawn again from their pixels, upright, the size that paper needs.

Nothing else of the file is kept: neither its name, nor where and when a photograph was taken.
"""

import io
import struct
from typing import Any

from django import forms
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import UploadedFile
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

MOST_BYTES = 15 * 1024 * 1024
MOST_POINTS = 50_000_000
# The widest a letter prints is 60 mm: 709 points at 300 dpi.
SIDE = 800
KEPT_BYTES = 1_000_000
QUALITY = 88  # of a JPEG: of that size, noise itself fits
FORMATS = ["PNG", "JPEG", "WEBP"]
KINDS = "PNG, JPEG ou WebP, 15\u00a0Mo au plus\u202f; une photo de téléphone convient."

_TOO_HEAVY = "Cette image pèse plus de 15\u00a0Mo\u00a0: enregistrez-la plus petite."
_TOO_LARGE = "Cette image dépasse 50\u00a0millions de points\u00a0: enregistrez-la plus petite."
_UNREADABLE = "Ce fichier n’est pas une image PNG, JPEG ou WebP lisible."
_UNREADABLE_ERRORS = (UnidentifiedImageError, OSError, SyntaxError, ValueError)
_BOMBS = (Image.DecompressionBombError, Image.DecompressionBombWarning)
_STRIP = 64


class PictureField(forms.FileField):
    """What it cleans is ready to be kept: a small PNG or JPEG."""

    widget = forms.ClearableFileInput(attrs={"accept": "image/png,image/jpeg,image/webp"})

    def clean(self, data: Any, initial: Any = None) -> Any:
        value = super().clean(data, initial)
        return redrawn(value) if isinstance(value, UploadedFile) else value


def redrawn(upload: UploadedFile) -> ContentFile:
    """At most `SIDE` wide or high and `KEPT_BYTES` heavy. Raises ValidationError with what to do.

    A photograph comes out as a JPEG; anything else as a PNG, unless only a JPEG holds it.
    """
    if (upload.size or 0) > MOST_BYTES:
        raise forms.ValidationError(_TOO_HEAVY)
    try:
        picture = Image.open(upload, formats=FORMATS)
        # What it says of itself is read before its pixels are: a few bytes can hold billions of them.
        if picture.width * picture.height > MOST_POINTS:
            raise forms.ValidationError(_TOO_LARGE)
        held, is_photograph = _orientation(picture), picture.format not in ("PNG", "WEBP")
        drawn = _reduced(picture)
    except _BOMBS as error:
        raise forms.ValidationError(_TOO_LARGE) from error
    except _UNREADABLE_ERRORS as error:
        raise forms.ValidationError(_UNREADABLE) from error
    drawn.getexif()[ExifTags.Base.Orientation] = held
    return _written(ImageOps.exif_transpose(drawn), is_photograph)


def _orientation(picture: Image.Image) -> int:
    """How a telephone was held (EXIF); 1, upright, for a photograph whose notes are damaged."""
    try:
        return int(picture.getexif().get(ExifTags.Base.Orientation, 1))
    except (*_UNREADABLE_ERRORS, struct.error, KeyError, TypeError):
        return 1


def _reduced(picture: Image.Image) -> Image.Image:
    """A JPEG is read smaller than it is, and the rest drawn strip by strip: one large copy in memory, not three."""
    largest, enough = max(picture.size), SIDE * 2
    picture.draft(None, (max(1, picture.width * enough // largest), max(1, picture.height * enough // largest)))
    picture.load()
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    step = max(1, max(picture.size) // enough)
    width, height = picture.size
    small = Image.new(mode, (-(-width // step), -(-height // step)))
    for top in range(0, height, step * _STRIP):
        strip = picture.crop((0, top, width, min(top + step * _STRIP, height)))
        small.paste(_in_mode(strip, mode).reduce(step), (0, top // step))
    small.thumbnail((SIDE, SIDE))
    return small


def _in_mode(strip: Image.Image, mode: str) -> Image.Image:
    if strip.mode.startswith("I"):  # scanners' 16 bits a point: converting would cut what is above 255
        strip = strip.point(lambda value: value / 256).convert("L")
    return strip.convert(mode)


def _written(drawn: Image.Image, is_photograph: bool) -> ContentFile:
    # On a new picture: what is written holds the points, and no note of where they come from.
    kept = Image.new(drawn.mode, drawn.size)
    kept.paste(drawn)
    content = b"" if is_photograph else _saved(kept, "PNG", optimize=True)
    if content and len(content) <= KEPT_BYTES:
        return ContentFile(content, name="image.png")
    if kept.mode == "RGB":
        return ContentFile(_saved(kept, "JPEG", quality=QUALITY, optimize=True), name="image.jpg")
    kept.thumbnail((kept.width * 3 // 4, kept.height * 3 // 4))
    return _written(kept, is_photograph)


def _saved(kept: Image.Image, kind: str, **options: Any) -> bytes:
    made = io.BytesIO()
    kept.save(made, format=kind, **options)
    return made.getvalue()
