"""Without a mouse: the keys alone lead through the start of S1 and to the change of S3."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import REASON, heading

ENABLED = "SELECT website_enabled FROM articles_space WHERE id = %s"
FOCUSED = """() => {
  const it = document.activeElement;
  const labels = it.labels ? [...it.labels].map(label => label.innerText) : [];
  return [it.getAttribute("aria-label"), ...labels, it.innerText].filter(Boolean).join(" ").trim();
}"""


def tab_to(page, pattern, limit=80):
    """Tab until what has the focus is called so; it must be seen to have it."""
    for _ in range(limit):
        page.keyboard.press("Tab")
        if re.search(pattern, page.evaluate(FOCUSED)):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            shadow = page.evaluate("getComputedStyle(document.activeElement).boxShadow")
            assert outline != "none" or shadow != "none", f"the focus on {pattern} is not seen"
            return
    pytest.fail(f"{limit} times Tab did not lead to {pattern}")


def enter(page):
    with page.expect_navigation():
        page.keyboard.press("Enter")


def find(page, words):
    """A slash goes to the search from anywhere; j and e open the first that it found."""
    page.keyboard.press("/")
    expect(page.locator("[data-search]")).to_be_focused()
    page.keyboard.type(words)
    enter(page)
    heading(page, "Search")


def test_s1_begins_and_chooses_without_a_mouse(signed_in, panicked):
    page = signed_in("otis")
    page.keyboard.press("Escape")
    find(page, panicked.company)
    page.keyboard.press("j")
    with page.expect_navigation():
        page.keyboard.press("e")
    heading(page, panicked.company)
    tab_to(page, "^All of it")
    enter(page)
    tab_to(page, r"^·?#\d+$")
    enter(page)
    tab_to(page, "^Choose all rows")
    page.keyboard.press("Space")
    expect(page.locator("[data-selection-count]")).to_have_text("42")
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.locator("[data-selection-count]")).to_have_text("41")
    tab_to(page, "^Unhide", limit=200)
    enter(page)
    heading(page, "Unhide 41 articles")


def test_s3_is_mended_without_a_mouse(signed_in, offline, stack):
    page = signed_in("otis", to=f"/spaces/{offline.site.space}/")
    tab_to(page, "^Turn the website on")
    enter(page)
    tab_to(page, "^Reason")
    page.keyboard.type(REASON)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Found by running it and rolling it back.")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(ENABLED, offline.site.space) == [(True,)]


def test_the_first_tab_skips_to_the_content(signed_in, customer):
    page = signed_in("vera", to=f"/spaces/{customer.site.space}/")
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED) == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
