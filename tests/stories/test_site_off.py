"""S3. "Our site is down": Otis finds who switched it off, and turns it on."""

import re

from playwright.sync_api import expect

from tests.stories.visits import REASON, fill_reason, heading, search

ENABLED = "SELECT website_enabled FROM articles_space WHERE id = %s"


def test_otis_finds_who_turned_it_off_and_turns_it_on(signed_in, offline, stack):
    page = signed_in("otis")
    search(page, offline.space_name)
    page.locator("main").get_by_role("link", name=offline.space_name, exact=True).first.click()
    heading(page, offline.space_name)
    expect(page.locator(".page-head")).to_contain_text("Website off")

    # The timeline of the space, then only what was done to this one field.
    page.get_by_role("link", name="All of it").click()
    heading(page, "Timeline")
    page.locator(".filters summary", has_text="Field").click()
    page.locator(".filters .menu[open]").get_by_text(re.compile("website", re.I)).first.click()
    expect(page).to_have_url(re.compile("field=space.website_enabled"))
    entry = page.locator(".timeline__entry", has_text="turned")
    expect(entry).to_have_count(1)
    for words in ("이지호", "Admin", "app 3.2", "4 days ago"):
        expect(entry).to_contain_text(words, ignore_case=True)

    page.get_by_role("link", name="Open the record").click()
    actions = page.locator(".page-head__actions")
    actions.get_by_role("link", name=re.compile("^Turn the website on")).click()
    fill_reason(page, ticket="")
    assert stack.rows(ENABLED, offline.site.space) == [(False,)]
    page.locator("form[data-guard] button").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(ENABLED, offline.site.space) == [(True,)]

    page.goto(f"/spaces/{offline.site.space}/")
    expect(page.locator(".page-head")).not_to_contain_text("Website off")
    expect(page.locator("#field-website_enabled dd").first).to_have_text("on")
    newest = page.locator(".timeline__entry").first
    for words in ("Otis", "turned on the website", REASON):
        expect(newest).to_contain_text(words)


def test_the_filter_stays_in_the_address(signed_in, offline):
    page = signed_in("otis", to=f"/spaces/{offline.site.space}/timeline/?field=website_enabled")
    expect(page.locator(".chip--on")).to_contain_text("Field")
    expect(page.locator(".timeline__entry")).to_have_count(1)
    page.get_by_role("link", name="Remove Field").click()
    expect(page.locator(".timeline__entry").nth(1)).to_be_visible()
    assert "field=" not in page.url
