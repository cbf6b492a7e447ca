"""S6. "I emptied the trash by mistake": Otis brings articles back, though a slug is taken."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.facts import MINJI, act, ago, sign_up
from tests.stories.visits import REASON, TICKET, fill_reason, heading, search

TRASH = "UPDATE articles_article SET deleted_at = %s WHERE id = %s"
TRASH_TEXTS = "UPDATE articles_translation SET deleted_at = %s WHERE article_id = %s"
EMPTY_TEXTS = "DELETE FROM articles_translation WHERE deleted_at IS NOT NULL AND channel_id = %s"
EMPTY = "DELETE FROM articles_article WHERE deleted_at IS NOT NULL AND channel_id = %s"
ARTICLE = (
    "SELECT id, slug, category_id, deleted_at IS NULL, author_id "
    "FROM articles_article WHERE id = %s"
)
TEXTS = (
    "SELECT id, language, title, body FROM articles_translation WHERE article_id = %s ORDER BY 1"
)
TAKE = (
    "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
    "VALUES (%s, %s, %s, 'refund-1')"
)
KINDS = "SELECT history_type FROM articles_historicalarticle WHERE id = %s ORDER BY history_id"


@pytest.fixture
def emptied(stack):
    """Kim Minji moved two articles to the trash yesterday, and emptied it this morning."""
    customer = sign_up(stack)
    with stack.as_role("importer") as connection:
        for article in customer.site.articles[:2]:
            with act(connection, MINJI, ago(days=1)) as cursor:
                cursor.execute(TRASH, (ago(days=1), article))
                cursor.execute(TRASH_TEXTS, (ago(days=1), article))
        for query in (EMPTY_TEXTS, EMPTY):
            with act(connection, MINJI, ago(hours=2)) as cursor:
                cursor.execute(query, (customer.site.channel,))
    return customer


@pytest.fixture
def doomed(stack):
    """Kim Minji deleted an article for good, and made another one at its address."""
    customer = sign_up(stack)
    article, site = customer.site.articles[0], customer.site
    with stack.as_role("importer") as connection, act(connection, MINJI, ago(hours=1)) as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
        cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
        cursor.execute(TAKE, (site.channel, site.space, site.categories[-1]))
    return customer


def gone(stack, article):
    return stack.rows(ARTICLE, article) == [] and stack.rows(TEXTS, article) == []


def open_deleted(page, customer, article):
    """From the search of the company to what happened in it, and on to what is gone."""
    search(page, customer.company)
    page.get_by_role("link", name=customer.company, exact=True).first.click()
    page.get_by_role("link", name="All of it").click()
    heading(page, "Timeline")
    row = page.locator(".timeline__entry", has_text=re.compile("김민지.*deleted 2 articles"))
    expect(row.first).to_be_visible()
    row.first.get_by_role("link", name="Refunds 1").first.click()
    heading(page, "Timeline")
    assert re.search(rf"/articles/{article}/timeline/", page.url)


def test_otis_brings_the_article_back_as_it_was(signed_in, emptied, stack):
    article = emptied.site.articles[0]
    texts = emptied.site.translations[:2]
    assert gone(stack, article)
    page = signed_in("otis")
    open_deleted(page, emptied, article)
    page.get_by_role("link", name="Bring back…").click()
    heading(page, "Bring back: Refunds 1")
    fill_reason(page)
    expect(page.locator(".plain-list li").first).to_contain_text("article")
    assert gone(stack, article)
    page.get_by_role("button", name="Bring 1 article back").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()

    [(pk, slug, category, is_living, author)] = stack.rows(ARTICLE, article)
    assert (pk, slug, category) == (article, "refund-1", emptied.site.categories[-1])
    assert (is_living, author) == (False, emptied.site.member)
    assert [row[0] for row in stack.rows(TEXTS, article)] == texts
    assert stack.rows(KINDS, article) == [("+",), ("~",), ("-",), ("+",)]

    # It stands where it stood last: in the trash, out of which it comes with its texts.
    page.goto(f"/articles/{article}/")
    page.get_by_role("link", name=re.compile("^Restore")).first.click()
    fill_reason(page)
    page.get_by_role("button", name="Restore 1 article").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(ARTICLE, article)[0][3]

    page.goto(f"/articles/{article}/timeline/")
    entries = page.locator(".timeline__entry")
    expect(entries.nth(1)).to_contain_text(REASON)
    expect(entries.nth(1)).to_contain_text(TICKET)
    expect(page.locator("main")).to_contain_text("deleted it for good")


@pytest.mark.parametrize("scripts", [True, False], ids=["with-scripts", "without-scripts"])
def test_a_slug_that_was_taken_meanwhile_is_told_and_another_given(
    signed_in, doomed, stack, scripts
):
    article = doomed.site.articles[0]
    page = signed_in("otis", java_script_enabled=scripts)
    page.goto(f"/articles/{article}/")
    page.get_by_role("link", name="Bring back…").click()
    fill_reason(page)
    expect(page.get_by_role("heading", name="Another record has the same now")).to_be_visible()
    expect(page.locator(".conflicts__list li")).to_contain_text("refund-1")
    expect(page.get_by_role("button", name=re.compile("^Bring 1 article"))).to_have_count(0)
    page.get_by_label("All of them:").select_option(label="Restore it with a free one")
    page.get_by_role("button", name="Preview again with these choices").click()
    page.get_by_role("button", name="Bring 1 article back").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(ARTICLE, article)[0][:2] == (article, "refund-1-2")
    assert len(stack.rows(TEXTS, article)) == 2
