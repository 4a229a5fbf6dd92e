"""Fill the names people give to trades (appellations) from a file of the ROME; the codes come first (import_rome).

manage.py import_rome_titles rome_appellations.csv --wet-run
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from core.commands import ReferentialCommand, columns_among, read_records
from core.models import Occupation, OccupationTitle

_COLUMNS = (("rome_code", "libelle_appellation_long"), ("code_rome", "libelle_appellation_long"))


class Command(ReferentialCommand):
    help = "Imports the names of the trades (dry by default)."
    model, key, fields = OccupationTitle, ("occupation_id", "title"), ()

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)

    def read(self, **options: Any) -> Iterator[dict[str, Any]]:
        """Names of trades we do not have are left out, and counted."""
        code, title = columns_among(options["file"], _COLUMNS)
        trades = set(Occupation.objects.values_list("code", flat=True))
        left = 0
        for record in read_records(options["file"]):
            if record.get(code, "") in trades and record.get(title):
                yield {"occupation_id": record[code], "title": record[title].replace("'", "’")[:250]}
            else:
                left += 1
        if left:
            self.stdout.write(
                f"{left} laissés de côté\u00a0: leur code ROME n’est pas dans la base (import_rome d’abord)."
            )
