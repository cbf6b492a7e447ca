"""S1. "All my articles are gone!": Otis finds who hid them, and brings all of them back at once."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import REASON, TICKET, fill_reason, heading, search

VISIBLE = "SELECT count(*) FROM articles_article WHERE channel_id = %s AND NOT hidden"
EVENTS = (
    "SELECT e.id, e.reason, e.ticket, e.outcome FROM audit_event e JOIN audit_effect f "
    "ON f.event_id = e.id WHERE e.name = 'article.unhidden' AND e.kind = 'change' AND f.scope = %s"
)
HISTORY = (
    "SELECT count(*), count(DISTINCT id) FROM articles_historicalarticle "
    "WHERE event_id = %s AND verb = 'unhidden'"
)


def open_channel(page, customer):
    """From the results of a search that found the company."""
    page.get_by_role("link", name=customer.company, exact=True).first.click()
    heading(page, customer.company)


def test_it_is_found_by_company_e_mail_and_pasted_address(signed_in, panicked):
    page = signed_in("otis")
    search(page, panicked.company)
    open_channel(page, panicked)

    search(page, panicked.email)
    page.locator("main").get_by_role("link", name="김민지").first.click()
    heading(page, "김민지")
    page.locator(".breadcrumb").get_by_role("link", name=panicked.company).click()
    heading(page, panicked.company)

    search(page, panicked.article_address(7))
    heading(page, "환불 안내 7")
    expect(page.locator(".page-head")).to_contain_text("Hidden", ignore_case=True)
    page.locator(".breadcrumb").get_by_role("link", name=panicked.company).click()
    heading(page, panicked.company)


def test_otis_unhides_all_of_them_in_one_step(signed_in, panicked, stack):
    site = panicked.site
    assert stack.rows(VISIBLE, site.channel) == [(0,)]
    page = signed_in("otis")
    heading(page, "Hello, Otis")
    search(page, panicked.company)
    open_channel(page, panicked)

    # One entry for what she did, on the channel's own timeline.
    page.get_by_role("link", name="All of it").click()
    heading(page, "Timeline")
    hid = page.locator(".timeline__entry", has_text=re.compile("김민지.*hid 42 articles"))
    expect(hid).to_have_count(1)
    expect(hid).to_contain_text("app 3.2")
    hid.get_by_title("The event, with all that it changed").click()

    page.get_by_label("Choose all rows of this page").check()
    expect(page.locator("[data-selection-count]")).to_have_text("42")
    page.get_by_role("button", name=re.compile("^Unhide")).click()
    heading(page, "Unhide 42 articles")
    fill_reason(page)

    group = page.locator(".plain-list li")
    expect(group).to_have_count(1)
    expect(group).to_contain_text(re.compile(r"42\s+articles.*Hidden\s+yes\s*→\s*no", re.DOTALL))
    expect(page.locator("tbody tr")).to_have_count(42)
    assert stack.rows(VISIBLE, site.channel) == [(0,)]

    page.get_by_role("button", name="Unhide 42 articles").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    [(event, reason, ticket, outcome)] = stack.rows(EVENTS, site.channel)
    assert (reason, ticket, outcome) == (REASON, TICKET, "succeeded")
    assert stack.rows(VISIBLE, site.channel) == [(42,)]
    assert stack.rows(HISTORY, event) == [(42, 42)]

    page.get_by_role("link", name="Open the event").click()
    expect(page).to_have_url(re.compile(f"/events/{event}/$"))
    expect(page.get_by_role("heading", level=1)).to_contain_text("42 articles")
    each_timeline_shows_it(page, site.articles, event)


def each_timeline_shows_it(page, articles, event):
    """His action with its reason stands first in an article's timeline; others are asked faster."""
    page.goto(f"/articles/{articles[0]}/timeline/")
    first = page.locator(".timeline__entry").first
    for words in ("Otis", "made it visible again", REASON, TICKET, f"#{event}"):
        expect(first).to_contain_text(words)
    for article in articles[1::8]:
        answer = page.request.get(f"/articles/{article}/timeline/").text()
        assert f'id="event-{event}"' in answer
        assert REASON in answer


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_one_of_them_can_be_mended_alone(signed_in, panicked, stack, scripts):
    page = signed_in("otis", java_script_enabled=scripts)
    search(page, panicked.article_address(7))
    heading(page, "환불 안내 7")
    page.locator(".page-head__actions").get_by_role("link", name=re.compile("^Unhide")).click()
    heading(page, "Unhide: ")
    fill_reason(page)
    page.get_by_role("button", name="Unhide 1 article").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(VISIBLE, panicked.site.channel) == [(1,)]


def test_it_works_without_scripts(signed_in, panicked, stack):
    page = signed_in("otis", java_script_enabled=False)
    search(page, panicked.company)
    open_channel(page, panicked)
    page.get_by_role("link", name="All of it").click()
    hid = page.locator(".timeline__entry", has_text=re.compile("김민지.*hid 42 articles"))
    hid.get_by_title("The event, with all that it changed").click()
    for box in page.locator("input[name=target]").all()[:3]:
        box.check()
    page.get_by_role("button", name=re.compile("^Unhide")).click()
    heading(page, "Unhide 3 articles")
    fill_reason(page)
    page.get_by_role("button", name="Unhide 3 articles").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(VISIBLE, panicked.site.channel) == [(3,)]
