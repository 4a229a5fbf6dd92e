"""A counsellor logs a need from a phone, between two appointments; an adviser reads it and no more."""

import re
import time

from playwright.sync_api import expect

COUNSELLOR, ADVISER = "karim.aubry@demo.example", "lea.morin@demo.example"


def test_a_need_is_logged_from_a_phone(open_page, assert_accessible):
    page = open_page(COUNSELLOR, phone=True)
    page.goto("/")
    began = time.monotonic()
    page.get_by_role("link", name="Noter un besoin").click()
    expect(page.get_by_role("heading", name="Noter un besoin")).to_be_visible()
    person = page.locator("#need-people a.who").first
    name = person.inner_text()
    page.get_by_role("searchbox", name="Pour quel jeune").fill(name.split()[0])
    page.locator("#need-people").get_by_role("link", name=name, exact=True).click()
    page.wait_for_url(re.compile(r"/besoins/nouveau/\d+/"))
    assert_accessible(page)
    # A solution of one phase goes when another phase is chosen.
    page.get_by_label("Emploi", exact=True).check()
    page.get_by_label("CDI", exact=True).check()
    page.get_by_label("Validation", exact=True).check()
    expect(page.get_by_label("Peu importe")).to_be_checked()
    expect(page.get_by_label("CDI", exact=True)).to_be_hidden()
    page.get_by_label("Stage", exact=True).check()
    page.get_by_role("searchbox", name="Quel métier").fill("couvertures")
    trade = page.locator("#need-trades input[value='F1610']")
    expect(trade).to_be_visible()
    trade.check()
    page.get_by_label("30", exact=True).check()
    page.get_by_label("Sans voiture").check()
    assert_accessible(page)
    save = page.get_by_role("button", name="Enregistrer le besoin")
    box = save.bounding_box()
    assert box["y"] > 844 / 2
    assert box["height"] >= 40
    save.click()
    page.wait_for_url(re.compile(r"/besoins/\d+/$"))
    assert time.monotonic() - began < 60
    expect(page.get_by_role("heading", level=1)).to_contain_text("couvertures")
    expect(page.locator("#need-band")).to_contain_text("30\u00a0km, sans voiture")
    expect(page.locator(".need-wait")).to_contain_text("Noté aujourd’hui")
    assert_accessible(page)
    last_name = name.split()[-1]

    adviser = open_page(ADVISER)
    adviser.goto(page.url)
    expect(adviser.get_by_role("heading", level=1)).to_contain_text("couvertures")
    expect(adviser.locator("main")).not_to_contain_text(last_name)
    expect(adviser.get_by_role("link", name="Corriger")).to_have_count(0)
    adviser.goto("/besoins/sans-solution/")
    expect(adviser.locator("#phase-2")).to_contain_text("couvertures")
    expect(adviser.locator("main")).not_to_contain_text(name)
    assert_accessible(adviser)


def test_a_need_is_logged_by_keyboard_without_choosing_a_trade(open_page):
    page = open_page(COUNSELLOR)
    page.goto("/besoins/nouveau/")
    page.locator("#need-people a.who").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/besoins/nouveau/\d+/"))
    page.locator("#id_trade").focus()
    page.keyboard.type("dompteur de puces")
    expect(page.locator("#need-trades")).to_contain_text("Aucun métier du ROME ne correspond")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/besoins/\d+/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Dompteur de puces")
