"""Public referentials from their official files: dry by default, idempotent, nothing of use is lost."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.db import models

from core.models import Activity, Municipality, Nomenclature, Occupation, OccupationActivity, OccupationTitle

pytestmark = pytest.mark.django_db


@pytest.fixture
def written(tmp_path):
    def write(name, text):
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write


def test_dry_by_default(written, capsys):
    call_command("import_rome", written("rome.csv", "code_rome;libelle_rome\nA1101;Conduite d’engins\n"))
    assert not Occupation.objects.exists()
    assert "1 nouveaux" in capsys.readouterr().out


def test_second_time_changes_nothing_and_a_new_label_is_taken(written, capsys):
    path = written("rome.csv", "code_rome;libelle_rome\nA1101;Conduite d’engins\nA1201;Bûcheronnage\n")
    call_command("import_rome", path, wet_run=True)
    call_command("import_rome", path, wet_run=True)
    assert "0 nouveaux, 0 changés" in capsys.readouterr().out
    call_command("import_rome", written("next.csv", "code_rome;libelle_rome\nA1201;Bûcheron\n"), wet_run=True)
    assert dict(Occupation.objects.values_list("code", "label")) == {"A1101": "Conduite d’engins", "A1201": "Bûcheron"}


def test_both_nomenclatures_live_side_by_side(written):
    call_command("import_naf", written("a.csv", "naf_id|naf_label\n4391A|Travaux de charpente\n"), wet_run=True)
    new = "niv5;niv4;niv5_libelle\n43.91Y;43.91;Travaux de charpente\nA;;section\n"
    call_command("import_naf", written("b.csv", new), wet_run=True)
    assert set(Activity.objects.values_list("nomenclature", "code")) == {
        (Nomenclature.NAF_REV2, "43.91A"),
        (Nomenclature.NAF_2025, "43.91Y"),
    }


def test_communes_and_their_coordinates(written):
    communes = [
        {
            "code": "36018",
            "nom": "Le Blanc",
            "type": "commune-actuelle",
            "departement": "36",
            "codesPostaux": ["36300"],
        },
        {"code": "75101", "nom": "Paris 1er", "type": "arrondissement-municipal", "codesPostaux": ["75001"]},
        {"code": "01015", "nom": "Arbignieu", "type": "commune-associee", "departement": "01"},
    ]
    points = "Code_commune_INSEE;coordonnees_gps\n36018;46.635, 1.1\n"
    path = written("communes.json", json.dumps(communes))
    call_command("import_municipalities", path, coordinates=written("points.csv", points), wet_run=True)
    found = {row.pk: (row.department, row.latitude, row.postcodes) for row in Municipality.objects.all()}
    assert found == {"36018": ("36", 46.635, ["36300"]), "75101": ("75", None, ["75001"])}
    call_command("import_municipalities", path, wet_run=True)
    assert Municipality.objects.get(pk="36018").longitude == 1.1


@pytest.fixture
def trades():
    Occupation.objects.create(code="A1101", label="Conduite d’engins agricoles")
    Occupation.objects.create(code="F1703", label="Maçonnerie")


def test_names_of_a_trade_lead_to_it(written, capsys, trades):
    rows = "A1101;Conducteur / Conductrice d'abatteuses\nA1101;Chauffeur de tracteur\nZ9999;Inconnu\n"
    path = written("titles.csv", f"rome_code;libelle_appellation_long\n{rows}")
    call_command("import_rome_titles", path)
    assert not OccupationTitle.objects.exists()
    call_command("import_rome_titles", path, wet_run=True)
    found = OccupationTitle.objects.order_by("title").values_list("occupation_id", "title")
    assert list(found) == [("A1101", "Chauffeur de tracteur"), ("A1101", "Conducteur / Conductrice d’abatteuses")]
    capsys.readouterr()
    call_command("import_rome_titles", path, wet_run=True)
    said = capsys.readouterr().out
    assert "1 laissés de côté" in said
    assert "2 lus, 0 nouveaux, 0 changés, 0 absents du fichier (gardés)" in said


def test_share_is_a_part_of_the_hires_of_the_trade(written, trades):
    rows = "F1703,4399C,30\nF1703,4120A,60\nF1703,41.20A,10\nF1703,4120B,0\nZ9999,4120A,5\nA1101,x,5\n"
    call_command("import_rome_naf", written("hires.csv", f"rome_id,naf_id,hirings\n{rows}"), wet_run=True)
    found = OccupationActivity.objects.values_list("occupation_id", "naf_code", "share")
    assert set(found) == {("F1703", "43.99C", 0.3), ("F1703", "41.20A", 0.7)}


def test_later_file_of_hires_replaces_the_earlier(written, capsys, trades):
    call_command("import_rome_naf", written("a.csv", "rome_id,naf_id,hirings\nF1703,4399C,30\n"), wet_run=True)
    later = written("b.csv", "rome_id,naf_id,hirings\nF1703,4120A,1\nF1703,4120B,3\n")
    call_command("import_rome_naf", later)
    assert OccupationActivity.objects.count() == 1
    call_command("import_rome_naf", later, wet_run=True)
    assert dict(OccupationActivity.objects.values_list("naf_code", "share")) == {"41.20A": 0.25, "41.20B": 0.75}
    assert "1 absents du fichier (retirés)" in capsys.readouterr().out


def test_official_names_and_hires_are_read(shared_data, capsys):
    folder = shared_data / "reference"
    call_command("import_rome", folder / "rome_codes_v3.csv", wet_run=True)
    capsys.readouterr()
    call_command("import_rome_titles", folder / "rome_appellations.csv", wet_run=True)
    assert "11118 lus, 11118 nouveaux" in capsys.readouterr().out
    call_command("import_rome_naf", folder / "rome_naf_embauches_2021.csv", wet_run=True)
    assert "5071 lus, 5071 nouveaux" in capsys.readouterr().out
    carpenters = OccupationActivity.objects.filter(occupation="F1503").order_by("-share", "naf_code")
    assert carpenters[0].naf_code == "43.91A"
    totals = OccupationActivity.objects.values_list("occupation").annotate(total=models.Sum("share"))
    assert all(total == pytest.approx(1, abs=0.001) for _code, total in totals)


def test_unknown_columns_are_said(written):
    with pytest.raises(CommandError, match="Colonnes non reconnues\u00a0: a, b"):
        call_command("import_naf", written("x.csv", "a;b\n1;2\n"))


@pytest.mark.parametrize(
    ("command", "name", "count"),
    [
        ("import_naf", "naf_rev2_732.csv", 732),
        ("import_naf", "naf_rev2_libelles_insee.csv", 732),
        ("import_naf", "naf2025_niveaux.csv", 747),
        ("import_rome", "rome_v460_codes.csv", 1584),
        ("import_rome", "rome_codes_v3.csv", 532),
        ("import_rome", "rome_grands_domaines_2024.csv", 609),
    ],
)
def test_official_files_are_read(shared_data, capsys, command, name, count):
    call_command(command, shared_data / "reference" / name, wet_run=True)
    assert capsys.readouterr().out.startswith(f"{count} lus, {count} nouveaux")
