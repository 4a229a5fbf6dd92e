import csv
from itertools import groupby

import pytest

from companies.imports.columns import COMPANY_FIELDS, FIELDS
from companies.imports.mapping import check_mapping, near_misses, propose_mapping
from companies.imports.records import CompanyValues, ContactValues
from core.imports.errors import ImportFileError
from core.imports.labels import label_words
from core.imports.mapping import remember_mapping


def by_label(*labels, remembered=None):
    return {labels[index]: key for index, key in propose_mapping(labels, remembered).items()}


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("N° de SIRET*", ("numero", "siret")),
        ("codePostalEtablissement", ("code", "postal", "etablissement")),
        ("enseigne1Etablissement", ("enseigne", "1", "etablissement")),
        ("activitePrincipaleNAF25UniteLegale", ("activite", "principale", "naf", "25", "unite", "legale")),
        ("E-mail de l’entreprise", ("email", "entreprise")),
        ("  Tél. (fixe) ", ("telephone", "fixe")),
        ("Straße2", ("strasse", "2")),
        ("", ()),
    ],
)
def test_label_words(label, words):
    assert label_words(label) == words


def test_case_accents_and_punctuation_do_not_matter():
    for label in ("Code Postal", "CODE_POSTAL", "code-postal", "  Côdé  póstal :", "codePostal", "CP"):
        assert propose_mapping([label]) == {0: "postcode"}


def test_field_keys_are_unique_and_fill_the_records():
    keys = [field.key for field in FIELDS]
    assert len(keys) == len(set(keys))
    contact_attributes = {field.attribute for field in FIELDS if field.group == "contact"}
    assert contact_attributes - {"full_name", "details"} <= set(ContactValues.__slots__)
    filled = {field.key for field in COMPANY_FIELDS}
    assert set(CompanyValues.__slots__) - filled == {"origin_network", "origin_direction", "network_kind"}


def test_sirene_names():
    assert by_label(
        "siret",
        "denominationUniteLegale",
        "enseigne1Etablissement",
        "trancheEffectifsEtablissement",
        "trancheEffectifsUniteLegale",
        "codePostalEtablissement",
        "libelleVoieEtablissement",
        "etablissementSiege",
    ) == {
        "siret": "siret",
        "denominationUniteLegale": "legal_name",
        "enseigne1Etablissement": "trade_name",
        "trancheEffectifsEtablissement": "workforce_band",
        "codePostalEtablissement": "postcode",
        "libelleVoieEtablissement": "street_name",
    }


def test_german_labels_of_odoo():
    assert by_label("Name", "Ist ein Unternehmen", "Straße", "PLZ", "Stadt", "Telefon", "Mobil") == {
        "Name": "legal_name",
        "Ist ein Unternehmen": "is_company",
        "Straße": "address",
        "PLZ": "postcode",
        "Stadt": "city",
        "Telefon": "phone",
        "Mobil": "contact_mobile",
    }


def test_a_name_beside_a_first_name_is_the_person_s():
    assert by_label("Société", "Nom", "Prénom", "Fonction", "Mail") == {
        "Société": "legal_name",
        "Nom": "contact_last_name",
        "Prénom": "contact_first_name",
        "Fonction": "contact_job_title",
        "Mail": "email",
    }


def test_two_persons_on_a_row():
    assert by_label("Entreprise", "Gérant", "Mail du gérant", "Tuteur", "Tél du tuteur") == {
        "Entreprise": "legal_name",
        "Gérant": "contact_full_name",
        "Mail du gérant": "contact_email",
        "Tuteur": "contact_2_full_name",
        "Tél du tuteur": "contact_2_phone",
    }
    assert by_label("Entreprise", "Contact 1 Nom", "Contact 2 Nom", "Mail contact 2") == {
        "Entreprise": "legal_name",
        "Contact 1 Nom": "contact_last_name",
        "Contact 2 Nom": "contact_2_last_name",
        "Mail contact 2": "contact_2_email",
    }


def test_email_of_the_company_and_email_of_somebody():
    assert by_label("Entreprise", "E-mail de l'entreprise", "E-mail") == {
        "Entreprise": "legal_name",
        "E-mail de l'entreprise": "email",
        "E-mail": "contact_email",
    }


def test_the_best_label_wins():
    assert by_label("Nom", "Raison sociale") == {"Raison sociale": "legal_name"}


