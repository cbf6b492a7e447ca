"""S1 and S4. One by one: what somebody did in a row is one row, and is put right as one."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.facts import JIHO, MINJI, act, ago, sign_up
from tests.stories.visits import fill_reason, heading, search

VISIBLE = "SELECT count(*) FROM articles_article WHERE channel_id = %s AND NOT hidden"
HIDE = "UPDATE articles_article SET hidden = true WHERE id = %s"
MOVE = "UPDATE articles_article SET position = position + 1 WHERE id = %s"


@pytest.fixture
def customer(stack):
    """Kim Minji hid thirty articles one by one; Lee Jiho sorted some of them meanwhile."""
    customer = sign_up(stack, articles=30)
    with stack.as_role("importer") as connection:
        for number, article in enumerate(customer.site.articles):
            with act(connection, MINJI, ago(hours=3, minutes=-number)) as cursor:
                cursor.execute(HIDE, (article,))
            if number % 10 == 5:
                with act(connection, JIHO, ago(hours=3, minutes=-number)) as cursor:
                    cursor.execute(MOVE, (article,))
    return customer


def test_otis_finds_it_as_one_row_and_unhides_all_of_it(signed_in, customer, stack):
    page = signed_in("otis")
    search(page, customer.company)
    page.get_by_role("link", name=customer.company, exact=True).first.click()
    page.get_by_role("link", name="All of it").click()
    heading(page, "Timeline")

    row = page.locator(".timeline__entry--fold", has_text=re.compile("김민지.*hid 30 articles"))
    expect(row).to_have_count(1)
    expect(row).to_contain_text("one by one")
    row.locator("summary", has_text="30 events").click()
    expect(row.locator(".timeline--inner .timeline__entry")).to_have_count(25)
    row.get_by_role("link", name=re.compile("^Older")).click()
    expect(row.locator(".timeline--inner .timeline__entry")).to_have_count(30)

    row.get_by_role("link", name=re.compile("^All records")).click()
    heading(page, "hid 30 articles")
    page.get_by_label("Choose all rows of this page").check()
    expect(page.locator("[data-selection-count]")).to_have_text("30")
    page.get_by_role("button", name=re.compile("^Unhide")).click()
    heading(page, "Unhide 30 articles")
    fill_reason(page)
    page.get_by_role("button", name="Unhide 30 articles").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(VISIBLE, customer.site.channel) == [(30,)]
