"""The import wizard, for young people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from django.http import HttpRequest

from accounts.models import Structure
from core.imports.enums import RowClass, RowDecision
from core.views.imports import ImportWizard, ImportWords
from youth.actions.imports import PIPELINE
from youth.importing.exports import write_template
from youth.importing.preview import ShownRow, shown_rows
from youth.importing.undoing import Touched, touched_since
from youth.imports.columns import FIELDS, near_misses, never_read
from youth.models import YoungPerson, YouthImportBatch, YouthImportRow

WORDS = ImportWords(
    noun="jeune",
    created="dossier ouvert",
    updated="dossier complété",
    erased="sera effacé,seront effacés",
    used="de ses dossiers a servi,de ses dossiers ont servi",
    gone="Un dossier qui n’est plus là",
    purpose="Le fichier de jeunes que vous avez déjà, tel qu’il est. Rien n’est écrit avant que vous ayez vérifié.",
    nothing_yet=(
        "Déposez l’export d’i-Milo ou le tableau que vous tenez. Vous vérifierez tout avant qu’un dossier soit ouvert,"
        " et un import s’annule."
    ),
    see_all="Voir les jeunes",
    list_url="youth:young_person_list",
    template_name="modele-jeunes",
    tabs={
        RowClass.NEW: "Nouveaux",
        RowClass.CHANGED: "Modifiés",
        RowClass.DOUBTFUL: "Doublons possibles",
        RowClass.ERROR: "En erreur",
        RowClass.UNCHANGED: "Inchangés",
    },
    classes={
        RowClass.NEW: "Les jeunes nouveaux",
        RowClass.CHANGED: "Les dossiers modifiés",
        RowClass.DOUBTFUL: "Les doublons possibles, sauf choix ligne par ligne",
    },
    choices={
        (RowClass.NEW, RowDecision.CREATE): "ouvrir leurs dossiers",
        (RowClass.NEW, RowDecision.IGNORE): "les laisser de côté",
        (RowClass.CHANGED, RowDecision.UPDATE): "les mettre à jour",
        (RowClass.CHANGED, RowDecision.IGNORE): "les laisser tels quels",
        (RowClass.DOUBTFUL, RowDecision.IGNORE): "les laisser de côté",
        (RowClass.DOUBTFUL, RowDecision.UPDATE): "compléter le plus ressemblant",
        (RowClass.DOUBTFUL, RowDecision.CREATE): "ouvrir leurs dossiers",
    },
)


class YouthWizard(ImportWizard):
    app = "youth"
    pipeline = PIPELINE
    words = WORDS
    structure_model = Structure
    advice = "youth/partials/import_advice.html"
    rows_template = "youth/partials/import_rows.html"
    doubtful_template = "youth/partials/import_doubtful.html"
    groups = (("Jeune", FIELDS),)

    def shown_rows(self, rows: Iterable[YouthImportRow]) -> list[ShownRow]:
        return shown_rows(rows)

    def near_misses(self, labels: Sequence[str], mapping: Mapping[int, str]) -> dict[int, str]:
        return near_misses(labels, mapping)

    def never_read(self, labels: Sequence[str]) -> dict[int, str]:
        return never_read(labels)

    def write_template(self, target: IO[bytes], format: str) -> None:
        write_template(target, format)

    def touched_since(self, batch: YouthImportBatch) -> list[Touched]:
        return touched_since(batch)

    def named(self, request: HttpRequest, touched: Sequence[Touched]) -> list[tuple[Any, str]]:
        people = YoungPerson.objects.visible_to(request.user).in_bulk([one.young_person_id for one in touched])
        return [(people.get(one.young_person_id), one.why) for one in touched]


WIZARD = YouthWizard()
