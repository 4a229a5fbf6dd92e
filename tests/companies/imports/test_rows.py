from datetime import date

from companies.imports.groups import group_rows
from companies.imports.rows import parse_rows
from core.imports.headers import HeaderGuess

from .build import parse, parse_one, sheet

SIRET = "79914163500018"
OTHER_SIRET = "01625043300220"


def test_a_company_and_its_contact_on_one_row():
    parsed = parse_one(
        ["Raison sociale", "SIRET", "CP", "Ville", "Tél", "Nom du contact", "Prénom du contact", "Fonction du contact",
         "Mail du contact", "Portable du contact"],
        ["L’Épi d’Or", float(SIRET), 1000.0, "BOURG CEDEX", "04 74 12 34 56", "PETIT", "Anne", "Gérante",
         "Anne@Exemple.fr", "06 12 34 56 78"],
    )  # fmt: skip
    assert parsed.company.filled() == {
        "legal_name": "L’Épi d’Or",
        "siret": SIRET,
        "postcode": "01000",
        "city": "BOURG",
        "phone": "+33474123456",
    }
    [contact] = parsed.contacts
    assert contact.filled() == {
        "first_name": "Anne",
        "last_name": "PETIT",
        "job_title": "Gérante",
        "part": "decides",
        "email": "Anne@exemple.fr",
        "mobile": "+33612345678",
    }
    assert not parsed.errors
    assert [(remark.row, remark.column, remark.before, remark.after) for remark in parsed.repairs] == [
        (2, "CP", "1000", "01000"),
        (2, "Ville", "BOURG CEDEX", "BOURG"),
    ]


def test_an_error_names_row_and_column():
    [_first, second] = parse(["Nom", "N° SIRET"], ["A", SIRET], ["B", "7,99142E+13"])
    [error] = second.errors
    assert (error.row, error.column, error.field, error.before) == (3, "N° SIRET", "siret", "7,99142E+13")


def test_nothing_is_lost():
    parsed = parse_one(
        ["Nom", "Téléphone", "Mail", "Effectif", "Secteur", "Commentaire"],
        ["A", "3949", "anne chez exemple", "une équipe", "Luthier", "ligne 1\nligne 2"],
    )
    assert parsed.company.notes.splitlines() == [
        "Secteur\u00a0: Luthier",
        "Mail\u00a0: anne chez exemple",
        "Effectif\u00a0: une équipe",
        "Téléphone\u00a0: 3949",
        "ligne 1",
        "ligne 2",
    ]
    assert len(parsed.warnings) == 4
    assert not parsed.errors


def test_a_row_without_a_name_nor_a_siret_is_refused():
    parsed = parse_one(["Nom", "SIRET", "Ville"], [None, None, "Metz"])
    assert "Ni nom ni SIRET" in parsed.errors[0].message


def test_a_siret_alone_is_taken_with_a_warning():
    parsed = parse_one(["Nom", "SIRET"], [None, SIRET])
    assert not parsed.errors
    assert "pas de nom" in parsed.warnings[0].message


def test_the_street_in_pieces():
    parsed = parse_one(
        ["Nom", "numeroVoie", "indiceRepetition", "typeVoie", "libelleVoie", "Complément d'adresse", "BP"],
        ["A", 12.0, "bis", "RUE", "DES LILAS", "Bât. B", "BP 12"],
    )
    assert (parsed.company.address, parsed.company.address_extra) == ("12 bis RUE DES LILAS", "Bât. B, BP 12")


def test_the_address_in_one_piece_fills_what_is_missing():
    parsed = parse_one(["Nom", "Adresse"], ["A", "8 rue de la Boétie - 33000 Bordeaux"])
    assert (parsed.company.address, parsed.company.postcode, parsed.company.city) == (
        "8 rue de la Boétie", "33000", "Bordeaux")  # fmt: skip
    kept = parse_one(["Nom", "Adresse", "Ville"], ["A", "8 rue X 57070 Saint-Julien", "Metz"])
    assert (kept.company.address, kept.company.city) == ("8 rue X 57070 Saint-Julien", "Metz")


def test_abroad_nothing_is_repaired():
    parsed = parse_one(["Nom", "Adresse", "PLZ", "Ville", "Pays"], ["A", "Dorf 2", 6383.0, "Dallenwil", "Schweiz"])
    assert (parsed.company.postcode, parsed.company.address) == ("", "Dorf 2, 6383 Dallenwil, Schweiz")


def test_a_closed_establishment_is_a_warning():
    parsed = parse_one(["siret", "denominationUniteLegale", "etatAdministratifEtablissement"], [SIRET, "A", "F"])
    assert "fermé" in parsed.warnings[0].message


def test_a_sole_trader_has_a_name():
    parsed = parse_one(
        ["siren", "nic", "nomUniteLegale", "prenomUsuelUniteLegale"], ["799141635", "00018", "PETIT", "ANNE"]
    )
    assert (parsed.company.legal_name, parsed.company.siret) == ("ANNE PETIT", SIRET)


def test_a_trade_name_alone_is_the_name():
    parsed = parse_one(["Raison sociale", "Enseigne"], [None, "L’Épi"])
    assert (parsed.company.legal_name, parsed.company.trade_name) == ("L’Épi", "")


