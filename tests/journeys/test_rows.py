"""The list of companies by keyboard and by thumb: the menu of a row, the exact date of a line."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.test_frame import ADVISER


@pytest.mark.parametrize("phone", [False, True])
def test_row_menu_opens_walks_and_gives_the_focus_back(open_page, assert_accessible, phone):
    page = open_page(ADVISER, phone=phone)
    page.goto("/entreprises/")
    button = page.get_by_role("button", name=re.compile("^Gestes")).first
    box = button.bounding_box()
    assert min(box["width"], box["height"]) >= 24
    button.focus()
    page.keyboard.press("Enter")
    menu = page.locator("#row-gestures")
    expect(menu.locator(".menu-item").first).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "true")
    assert_accessible(page)
    page.keyboard.press("ArrowDown")
    expect(menu.locator(".menu-item").nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(menu).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    menu.get_by_text("Planifier une action").click()
    page.wait_for_url(re.compile(r"/entreprises/\d+/actions/prevoir/"))


def test_exact_date_shows_when_the_keyboard_is_on_its_line(open_page):
    page = open_page(ADVISER)
    page.goto("/entreprises/?sort=-last")
    row = page.locator("tbody tr").first
    said = "(time) => getComputedStyle(time, '::after').content"
    date = row.locator("time[title]").first
    assert date.evaluate(said) == "none"
    page.locator("[data-all-rows]").focus()
    page.keyboard.press("Tab")  # a way to the row by the keyboard, whatever stands between
    while not row.evaluate("(row) => row.contains(document.activeElement)"):
        page.keyboard.press("Tab")
    assert date.get_attribute("title") in date.evaluate(said)
    page.goto(row.locator("a.who").get_attribute("href"))
    date = page.locator("#company-timeline time[title]").first
    assert date.evaluate(said) == "none"
    page.locator("#timeline-tout").focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    assert "attr" in date.evaluate(said) or date.get_attribute("title") in date.evaluate(said)
