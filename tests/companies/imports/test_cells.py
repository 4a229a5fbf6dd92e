from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import luhn

from companies.imports.identifiers import (
    join_siret,
    read_headcount,
    read_legal_category,
    read_naf,
    read_siret,
    read_workforce_band,
)
from companies.imports.persons import part_of, read_civility, split_name
from companies.imports.vocabularies import read_company_type, read_origin, read_relation_state, read_sector
from core.imports.cells import Level, lines_of, read_boolean, read_date, read_decimal, text_of
from core.imports.contact_points import read_details, read_email, read_phone, read_website
from core.imports.places import read_city, read_coordinates, read_insee_code, read_postcode, split_address
from core.validators import is_siret

# Plain cells


@pytest.mark.parametrize("cell", [None, "", "  ", "NULL", "null", "-", "n/a", "N.C.", "Néant", "aucun", "[ND]", "#N/A"])
def test_nothing_is_nothing(cell):
    assert text_of(cell) == ""


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("  deux\u00a0 mots\n", "deux mots"),
        (57000.0, "57000"),
        (1.5, "1.5"),
        (79914163500018.0, "79914163500018"),
        (True, "oui"),
        (date(2026, 3, 1), "01/03/2026"),
        (datetime(2026, 3, 1, 9, 30), "01/03/2026 09:30"),
        ("'=1+1", "=1+1"),
        ("'quoted'", "'quoted'"),
    ],
)
def test_text_of(cell, text):
    assert text_of(cell) == text


def test_lines_are_kept_in_descriptions():
    assert lines_of(" un \r\n\n deux  mots ") == "un\ndeux mots"


# SIRET


@pytest.mark.parametrize("cell", ["79914163500018", 79914163500018.0, 79914163500018, "799 141 635 00018",
                                  "799.141.635.00018", "799\u00a0141\u202f635 00018", "7.9914163500018E+13",
                                  "7,9914163500018e13", "79914163500018.0", "SIRET : 79914163500018"])  # fmt: skip
def test_siret_is_read_in_every_form(cell):
    reading = read_siret(cell)
    assert reading.value == "79914163500018"
    assert (reading.level is Level.FINE) == (text_of(cell) == "79914163500018")


@pytest.mark.parametrize(
    ("cell", "siret"),
    [(1625043300220.0, "01625043300220"), ("1625043300220", "01625043300220"), ("1.62504330022E+12", ""),
     ("1,625043300220E+12", "01625043300220"), (588003400011.0, "00588003400011")],
)  # fmt: skip
def test_leading_zeros_are_given_back_when_one_reading_is_possible(cell, siret):
    reading = read_siret(cell)
    assert reading.value == siret
    assert reading.level is (Level.REPAIR if siret else Level.ERROR)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("7,99142E+13", "a perdu les derniers chiffres"),
        ("1,2E+13", "a perdu les derniers chiffres"),
        (79914200000000.0, "a perdu les derniers chiffres"),
        ("79914200000000", "a perdu les derniers chiffres"),
        ("79914163500019", "l’un de ses chiffres est faux"),
        ("7991416350001", "13 chiffres"),
        ("799141635000180", "15 chiffres"),
        ("799141636", "9 chiffres"),
        ("7", "1 chiffre\u00a0:"),
        ("à demander", "14 chiffres"),
        (date(2026, 3, 1), "14 chiffres"),
        ("7991416350001O", "14 chiffres"),
    ],
)
def test_siret_that_cannot_be_read_is_refused(cell, word):
    reading = read_siret(cell)
    assert (reading.value, reading.level) == ("", Level.ERROR)
    assert word in reading.message


def test_a_siren_is_kept_apart():
    reading = read_siret("799 141 635")
    assert (reading.value, reading.level, reading.leftover) == ("", Level.WARNING, "SIREN 799141635")


def test_la_poste():
    assert read_siret("356 000 000 09075").value == "35600000009075"


