"""The search as a page and as suggestions."""

import re

import pytest
from django.urls import reverse

from tests.conftest import signed_in
from tests.factories import CompanyFactory, ContactFactory

PAGE, SUGGEST = reverse("dashboards:search"), reverse("dashboards:search_suggest")


@pytest.fixture
def bakery(structure, other_structure):
    theirs = CompanyFactory(structure=other_structure, legal_name="Boulangerie CANARI")
    ContactFactory(company=theirs, first_name="Nadia", last_name="CANARI")
    company = CompanyFactory(structure=structure, legal_name="Boulangerie Vacher")
    ContactFactory(company=company, first_name="Nadia", last_name="Haddad")
    return company


@pytest.mark.parametrize("url", [PAGE, SUGGEST])
def test_results_by_type_of_the_structure_alone(adviser_client, bakery, url):
    text = adviser_client.get(url, {"q": "boulang"}).text
    assert "Boulangerie Vacher" in text
    assert "CANARI" not in text
    text = adviser_client.get(url, {"q": "nadia"}).text
    assert "Personnes" in text
    assert "Nadia Haddad" in text
    assert "Boulangerie Vacher" in text
    assert "CANARI" not in text


@pytest.mark.parametrize("url", [PAGE, SUGGEST])
def test_anonymous_signs_in(client, bakery, url):
    assert client.get(url, {"q": "boulang"}).status_code == 302


@pytest.mark.parametrize("url", [PAGE, SUGGEST])
@pytest.mark.parametrize("text", ["", "%00", "a" * 4000, "<script>", "%", "'\""])
def test_odd_text_is_harmless(adviser_client, bakery, url, text):
    answer = adviser_client.get(url, {"q": text})
    assert answer.status_code == 200
    assert "<script>alert" not in answer.text
    assert "«&nbsp;<script>" not in answer.text


def test_nothing_found_offers_to_add_the_company(adviser_client, counsellor, bakery):
    for url in (PAGE, SUGGEST):
        text = adviser_client.get(url, {"q": "Ferronnerie Blin"}).text
        assert "Ajouter l’entreprise «&nbsp;Ferronnerie Blin&nbsp;»" in text
        link = re.search(r'href="(\S+)"[^>]*>(<svg.*?</svg>)?\s*Ajouter l’entreprise', text, re.DOTALL)[1]
        assert 'value="Ferronnerie Blin"' in adviser_client.get(link).text
        assert "Ajouter l’entreprise" not in signed_in(counsellor).get(url, {"q": "Ferronnerie Blin"}).text
        assert "Ajouter l’entreprise" not in adviser_client.get(url, {"q": "99999999999999"}).text


def test_suggestions_are_options_of_a_listbox(adviser_client, bakery):
    text = adviser_client.get(SUGGEST, {"q": "boulang"}).text
    assert f'role="option" id="suggest-company-{bakery.pk}"' in text
    assert "<html" not in text


@pytest.mark.parametrize("count", [1, 3])
def test_constant_queries(adviser_client, structure, django_assert_num_queries, count):
    for _ in range(count):
        CompanyFactory(structure=structure, legal_name="Garage Garance")
        ContactFactory(company=CompanyFactory(structure=structure, legal_name="Zoo"), last_name="Garance")
    adviser_client.get(PAGE)
    # With fewer than three answers, look-alikes are looked for too: four more.
    with django_assert_num_queries(10 if count > 1 else 14):
        adviser_client.get(PAGE, {"q": "garance"})
