"""Fill the communes from the package @etalab/decoupage-administratif, their coordinates from a file of La Poste.

    manage.py import_municipalities --coordinates communes_hexasmal.csv --wet-run

Coordinates: columns Code_commune_INSEE and coordonnees_gps (« latitude, longitude »); a commune without any keeps
those it has.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError, CommandParser

from core.commands import ReferentialCommand, columns_among, read_records
from core.models import Municipality

# What an address may name; the former communes are not among them, their successors are.
_TYPES = frozenset({"commune-actuelle", "arrondissement-municipal"})
_COORDINATES = ("Code_commune_INSEE", "coordonnees_gps")


def default_file() -> Path:
    return Path(settings.NODE_MODULES) / "@etalab" / "decoupage-administratif" / "data" / "communes.json"


class Command(ReferentialCommand):
    help = "Imports the communes, their postcodes and coordinates (dry by default)."
    model, key = Municipality, "insee_code"
    fields = ("name", "postcodes", "department", "latitude", "longitude")

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("file", type=Path, nargs="?", help="communes.json (default: the installed package)")
        parser.add_argument("--coordinates", type=Path)

    def read(self, **options: Any) -> Iterator[dict[str, Any]]:
        path = options["file"] or default_file()
        if not path.is_file():
            raise CommandError(
                f"{path} n’est pas là\u00a0: «\u00a0npm ci\u00a0» l’installe, ou donnez le chemin de communes.json."
            )
        points = _points(options["coordinates"]) if options["coordinates"] else {}
        for commune in json.loads(path.read_text(encoding="utf-8")):
            if commune["type"] not in _TYPES:
                continue
            code = commune["code"]
            row = {
                "insee_code": code,
                "name": commune["nom"].replace("'", "’"),
                "postcodes": commune.get("codesPostaux", []),
                "department": commune.get("departement") or (code[:3] if code.startswith("97") else code[:2]),
            }
            if code in points:
                row["latitude"], row["longitude"] = points[code]
            yield row


def _points(path: Path) -> dict[str, tuple[float, float]]:
    code, place = columns_among(path, [_COORDINATES])
    points = {}
    for record in read_records(path):
        parts = record.get(place, "").split(",")
        if len(parts) == 2:
            points[record[code]] = (float(parts[0]), float(parts[1]))
    return points
