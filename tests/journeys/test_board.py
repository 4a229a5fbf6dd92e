"""The board of opportunities: a card changes state by its keys, by its buttons, and by being dragged."""

import re

from playwright.sync_api import expect

from tests.journeys.test_frame import ADVISER

BOARD = "/opportunites/"


def to_open(page):
    """The first card that may be opened, and the group of its phase where it would go."""
    button = page.locator('[data-card] button[name="to"][value="open"]').first
    card = page.locator("[data-card]").filter(has=page.locator('button[name="to"][value="open"]')).first
    expect(button).to_be_attached()
    lane = page.locator(".lane").filter(has=card).first
    return card, lane.locator('[data-state="open"]')


def test_keyboard_moves_a_card(open_page, assert_accessible):
    page = open_page(ADVISER)
    page.goto(BOARD)
    assert_accessible(page)
    card, _ = to_open(page)
    card.locator("h4 a").focus()
    page.keyboard.press("m")
    expect(card.locator(".menu-item").first).to_be_focused()
    assert_accessible(page)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile("est ouverte"))).to_be_visible()
    assert page.url.endswith(BOARD)


def test_dragging_moves_a_card(open_page):
    page = open_page(ADVISER)
    page.goto(BOARD)
    card, group = to_open(page)
    card.locator(".meta").drag_to(group.locator("h3"))
    expect(page.get_by_text(re.compile("est ouverte"))).to_be_visible()


def test_phone_shows_the_phases_one_under_the_other(open_page, assert_accessible):
    page = open_page(ADVISER, phone=True)
    page.goto(BOARD)
    assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.get_by_role("navigation", name="Aller à une phase").get_by_role("link").last.click()
    expect(page.locator("#lane-4")).to_be_in_viewport()
