"""Which columns of a file of young people are read, and which never are."""

import csv

import pytest

from core.imports.errors import ImportFileError
from youth.imports.columns import check_mapping, is_nir_column, near_misses, never_read, propose_mapping

IMILO = ("N° dossier", "Nom", "Prénom", "Date de naissance", "Conseiller référent", "Commune", "QPV", "Tél. portable")


def test_names_of_an_imilo_export_are_known():
    assert list(propose_mapping(IMILO).values()) == [
        *("imilo_number", "last_name", "first_name", "birth_date", "counsellor_name", "city", "district", "phone")
    ]


@pytest.mark.parametrize("label", ["NIR", "N° de sécurité sociale", "Numéro INSEE", "Numero SS"])
def test_number_of_social_security_is_known_under_its_names(label):
    assert is_nir_column(label)
    with pytest.raises(ImportFileError, match="sécurité sociale"):
        check_mapping(("Nom", "Prénom", "Date de naissance", label), {0: "last_name", 1: "first_name", 2: "birth_date"})


@pytest.mark.parametrize(
    "label", ["Nationalité", "Pays de naissance", "Titre de séjour", "Problème de santé", "Religion"]
)
def test_health_and_origin_are_never_read(label):
    labels = ("Nom", "Prénom", "Date de naissance", label)
    assert list(never_read(labels)) == [3]
    assert 3 not in propose_mapping(labels, {" ".join([label.lower()]): "city"})
    with pytest.raises(ImportFileError, match=label):
        check_mapping(labels, {0: "last_name", 1: "first_name", 2: "birth_date", 3: "city"})


@pytest.mark.parametrize("label", ["Code INSEE", "RQTH", "Nom de naissance"])
def test_what_is_asked_is_not_taken_for_what_is_forbidden(label):
    assert not never_read((label,))


def test_people_must_be_named_and_told_apart():
    with pytest.raises(ImportFileError, match="le nom et le prénom"):
        check_mapping(("Nom",), {0: "last_name"})
    with pytest.raises(ImportFileError, match="date de naissance ou le numéro"):
        check_mapping(("Nom", "Prénom"), {0: "last_name", 1: "first_name"})


def test_nearly_known_label_is_suggested():
    assert near_misses(("Dat de naissance",), {}) == {0: "birth_date"}


def test_labels_of_known_exports_about_young_people(shared_data):
    path = shared_data / "crm_exports" / "entetes_exports_connus.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines(), delimiter=";"))
    labels = [row["libelle"] for row in rows if row["outil"] == "Tableau de bord de l'apprentissage"]
    found = {labels[index]: key for index, key in propose_mapping(labels).items()}
    expected = {"RQTH": "has_rqth", "Téléphone": "phone", "Email": "email", "Ville de résidence": "city"}
    assert expected.items() <= found.items()
    assert not {"Nom du CFA", "Email responsable légal 1"} & set(found)
