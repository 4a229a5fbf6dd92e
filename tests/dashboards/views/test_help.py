"""The guide, and the links that lead to it."""

from django.urls import reverse

from tests.conftest import signed_in

URL = reverse("dashboards:help")


def test_guide_is_read_by_everybody_who_signed_in(adviser_client, counsellor, coordinator, client):
    for reader in (adviser_client, signed_in(counsellor), signed_in(coordinator)):
        text = reader.get(URL).text
        for title in ("Premiers pas", "Importer un fichier", "Noter un échange", "Raccourcis", "Qui voit quoi"):
            assert title in text
    assert client.get(URL).status_code == 302


def test_guide_links_only_to_what_one_may_open(adviser_client, coordinator):
    links = [reverse(f"companies:{name}") for name in ("import_create", "duplicate_list", "bin_list")]
    offered, hers = adviser_client.get(URL).text, signed_in(coordinator).get(URL).text
    for link in links:
        assert f'href="{link}"' in offered
        assert f'href="{link}"' not in hers


def test_every_page_leads_to_the_guide(adviser_client):
    text = adviser_client.get(reverse("dashboards:day")).text
    assert text.count(f'href="{URL}"') == 3  # the menu of both widths, the window of the keys
