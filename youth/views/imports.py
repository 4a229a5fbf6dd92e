"""The import wizard, for young people."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.views.decorators.http import require_POST

from accounts.models import Structure
from core.errors import ActionError
from core.imports.enums import ImportState, RowClass, RowDecision
from core.views.imports import ImportWizard, ImportWords
from youth.actions.errors import YouthError
from youth.actions.imports import PIPELINE, YouthImports
from youth.forms.young_people import ReasonForm
from youth.importing.exports import write_template
from youth.importing.preview import ShownRow, shown_rows
from youth.importing.undoing import Touched, touched_since
from youth.imports.columns import FIELDS, near_misses, never_read
from youth.listings.young_people import EVERYBODY
from youth.models import ELSEWHERE, YoungPerson, YouthImportBatch, YouthImportRow

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
        ELSEWHERE: "Suivis par d’autres",
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
    pipeline: YouthImports = PIPELINE
    words = WORDS
    structure_model = Structure
    advice = "youth/partials/import_advice.html"
    rows_template = "youth/partials/import_rows.html"
    doubtful_template = "youth/partials/import_doubtful.html"
    note_template = "youth/partials/import_elsewhere.html"
    groups = (("Jeune", FIELDS),)

    def urls(self, prefix: str) -> list[URLPattern]:
        justify = path(f"{prefix}<int:pk>/raison/", require_POST(self.import_justify), name="import_justify")
        return [*super().urls(prefix), justify]

    def import_justify(self, request: HttpRequest, pk: int) -> HttpResponse:
        """One reason for the files that somebody else follows; none leaves them out."""
        batch = self._batch(request, pk)
        reason = request.POST.get("reason", "").strip()
        form = ReasonForm({"reason": reason})
        try:
            if reason and not form.is_valid():
                raise YouthError(" ".join(form.errors["reason"]))
            self.pipeline.justify(batch=batch, reason=reason, by=request.user)
        except ActionError as refusal:
            messages.error(request, str(refusal))
        response = redirect("youth:import_preview", pk)
        response["Location"] += f"?classe={ELSEWHERE}"
        return response

    def list_address(self, batch: YouthImportBatch) -> str:
        """Those of the import, whoever follows them; everybody once it was taken back."""
        if batch.settled_state == ImportState.UNDONE:
            return f"{super().list_address(batch)}?{EVERYBODY}"
        return f"{super().list_address(batch)}?batch={batch.pk}"

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
