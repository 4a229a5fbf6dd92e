"""Pages without a sign-in answer so many times a minute to one address."""

import pytest
from django.urls import reverse

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("name", ["accounts:invitation_accept", "opportunities:profile_open"])
def test_public_page_stops_answering_whoever_insists(client, name):
    address = reverse(name, args=["a-key-of-nobody"])
    assert {client.post(address).status_code for _ in range(30)} == {404}
    assert client.post(address).status_code == 429
    assert client.get(address).status_code == 404  # reading is not counted