def test_tags_dates_and_yes_or_no():
    parsed = parse_one(
        ["Nom", "Étiquettes", "Connue depuis", "Groupe pilote", "Suivie par", "État de la relation"],
        ["A", "bois, Alternance ; BOIS", "12/03/2024", "x", "Léa Morin", "Partenaire"],
    )
    company = parsed.company
    assert company.tags == ("bois", "Alternance")
    assert (company.origin_on, company.is_pilot, company.adviser_name) == (date(2024, 3, 12), True, "Léa Morin")
    assert company.relation_state == "partner"


def test_long_text_is_cut_and_kept_whole_in_the_notes():
    parsed = parse_one(["Nom"], ["x" * 300])
    assert len(parsed.company.legal_name) == 200
    assert "x" * 300 in parsed.company.notes


def test_several_phones():
    parsed = parse_one(["Nom", "Tél 1", "Tél 2"], ["A", "03 87 12 34 56", "03 87 12 34 57"])
    assert parsed.company.phone == "+33387123456"
    assert "+33387123457" in parsed.company.notes


def test_a_contact_with_an_email_alone():
    parsed = parse_one(["Entreprise", "Email du contact"], ["A", "rh@exemple.fr"])
    assert [contact.filled() for contact in parsed.contacts] == [{"email": "rh@exemple.fr"}]


def test_a_header_said_again_is_left_out():
    rows = sheet(["Nom", "Ville"], ["A", "Metz"], ["Nom", "Ville"], ["B", "Metz"])
    header = HeaderGuess(1, 1, ("Nom", "Ville"), 1.0, 1)
    assert [row.number for row in parse_rows(rows, {0: "legal_name", 1: "city"}, header)] == [2, 4]


# Groups


def test_contacts_of_one_company_on_several_rows():
    groups = group_rows(
        parse(
            ["SIRET", "Entreprise", "Contact"],
            [SIRET, "A", "Anne Petit"],
            [SIRET, "A", "Luc Roy"],
            [SIRET, "A", "ANNE PETIT"],
        )
    )
    [group] = groups
    assert group.rows == [2, 3, 4]
    assert [contact.full_name for contact in group.contacts] == ["Anne Petit", "Luc Roy"]


def test_contacts_under_merged_cells():
    groups = group_rows(
        parse(
            ["Entreprise", "Ville", "Contact"],
            ["A", "Metz", "Anne Petit"],
            [None, None, "Luc Roy"],
            [None, None, "Zoé Lin"],
            ["B", "Metz", None],
        )
    )
    assert [(group.company.name, group.rows, len(group.contacts)) for group in groups] == [
        ("A", [2, 3, 4], 3),
        ("B", [5], 0),
    ]


def test_a_contact_under_a_refused_company_is_refused():
    groups = group_rows(parse(["Entreprise", "SIRET", "Contact"], ["A", "123", "Anne Petit"], [None, None, "Luc Roy"]))
    assert [bool(group.errors) for group in groups] == [True, True]
    assert "ligne 2" in groups[1].errors[0].message


def test_never_on_the_name_alone():
    labels = ["Nom", "SIRET", "Ville", "Adresse"]
    groups = group_rows(
        parse(
            labels,
            ["COMMUNE DE METZ", SIRET, "Metz", None],
            ["COMMUNE DE METZ", OTHER_SIRET, "Metz", None],
            ["COMMUNE DE METZ", None, None, None],
            ["COMMUNE DE METZ", None, None, None],
            ["MISSION LOCALE", None, "Metz", "1 rue A"],
            ["MISSION LOCALE", None, "Metz", "2 rue B"],
            ["MISSION LOCALE", None, "METZ", "1, rue A"],
        )
    )
    assert [group.rows for group in groups] == [[2], [3], [4], [5], [6, 8], [7]]


def test_a_row_without_siret_joins_the_only_one_of_its_name_and_place():
    groups = group_rows(parse(["Nom", "SIRET", "Ville"], ["A", SIRET, "Metz"], ["a", None, "METZ"]))
    assert [group.rows for group in groups] == [[2, 3]]


def test_conflicting_values_keep_the_first_and_say_it():
    [group] = group_rows(
        parse(["Nom", "SIRET", "Tél", "Ville"], ["A", SIRET, "0387123456", None], ["A bis", SIRET, None, "Metz"])
    )
    assert (group.company.name, group.company.phone, group.company.city) == ("A", "+33387123456", "Metz")
    [warning] = group.warnings
    assert (warning.row, warning.before, warning.after) == (3, "A bis", "A")


def test_persons_of_an_odoo_export():
    labels = ["Name", "Ist ein Unternehmen", "Verbundenes Unternehmen", "E-Mail"]
    groups = group_rows(
        parse(
            labels,
            ["Werner Kopp", None, "Velo GmbH", "w@exemple.org"],
            ["Velo GmbH", "true", None, "v@exemple.org"],
            ["Anita Inglin", None, None, None],
            ["Max Roy", None, "Inconnue AG", None],
        )
    )
    by_name = {group.company.name: group for group in groups if not group.errors}
    assert by_name.keys() == {"Velo GmbH"}
    assert sorted(by_name["Velo GmbH"].rows) == [2, 3]
    assert [contact.full_name for contact in by_name["Velo GmbH"].contacts] == ["Werner Kopp"]
    assert by_name["Velo GmbH"].company.email == "v@exemple.org"
    assert len([group for group in groups if group.errors]) == 2
