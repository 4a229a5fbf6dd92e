"""An adviser's first day: the file she really has, a clean network, a visit noted from the car park."""

import datetime as dt
import re

import pytest
from playwright.sync_api import Page, expect

ADVISER, OUTSIDER = "lea.morin@demo.example", "julien.masson@demo.example"
RECORD = re.compile(r"/entreprises/\d+/$")

FILE = """Raison sociale;SIRET;Commune;Code postal;Téléphone;Prénom;Nom;E-mail
Boulangerie Vacher;;Rosnay;36300;02 61 91 00 01;Lucie;Vacher;lucie@vacher.example
Étoile du Suin;;Bélâbre;36370;02 61 91 00 02;;;
Numéro faux;12345678901234;Luant;36350;;;;
"""


def import_file(page: Page, name: str, content: bytes | str, minutes: float = 1) -> None:
    """From the deposit to the report, as proposed at each step."""
    page.goto("/entreprises/imports/nouveau/")
    payload = content if isinstance(content, bytes) else content.encode()
    page.locator("input[type=file]").set_input_files({"name": name, "mimeType": "text/csv", "buffer": payload})
    page.get_by_role("button", name="Lire le fichier").click()
    page.get_by_role("button", name="Vérifier le fichier").click()
    follow_job(page, minutes, result="Vérifiez avant d’importer")


def follow_job(page: Page, minutes: float, *, result: str = "") -> None:
    """Wait on the job's card, then follow its link; a short job may already be over.

    `result`, the heading of its end: with it, the page being left is not taken for one whose job is over.
    """
    over = page.get_by_role("heading", name=result)
    if result:
        expect(page.locator(".job").or_(over).first).to_be_visible()
    expect(page.locator(".job.queued, .job.running")).to_have_count(0, timeout=minutes * 60_000)
    link = page.locator(".job a.btn-main")
    if link.count():
        link.first.click()
    if result:
        expect(over).to_be_visible()


def apply_import(page: Page, minutes: float = 1) -> None:
    page.locator(".dock button.btn-main").click()
    follow_job(page, minutes, result="Import terminé")


def figure(page: Page, words: str) -> int:
    text = page.locator(".figure-card", has_text=re.compile(words)).locator("b").inner_text()
    return int(re.sub(r"\D", "", text))


def search(page: Page, text: str) -> str:
    page.goto(f"/recherche/?q={text}")
    return page.locator("main").inner_text()


def test_import_says_what_it_will_do_and_can_be_undone(open_page, assert_accessible):
    page = open_page(ADVISER)
    import_file(page, "entreprises.csv", FILE)
    assert_accessible(page)
    page.get_by_role("link", name=re.compile("^En erreur")).click()
    page.wait_for_url(re.compile("classe=error"))
    expect(page.locator("main")).to_contain_text("SIRET")
    apply_import(page)
    assert figure(page, "créée") == 2
    assert figure(page, "erreur") == 1
    assert "Étoile du Suin" in search(page, "etoile du suin")
    page.go_back()
    page.get_by_role("link", name="Annuler cet import").click()
    page.locator("main form button.btn-main, main form button.btn-danger").first.click()
    follow_job(page, 1, result="Import annulé")
    assert "Étoile du Suin" not in search(page, "etoile du suin")


def test_geiq_in_both_encodings_gives_the_same_rows(open_page, shared_data):
    page = open_page(ADVISER)
    utf8 = (shared_data / "companies/geiq_2019.csv").read_bytes()
    cp1252 = (shared_data / "companies/encodings/geiq_2019_cp1252_crlf.csv").read_bytes()
    import_file(page, "geiq.csv", utf8)
    apply_import(page)
    created = figure(page, "créée")
    assert created > 150
    import_file(page, "geiq-excel.csv", cp1252)
    known = page.get_by_role("link", name=re.compile("^Inchangées")).inner_text()
    assert int(re.sub(r"\D", "", known)) == created


def test_search_with_and_without_accents_and_from_another_structure(open_page):
    page = open_page(ADVISER)
    page.goto("/entreprises/ajouter/?nom=Pâtisserie+Élégante")
    page.locator("main .dock button.btn-main").click()
    expect(page.get_by_role("heading", name="Pâtisserie Élégante")).to_be_visible()
    for words in ("pâtisserie élégante", "patisserie elegante", "patiserie elegante"):
        assert "Pâtisserie Élégante" in search(page, words)
    outside = open_page(OUTSIDER)
    assert "Pâtisserie Élégante" not in search(outside, "patisserie elegante")
    outside.goto("/entreprises/?q=patisserie+elegante")
    assert "Pâtisserie Élégante" not in outside.locator("main").inner_text()


def test_two_duplicates_are_merged_then_two_again(open_page):
    page = open_page(ADVISER)
    page.goto("/entreprises/doublons/")
    page.get_by_role("button", name="Chercher les doublons").click()
    expect(page.locator(".job")).to_be_visible()
    expect(page.locator(".job.queued, .job.running")).to_have_count(0, timeout=60_000)
    page.goto("/entreprises/doublons/")
    page.get_by_role("link", name=re.compile("^Comparer et fusionner")).first.click()
    page.get_by_role("button", name="Fusionner les deux fiches").click()
    expect(page.locator(".messages")).to_contain_text("est fusionnée dans")
    page.locator(".messages").get_by_role("button", name="Annuler").click()
    expect(page.locator(".messages")).to_contain_text("La fusion est défaite")


def test_visit_noted_from_a_phone_is_seen_on_my_day(open_page, assert_accessible):
    page = open_page(ADVISER, phone=True)
    page.goto("/entreprises/")
    page.locator("main table a.who, main .who").first.click()
    page.wait_for_url(RECORD)
    company = page.locator("main h1").inner_text().strip()
    page.goto(page.url + "echanges/noter/")
    page.get_by_role("radio", name="Visite").check()
    page.get_by_label("Ce qu’il faut retenir").fill("Prête à prendre un jeune une semaine pour voir.")
    page.get_by_role("radio", name="Rappeler").check()
    page.locator("input[name=next_title]").fill("Proposer une immersion en atelier")
    page.locator("input[name=next_on]").fill(_tomorrow())
    assert_accessible(page)
    page.get_by_role("button", name=re.compile("^Enregistrer")).click()
    page.wait_for_url(RECORD)
    expect(page.locator("main h1").first).to_contain_text(company)
    page.goto("/")
    expect(page.locator("main")).to_contain_text("Proposer une immersion en atelier")


def _tomorrow() -> str:
    return (dt.date.today() + dt.timedelta(days=1)).isoformat()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/entreprises/",
        "/entreprises/imports/",
        "/entreprises/doublons/",
        "/composants/",
        "/aide/",
        "/entreprises/actions/reporter/",
    ],
)
def test_pages_have_no_accessibility_fault(open_page, assert_accessible, path, scheme):
    page = open_page(ADVISER, scheme=scheme)
    page.goto(path)
    assert_accessible(page)
