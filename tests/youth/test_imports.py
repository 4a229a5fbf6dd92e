"""An import of young people from its bytes to files, and back."""

import datetime as dt
import io

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from core.imports.enums import ImportState, RowClass, RowDecision
from core.imports.errors import ImportRefused
from core.imports.files import mapping_of
from core.imports.preview import plan_of
from core.models import ActivityEntry, Municipality
from tests.factories import NeedFactory, YoungPersonFactory
from youth.actions.errors import YouthError
from youth.actions.imports import PIPELINE
from youth.importing.undoing import touched_since
from youth.models import FileAccess, PathwayMove, YoungPerson, YouthImportBatch, YouthImportFile, YouthImportRow

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
    known = YoungPersonFactory(structure=structure, imilo_number="7", counsellor=counsellor)
    batch = staged(structure, "7;Durand;Zoé;03/03/2006;Rosnay;36300;;;01/09/2025", by=counsellor)
    row = only_row(batch)
    assert (row.row_class, row.candidates[0]["young_person"]) == (RowClass.DOUBTFUL, known.pk)
    assert applied(batch, counsellor).get("created", 0) == 0
    again = staged(structure, "7;Durand;Zoé;03/03/2006;Rosnay;36300;;;01/09/2025", by=counsellor)
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


def test_import_is_undone_whole(structure, counsellor):
    known = theirs(structure, counsellor)
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


# --- guards ---------------------------------------------------------------------------------------
def theirs(structure, colleague, **values):
    """The file of a young person whom somebody else follows."""
    known = {"imilo_number": "7", "first_name": "Ana", "last_name": "Lopez", "city": "Ciron"}
    return YoungPersonFactory(structure=structure, counsellor=colleague, email="ana@test.example", **known | values)


THEIR_ROW = "7;Lopez;Ana;14/05/2005;Rosnay;36300;;;"
REASON = "Mise à jour mensuelle depuis i-Milo"


def test_entry_to_come_is_refused_on_its_row(structure):
    tomorrow = timezone.localdate() + dt.timedelta(days=1)
    batch = staged(structure, f"8;Rivet;Maël;14/05/2006;;;;;{tomorrow:%d/%m/%Y}")
    row = only_row(batch)
    assert row.row_class == RowClass.ERROR
    assert "à venir" in row.remarks[0]["message"]


def test_file_of_somebody_else_is_left_out_without_a_reason(structure, counsellor, manager):
    known = theirs(structure, manager)
    batch = staged(structure, THEIR_ROW, by=counsellor)
    assert (batch.counts["elsewhere"], batch.counts["changed"]) == (1, 0)
    assert plan_of(batch).updated == 0
    # A row turned by hand is not written either: who follows the file is asked again.
    YouthImportRow.objects.update(decision="update")
    report = applied(batch, counsellor)
    known.refresh_from_db()
    assert (known.city, report.get("updated", 0), report["left"]) == ("Ciron", 0, 1)
    assert not known.accesses.exists()


def test_own_file_is_completed_without_a_word(structure, counsellor):
    known = theirs(structure, counsellor)
    batch = staged(structure, THEIR_ROW, by=counsellor)
    assert (batch.counts["elsewhere"], applied(batch, counsellor)["updated"]) == (0, 1)
    known.refresh_from_db()
    assert known.city == "Rosnay"


def test_one_reason_is_kept_on_each_file_of_somebody_else(structure, counsellor, manager):
    people = [theirs(structure, manager), theirs(structure, None, imilo_number="8", first_name="Zoé")]
    batch = staged(structure, THEIR_ROW, "8;Lopez;Zoé;14/05/2005;Rosnay;36300;;;", by=counsellor)
    batch = PIPELINE.justify(batch=batch, reason=REASON, by=counsellor)
    assert plan_of(batch).updated == 2
    assert applied(batch, counsellor)["updated"] == 2
    for known in people:
        known.refresh_from_db()
        assert known.city == "Rosnay"
        assert (known.accesses.get().user, known.accesses.get().reason) == (counsellor, REASON)


def test_reason_serves_who_gave_it_and_can_be_taken_back(structure, counsellor, manager):
    known = theirs(structure, None)
    batch = PIPELINE.justify(batch=staged(structure, THEIR_ROW, by=counsellor), reason=REASON, by=counsellor)
    assert applied(batch, manager).get("updated", 0) == 0
    again = staged(structure, THEIR_ROW, by=counsellor)
    PIPELINE.justify(batch=again, reason=REASON, by=counsellor)
    assert plan_of(PIPELINE.justify(batch=again, reason="", by=counsellor)).updated == 0
    known.refresh_from_db()
    assert known.city == "Ciron"


def test_doubtful_row_of_somebody_else_waits_for_the_reason(structure, counsellor, manager):
    known = theirs(structure, manager)
    batch = staged(structure, "7;Durand;Zoé;03/03/2006;Rosnay;36300;;;", by=counsellor)
    assert only_row(batch).decision == RowDecision.IGNORE
    with pytest.raises(YouthError, match="quelqu’un d’autre"):
        PIPELINE.decide_row(row=only_row(batch), decision=RowDecision.UPDATE, target_id=known.pk, by=counsellor)
    PIPELINE.justify(batch=batch, reason=REASON, by=counsellor)
    PIPELINE.decide_row(row=only_row(batch), decision=RowDecision.UPDATE, target_id=known.pk, by=counsellor)
    assert applied(YouthImportBatch.objects.get(pk=batch.pk), counsellor)["updated"] == 1


