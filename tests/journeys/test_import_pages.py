"""Every page of the import wizard: wide and on a phone, light and dark, without an accessibility fault."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.test_first_day import ADVISER, apply_import, follow_job

HEADER = "Raison sociale;SIRET;Commune;Code postal;Téléphone;Prénom;Nom;E-mail;Réf. interne"
KNOWN = [
    "Menuiserie Aubier;00000001800010;Rosnay;36300;02 61 91 10 01;Lucie;Aubier;lucie@aubier.example;A1",
    "Garage du Moulin;;Bélâbre;36370;02 61 91 10 02;;;;A2",
    "Garage du Moulin;;Luant;36350;;;;;A3",
]
AGAIN = [
    "Menuiserie Aubier;00000001800010;Rosnay;36300;02 61 91 10 09;Jean;Aubier;jean@aubier.example;A1",
    "Garage du Moulin;;Bélâbre;36370;;;;;A2",
    "Garage du Moulin;;;;02 61 91 10 07;;;;A4",
    "Serrurerie Neuve;00000002600021.0;Rosnay;36300;;;;;A5",
    "Numéro faux;12345678901234;Luant;36350;;;;;A6",
]


def content(*rows: str) -> bytes:
    return "\r\n".join([HEADER, *rows]).encode()


def deposit(page: Page, name: str, rows: list[str]) -> None:
    page.goto("/entreprises/imports/nouveau/")
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": content(*rows)})
    page.get_by_role("button", name="Lire le fichier").click()
    expect(page.get_by_role("heading", name="Que contient chaque colonne")).to_be_visible()


@pytest.mark.parametrize(("phone", "scheme"), [(False, "light"), (True, "dark")])
def test_every_page_of_the_wizard(open_page, assert_accessible, phone, scheme):
    page = open_page(ADVISER, phone=phone, scheme=scheme)

    def look(name: str, title: str) -> None:
        # The click that leads here may still be on its way: what is judged must be the page that was asked for.
        expect(page.get_by_role("heading", level=1)).to_contain_text(title)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=Path(folder) / f"{name}-{'phone' if phone else 'wide'}-{scheme}.png", full_page=True)
        assert_accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{name} scrolls sideways"

    page.goto("/entreprises/imports/nouveau/")
    look("1-create", "Importer")
    deposit(page, "reseau.csv", KNOWN)
    page.get_by_role("link", name="ce n’est pas la bonne ligne").click()
    look("2-header", "Où sont les titres")
    page.get_by_role("button", name="Continuer vers les colonnes").click()
    look("3-columns", "Que contient")
    page.get_by_role("button", name="Vérifier le fichier").click()
    follow_job(page, 1)
    apply_import(page)
    look("5-report", "Import terminé")
    deposit(page, "reseau-mai.csv", AGAIN)
    page.get_by_role("button", name="Vérifier le fichier").click()
    follow_job(page, 1)
    expect(page.get_by_role("heading", name="Vérifiez avant d’importer")).to_be_visible()
    for row_class in ("doubtful", "changed", "new", "error", "unchanged", "remarques"):
        page.goto(page.url.split("?")[0] + f"?classe={row_class}")
        look(f"4-preview-{row_class}", "Vérifiez")
    page.goto(page.url.split("?")[0] + "?classe=doubtful")
    with page.expect_response(lambda response: "/decider/" in response.url):
        page.locator(".doubtful select").first.select_option(index=1)
    expect(page.locator(".doubtful .changes").first).to_be_visible()
    look("4-preview-decided", "Vérifiez")
    apply_import(page)
    look("5-report-second", "Import terminé")
    page.get_by_role("link", name="Annuler cet import").click()
    look("6-undo", "Annuler cet import")
    page.get_by_role("button", name="Annuler tout l’import").click()
    follow_job(page, 1)
    expect(page.get_by_role("heading", name="Import annulé")).to_be_visible()
    page.goto("/entreprises/imports/")
    look("7-list", "Imports")
    page.locator("tr", has_text="reseau.csv").get_by_role("link").first.click()
    page.get_by_role("link", name="Annuler cet import").click()
    page.get_by_role("button", name="Annuler tout l’import").click()
    follow_job(page, 1)
    expect(page.get_by_role("heading", name="Import annulé")).to_be_visible()
