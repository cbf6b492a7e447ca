"""Language and theme: chosen once, kept, and where one was stays the same."""

import pytest
from playwright.sync_api import expect

BACKGROUND = "getComputedStyle(document.documentElement).backgroundColor"


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_the_language_is_switched_and_kept(signed_in, customer, scripts):
    address = f"/spaces/{customer.site.space}/timeline/?field=website_enabled"
    page = signed_in("vera", to=address, java_script_enabled=scripts)
    html = page.locator("html")
    expect(html).to_have_attribute("lang", "en")
    page.get_by_role("button", name="한국어").click()
    expect(html).to_have_attribute("lang", "ko")
    assert page.url.endswith(address)
    page.goto("/")
    expect(html).to_have_attribute("lang", "ko")
    page.get_by_role("button", name="English").click()
    expect(html).to_have_attribute("lang", "en")


def test_who_reads_korean_is_met_in_korean(visitor):
    page = visitor(locale="ko-KR")
    page.goto("/")
    expect(page.locator("html")).to_have_attribute("lang", "ko")
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("button", name="Sign in with Google")).to_be_visible()


def test_the_theme_is_switched_and_kept(signed_in, customer):
    page = signed_in("vera", to=f"/spaces/{customer.site.space}/", color_scheme="light")
    light = page.evaluate(BACKGROUND)
    page.get_by_role("button", name="Theme: automatic. Switch to light").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    assert page.evaluate(BACKGROUND) == light
    page.get_by_role("button", name="Theme: light. Switch to dark").click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    dark = page.evaluate(BACKGROUND)
    assert dark != light
    page.goto("/articles/")
    assert page.evaluate(BACKGROUND) == dark
    page.get_by_role("button", name="Theme: dark. Switch to automatic").click()
    assert page.evaluate(BACKGROUND) == light


def test_the_theme_follows_the_system(visitor):
    page = visitor(color_scheme="dark")
    page.goto("/")
    dark = page.evaluate(BACKGROUND)
    page.emulate_media(color_scheme="light")
    assert page.evaluate(BACKGROUND) != dark
