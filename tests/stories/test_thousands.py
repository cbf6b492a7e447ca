"""Everything that fits: chosen, previewed, started, left alone, paused, resumed, done."""

import re

from playwright.sync_api import expect

from tests.stories.facts import sign_up
from tests.stories.test_accessibility import SCREENS, objections
from tests.stories.visits import REASON, TICKET, heading

HIDDEN = "SELECT count(*) FROM articles_article WHERE channel_id = %s AND hidden"
ONCE = (
    "SELECT count(*), count(DISTINCT h.id) FROM articles_historicalarticle h "
    "WHERE h.verb = 'hidden' AND h.channel_id = %s"
)


def test_otis_hides_everything_that_fits(signed_in, stack, worker):
    customer = sign_up(stack, articles=60)
    page = signed_in("otis", to=f"/articles/?channel={customer.site.channel}")
    page.get_by_label("Choose all rows of this page").check()
    expect(page.locator("[data-selection-count]")).to_have_text("50")
    page.get_by_role("link", name="Choose all 60 that fit").click()
    heading(page, "Articles: 60 chosen")
    page.get_by_role("button", name=re.compile("^Hide")).click()
    heading(page, "Hide 60 articles")
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_label("Ticket").fill(TICKET)
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("It waits for its turn in the background.")).to_be_visible()

    # The page finds out by itself that the preview has ended.
    worker()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    expect(page.locator("main")).to_contain_text("60 articles")
    start = page.get_by_role("button", name="Hide 60 articles")
    expect(start).to_be_disabled()
    page.get_by_label("Type 60 to confirm").fill("60")
    start.click()
    expect(page.get_by_text("0 of 60")).to_be_visible()

    # A part is done; the page tells it by itself, and again after a reload, and in another tab.
    worker(batches=1)
    expect(page.get_by_text("20 of 60")).to_be_visible()
    page.reload()
    expect(page.get_by_text("20 of 60")).to_be_visible()
    expect(page.get_by_text("the run waits for it")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.locator(".page-head__title")).to_contain_text("Paused")
    worker()
    assert stack.rows(HIDDEN, customer.site.channel) == [(20,)]

    page.goto("/")
    page.get_by_role("link", name="Hide 60 articles").first.click()
    page.get_by_role("button", name="Resume").click()
    expect(page.get_by_text("20 of 60")).to_be_visible()
    worker()
    expect(page.get_by_text("Done: all 60 records.")).to_be_visible()
    assert stack.rows(HIDDEN, customer.site.channel) == [(60,)]
    assert stack.rows(ONCE, customer.site.channel) == [(60, 60)]


def test_it_works_without_javascript(signed_in, stack, worker):
    customer = sign_up(stack, articles=60)
    page = signed_in(
        "otis", to=f"/articles/?channel={customer.site.channel}", java_script_enabled=False
    )
    page.locator("input[name=target]").first.check()
    page.get_by_role("link", name="Choose all 60 that fit").click()
    page.get_by_role("button", name=re.compile("^Hide")).click()
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_role("button", name="Show what will happen").click()
    worker()
    page.get_by_role("link", name="Reload").click()
    page.get_by_label("Type 60 to confirm").fill("60")
    page.get_by_role("button", name="Hide 60 articles").click()
    worker()
    page.get_by_role("link", name="Reload").click()
    expect(page.get_by_text("Done: all 60 records.")).to_be_visible()
    assert stack.rows(HIDDEN, customer.site.channel) == [(60,)]


@SCREENS
def test_the_pages_of_a_run_are_accessible(signed_in, stack, worker, screen):
    customer = sign_up(stack, articles=60)
    query = f"kind=list&entity=article&query=channel%3D{customer.site.channel}"
    page = signed_in("otis", to=f"/operations/choose/?{query}", **screen)
    found = [objections(page)]
    page.get_by_role("button", name=re.compile("^Hide")).click()
    found.append(objections(page))
    page.get_by_role("textbox", name="Reason").fill(REASON)
    page.get_by_role("button", name="Show what will happen").click()
    found.append(objections(page))
    worker()
    expect(page.get_by_role("heading", name="What will happen")).to_be_visible()
    found.append(objections(page))
    page.get_by_label("Type 60 to confirm").fill("60")
    page.get_by_role("button", name="Hide 60 articles").click()
    worker(batches=1)
    expect(page.get_by_text("20 of 60")).to_be_visible()
    found.append(objections(page))
    for address in (f"{page.url}records/?state=done", "/operations/runs/", "/help/runs/"):
        assert page.goto(address).status == 200
        found.append(objections(page))
    assert [each for each in found if each] == []
