"""S4. Someone who leaves deletes everything, one by one; Ada is told, and puts all of it back."""

import re

import pytest
from playwright.sync_api import expect

from backoffice.alerts.evaluating import evaluate_all
from tests.harness import databases
from tests.stories.facts import JIHO, act, ago, sign_up
from tests.stories.visits import REASON, TICKET, fill_reason, heading

COUNT = 60
LIVING = "SELECT id FROM articles_article WHERE channel_id = %s AND deleted_at IS NULL"
TEXTS = "SELECT count(*) FROM articles_translation WHERE channel_id = %s"
SLUG = "SELECT slug FROM articles_article WHERE id = %s"


@pytest.fixture
def customer(stack, settings):
    """Sixty articles are gone for good, each in a transaction of its own; one address is taken."""
    settings.ALERT_REMOVALS_PER_HOUR = settings.ALERT_REMOVALS_PER_DAY = 20
    customer = sign_up(stack, articles=COUNT)
    with stack.as_role("importer") as connection:
        ((slug,),) = stack.rows(SLUG, customer.site.articles[0])
        (place,) = stack.rows(
            "SELECT channel_id, space_id, category_id FROM articles_article WHERE id = %s",
            customer.site.articles[0],
        )
        for number, article in enumerate(customer.site.articles):
            with act(connection, JIHO, ago(hours=3, minutes=-2 * number)) as cursor:
                cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
                cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
        with act(connection, JIHO, ago(minutes=30)) as cursor:
            cursor.execute(
                "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
                "VALUES (%s, %s, %s, %s)",
                (*place, slug),
            )
    return customer


def test_ada_is_told_of_it_and_brings_all_of_it_back(signed_in, customer, stack, worker):
    channel, gone = customer.site.channel, customer.site.articles
    with databases.mirrored():
        evaluate_all()
    page = signed_in("ada")
    page.get_by_role("link", name=re.compile("이지호.*deleted")).first.click()
    page.get_by_role("link", name="Show in the activity").click()
    row = page.locator(".timeline__entry--fold", has_text=re.compile("이지호.*deleted"))
    expect(row).to_contain_text(f"deleted {COUNT} articles for good, one by one")
    row.get_by_role("link", name=re.compile("^All records")).click()
    # Every record of it by its name, although no table holds it any more.
    expect(page.locator("tbody th", has_text=re.compile("Refunds|환불 안내"))).to_have_count(COUNT)

    page.get_by_role("link", name="Undo what this did…").click()
    page.get_by_role("button", name="Undo…").click()
    heading(page, f"Undo what {COUNT} events did")
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_label("Ticket").fill(TICKET)
    page.get_by_role("button", name="Show what will happen").click()
    worker()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    expect(page.locator("main")).to_contain_text(f"{COUNT - 1} articles brought back")
    expect(page.locator("main")).to_contain_text("1 record is left out")
    page.locator("input[data-confirm]").fill(str(COUNT - 1))
    page.get_by_role("button", name=f"Undo what {COUNT - 1} events did").click()
    worker(batches=1)
    page.reload()
    expect(page.get_by_text(f"20 of {COUNT - 1}")).to_be_visible()
    worker()
    expect(page.get_by_text(f"Done: all {COUNT - 1} records.")).to_be_visible()

    # One address belongs to another article by now: she says what shall become of it.
    page.get_by_role("link", name=re.compile("^Left out")).click()
    page.get_by_role("button", name="Choose what shall become of these…").click()
    fill_reason(page)
    expect(page.locator("main")).to_contain_text("Another record has the same now")
    page.get_by_label("All of them").select_option(label="Restore it with a free one")
    page.get_by_role("button", name="Preview again with these choices").click()
    expect(page.locator("main")).to_contain_text("1 article brought back")
    page.get_by_role("button", name="Undo what 1 event did").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()

    living = [pk for (pk,) in stack.rows(LIVING, channel)]
    assert set(gone) < set(living) and len(living) == COUNT + 1
    assert stack.rows(TEXTS, channel) == [(2 * COUNT,)]
    ((slug,),) = stack.rows(SLUG, gone[0])
    assert slug.startswith("refund-1") and slug != "refund-1"