def test_a_remembered_mapping_wins():
    labels = ["Machin", "Ville", "Mail"]
    remembered = remember_mapping(labels, {0: "legal_name", 2: "contact_email"})
    assert remembered == {"machin": "legal_name", "ville": "", "email": "contact_email"}
    assert propose_mapping(["MACHIN", "Courriel", "ville", "CP"], remembered) == {
        0: "legal_name",
        1: "contact_email",
        3: "postcode",
    }


def test_a_remembered_field_that_no_longer_exists_is_forgotten():
    assert propose_mapping(["Ville"], {"ville": "gone"}) == {0: "city"}


PRESCRIBED = {
    "Immersion Facilitée · établissements (export Excel)": {"Siret", "Raison Sociale", "Email du contact"},
    "Immersion Facilitée · conventions PMSMP (export)": {"Entreprise", "Siret", "Tuteur", "Email du tuteur"},
    "La bonne alternance · tableau de suivi des candidatures": {"Entreprise", "Contact (nom/email/téléphone)"},
    "Carnet de bord · structures (gabarit)": {"Nom*", "Siret", "Courriel responsable*", "Adresse (complément)"},
    "Lycée professionnel (fichier PFMP) · entreprises": {"Raison Sociale", "Responsable de l'entreprise", "Mail"},
    "ASP / IAE · structures 2019": {"SIRET", "DENOMINATION_SOCIALE", "NUM_RUE", "NOM_RUE", "MAIL_SIAE"},
    "HubSpot · companies": {"Company Name", "Phone Number", "Street Address", "Postal Code", "City"},
    "Odoo · res.partner (technical)": {"name", "email", "street", "zip", "city"},
    "Prospection (tableur) · agences": {"Nom de l’agence", "Gérant", "Tel du gérant", "Ville / département"},
    "Prospection (tableur) · suivi": {"Entreprise", "Contact", "Statut", "Commentaire"},
}
ABOUT_YOUNG_PERSONS = ("bénéficiaire", "urgence", "légal", "résidence", "RQTH", "jeune", "CFA")


def known_exports(shared_data):
    with (shared_data / "crm_exports" / "entetes_exports_connus.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    return {
        f"{tool} · {what}": [row["libelle"] for row in group]
        for (tool, what), group in groupby(rows, key=lambda row: (row["outil"], row["objet"]))
    }


def test_known_exports_are_mapped(shared_data):
    exports = known_exports(shared_data)
    assert sum(map(len, exports.values())) == 177
    for name, wanted in PRESCRIBED.items():
        labels = exports[name]
        mapping = propose_mapping(labels)
        assert wanted <= {labels[index] for index in mapping}, name
        check_mapping(labels, mapping)


def test_young_persons_stay_out(shared_data):
    for name, labels in known_exports(shared_data).items():
        mapped = [labels[index] for index in propose_mapping(labels)]
        assert [label for label in mapped for word in ABOUT_YOUNG_PERSONS if word in label] == [], name


def test_a_list_of_young_persons_is_refused(shared_data):
    labels = known_exports(shared_data)["Tableau de bord de l'apprentissage · liste ruptures pour Mission Locale"]
    assert propose_mapping(labels) == {}
    with pytest.raises(ImportFileError, match="des jeunes et non des entreprises") as caught:
        check_mapping(labels, {})
    assert caught.value.code == "young-persons"


@pytest.mark.parametrize(
    ("labels", "suggested"),
    [
        (["Sirett", "Ville"], "Sirett"),
        (["SI_RET", "Nom de la cantine"], "SI_RET"),
        (["Raison socialle"], "Raison socialle"),
    ],
)
def test_near_misses_are_suggested_and_not_applied(labels, suggested):
    mapping = propose_mapping(labels)
    with pytest.raises(ImportFileError) as caught:
        check_mapping(labels, mapping)
    message = str(caught.value)
    assert f"pour «\u00a0{suggested}\u00a0»\u202f?" in message
    assert "Colonnes trouvées" in message
    assert 0 in near_misses(labels, mapping)


def test_one_near_word_among_others_is_no_near_miss():
    assert near_misses(["Entreprise", "Réf. interne"], propose_mapping(["Entreprise", "Réf. interne"])) == {}


def test_a_name_or_a_siret_is_enough():
    for labels in (["Entreprise"], ["SIRET"], ["Enseigne"], ["siren", "nic"]):
        check_mapping(labels, propose_mapping(labels))


def test_a_very_wide_unknown_file_still_gets_a_readable_message():
    labels = [f"colonne inconnue {number}" for number in range(400)]
    with pytest.raises(ImportFileError) as caught:
        check_mapping(labels, {})
    assert len(str(caught.value)) < 800
