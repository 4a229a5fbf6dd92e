"""Adding and editing a company: what people type, duplicates before, two people on one form."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.enums import Role
from companies.actions import edit_company
from companies.models import Company, Tag
from core.models import Activity, Municipality, Nomenclature, Occupation, OccupationTitle
from tests.factories import CompanyFactory, MembershipFactory, TagFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CREATE = "/entreprises/ajouter/"
SIRET = "41234567000019"


@pytest.fixture
def belabre(db):
    return Municipality.objects.create(
        insee_code="36016", name="Bélâbre", postcodes=["36370"], department="36", latitude=46.55, longitude=1.16
    )


def typed(**values):
    return {"legal_name": "Charpentes du Suin", "relation_state": "prospect", **values}


def edit_url(company):
    return reverse("companies:company_edit", args=[company.pk])


def test_a_name_is_enough(adviser_client, structure, adviser):
    response = adviser_client.post(CREATE, typed())
    company = Company.objects.get()
    assert response.url == company.get_absolute_url()
    assert (company.structure, company.created_by) == (structure, adviser)


def test_what_is_typed_loosely_is_kept_exactly(adviser_client, structure, belabre):
    Activity.objects.create(nomenclature=Nomenclature.NAF_REV2, code="43.91A", label="Travaux de charpente")
    occupation = Occupation.objects.create(code="F1501", label="Montage de charpentes bois")
    tag = TagFactory(structure=structure, name="Bois")
    data = typed(
        siret="412 345 670 00019",
        naf_code="4391a",
        postcode="36 370",
        city="BELABRE",
        phone="02.54.00.00.00",
        website="charpentes.example.org",
        workforce_band="02",
        occupations=[occupation.code],
        tags=[tag.pk],
        new_tags="patrimoine, BOIS",
    )
    adviser_client.post(CREATE, data)
    company = Company.objects.get()
    assert (company.siret, company.naf_code, company.phone) == (SIRET, "43.91A", "+33254000000")
    assert (company.city, company.insee_code, company.latitude) == ("Bélâbre", "36016", 46.55)
    assert company.website == "https://charpentes.example.org"
    assert (company.sector, company.company_type) == ("construction", "micro")
    assert sorted(item.name for item in company.tags.all()) == ["Bois", "patrimoine"]
    assert list(company.occupations.all()) == [occupation]


def test_the_adviser_decides_against_the_proposal(adviser_client):
    adviser_client.post(CREATE, typed(naf_code="43.91A", sector="industry", workforce_band="02", company_type="sme"))
    company = Company.objects.get()
    assert (company.sector, company.company_type) == ("industry", "sme")


def test_a_postcode_shared_by_several_communes_does_not_choose(adviser_client, belabre):
    Municipality.objects.create(insee_code="36036", name="Chalais", postcodes=["36370"], department="36")
    adviser_client.post(CREATE, typed(postcode="36370"))
    assert (Company.objects.get().city, Company.objects.get().insee_code) == ("", "")


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("legal_name", "", "obligatoire"),
        ("legal_name", "x" * 5000, "200 caractères"),
        ("legal_name", "nul\x00", "nul"),
        ("notes", "nul\x00", "nul"),
        ("notes", "x" * 10_001, "trop long"),
        ("siret", "123", "14 chiffres"),
        ("siret", "41234567000018", "n’existe pas"),
        ("phone", "12", "ne peut pas être appelé"),
        ("naf_code", "zz", "quatre chiffres et une lettre"),
        ("legal_category", "57", "4 chiffres"),
        ("postcode", "99", "5 chiffres"),
        ("email", "pas une adresse", "adresse"),
        ("website", "javascript:alert(1)", "URL"),
        ("sector", "zzz", "choix"),
        ("tags", "999999", "choix"),
        ("tags", "abc", "abc"),
        ("occupations", "Z9999", "choix"),
        ("occupations", "F1\x00", "n’existe pas"),
        ("adviser", "999999", "choix"),
        ("origin_on", "31/02/2025", "valide"),
        ("watch_reason", "x" * 201, "200 caractères"),
    ],
)
def test_bad_input_comes_back_with_its_sentence(adviser_client, field, value, said):
    response = adviser_client.post(CREATE, typed(**{field: value}))
    assert response.status_code == 200
    assert said in " ".join(" ".join(errors) for errors in response.context["form"].errors.values())
    assert not Company.objects.exists()


def test_watch_asks_its_reason(adviser_client):
    response = adviser_client.post(CREATE, typed(relation_state="watch"))
    assert response.context["form"].errors["watch_reason"] == ["Dites pourquoi elle est en veille."]


def test_a_siret_already_there_links_to_its_company(adviser_client, structure):
    other = CompanyFactory(structure=structure, siret=SIRET)
    response = adviser_client.post(CREATE, typed(siret=SIRET))
    assert other.get_absolute_url() in str(response.context["form"].errors["siret"])


def test_the_siret_of_another_structure_says_nothing(adviser_client, other_structure):
    CompanyFactory(structure=other_structure, siret=SIRET)
    adviser_client.post(CREATE, typed(siret=SIRET))
    assert Company.objects.filter(siret=SIRET).count() == 2


def test_people_and_tags_of_another_structure_are_refused(adviser_client, other_structure, outsider):
    tag = TagFactory(structure=other_structure)
    response = adviser_client.post(CREATE, typed(adviser=outsider.pk, tags=[tag.pk]))
    assert set(response.context["form"].errors) == {"adviser", "tags"}


def test_look_alikes_are_proposed_before_anything_is_written(adviser_client, structure):
    known = CompanyFactory(structure=structure, legal_name="Charpentes du Suin", city="Bélâbre", phone="+33254000000")
    response = adviser_client.post(CREATE, typed(phone="02 54 00 00 00", new_tags="Bois"))
    assert known.get_absolute_url() in response.content.decode()
    assert Company.objects.count() == 1
    assert not Tag.objects.exists()
    again = dict(response.context["posted"])
    back = adviser_client.post(CREATE, {**again, "correct": "1"})
    assert back.context["form"]["phone"].value() == "02\xa054\xa000\xa000\xa000"
    adviser_client.post(CREATE, {**again, "confirmed": "1"})
    assert Company.objects.count() == 2


def test_look_alikes_of_another_structure_are_not_shown(adviser_client, other_structure):
    CompanyFactory(structure=other_structure, legal_name="Charpentes du Suin", phone="+33254000000")
    adviser_client.post(CREATE, typed(phone="02 54 00 00 00"))
    assert Company.objects.count() == 2


def test_who_works_in_two_structures_says_which(as_user, adviser, structure, other_structure):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.ADVISER)
    client = as_user(adviser)
    assert "Dans quelle structure" in client.get(CREATE).content.decode()
    client.post(CREATE, typed(structure=other_structure.pk))
    assert Company.objects.get().structure == other_structure


@pytest.mark.parametrize("wanted", ["999999", "abc", "-1", "١"])
def test_a_structure_of_others_is_asked_again(as_user, adviser, other_structure, outsider, wanted):
    MembershipFactory(user=adviser, structure=other_structure, role=Role.COUNSELLOR)
    MembershipFactory(user=adviser, structure=CompanyFactory().structure, role=Role.ADVISER)
    client = as_user(adviser)
    for value in (wanted, other_structure.pk):
        assert "Dans quelle structure" in client.post(CREATE, typed(structure=value)).content.decode()
    assert Company.objects.count() == 1


# --- two people on one form ----------------------------------------------------------------------
@pytest.fixture
def company(structure):
    return CompanyFactory(structure=structure, legal_name="Charpentes du Suin", notes="")


def form_data(client, company):
    """What the page sends back untouched."""
    context = client.get(edit_url(company)).context
    form = context["form"]
    data = {name: form[name].value() for name in form.fields}
    data = {name: value for name, value in data.items() if value not in (None, False)}
    return {**data, "version": context["version"], "base": context["base"]}


def test_edit_writes_only_what_changed(adviser_client, company):
    data = form_data(adviser_client, company)
    adviser_client.post(edit_url(company), data)
    company.refresh_from_db()
    assert company.version == 1
    adviser_client.post(edit_url(company), {**data, "address": "1 rue Haute"})
    company.refresh_from_db()
    assert (company.address, company.version) == ("1 rue Haute", 2)


def test_who_saves_second_sees_both_versions_and_loses_nothing(adviser_client, colleague, company):
    data = form_data(adviser_client, company)
    edit_company(company=company, changes={"address": "2 rue Basse", "notes": "À revoir"}, by=colleague, now=NOW)
    mine = {**data, "address": "1 rue Haute", "trade_name": "Le Suin"}
    response = adviser_client.post(edit_url(company), mine)
    assert response.status_code == 409
    rows = {row["name"]: row for row in response.context["rows"]}
    assert (rows["address"]["mine"], rows["address"]["theirs"]) == ("1 rue Haute", "2 rue Basse")
    # What I changed is chosen as mine, what only the other changed as hers.
    assert {name: row["is_mine"] for name, row in rows.items()} == {
        "address": True,
        "trade_name": True,
        "notes": False,
    }
    assert "Samir Benali" in response.content.decode()
    company.refresh_from_db()
    assert company.address == "2 rue Basse"

    choice = {
        **dict(response.context["posted"]),
        "version": response.context["version"],
        "base": response.context["base"],
        "keep-address": "mine",
        "keep-trade_name": "mine",
        "keep-notes": "theirs",
    }
    assert adviser_client.post(edit_url(company), choice).status_code == 302
    company.refresh_from_db()
    assert (company.address, company.trade_name, company.notes) == ("1 rue Haute", "Le Suin", "À revoir")


@pytest.mark.parametrize("base", ["", "[]", "{", "null", '{"address": 3}', "[" * 5000])
def test_a_broken_snapshot_still_shows_both_versions(adviser_client, colleague, company, base):
    data = form_data(adviser_client, company)
    edit_company(company=company, changes={"address": "2 rue Basse"}, by=colleague, now=NOW)
    response = adviser_client.post(edit_url(company), {**data, "address": "1 rue Haute", "base": base})
    assert response.status_code == 409


@pytest.mark.parametrize("version", ["", "abc", "-1", "9" * 40, "²"])
def test_a_broken_version_is_a_conflict_never_an_overwrite(adviser_client, company, version):
    data = {**form_data(adviser_client, company), "address": "1 rue Haute", "version": version}
    assert adviser_client.post(edit_url(company), data).status_code == 409
    company.refresh_from_db()
    assert company.address == ""


def test_the_snapshot_holds_what_the_inputs_send(adviser_client, company):
    base = json.loads(form_data(adviser_client, company)["base"])
    assert base["legal_name"] == ["Charpentes du Suin"]
    assert base["is_pilot"] == []


# --- help while typing ---------------------------------------------------------------------------
def test_hints_give_the_label_and_leave_a_choice_alone(adviser_client):
    Activity.objects.create(nomenclature=Nomenclature.NAF_REV2, code="43.91A", label="Travaux de charpente")
    url = reverse("companies:company_hints")
    page = adviser_client.get(url, {"naf_code": "4391a"}).content.decode()
    assert "Travaux de charpente" in page
    assert 'value="construction" selected' in page
    page = adviser_client.get(url, {"naf_code": "4391a", "sector": "industry"}).content.decode()
    assert 'value="industry" selected' in page


def test_communes_of_a_postcode(adviser_client, belabre):
    url = reverse("core:municipality_suggest")
    page = adviser_client.get(url, {"postcode": "36370"}).content.decode()
    assert '<option value="Bélâbre">' in page
    assert 'name="city" value="Bélâbre"' in page
    assert 'name="city"' not in adviser_client.get(url, {"postcode": "36370", "city": "Le Blanc"}).content.decode()
    assert "option" not in adviser_client.get(url, {"postcode": "\x00' OR 1"}).content.decode()


def test_occupations_by_words_keep_those_ticked(adviser_client):
    ticked = Occupation.objects.create(code="F1501", label="Montage de charpentes bois")
    Occupation.objects.create(code="F1610", label="Pose et restauration de couvertures")
    url = reverse("companies:occupation_search")
    page = adviser_client.get(url, {"occupation_words": "COUVERTURES pose", "occupations": [ticked.code]})
    page = page.content.decode()
    assert 'value="F1501" id="occupation-F1501" checked' in page
    assert 'value="F1610" id="occupation-F1610">' in page
    OccupationTitle.objects.create(occupation_id="F1610", title="Ardoisier / Ardoisière")
    named = adviser_client.get(url, {"occupation_words": "ardoisier"}).text
    assert "Pose et restauration de couvertures, dont «&nbsp;Ardoisier / Ardoisière&nbsp;»" in named
    assert "Aucun métier" in adviser_client.get(url, {"occupation_words": "zz\x00zz"}).content.decode()
