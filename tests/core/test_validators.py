import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.validators import is_insee_code, is_postcode, is_siren, is_siret, parse_phone


@pytest.mark.parametrize("siret", ["79914163500018", "38280216300099", "01625043300220", "35600000000048"])
def test_siret_that_exists(siret):
    assert is_siret(siret)


@pytest.mark.parametrize(
    "siret",
    ["", "79914163500019", "40014944900022", "7991416350001", "799141635000180", "7991416350001A", "79914163500000",
     "00000000000000", "٧٩٩١٤١٦٣٥٠٠٠١٨"],
)  # fmt: skip
def test_siret_that_does_not_exist(siret):
    assert not is_siret(siret)


def test_siret_of_la_poste_follows_its_own_rule():
    assert is_siret("35600000009075")
    assert not is_siret("35600000009076")


def test_siren():
    assert is_siren("799141635")
    assert not is_siren("799141636")
    assert not is_siren("79914163500018")


@pytest.mark.parametrize(("text", "expected"), [("57000", True), ("01000", True), ("97490", True), ("1000", False),
                                                 ("00100", False), ("99123", False), ("5700O", False)])  # fmt: skip
def test_postcode(text, expected):
    assert is_postcode(text) is expected


@pytest.mark.parametrize(("text", "expected"), [("57463", True), ("2A004", True), ("2B033", True), ("97411", True),
                                                 ("2C004", False), ("5746", False), ("00001", False)])  # fmt: skip
def test_insee_code(text, expected):
    assert is_insee_code(text) is expected


@pytest.mark.parametrize(
    "text",
    ["0387123456", "03 87 12 34 56", "03.87.12.34.56", "03-87-12-34-56", "+33 3 87 12 34 56", "+33(0)387123456",
     "0033387123456", "0033 (0)3 87 12 34 56", "+330387123456", "03\u202f87\u202f12\u202f34\u202f56"],
)  # fmt: skip
def test_phone_forms(text):
    assert parse_phone(text).e164 == "+33387123456"


@pytest.mark.parametrize(
    ("text", "e164", "is_mobile"),
    [
        ("06 12 34 56 78", "+33612345678", True),
        ("07 12 34 56 70", "+33712345670", True),
        ("0590 12 34 56", "+590590123456", False),
        ("0690 12 34 56", "+590690123456", True),
        ("0596 12 34 56", "+596596123456", False),
        ("0694 12 34 56", "+594694123456", True),
        ("0262 12 34 56", "+262262123456", False),
        ("0692 12 34 56", "+262692123456", True),
        ("0639 12 34 56", "+262639123456", True),
        ("+33 590 12 34 56", "+590590123456", False),
        ("+352 26 12 34 56", "+35226123456", False),
    ],
)
def test_phone_places(text, e164, is_mobile):
    phone = parse_phone(text)
    assert (phone.e164, phone.is_mobile) == (e164, is_mobile)


@pytest.mark.parametrize("text", ["", "3949", "15", "0000000000", "03 87 12 34", "bonjour", "+", "03871234567890123"])
def test_phone_that_cannot_be_dialled(text):
    assert parse_phone(text) is None


@given(st.integers(100_000_000, 999_999_999), st.sampled_from(["0{}", "+33{}", "0033{}", "+33(0){}", "+330{}"]))
def test_phone_is_read_the_same_again(national, form):
    first = parse_phone(form.format(national))
    assert first is not None
    assert parse_phone(first.e164) == first


@given(st.text(max_size=40))
def test_phone_never_fails(text):
    phone = parse_phone(text)
    assert phone is None or phone.e164.startswith("+")
