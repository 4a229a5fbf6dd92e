"""Fill the trades from a file of ROME codes.

manage.py import_rome rome_v460_codes.csv --wet-run
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import ReferentialCommand, columns_among, read_records
from core.models import Occupation

_CODE = re.compile(r"[A-Z]\d{4}")
_COLUMNS = (("code_rome", "libelle_rome"), ("code_rome", "description_code_rome"))


class Command(ReferentialCommand):
    help = "Imports the ROME codes (dry by default)."
    model, key, fields = Occupation, "code", ("label",)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def read(self, **options: Any) -> Iterator[dict[str, Any]]:
        code, label = columns_among(options["file"], _COLUMNS)
        for record in read_records(options["file"]):
            if _CODE.fullmatch(record.get(code, "")) and record.get(label):
                yield {"code": record[code], "label": record[label][:250]}
