"""Someone who only looks around must mend something tonight: asked, agreed to, done, given back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.stories.visits import fill_reason

REASON = "야간 장애 대응: 숨김 처리 필요"


def test_a_viewer_hides_an_article_in_a_lent_role(signed_in, customer):
    article = customer.site.articles[0]
    address = f"/operations/article.hide/?target={article}"
    vera = signed_in("vera", to=address)
    vera.get_by_role("link", name="Who has it").click()
    expect(vera.locator("main")).to_contain_text("Otis")
    vera.get_by_role("link", name="ask for another role for a while").click()
    fill_reason(vera, REASON)
    vera.get_by_role("button", name="Send").click()
    expect(vera.locator("main")).to_contain_text("Waits for approval")
    request = vera.url

    ada = signed_in("ada", to=request)
    ada.get_by_role("button", name="Approve").click()
    expect(ada.locator("main")).to_contain_text("Approved, and carried out.")

    vera.goto(address)
    expect(vera.get_by_text("You act as operator until")).to_be_visible()
    fill_reason(vera, REASON)
    vera.get_by_role("button", name="Hide 1 article").click()
    expect(vera.get_by_text("Done. It stands in the timeline")).to_be_visible()

    vera.get_by_role("link", name="End it now").click()
    vera.get_by_role("button", name="End the elevation").click()
    expect(vera.get_by_text("You act as")).to_have_count(0)
    vera.goto(address)
    expect(vera.get_by_role("heading", name="You may not do this")).to_be_visible()

    ada.goto(f"/articles/{article}/timeline/")
    expect(ada.locator("main")).to_contain_text("Vera")
