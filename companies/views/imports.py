"""The import wizard, for companies."""

from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any

from django.http import HttpRequest

from accounts.models import Structure
from companies.actions.imports import PIPELINE
from companies.importing.exports import write_template
from companies.importing.preview import ShownRow, shown_rows
from companies.importing.undoing import Touched, touched_since
from companies.imports.columns import COMPANY_FIELDS, CONTACT_FIELDS
from companies.imports.mapping import near_misses
from companies.models import Company, ImportBatch, ImportRow
from core.imports.enums import RowClass, RowDecision
from core.views.imports import ImportWizard, ImportWords

WORDS = ImportWords(
    noun="entreprise",
    created="entreprise créée",
    updated="entreprise complétée",
    erased="sera effacée,seront effacées",
    used="de ses entreprises a servi,de ses entreprises ont servi",
    gone="Une entreprise qui n’est plus là",
    purpose="Le fichier d’entreprises que vous avez déjà, tel qu’il est. Rien n’est écrit avant que vous ayez vérifié.",
    nothing_yet=(
        "Déposez le fichier d’entreprises que vous avez déjà, dans le format où il est. Vous vérifierez tout avant"
        " qu’une fiche soit créée, et un import s’annule."
    ),
    see_all="Voir les entreprises",
    list_url="companies:company_list",
    template_name="modele-entreprises",
    tabs={
        RowClass.NEW: "Nouvelles",
        RowClass.CHANGED: "Modifiées",
        RowClass.DOUBTFUL: "Doublons possibles",
        RowClass.ERROR: "En erreur",
        RowClass.UNCHANGED: "Inchangées",
    },
    classes={
        RowClass.NEW: "Les entreprises nouvelles",
        RowClass.CHANGED: "Les entreprises modifiées",
        RowClass.DOUBTFUL: "Les doublons possibles, sauf choix ligne par ligne",
    },
    choices={
        (RowClass.NEW, RowDecision.CREATE): "les créer",
        (RowClass.NEW, RowDecision.IGNORE): "les laisser de côté",
        (RowClass.CHANGED, RowDecision.UPDATE): "les mettre à jour",
        (RowClass.CHANGED, RowDecision.IGNORE): "les laisser telles quelles",
        (RowClass.DOUBTFUL, RowDecision.IGNORE): "les laisser de côté",
        (RowClass.DOUBTFUL, RowDecision.UPDATE): "compléter la plus ressemblante",
        (RowClass.DOUBTFUL, RowDecision.CREATE): "les créer",
    },
)


class CompanyWizard(ImportWizard):
    app = "companies"
    pipeline = PIPELINE
    words = WORDS
    structure_model = Structure
    advice = "companies/partials/import_advice.html"
    rows_template = "companies/partials/import_rows.html"
    doubtful_template = "companies/partials/import_doubtful.html"
    changes_template = "companies/partials/import_changes.html"
    groups = (("Entreprise", COMPANY_FIELDS), ("Contacts", CONTACT_FIELDS))

    def shown_rows(self, rows: Iterable[ImportRow]) -> list[ShownRow]:
        return shown_rows(rows)

    def near_misses(self, labels: Sequence[str], mapping: Mapping[int, str]) -> dict[int, str]:
        return near_misses(labels, mapping)

    def write_template(self, target: IO[bytes], format: str) -> None:
        write_template(target, format)

    def touched_since(self, batch: ImportBatch) -> list[Touched]:
        return touched_since(batch)

    def named(self, request: HttpRequest, touched: Sequence[Touched]) -> list[tuple[Any, str]]:
        companies = Company.objects.visible_to(request.user).in_bulk([one.company_id for one in touched])
        return [(companies.get(one.company_id), one.why) for one in touched]


WIZARD = CompanyWizard()
