"""Two people at once, one person twice: nothing is done that nobody saw, and nothing twice."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.visits import fill_reason, heading

HIDDEN = "SELECT id FROM articles_article WHERE channel_id = %s AND hidden ORDER BY id"
CHANGES = (
    "SELECT count(*) FROM audit_event e JOIN audit_effect f ON f.event_id = e.id "
    "WHERE e.name = 'article.hidden' AND e.kind = 'change' AND f.scope = %s"
)


@pytest.fixture
def previewed(signed_in, customer):
    """Otis looks at what would happen if all three articles were hidden."""
    keys = "&".join(f"target={pk}" for pk in customer.site.articles)
    page = signed_in("otis", to=f"/operations/article.hide/?{keys}")
    fill_reason(page)
    heading(page, "Hide 3 articles")
    return page


def apply(page):
    page.get_by_role("button", name="Hide 3 articles").click()


def test_a_change_in_between_is_a_conflict(previewed, customer, stack):
    with stack.as_role("product") as product:
        product.execute(
            "UPDATE articles_article SET slug = 'renamed' WHERE id = %s",
            (customer.site.articles[1],),
        )
    apply(previewed)
    heading(previewed, "Something changed in the meantime")
    expect(previewed.locator("main")).to_contain_text("The data is as it was.")
    expect(previewed.get_by_role("link", name="환불 안내 2")).to_be_visible()
    assert stack.rows(HIDDEN, customer.site.channel) == []
    assert stack.rows(CHANGES, customer.site.channel) == [(0,)]

    # What to do next is one press away, with the same records.
    previewed.get_by_role("button", name="Look again, with the same records").click()
    fill_reason(previewed)
    apply(previewed)
    expect(previewed.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert [row[0] for row in stack.rows(HIDDEN, customer.site.channel)] == customer.site.articles


def test_a_colleague_who_was_faster_is_a_conflict(previewed, customer, stack, signed_in):
    keys = "&".join(f"target={pk}" for pk in customer.site.articles)
    other = signed_in("ada", to=f"/operations/article.hide/?{keys}")
    fill_reason(other, reason="먼저 숨겼습니다")
    apply(other)
    expect(other.get_by_text("Done. It stands in the timeline")).to_be_visible()
    apply(previewed)
    heading(previewed, "Something changed in the meantime")
    assert stack.rows(CHANGES, customer.site.channel) == [(1,)]


def test_back_after_it_is_done_does_nothing_twice(previewed, customer, stack):
    apply(previewed)
    expect(previewed.get_by_text("Done. It stands in the timeline")).to_be_visible()
    receipt = previewed.url
    previewed.go_back()
    if previewed.url != receipt:
        apply(previewed)
    expect(previewed).to_have_url(receipt)
    assert stack.rows(CHANGES, customer.site.channel) == [(1,)]


def test_a_double_press_does_nothing_twice(previewed, customer, stack):
    previewed.get_by_role("button", name="Hide 3 articles").dblclick(no_wait_after=True)
    expect(previewed).to_have_url(re.compile("/done/$"))
    assert stack.rows(CHANGES, customer.site.channel) == [(1,)]


def test_two_tabs_with_one_preview_do_nothing_twice(previewed, customer, stack):
    second = previewed.context.new_page()
    second.goto(previewed.url)
    apply(previewed)
    expect(previewed).to_have_url(re.compile("/done/$"))
    apply(second)
    expect(second).to_have_url(previewed.url)
    assert stack.rows(CHANGES, customer.site.channel) == [(1,)]


def test_nobody_else_can_use_the_preview(previewed, signed_in, customer, stack):
    other = signed_in("ada")
    assert other.goto(previewed.url).status == 410
    heading(other, "This preview has expired")
    assert stack.rows(CHANGES, customer.site.channel) == [(0,)]


def test_a_receipt_takes_it_back(previewed, customer, stack):
    apply(previewed)
    previewed.get_by_role("button", name=re.compile("^Undo")).click()
    heading(previewed, "Unhide 3 articles")
    fill_reason(previewed)
    previewed.get_by_role("button", name="Unhide 3 articles").click()
    expect(previewed.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(HIDDEN, customer.site.channel) == []


def test_a_missing_reason_is_asked_for(signed_in, customer, stack):
    page = signed_in("otis", to=f"/operations/article.hide/?target={customer.site.articles[0]}")
    page.get_by_role("textbox", name="Reason").evaluate("field => field.form.noValidate = true")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("Write why you do this: one sentence is enough.")).to_be_visible()
    assert stack.rows(HIDDEN, customer.site.channel) == []
