"""S2. "I published it, but it isn't on the main page": Vera finds why, asks, and Otis agrees."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.facts import MINJI, act, ago
from tests.stories.visits import REASON, TICKET, fill_reason, heading, search

HIDDEN = "SELECT hidden FROM articles_category WHERE id = %s"
NAMES = (
    "SELECT actor_label, approver_label FROM audit_event "
    "WHERE name = 'category.unhidden' AND outcome = 'succeeded' AND record_id = %s"
)


@pytest.fixture
def unseen(customer, stack):
    """A customer whose grandparent category was hidden by a colleague last week."""
    with stack.as_role("importer") as connection, act(connection, MINJI, ago(days=7)) as cursor:
        cursor.execute(
            "UPDATE articles_category SET hidden = true WHERE id = %s",
            [customer.site.categories[0]],
        )
    return customer


def test_vera_asks_and_otis_agrees_and_the_article_is_seen(signed_in, unseen, stack):
    grandparent, article = unseen.site.categories[0], unseen.site.articles[0]
    vera = signed_in("vera")
    search(vera, unseen.article_address(1))
    heading(vera, "환불 안내 1")
    expect(vera.get_by_role("heading", name="Why is it not visible?")).to_be_visible()
    vera.get_by_role("link", name="All conditions").click()
    refused = vera.locator(".mend-refused", has_text="your role may not run it").first
    expect(refused).to_contain_text("Otis")
    vera.get_by_role("link", name="Ask for approval…").first.click()
    heading(vera, "결제")
    fill_reason(vera)
    expect(vera.get_by_text("your role may not do it alone")).to_be_visible()
    expect(vera.get_by_role("button", name="Unhide")).to_have_count(0)
    vera.get_by_role("button", name="Send for approval").click()
    expect(vera.get_by_text("Your request is sent.")).to_be_visible()
    expect(vera.get_by_text("It would do now exactly what was asked for.")).to_be_visible()
    address = vera.url
    assert stack.rows(HIDDEN, grandparent) == [(True,)]

    # Otis finds it on the home page, and sees that nothing has changed since.
    otis = signed_in("otis")
    expect(otis.locator(".sidebar__count")).to_contain_text("1")
    otis.get_by_role("link", name=re.compile("결제")).first.click()
    assert otis.url == address
    for words in (REASON, TICKET, "Vera"):
        expect(otis.locator("main")).to_contain_text(words)
    otis.get_by_role("button", name=re.compile("^Approve")).click()
    expect(otis.get_by_text("Otis approved it")).to_be_visible()
    assert stack.rows(HIDDEN, grandparent) == [(False,)]
    assert stack.rows(NAMES, str(grandparent)) == [("Vera", "Otis")]

    # Vera is told, and the article is seen.
    vera.goto("/")
    expect(vera.get_by_text("News on your request")).to_be_visible()
    vera.goto(f"/articles/{article}/")
    expect(vera.get_by_text("Visitors of the main page see it.")).to_be_visible()
    vera.goto(f"/categories/{grandparent}/timeline/")
    newest = vera.locator(".timeline__entry").first
    for words in ("Vera", "Approved by Otis", REASON):
        expect(newest).to_contain_text(words)


def test_it_works_without_scripts(signed_in, unseen, stack):
    grandparent = unseen.site.categories[0]
    vera = signed_in(
        "vera", to=f"/operations/category.unhide/?target={grandparent}", java_script_enabled=False
    )
    heading(vera, "You may not do this")
    vera.get_by_role("button", name="Ask for approval…").click()
    fill_reason(vera)
    vera.get_by_role("button", name="Send for approval").click()
    address = vera.url
    otis = signed_in("otis", to=address, java_script_enabled=False)
    otis.locator("summary", has_text="Refuse…").click()
    otis.get_by_label("Why not").fill("고객이 숨겼습니다")
    otis.get_by_role("button", name="Refuse the request").click()
    expect(otis.get_by_text("고객이 숨겼습니다").first).to_be_visible()
    vera.goto(address)
    expect(vera.get_by_text("Otis refused it.")).to_be_visible()
    assert stack.rows(HIDDEN, grandparent) == [(True,)]
