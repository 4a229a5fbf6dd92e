"""Real public files through the whole pipeline."""

import io
import itertools

import pytest

from companies.actions.errors import CompanyError
from companies.enums import RowClass
from companies.importing.exports import write_template
from companies.models import Company, Contact, ImportRow
from core.imports.exports import write_error_rows
from tests.companies.importing import applied, csv_of, staged, undone

COMPARED = (
    "legal_name", "trade_name", "siret", "naf_code", "sector", "address", "address_extra", "postcode", "city", "phone",
    "email", "website",
)  # fmt: skip


def test_both_encodings_give_the_same_companies(shared_data, structure, other_structure):
    folder = shared_data / "companies"
    applied(structure, (folder / "geiq_2019.csv").read_bytes())
    applied(other_structure, (folder / "encodings" / "geiq_2019_cp1252_crlf.csv").read_bytes())
    rows = [
        list(Company.objects.filter(structure=one).order_by("siret", "legal_name", "pk").values_list(*COMPARED))
        for one in (structure, other_structure)
    ]
    assert len(rows[0]) == 170
    assert rows[0] == rows[1]
    assert "é" in str(rows[0])


def test_the_wrong_siret_comes_back_to_be_mended(shared_data, structure):
    content = (shared_data / "companies" / "geiq_2019.csv").read_bytes()
    batch = applied(structure, content)
    assert batch.counts[RowClass.ERROR] == 1
    target = io.BytesIO()
    write_error_rows(batch, target, "csv")
    lines = target.getvalue().decode("utf-8-sig").splitlines()
    assert lines[0].endswith(";Erreur")
    assert "SIRET" in lines[1]
    wrong = ImportRow.objects.get(batch=batch, row_class=RowClass.ERROR).remarks[0]["before"].replace(" ", "")
    mended = target.getvalue().decode("utf-8-sig").replace(wrong, "00000001800010").encode()
    again = applied(structure, mended, name="a-corriger.csv")
    assert again.counts[RowClass.NEW] == 1
    assert Company.objects.count() == 171


def test_metz_keeps_its_namesakes_apart(shared_data, structure):
    """A slice that holds many « COMMUNE DE METZ », each with its own SIRET; twice; then taken back."""
    with (shared_data / "companies" / "lbb_etablissements_metz.csv").open("rb") as file:
        header = next(file)
        lines = list(file)
    namesakes = [line for line in lines if b"COMMUNE DE METZ" in line]
    content = header + b"".join([*namesakes, *itertools.islice(lines, 200)])
    batch = applied(structure, content)
    assert Company.objects.filter(legal_name="COMMUNE DE METZ").count() == len(namesakes) > 30
    assert batch.counts.get(RowClass.DOUBTFUL, 0) == 0
    assert staged(structure, content).counts[RowClass.UNCHANGED] == batch.counts[RowClass.NEW]
    undone(batch)
    assert not Company.objects.exists()


def files(folder, pattern):
    return sorted(path for path in folder.rglob("*") if path.is_file() and path.match(pattern))


def test_every_file_of_companies_is_taken_twice_the_same(shared_data, structure):
    """Read, written, and nothing to write the second time. The two large ones have their own test, or only volume."""
    large = {"lbb_etablissements_metz.csv", "organismes_formation_apprentis.csv"}
    for path in files(shared_data / "companies", "*.csv"):
        if path.name in large:
            continue
        content = path.read_bytes()
        assert applied(structure, content, name=path.name).counts["rows"], path.name
        again = staged(structure, content, name=path.name)
        counts = {row_class: again.counts.get(row_class, 0) for row_class in (RowClass.NEW, RowClass.CHANGED)}
        assert counts == {RowClass.NEW: 0, RowClass.CHANGED: 0}, path.name


def refusal_of(structure, path):
    """What is said of a file that is refused; None when its rows are there to be looked at."""
    try:
        batch = staged(structure, path.read_bytes(), name=path.name)
    except CompanyError as refusal:
        return str(refusal)
    assert batch.counts["rows"], path.name
    return None


@pytest.mark.parametrize("folder", ["csv_spectrum/csvs", "ma_cantine"])
def test_every_edge_case_ends_in_rows_or_in_a_sentence(shared_data, structure, folder):
    for path in files(shared_data / "import_edge_cases" / folder, "*.*"):
        said = refusal_of(structure, path)
        assert said is None or len(said) > 20, path.name
    assert not Company.objects.exists()


def test_the_model_we_give_is_recognised_whole(structure):
    for format in ("csv", "xlsx"):
        target = io.BytesIO()
        write_template(target, format)
        batch = staged(structure, target.getvalue(), name=f"modele.{format}")
        assert len(batch.mapping) == len(batch.labels)
        assert batch.counts[RowClass.NEW] == 1
    applied(structure, target.getvalue(), name="modele.xlsx")
    assert Contact.objects.get().last_name == "Exemple"


def test_columns_of_nothing_known_are_refused_in_words(structure):
    with pytest.raises(CompanyError, match="Aucune"):
        staged(structure, csv_of("a;b", "1;2"))