def sirets():
    """Valid numbers, made: SIREN and NIC completed with their check digits."""

    def build(siren, nic):
        siren = f"{siren:08d}"
        siren += luhn.calc_check_digit(siren)
        body = f"{siren}{nic:04d}"
        return body + luhn.calc_check_digit(body)

    made = st.builds(build, st.integers(100_000, 99_999_999), st.integers(1, 9999))
    return made.filter(is_siret)


@given(sirets())
def test_a_valid_siret_is_never_changed(siret):
    reading = read_siret(siret)
    assert (reading.value, reading.level) == (siret, Level.FINE)


@given(sirets())
def test_a_valid_siret_survives_a_spreadsheet(siret):
    assert read_siret(float(siret)).value == siret
    assert read_siret(int(siret)).value == siret
    mantissa = f"{int(siret):.{len(str(int(siret))) - 1}e}"
    assert read_siret(mantissa).value == siret


@given(sirets(), st.integers(0, 13), st.integers(1, 9))
def test_a_wrong_digit_is_never_mended(siret, place, shift):
    wrong = siret[:place] + str((int(siret[place]) + shift) % 10) + siret[place + 1 :]
    assert read_siret(wrong).value in ("", wrong)
    assert read_siret(wrong).value == "" or is_siret(wrong)


@given(st.one_of(st.text(max_size=25), st.floats(), st.integers(), st.booleans(), st.none()))
def test_a_siret_is_never_invented(cell):
    reading = read_siret(cell)
    assert reading.value == "" or is_siret(reading.value)
    if reading.value:
        assert reading.value.lstrip("0") in "".join(filter(str.isdigit, text_of(cell))).replace(".", "")


@given(sirets(), st.integers(1, 8))
def test_lost_precision_is_never_mended(siret, digits):
    assert read_siret(f"{float(siret):.{digits}E}".replace(".", ",")).value == ""


def test_siren_and_nic_make_a_siret():
    assert join_siret("799141635", "00018") == "79914163500018"
    assert join_siret(799141635.0, 18.0) == "79914163500018"
    assert join_siret("799141635", "00019") == ""
    assert join_siret("799141635", None) == ""


# Telephones, e-mails, sites


@pytest.mark.parametrize("cell", ["03 87 12 34 56", "03.87.12.34.56", 387123456.0, "387123456", 33387123456.0,
                                  "+33387123456", "Tél : 03 87 12 34 56", "03 87 12 34 56 (standard)"])  # fmt: skip
def test_phone(cell):
    reading = read_phone(cell)
    assert (reading.value, reading.extra) == ("+33387123456", "")


@pytest.mark.parametrize(
    "cell",
    ["03 87 12 34 56 / 06 12 34 56 78", "0387123456, 0612345678", "03.87.12.34.56 ou 06.12.34.56.78",
     "03 87 12 34 56\n06 12 34 56 78", "03 87 12 34 56 - 06 12 34 56 78", "0387123456;+33612345678"],
)  # fmt: skip
def test_several_phones_in_a_cell(cell):
    reading = read_phone(cell)
    assert (reading.value, reading.extra, reading.level) == ("+33387123456", "+33612345678", Level.REPAIR)


@pytest.mark.parametrize("cell", ["3949", "à demander", "03 87 12", "0000000000"])
def test_a_phone_that_is_none_is_a_warning_and_is_kept(cell):
    reading = read_phone(cell)
    assert (reading.value, reading.level, reading.leftover) == ("", Level.WARNING, cell)


def test_what_stands_beside_a_phone_is_kept():
    reading = read_phone("03 87 12 34 56 poste 12")
    assert (reading.value, reading.leftover, reading.level) == ("+33387123456", "poste 12", Level.WARNING)


@given(st.one_of(st.text(max_size=40), st.floats(), st.integers()))
def test_phones_never_fail_and_lose_nothing(cell):
    reading = read_phone(cell)
    assert reading.value or reading.leftover or not text_of(cell) or reading.level is not Level.FINE


@given(st.integers(100_000_000, 999_999_999).filter(lambda number: not str(number).startswith("8")))
def test_a_phone_survives_a_spreadsheet(national):
    assert read_phone(float(national)).value == read_phone(f"0{national}").value != ""


