"""Fill which activities hire which trades, from a file that counts hires by ROME code and NAF code.

    manage.py import_rome_naf rome_naf_embauches_2021.csv --wet-run

The share of a pair is its hires over all those of the trade. The file replaces what an earlier one said.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import ReferentialCommand, columns_among, read_records
from core.models import Occupation, OccupationActivity

# (ROME code, NAF code, hires)
_COLUMNS = (("rome_id", "naf_id", "hirings"), ("code_rome", "code_naf", "embauches"))
_NAF = re.compile(r"(\d{2})\.?(\d{2})([A-Z])")


class Command(ReferentialCommand):
    help = "Imports where each trade is hired (dry by default)."
    model, key, fields = OccupationActivity, ("occupation_id", "naf_code"), ("share",)
    keeps_gone = False

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def read(self, **options: Any) -> Iterator[dict[str, Any]]:
        """Pairs of trades we do not have are left out, and counted; so are pairs without a hire."""
        hires, left = _hires(options["file"])
        trades = set(Occupation.objects.values_list("code", flat=True))
        of_trade: Counter[str] = Counter()
        for (rome, _naf), count in hires.items():
            of_trade[rome] += count
        for (rome, naf), count in hires.items():
            if rome in trades:
                yield {"occupation_id": rome, "naf_code": naf, "share": round(count / of_trade[rome], 6)}
            else:
                left += 1
        if left:
            self.stdout.write(
                f"{left} laissés de côté\u00a0: code inconnu de la base (import_rome d’abord) ou illisible."
            )


def _hires(path: Path) -> tuple[Counter[tuple[str, str]], int]:
    """Hires by (ROME code, NAF code with its dot), and how many rows say none."""
    rome, naf, count = columns_among(path, _COLUMNS)
    hires: Counter[tuple[str, str]] = Counter()
    left = 0
    for record in read_records(path):
        code, number = _NAF.fullmatch(record.get(naf, "").upper()), record.get(count, "")
        if code and number.isdecimal() and int(number):
            hires[record[rome], f"{code[1]}.{code[2]}{code[3]}"] += int(number)
        else:
            left += 1
    return hires, left
