import re

from core.qrcode import QUIET_ZONE, qr_svg


def squares(svg):
    """The black squares drawn, as (column, row)."""
    runs = re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", svg)
    return {(int(x) + step, int(y)) for x, y, length in runs for step in range(int(length))}


def test_a_code_has_its_three_corners_and_room_around():
    svg = str(qr_svg("https://exemple.fr/enquete/1-abc/", label="Répondre"))
    side = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])
    black = squares(svg)
    for x, y in ((0, 0), (side - 2 * QUIET_ZONE - 7, 0), (0, side - 2 * QUIET_ZONE - 7)):
        corner = {(x + QUIET_ZONE + i, y + QUIET_ZONE) for i in range(7)}
        assert corner <= black
    assert min(x for x, _ in black) == QUIET_ZONE
    assert max(y for _, y in black) == side - QUIET_ZONE - 1


def test_a_code_says_what_it_is_for():
    assert "<title>Répondre à &quot;X&quot;</title>" in qr_svg("a", label='Répondre à "X"')
