"""S5. "Who changed this setting?": one click from a value, for anyone who may look."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import heading


@pytest.fixture
def record(signed_in, offline):
    return signed_in("otis", to=f"/spaces/{offline.site.space}/")


def test_otis_sees_who_set_a_value_in_one_click(record):
    fact = record.locator("#field-website_enabled")
    expect(fact.locator("dd").first).to_have_text("off")
    fact.locator("summary").click()
    history = fact.locator(".small-history li")
    expect(history).to_have_count(2)
    for words in ("off", "이지호", "Admin", "app 3.2", "4 days ago"):
        expect(history.first).to_contain_text(words, ignore_case=True)
    for words in ("on", "김민지", "when it was created"):
        expect(history.last).to_contain_text(words)


def test_its_whole_history_is_a_page_and_leads_to_the_event(record):
    fact = record.locator("#field-website_enabled")
    fact.locator("summary").click()
    fact.get_by_role("link", name="Its whole history").click()
    heading(record, re.compile("Who set .* of"))
    record.locator(".small-history li").first.get_by_role("link", name=re.compile(r"#\d+$")).click()
    expect(record).to_have_url(re.compile(r"/events/\d+/$"))
    expect(record.locator("main")).to_contain_text("이지호")


def test_it_works_without_scripts(signed_in, offline):
    page = signed_in("otis", to=f"/spaces/{offline.site.space}/", java_script_enabled=False)
    page.locator("#field-website_enabled summary").click()
    page.get_by_role("link", name="Who set it, and when").first.click()
    expect(page.locator(".small-history li").first).to_contain_text("이지호")
