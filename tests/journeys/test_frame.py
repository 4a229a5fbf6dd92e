"""The frame by keyboard and by thumb: keys, menus, search, selection, theme; the gallery in every scheme and width."""

import gzip
import re

import pytest
from playwright.sync_api import expect

ADVISER = "lea.morin@demo.example"
TWO_STRUCTURES = "sofia.marchand@demo.example"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("phone", [False, True])
def test_gallery_is_accessible(open_page, assert_accessible, scheme, phone):
    page = open_page(ADVISER, phone=phone, scheme=scheme)
    page.goto("/composants/")
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    page.locator("#gestures summary").first.click()
    assert_accessible(page)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Ouvrir une fenêtre").click()
    expect(page.get_by_role("dialog", name="Prévoir une action")).to_be_visible()
    assert_accessible(page)


def test_keys_reach_search_help_and_places(open_page):
    page = open_page(ADVISER)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Aller au contenu")).to_be_focused()
    page.keyboard.press("/")
    expect(page.locator("#search")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Raccourcis et aide")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog", name="Raccourcis et aide")).to_be_hidden()
    page.keyboard.press("g")
    page.keyboard.press("e")
    page.wait_for_url(re.compile("/entreprises/$"))
    # One ring everywhere: Bootstrap takes it off its own parts.
    for part in (".btn", ".form-check-input"):
        focused = page.locator(f"main {part}:visible").first
        focused.focus()
        expect(focused).to_have_css("outline-style", "solid")


def test_search_suggests_and_the_arrows_choose(open_page):
    page = open_page(ADVISER)
    page.keyboard.press("/")
    page.keyboard.type("boulangerie", delay=20)
    options = page.locator("#search-suggestions [role=option]")
    expect(options.first).to_be_visible()
    expect(page.locator("#search")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")
    expect(options.first).to_have_attribute("aria-selected", "true")
    expect(page.locator("#search")).to_have_attribute("aria-activedescendant", re.compile("."))
    page.keyboard.press("Escape")
    expect(page.locator("#search-suggestions")).to_be_hidden()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/entreprises/\d+/|/recherche/"))


def test_menu_closes_on_escape_and_gives_the_focus_back(open_page):
    page = open_page(ADVISER)
    summary = page.locator(".side .me > summary")
    summary.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".side .me .menu-panel")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator(".side .me .menu-item").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".side .me .menu-panel")).to_be_hidden()
    expect(summary).to_be_focused()


def test_theme_is_chosen_and_kept(open_page):
    page = open_page(ADVISER)
    ground = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(ground)
    page.locator(".side .me > summary").click()
    page.locator(".side .me").get_by_role("button", name="Sombre").click()
    expect(page.locator("html")).to_have_attribute("data-bs-theme", "dark")
    assert page.evaluate(ground) != light
    page.goto("/entreprises/")
    assert page.evaluate(ground) != light
    page.locator(".side .me > summary").click()
    page.locator(".side .me").get_by_role("button", name="Auto").click()
    expect(page.locator("html")).not_to_have_attribute("data-bs-theme", re.compile("."))
    assert page.evaluate(ground) == light


def test_structure_is_switched_from_the_menu(open_page):
    page = open_page(TWO_STRUCTURES)
    page.locator(".side .me > summary").click()
    page.locator(".side .me").get_by_role("button", name="Mission Locale des Monts de Creuse").click()
    expect(page.locator(".side .me > summary")).to_contain_text("ML des Monts de Creuse")


def test_rows_are_ticked_one_by_one_by_span_and_all(open_page):
    page = open_page(ADVISER)
    page.goto("/entreprises/")
    rows, bar = page.locator("[data-row]"), page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    rows.nth(0).check()
    expect(page.locator("[data-count]")).to_have_text("1 cochée")
    rows.nth(3).click(modifiers=["Shift"])
    expect(page.locator("[data-count]")).to_have_text("4 cochées")
    page.locator("[data-all-rows]").check()
    expect(page.locator("[data-offer-everything]")).to_be_visible()
    page.locator("[data-offer-everything]").click()
    expect(page.locator("[data-everything]")).to_have_value("1")
    rows.nth(0).uncheck()
    expect(page.locator("[data-everything]")).to_have_value("")
    page.locator("[data-all-rows]").check()
    page.locator("[data-all-rows]").uncheck()
    expect(bar).to_be_hidden()


def test_phone_has_everything_within_reach(open_page, assert_accessible):
    page = open_page(ADVISER, phone=True)
    bar = page.get_by_role("navigation", name="Navigation du téléphone")
    assert bar.locator("> *").count() == 5
    bar.get_by_text("Tout").click()
    expect(bar.get_by_role("link", name="Corbeille").first).to_be_visible()
    assert_accessible(page)
    for entry in bar.locator("> a, > details > summary").all():
        box = entry.bounding_box()
        assert box["height"] >= 44
        assert box["width"] >= 44


def test_first_view_weighs_under_150_kilobytes(open_page):
    """As it travels: production compresses what this site serves plain."""
    page = open_page()
    answers = []
    page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 -- Playwright refuses a built-in
    page.goto("/")
    page.wait_for_load_state("networkidle")
    weights = [len(gzip.compress(answer.body())) for answer in answers if answer.status == 200]
    assert 60_000 < sum(weights) < 150_000


def test_nothing_moves_sideways_at_four_hundred_percent(open_page):
    page = open_page(ADVISER)
    page.set_viewport_size({"width": 320, "height": 256})
    for address in ("/", "/entreprises/", "/composants/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
