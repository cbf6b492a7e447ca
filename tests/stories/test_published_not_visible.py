"""S2. "I published it, but it isn't on the main page": found by Vera, mended by Otis, answered."""

import re

import pytest
from playwright.sync_api import expect

from tests.stories.facts import MINJI, act, ago
from tests.stories.visits import fill_reason, heading, search

HIDDEN = "SELECT hidden FROM articles_category WHERE id = %s"
CONDITIONS = [
    "The channel is active",
    "The website is on",
    "The site is open to the public",
    "A category above is hidden",
    "The article is published",
    "The publish date has passed",
    "The article is not hidden",
    "The article is not in the trash",
    "There is a text to read",
]


@pytest.fixture
def unseen(customer, stack):
    """Kim Minji hid the category two above that of the articles, twelve days ago."""
    with stack.as_role("importer") as connection, act(connection, MINJI, ago(days=12)) as cursor:
        cursor.execute(
            "UPDATE articles_category SET hidden = true WHERE id = %s",
            [customer.site.categories[0]],
        )
    return customer


def open_explanation(page, customer):
    """From the address that the customer pasted to all conditions."""
    search(page, customer.article_address(1))
    heading(page, "환불 안내 1")
    card = page.get_by_role("region", name="Why is it not visible?")
    expect(card).to_contain_text("A category above is hidden")
    expect(card).to_contain_text("결제")
    card.get_by_role("link", name="All conditions").click()
    heading(page, "why is it not visible?")


def test_vera_finds_why_and_is_told_who_may_mend_it(signed_in, unseen, stack):
    grandparent = unseen.site.categories[0]
    page = signed_in("vera")
    open_explanation(page, unseen)
    expect(page.locator(".condition__text")).to_have_text(CONDITIONS)
    failing = page.locator(".condition--failed")
    expect(failing).to_have_count(1)
    for words in ("결제", "2 levels above", "12 days ago", "your role may not run it", "Otis"):
        expect(failing).to_contain_text(words)
    expect(failing.locator(".button--primary")).to_have_count(0)
    expect(page.get_by_text("Visible until")).to_be_visible()

    # She may not see the customer's names, and neither does her reply say them.
    reply = page.get_by_label("Reply in English")
    page.locator("summary", has_text="English").click()
    expect(reply).to_have_value(re.compile("a member of your team"))
    expect(page.locator("main")).not_to_contain_text("김민지")

    # What else it hides, as a list.
    hidden = page.locator(".card", has_text="What 결제 hides")
    hidden.get_by_role("link", name=re.compile("3\\s+articles")).click()
    heading(page, "Articles")
    expect(page.locator("tbody tr")).to_have_count(3)
    expect(page.locator(".chip--on")).to_contain_text("결제")
    assert stack.rows(HIDDEN, grandparent) == [(True,)]


def test_otis_mends_it_from_there_and_answers(signed_in, unseen, stack):
    grandparent = unseen.site.categories[0]
    page = signed_in("otis", permissions=["clipboard-read", "clipboard-write"])
    open_explanation(page, unseen)
    address = page.url
    page.locator(".condition--failed").get_by_role("link", name="Unhide").click()
    heading(page, "결제")
    fill_reason(page)
    page.locator("form[data-guard] button.button--primary").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    assert stack.rows(HIDDEN, grandparent) == [(False,)]

    # The receipt leads to a text about what was wrong and that it is mended.
    page.get_by_role("link", name="Reply to the customer").click()
    heading(page, "Reply to the customer")
    korean = page.get_by_label(re.compile("Reply in (한국어|Korean)"))
    expect(korean).to_have_value(re.compile("김민지 님이 카테고리 1개를 숨겼습니다"))

    page.goto(address)
    heading(page, "환불 안내 1: visible")
    expect(page.get_by_text("Visitors of the main page see it.").first).to_be_visible()
    expect(page.get_by_text("Visible since")).to_be_visible()
    expect(page.locator(".condition--failed")).to_have_count(0)

    # Changed a little, copied as it stands, without anything of ours in it.
    korean = page.get_by_label(re.compile("Reply in (한국어|Korean)"))
    expect(korean).to_have_value(re.compile("상위 카테고리가 숨김 상태였습니다: “결제”"))
    korean.fill(korean.input_value().replace("안녕하세요.", "김민지 님, 안녕하세요."))
    page.get_by_role("button", name="Copy the reply").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.startswith("김민지 님, 안녕하세요.")
    assert "저희가 조치하여" in copied
    assert not re.search("Otis|CX-1234|#\\d", copied)


def test_the_page_tells_all_without_scripts(signed_in, unseen):
    article = unseen.site.articles[0]
    page = signed_in("otis", to=f"/articles/{article}/visibility/", java_script_enabled=False)
    expect(page.locator(".condition--failed")).to_contain_text("결제")
    page.locator(".tabs").get_by_role("link", name="Japanese").click()
    expect(page.get_by_text("shown in the default language instead: Korean")).to_be_visible()
    page.get_by_role("link", name="Settings that hold").click()
    heading(page, "settings that hold")
    expect(page.locator("tbody tr", has_text="In a hidden category")).to_contain_text("yes")
