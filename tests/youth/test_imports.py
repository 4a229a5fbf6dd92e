"""An import of young people from its bytes to files, and back."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from core.imports.enums import ImportState, RowClass, RowDecision
from core.imports.errors import ImportRefused
from core.imports.files import mapping_of
from core.models import ActivityEntry, Municipality
from tests.factories import NeedFactory, YoungPersonFactory
from youth.actions.errors import YouthError
from youth.actions.imports import PIPELINE
from youth.importing.undoing import touched_since
from youth.models import PathwayMove, YoungPerson, YouthImportBatch, YouthImportFile, YouthImportRow

pytestmark = pytest.mark.django_db
HEADER = "N° dossier;Nom;Prénom;Date de naissance;Commune;Code postal;QPV;Conseiller référent;Date d’entrée"
NIR = "2 05 05 36 018 042 15"


def silent(done, total, message):
    """Nobody looks."""


def deposited(structure, *rows, by=None, header=HEADER):
    content = "\r\n".join((header, *rows)).encode()
    return PIPELINE.deposit_file(structure=structure, name="jeunes.csv", content=content, by=by)


def staged(structure, *rows, by=None, header=HEADER):
    batch = deposited(structure, *rows, by=by, header=header)
    PIPELINE.choose_columns(batch=batch, mapping=mapping_of(batch), now=timezone.now())
    PIPELINE.preview(batch=batch, advance=silent)
    return YouthImportBatch.objects.get(pk=batch.pk)


def applied(batch, by):
    return PIPELINE.apply(batch=batch, by=by, now=timezone.now(), advance=silent)


def only_row(batch):
    return YouthImportRow.objects.get(batch=batch)


def test_new_young_person_is_read_whole(structure, counsellor):
    Municipality.objects.create(
        insee_code="36018", name="Le Blanc", postcodes=["36300"], department="36", latitude=46.6, longitude=1.1
    )
    batch = staged(structure, "0042;RIVET;Maël;14/05/2006;LE BLANC;36300;oui;AUBRY Karim;01/09/2025", by=counsellor)
    assert batch.counts["new"] == 1
    assert applied(batch, counsellor)["created"] == 1
    person = YoungPerson.objects.get()
    assert (person.imilo_number, person.birth_date, person.district) == ("0042", dt.date(2006, 5, 14), "yes")
    assert (person.counsellor, person.insee_code, person.latitude) == (counsellor, "36018", 46.6)
    assert person.entered_on == dt.date(2025, 9, 1)
    assert PathwayMove.objects.get().young_person == person
    assert person.accesses.get().user == counsellor


def test_same_file_twice_changes_nothing(structure, counsellor):
    row = "0042;Rivet;Maël;14/05/2006;Le Blanc;36300;oui;;01/09/2025"
    applied(staged(structure, row), counsellor)
    again = staged(structure, row)
    assert only_row(again).row_class == RowClass.UNCHANGED


def test_number_then_name_and_birth_date_tell_who_it_is(structure):
    numbered = YoungPersonFactory(structure=structure, imilo_number="7", first_name="Ana", last_name="Lopez")
    named = YoungPersonFactory(
        structure=structure, first_name="Éloi", last_name="Petit", birth_date=dt.date(2005, 1, 2)
    )
    batch = staged(
        structure,
        "7;LOPEZ;Ana;14/05/2005;Rosnay;36300;;;",
        ";Petit;Eloi;02/01/2005;Rosnay;36300;;;",
        ";Petit;Eloi;03/01/2006;Rosnay;36300;;;01/09/2025",
    )
    rows = YouthImportRow.objects.filter(batch=batch).order_by("number")
    assert [(row.young_person_id, row.row_class) for row in rows] == [
        (numbered.pk, "changed"),
        (named.pk, "changed"),
        (None, "new"),
    ]


def test_other_structure_is_not_looked_at(structure, other_structure):
    YoungPersonFactory(structure=other_structure, imilo_number="7", first_name="Ana", last_name="Lopez")
    batch = staged(structure, "7;Lopez;Ana;14/05/2005;;;;;01/09/2025")
    assert only_row(batch).row_class == RowClass.NEW


def test_same_number_under_another_name_waits_for_a_person(structure, counsellor):
    known = YoungPersonFactory(structure=structure, imilo_number="7")
    batch = staged(structure, "7;Durand;Zoé;03/03/2006;Rosnay;36300;;;01/09/2025")
    row = only_row(batch)
    assert (row.row_class, row.candidates[0]["young_person"]) == (RowClass.DOUBTFUL, known.pk)
    assert applied(batch, counsellor).get("created", 0) == 0
    again = staged(structure, "7;Durand;Zoé;03/03/2006;Rosnay;36300;;;01/09/2025")
    PIPELINE.decide_row(row=only_row(again), decision=RowDecision.UPDATE, target_id=known.pk)
    applied(again, counsellor)
    known.refresh_from_db()
    assert known.last_name == "Durand"


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (";;Maël;14/05/2006;;;;;", "Il manque le nom"),
        ("1;Rivet;Maël;31/02/2006;;;;;", "n’est pas une date de naissance"),
        ("1;Rivet;Maël;14/05/1990;;;;;01/09/2025", "25 ans au plus"),
        ("1;Rivet;Maël;;;;;;", "Il manque la date de naissance"),
    ],
)
def test_row_that_cannot_be_a_file_is_given_back(structure, row, said):
    found = only_row(staged(structure, row))
    assert found.row_class == RowClass.ERROR
    assert said in found.remarks[0]["message"]
    assert found.raw[0][2] == "Maël"


def test_second_line_of_one_person_is_refused(structure):
    row = "1;Rivet;Maël;14/05/2006;;;;;01/09/2025"
    rows = YouthImportRow.objects.filter(batch=staged(structure, row, row)).order_by("number")
    assert [each.row_class for each in rows] == ["new", "error"]


def test_file_with_numbers_of_social_security_is_not_kept(structure):
    with pytest.raises(YouthError, match="sécurité sociale"):
        deposited(structure, f"Rivet;Maël;14/05/2006;{NIR}", header="Nom;Prénom;Date de naissance;NIR")
    with pytest.raises(YouthError, match="ligne 2"):
        deposited(structure, f"Rivet;Maël;14/05/2006;{NIR}", header="Nom;Prénom;Date de naissance;Divers")
    assert not YouthImportBatch.objects.exists()
    assert not YouthImportFile.objects.exists()


def test_what_is_never_read_is_not_even_kept_with_an_error(structure):
    header = "Nom;Prénom;Date de naissance;Nationalité"
    row = only_row(staged(structure, "Rivet;Maël;31/02/2006;CANARI", header=header))
    assert row.row_class == RowClass.ERROR
    assert "CANARI" not in str(row.raw) + str(row.values) + str(row.remarks)


def test_number_far_down_the_file_refuses_its_row_and_is_not_repeated(structure):
    rows = [f"{n};Rivet{n};Maël;14/05/2006;;;;;01/09/2025" for n in range(300)]
    batch = staged(structure, *rows, f"999;Rivet;{NIR};14/05/2006;;;;;01/09/2025")
    row = YouthImportRow.objects.get(batch=batch, row_class=RowClass.ERROR)
    assert "018 042" not in str(row.raw) + str(row.values) + str(row.remarks)


def test_import_is_undone_whole(structure, counsellor):
    known = YoungPersonFactory(structure=structure, imilo_number="7", first_name="Ana", last_name="Lopez", city="Ciron")
    batch = staged(
        structure, "7;Lopez;Ana;14/05/2005;Rosnay;36300;;;", "8;Rivet;Maël;14/05/2006;;;;;01/09/2025", by=counsellor
    )
    applied(batch, counsellor)
    known.refresh_from_db()
    assert known.city == "Rosnay"
    PIPELINE.undo(batch=batch, by=counsellor, now=timezone.now(), advance=silent)
    known.refresh_from_db()
    assert known.city == "Ciron"
    assert list(YoungPerson.objects.all()) == [known]
    assert set(ActivityEntry.objects.values_list("subject_id", flat=True)) == {known.pk}
    assert batch.state == ImportState.UNDONE


def test_file_that_served_since_keeps_the_import(structure, counsellor):
    batch = staged(structure, "8;Rivet;Maël;14/05/2006;;;;;01/09/2025")
    applied(batch, counsellor)
    NeedFactory(young_person=YoungPerson.objects.get())
    assert [one.why for one in touched_since(batch)] == ["a servi depuis"]
    with pytest.raises(ImportRefused, match="1 de ses dossiers"):
        PIPELINE.undo(batch=batch, by=counsellor, now=timezone.now(), advance=silent)
    assert YoungPerson.objects.exists()


def test_pages_of_the_wizard(structure, counsellor, as_user):
    known = YoungPersonFactory(structure=structure, imilo_number="9")
    batch = staged(
        structure,
        "1;Rivet;Maël;14/05/2006;Rosnay;36300;non;;01/09/2025",
        "2;Rivet;;14/05/2006;;;;;",
        "9;Durand;Zoé;03/03/2006;Rosnay;36300;;;01/09/2025",
        by=counsellor,
        header=HEADER.replace("QPV", "Nationalité"),
    )
    client = as_user(counsellor)
    page = client.get(reverse("youth:import_columns", args=[batch.pk])).content.decode()
    assert "Jamais lue" in page
    assert ">non<" not in page
    for row_class, said in [("new", "Maël Rivet"), ("error", "Il manque le prénom"), ("doubtful", known.full_name)]:
        answer = client.get(reverse("youth:import_preview", args=[batch.pk]), {"classe": row_class})
        assert said in answer.content.decode()
    applied(batch, counsellor)
    report = client.get(reverse("youth:import_report", args=[batch.pk])).content.decode()
    assert "dossier ouvert" in report
    errors = client.get(reverse("youth:import_errors", args=[batch.pk, "csv"]))
    assert b"Rivet" in errors.getvalue()
    assert client.get(reverse("youth:import_undo", args=[batch.pk])).status_code == 200
    assert client.get(reverse("youth:import_template", args=["csv"])).status_code == 200
    assert client.get(reverse("youth:import_list")).status_code == 200


def test_adviser_and_administrator_import_no_young_person(structure, adviser, administrator, as_user):
    batch = staged(structure, "1;Rivet;Maël;14/05/2006;;;;;01/09/2025")
    for person in (adviser, administrator):
        assert as_user(person).get(reverse("youth:import_create")).status_code == 403
        assert as_user(person).get(reverse("youth:import_preview", args=[batch.pk])).status_code == 403
