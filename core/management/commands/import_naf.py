"""Fill the NAF codes from a file of INSEE: NAF rév. 2 or NAF 2025, told by its columns.

manage.py import_naf naf2025_niveaux.csv --wet-run
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.db import models

from core.commands import ReferentialCommand, columns_among, read_records
from core.models import Activity, Nomenclature

_CODE = re.compile(r"(\d{2})\.?(\d{2})([A-Z])")
# (column of the code, column of the label): nomenclature
_COLUMNS: dict[tuple[str, ...], Nomenclature] = {
    ("naf_id", "naf_label"): Nomenclature.NAF_REV2,
    ("Code", "Intitulés de la NAF rév. 2, version finale"): Nomenclature.NAF_REV2,
    ("niv5", "niv5_libelle"): Nomenclature.NAF_2025,
}


class Command(ReferentialCommand):
    help = "Imports the NAF codes of one nomenclature (dry by default)."
    model, key, fields = Activity, "code", ("label",)

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def read(self, **options: Any) -> Iterator[dict[str, Any]]:
        code, label = columns = columns_among(options["file"], _COLUMNS)
        for record in read_records(options["file"]):
            # The upper levels (sections, divisions) have no letter: companies bear none of them.
            if found := _CODE.fullmatch(record.get(code, "")):
                yield {
                    "nomenclature": _COLUMNS[columns],
                    "code": f"{found[1]}.{found[2]}{found[3]}",
                    "label": record[label][:250],
                }

    def known(self, **options: Any) -> models.QuerySet:
        return Activity.objects.filter(nomenclature=_COLUMNS[columns_among(options["file"], _COLUMNS)])
