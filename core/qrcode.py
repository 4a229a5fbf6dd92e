"""QR codes as SVG, drawn by rows of black squares: sharp on a screen and on paper, without any picture file."""

import segno
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# What a reader needs around the squares, in squares.
QUIET_ZONE = 4


def qr_svg(text: str, *, label: str) -> SafeString:
    """`label`: what it leads to, for who does not see it. A mark that hides 15 % of it is still read."""
    code = segno.make_qr(text, error="m")
    side = len(code.matrix) + 2 * QUIET_ZONE
    return format_html(
        # A title, and no attribute: it is what a PDF tells of a picture.
        '<svg class="qr" viewBox="0 0 {0} {0}" role="img" xmlns="http://www.w3.org/2000/svg"><title>{1}</title>'
        '<path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{2}"/></svg>',
        side,
        label,
        mark_safe("".join(_runs(code.matrix))),
    )


def _runs(matrix: tuple[bytearray, ...]) -> list[str]:
    """One rectangle for each run of black squares of a row."""
    runs = []
    for row, squares in enumerate(matrix):
        column = 0
        while column < len(squares):
            length = 0
            while column + length < len(squares) and squares[column + length]:
                length += 1
            if length:
                runs.append(f"M{column + QUIET_ZONE} {row + QUIET_ZONE}h{length}v1h-{length}z")
            column += length or 1
    return runs
