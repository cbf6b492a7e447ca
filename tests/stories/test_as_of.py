"""S3. A site's whole settings as they were, beside today's; two versions compared."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import heading


@pytest.fixture
def space(offline):
    return f"/spaces/{offline.site.space}/"


def test_otis_goes_from_the_space_to_what_it_was_and_back_to_who_changed_it(signed_in, space):
    page = signed_in("otis", to=space)
    page.get_by_role("link", name="As of…").click()
    heading(page, re.compile(r"as of \d{4}-\d\d-\d\d \d\d:\d\d"))
    website = page.locator("tr.is-different", has_text="Website")
    expect(website.locator("td")).to_have_text(["on", "off"])
    page.get_by_role("link", name=re.compile("Only what is different now")).click()
    expect(page.locator(".then-now tbody tr")).to_have_count(1)
    page.get_by_role("link", name="Next version").click()
    expect(page.locator(".page__aside")).to_contain_text("이지호")
    expect(page.locator("main")).to_contain_text("Nothing is different")


def test_any_day_is_one_field_away_also_without_scripts(signed_in, space):
    page = signed_in("otis", to=f"{space}as-of/", java_script_enabled=False)
    page.get_by_label("As of", exact=True).fill("2020-01-01T09:00:00")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("main")).to_contain_text("It did not exist yet")
    page.get_by_role("link", name="Show it as it was made").click()
    expect(page.locator(".page__aside")).to_contain_text("created it")


def test_two_versions_are_picked_in_the_timeline_and_compared(signed_in, space):
    page = signed_in("otis", to=f"{space}timeline/?own=yes", java_script_enabled=False)
    page.get_by_label("from this").last.check()
    page.get_by_label("to this").first.check()
    page.get_by_role("button", name="Compare the two chosen").click()
    heading(page, "Two versions of")
    expect(page.locator(".compare-changes")).to_contain_text("Website")
    expect(page.locator(".compare-changes del")).to_have_text("on")
    expect(page.locator(".compare-changes ins")).to_have_text("off")
