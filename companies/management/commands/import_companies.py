"""Import a spreadsheet of companies into a structure, as the screens do; dry unless told otherwise.

manage.py import_companies FILE --structure "Mission Locale du Val de Brenne" --user lea.morin@example.org --wet-run
"""

from companies.actions.imports import PIPELINE
from companies.enums import RowClass
from companies.imports.columns import FIELD_BY_KEY
from core.imports.command import ImportCommand


class Command(ImportCommand):
    help = "Imports a spreadsheet of companies (dry by default)."
    pipeline = PIPELINE
    fields = FIELD_BY_KEY
    report = "Écrit\u00a0: {created} créées, {updated} complétées."
    said = {
        "rows": "lignes lues",
        RowClass.NEW: "entreprises nouvelles",
        RowClass.CHANGED: "à modifier",
        RowClass.UNCHANGED: "inchangées",
        RowClass.DOUBTFUL: "doublons possibles, laissés de côté",
        RowClass.ERROR: "lignes en erreur",
        "contacts": "contacts",
        "repairs": "valeurs réparées",
        "warnings": "remarques",
    }