def test_preview_sets_files_of_others_apart_and_hides_what_they_hold(structure, counsellor, manager, as_user):
    theirs(structure, manager)
    header = HEADER + ";E-mail"
    batch = staged(structure, THEIR_ROW + ";autre@test.example", by=counsellor, header=header)
    client, address = as_user(counsellor), reverse("youth:import_preview", args=[batch.pk])
    page = client.get(address, {"classe": "elsewhere"}).content.decode()
    assert "Suivis par d’autres" in page
    assert "autre@test.example" in page
    assert "ana@test.example" not in page
    assert "Aucune ligne ici" in client.get(address, {"classe": "changed"}).content.decode()
    justify = reverse("youth:import_justify", args=[batch.pk])
    assert "Dites en quelques mots" in client.post(justify, {"reason": "oui"}, follow=True).content.decode()
    assert "sécurité sociale" in client.post(justify, {"reason": f"Voir {NIR}"}, follow=True).content.decode()
    assert not YouthImportBatch.objects.get().reason
    assert REASON in client.post(justify, {"reason": REASON}, follow=True).content.decode()


def test_undone_import_keeps_the_register(structure, counsellor, manager, as_user):
    batch = staged(structure, "8;Rivet;Maël;14/05/2006;;;;;01/09/2025", by=counsellor)
    applied(batch, counsellor)
    number = YoungPerson.objects.get().pk
    as_user(counsellor).get(YoungPerson.objects.get().get_absolute_url())
    lines = FileAccess.objects.count()
    PIPELINE.undo(batch=batch, by=counsellor, now=timezone.now(), advance=silent)
    kept = FileAccess.objects.all()
    assert kept.count() == lines
    assert {(one.young_person, one.file_number, one.user) for one in kept} == {(None, number, counsellor)}
    assert counsellor.full_name in as_user(manager).get(reverse("youth:access_list")).content.decode()


def test_number_of_social_security_far_down_refuses_the_whole_file(structure):
    rows = [f"{n};Rivet{n};Maël;14/05/2006;;;;;01/09/2025" for n in range(300)]
    with pytest.raises(YouthError, match="ligne 302"):
        deposited(structure, *rows, f"999;Rivet;Maël;14/05/2006;{NIR};;;;01/09/2025")
    assert not YouthImportFile.objects.exists()


def test_report_opens_the_young_people_of_the_import(structure, counsellor, manager, as_user):
    batch = staged(structure, "8;Rivet;Maël;14/05/2006;;;;;01/09/2025", by=counsellor)
    YoungPersonFactory(structure=structure, counsellor=counsellor, last_name="Ailleurs")
    applied(batch, counsellor)
    client = as_user(counsellor)
    address = f"{reverse('youth:young_person_list')}?batch={batch.pk}"
    assert address in client.get(reverse("youth:import_report", args=[batch.pk])).content.decode()
    page = client.get(address).content.decode()
    assert "Rivet" in page
    assert "Ailleurs" not in page
    assert "jeunes.csv" in page


def test_import_of_another_structure_filters_nothing_of_it(structure, other_structure, counsellor, as_user):
    batch = staged(other_structure, "8;Rivet;Maël;14/05/2006;;;;;01/09/2025")
    page = as_user(counsellor).get(reverse("youth:young_person_list"), {"batch": batch.pk}).content.decode()
    assert "jeunes.csv" not in page


# --- the command ----------------------------------------------------------------------------------
def command(tmp_path, structure, *rows, **options):
    path = tmp_path / "jeunes.csv"
    path.write_text("\r\n".join((HEADER, *rows)))
    out = io.StringIO()
    call_command("import_youth", path, structure=str(structure.pk), stdout=out, **options)
    return out.getvalue()


def test_command_tells_then_writes(tmp_path, structure, counsellor):
    row = "8;Rivet;Maël;14/05/2006;;;;;01/09/2025"
    said = command(tmp_path, structure, row, user=counsellor.email)
    assert "1 jeunes nouveaux" in said
    assert "Essai à blanc" in said
    assert not YoungPerson.objects.exists()
    assert "1 dossiers ouverts" in command(tmp_path, structure, row, user=counsellor.email, wet_run=True)
    assert FileAccess.objects.get().user == counsellor


def test_command_writes_files_of_others_with_a_reason_only(tmp_path, structure, counsellor, manager):
    known = theirs(structure, manager)
    command(tmp_path, structure, THEIR_ROW, user=counsellor.email, wet_run=True)
    known.refresh_from_db()
    assert known.city == "Ciron"
    command(tmp_path, structure, THEIR_ROW, user=counsellor.email, wet_run=True, reason=REASON)
    known.refresh_from_db()
    assert (known.city, known.accesses.get().reason) == ("Rosnay", REASON)


def test_command_refuses_whoever_may_not_import(tmp_path, structure, adviser):
    with pytest.raises(CommandError, match="droit"):
        command(tmp_path, structure, "8;Rivet;Maël;14/05/2006;;;;;01/09/2025", user=adviser.email, wet_run=True)
    assert not YoungPerson.objects.exists()
