"""The guide, and the links that lead to it."""

from django.urls import reverse

from tests.conftest import signed_in

URL = reverse("dashboards:help")


def test_guide_is_read_by_everybody_who_signed_in(adviser_client, counsellor, coordinator, client):
    for reader in (adviser_client, signed_in(counsellor), signed_in(coordinator)):
        text = reader.get(URL).text
        for title in ("Premiers pas", "Importer un fichier", "Noter un échange", "Du besoin", "Qui voit quoi"):
            assert title in text
    assert client.get(URL).status_code == 302


def test_guide_links_only_to_what_one_may_open(adviser_client, coordinator):
    links = [reverse(f"companies:{name}") for name in ("import_create", "duplicate_list", "bin_list")]
    offered, hers = adviser_client.get(URL).text, signed_in(coordinator).get(URL).text
    for link in links:
        assert f'href="{link}"' in offered
        assert f'href="{link}"' not in hers


def test_guide_leads_from_a_need_to_its_solution(adviser_client, counsellor, coordinator):
    pages = ["youth:need_create", "youth:need_unsolved", "opportunities:coverage"]
    log, unsolved, coverage = (f'href="{reverse(name)}"' for name in pages)
    expected = {"adviser": (False, True, True), "counsellor": (True, True, True), "coordinator": (False, False, False)}
    readers = {"adviser": adviser_client, "counsellor": signed_in(counsellor), "coordinator": signed_in(coordinator)}
    for name, reader in readers.items():
        # The menu leads to some of them too: only the text is looked at.
        text = reader.get(URL).text.partition('id="besoins"')[2].partition('id="retrouver"')[0]
        assert text
        assert tuple(link in text for link in (log, unsolved, coverage)) == expected[name], name


def test_every_page_leads_to_the_guide(adviser_client):
    text = adviser_client.get(reverse("dashboards:day")).text
    assert text.count(f'href="{URL}"') == 3  # the menu of both widths, the window of the keys
