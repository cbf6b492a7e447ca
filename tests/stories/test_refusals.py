"""Who may not: told so clearly, with who may, and nothing changed."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import heading

HIDDEN = "SELECT count(*) FROM articles_article WHERE channel_id = %s AND hidden"
REFUSED = "SELECT count(*) FROM audit_event WHERE name = 'session.refused'"


def test_vera_may_not_unhide_and_learns_who_may(signed_in, panicked, stack):
    article = panicked.site.articles[0]
    page = signed_in("vera", to=f"/articles/{article}/")
    disabled = page.locator(".page-head__actions [aria-disabled=true]", has_text="Unhide")
    expect(disabled).to_contain_text("administrator, operator")
    page.goto(disabled.get_attribute("href"))
    heading(page, "Who may: Unhide")
    expect(page.locator("main")).to_contain_text("Otis")

    answer = page.goto(f"/operations/article.unhide/?target={article}")
    assert answer.status == 403
    heading(page, "You may not do this")
    for words in ("articles.unhide_article", "Operator", "Otis", "The data is as it was."):
        expect(page.locator("main")).to_contain_text(words, ignore_case=True)
    assert stack.rows(HIDDEN, panicked.site.channel) == [(42,)]


def test_nolan_has_no_access_and_learns_whom_to_ask(signed_in):
    page = signed_in("nolan", to="/articles/")
    heading(page, "No access yet")
    expect(page.locator("main")).to_contain_text("ada@example.com")
    for address in ("/", "/articles/", "/search?q=refund", "/operations/article.unhide/?target=1"):
        assert page.goto(address).status == 403
        heading(page, "No access yet")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("button", name="Google")).to_be_visible()


def test_mallory_of_another_company_is_refused(signed_in, stack):
    before = stack.rows(REFUSED)[0][0]
    page = signed_in("mallory")
    heading(page, "This account cannot sign in here")
    expect(page.locator("body")).to_contain_text("example.com")
    assert stack.rows(REFUSED) == [(before + 1,)]
    page.get_by_role("link", name="Go to the sign-in page").click()
    expect(page.get_by_role("button", name="Google")).to_be_visible()
    page.goto("/articles/")
    expect(page).to_have_url(re.compile("/sign-in/"))


def test_whoever_stops_at_the_provider_can_begin_again(visitor):
    page = visitor()
    page.goto("/")
    page.get_by_role("button", name="Google").click()
    page.get_by_role("button", name="Cancel").click()
    heading(page, "You stopped the sign-in")
    page.get_by_role("link", name="Go to the sign-in page").click()
    expect(page.get_by_role("button", name="Google")).to_be_visible()


def test_sign_in_leads_to_the_page_that_was_asked_for(signed_in, customer):
    page = signed_in("vera", to=f"/spaces/{customer.site.space}/")
    heading(page, customer.space_name)


@pytest.mark.parametrize("address", ["/articles/999999/", "/nowhere/", "/events/999999999/"])
def test_what_is_not_there_says_so(signed_in, address):
    page = signed_in("vera")
    assert page.goto(address).status == 404
    expect(page.locator("main").get_by_role("link").first).to_be_visible()