@pytest.mark.parametrize(
    ("cell", "value", "level"),
    [
        ("Contact@Exemple.FR", "Contact@exemple.fr", Level.FINE),
        ("mailto:a@exemple.fr", "a@exemple.fr", Level.FINE),
        ("Anne Petit <anne@exemple.fr>", "anne@exemple.fr", Level.FINE),
        ("a@exemple.fr ; b@exemple.fr", "a@exemple.fr", Level.WARNING),
        ("a@exemple", "", Level.WARNING),
        ("a@@exemple.fr", "", Level.WARNING),
        ("anne chez exemple", "", Level.WARNING),
    ],
)
def test_email(cell, value, level):
    reading = read_email(cell)
    assert (reading.value, reading.level) == (value, level)
    assert reading.level is Level.FINE or reading.leftover


@pytest.mark.parametrize(("cell", "value"), [("exemple.fr", "https://exemple.fr"), ("http://exemple.fr/a", "http://exemple.fr/a"),
                                             ("Facebook : Exemple", ""), ("javascript:alert(1)", "")])  # fmt: skip
def test_website(cell, value):
    assert read_website(cell).value == value


def test_details_in_one_cell():
    details = read_details("M. Petit - anne@exemple.fr - 06 12 34 56 78")
    assert (details.name, details.email, details.phone) == ("M. Petit", "anne@exemple.fr", "+33612345678")


# Places


@pytest.mark.parametrize(
    ("cell", "value", "level"),
    [
        ("57000", "57000", Level.FINE),
        (57000.0, "57000", Level.FINE),
        (1000.0, "01000", Level.REPAIR),
        ("1000", "01000", Level.REPAIR),
        ("57 000", "57000", Level.REPAIR),
        ("F-57000", "57000", Level.REPAIR),
        ("57000 Metz", "57000", Level.REPAIR),
        ("570", "", Level.WARNING),
        ("L-1234", "", Level.WARNING),
    ],
)
def test_postcode(cell, value, level):
    reading = read_postcode(cell)
    assert (reading.value, reading.level) == (value, level)


@pytest.mark.parametrize(("cell", "value"), [("57463", "57463"), (1053.0, "01053"), ("2a004", "2A004"),
                                             ("2B 033", "2B033"), ("75", "")])  # fmt: skip
def test_insee_code(cell, value):
    assert read_insee_code(cell).value == value


@pytest.mark.parametrize(
    ("cell", "city", "postcode"),
    [
        ("METZ CEDEX 1", "METZ", ""),
        ("Metz Cedex", "Metz", ""),
        ("57000 Metz", "Metz", "57000"),
        ("Metz (57000)", "Metz", "57000"),
        ("Lyon / 69", "Lyon", ""),
        ("Le Blanc", "Le Blanc", ""),
        ("CEDEX", "", ""),
    ],
)
def test_city(cell, city, postcode):
    reading = read_city(cell)
    assert (reading.value, reading.extra) == (city, postcode)


def test_an_address_in_one_piece():
    assert split_address("7 RUE VILLENEUVE 01000 BOURG-EN-BRESSE") == ("7 RUE VILLENEUVE", "01000", "BOURG-EN-BRESSE")
    assert split_address("8 rue de la Boétie - 33000 Bordeaux") == ("8 rue de la Boétie", "33000", "Bordeaux")
    assert split_address("12 rue du 57000e régiment") == ("12 rue du 57000e régiment", "", "")


def test_coordinates_in_either_order():
    assert read_coordinates(49.1, 6.2) == read_coordinates(6.2, 49.1) == (49.1, 6.2)
    assert read_coordinates(-21.1, 55.5) == (-21.1, 55.5)
    assert read_coordinates(0.0, 0.0) == (None, None)
    assert read_coordinates(None, 6.2) == (None, None)


