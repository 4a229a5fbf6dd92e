import pytest
from django.urls import reverse

from tests.factories import CompanyFactory

URL = reverse("companies:company_list")


def test_list_shows_companies_of_the_structure_alone(adviser_client, structure, other_structure):
    CompanyFactory(structure=structure, legal_name="Atelier Fontenille")
    CompanyFactory(structure=other_structure, legal_name="CANARI")
    answer = adviser_client.get(URL)
    assert answer.status_code == 200
    text = answer.text
    assert "Atelier Fontenille" in text
    assert "CANARI" not in text
