import pytest

from companies.enums import CompanyType, Sector
from companies.sectors import parse_naf, proposed_sector, proposed_type


@pytest.mark.parametrize("text", ["43.91A", "4391a", " 43.91 A ", "43 91\u00a0A"])
def test_parse_naf_takes_what_people_type(text):
    assert parse_naf(text) == "43.91A"


@pytest.mark.parametrize("text", ["", "43.91", "A43.91", "43.91AB", "43.91À", "quarante-trois"])
def test_parse_naf_refuses_the_rest(text):
    assert parse_naf(text) == ""


@pytest.mark.parametrize(
    ("code", "sector"),
    [
        ("01.11Z", Sector.GREEN),
        ("02.20Z", Sector.GREEN),
        ("10.71C", Sector.INDUSTRY),  # bakery
        ("35.11Z", Sector.INDUSTRY),
        ("38.11Z", Sector.GREEN),
        ("43.91A", Sector.CONSTRUCTION),
        ("45.20A", Sector.TERTIARY),
        ("47.11B", Sector.TERTIARY),
        ("49.41A", Sector.LOGISTICS),
        ("53.20Z", Sector.LOGISTICS),
        ("56.10A", Sector.HOSPITALITY),
        ("69.20Z", Sector.TERTIARY),
        ("75.00Z", Sector.CARE),
        ("81.21Z", Sector.CARE),
        ("81.30Z", Sector.GREEN),  # landscaping
        ("84.11Z", Sector.CARE),
        ("88.10A", Sector.CARE),
        ("95.31G", Sector.TERTIARY),  # NAF 2025
        ("96.02A", Sector.CARE),
        ("04.00Z", ""),
        ("", ""),
    ],
)
def test_proposed_sector(code, sector):
    assert proposed_sector(code) == sector


def test_every_published_code_has_a_sector(shared_data):
    lines = (shared_data / "reference" / "naf_rev2_732.csv").read_text(encoding="utf-8").splitlines()[1:]
    codes = [parse_naf(line.split("|")[0]) for line in lines]
    assert len(codes) == 732
    assert [code for code in codes if not proposed_sector(code)] == []


@pytest.mark.parametrize(
    ("band", "category", "expected"),
    [
        ("00", "", CompanyType.MICRO),
        ("03", "5710", CompanyType.MICRO),
        ("11", "", CompanyType.SME),
        ("22", "", CompanyType.SME),
        ("31", "", CompanyType.LARGE),
        ("53", "5599", CompanyType.LARGE),
        ("03", "7210", CompanyType.PUBLIC),
        ("", "4110", CompanyType.PUBLIC),
        ("12", "9220", CompanyType.ASSOCIATION),
        ("", "9300", CompanyType.ASSOCIATION),
        ("12", "9150", CompanyType.SME),  # a syndicate of owners is no association
        ("", "", ""),
    ],
)
def test_proposed_type(band, category, expected):
    assert proposed_type(workforce_band=band, legal_category=category) == expected