@pytest.mark.parametrize(
    ("cell", "value"), [("48,909987", 48.909987), ("1 234.5", 1234.5), (3, 3.0), ("x", None), ("nan", None)]
)
def test_decimal(cell, value):
    assert read_decimal(cell) == value


# Codes and vocabularies


@pytest.mark.parametrize("cell", ["43.91A", "4391A", "4391a", "43.91A - Travaux de charpente", "43 91 A"])
def test_naf(cell):
    assert read_naf(cell).value == "43.91A"


def test_naf_of_an_older_nomenclature_goes_to_the_notes():
    assert read_naf("57.10", "NAP").leftover == "57.10 (NAP)"
    assert read_naf("4391", "").level is Level.WARNING


@pytest.mark.parametrize(
    ("cell", "code"),
    [("11", "11"), (1.0, "01"), ("01", "01"), ("10 à 19 salariés", "11"), ("NN", ""), ("Non employeuse", ""),
     ("15", "11"), ("1 000 à 1 999 salariés", "42"), ("0 salarié", "00")],
)  # fmt: skip
def test_band_column(cell, code):
    assert read_workforce_band(cell).value == code


@pytest.mark.parametrize(
    ("cell", "code"),
    [(12.0, "11"), ("11", "11"), ("1", "01"), ("2", "01"), ("250", "32"), ("moins de 10", "03"), ("plus de 200", "31"),
     ("10-19", "11"), ("12,5 ETP", "11"), ("1 200", "42"), ("03", "03"), ("", "")],
)  # fmt: skip
def test_headcount_column(cell, code):
    assert read_headcount(cell).value == code


def test_headcount_that_is_words_goes_to_the_notes():
    assert read_headcount("une petite équipe").leftover == "une petite équipe"


def test_legal_category():
    assert read_legal_category("5710 - SAS").value == "5710"
    assert read_legal_category("Association déclarée ").value == "9220"
    assert read_legal_category("Fondation").leftover == "Fondation"


def test_vocabularies():
    assert read_sector("BTP").value == "construction"
    assert read_sector("Hôtellerie - Restauration").value == "hospitality"
    assert read_company_type("TPE").value == "micro"
    assert read_company_type("Grande entreprise").value == "large"
    assert read_relation_state("EN RELATION").value == "in_relation"
    assert read_relation_state("peut-être").leftover == "peut-être"
    assert read_origin("Forum") == {"origin_direction": "outgoing"}
    assert read_origin("bouche à oreille") == {}


@pytest.mark.parametrize(("cell", "value"), [("oui", True), ("X", True), ("✓", True), (True, True), ("non", False),
                                             ("0", False), ("peut-être", None), (None, None)])  # fmt: skip
def test_boolean(cell, value):
    assert read_boolean(cell) is value


@pytest.mark.parametrize("cell", ["31/12/2026", "31-12-26", "2026-12-31", "31 décembre 2026", "le 31.12.2026",
                                  date(2026, 12, 31), datetime(2026, 12, 31, 8)])  # fmt: skip
def test_date(cell):
    assert read_date(cell).value == date(2026, 12, 31)


def test_a_date_that_is_none():
    assert read_date("31/02/2026").level is Level.WARNING
    assert read_date("bientôt").leftover == "bientôt"


# Persons


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("M. Jean DUPONT", ("m", "Jean", "DUPONT")),
        ("DUPONT Jean", ("", "Jean", "DUPONT")),
        ("Mme Marie-Claire Le Goff", ("mme", "Marie-Claire", "Le Goff")),
        ("Madame Petit", ("mme", "", "Petit")),
        ("Petit", ("", "", "Petit")),
        ("F. Petit", ("", "F.", "Petit")),
        ("", ("", "", "")),
    ],
)
def test_split_name(text, parts):
    assert split_name(text) == parts


def test_civility_and_part():
    assert (read_civility("Monsieur").value, read_civility("Mme.").value, read_civility("Dr").leftover) == (
        "m",
        "mme",
        "Dr",
    )
    assert part_of("Responsable RH") == "human_resources"
    assert part_of("Gérante") == "decides"
    assert part_of("Boulanger") == ""
