"""Every kind of page, wide in light and narrow in dark: nothing that axe or the browser minds."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.stories.visits import REASON, fill_reason, heading, sign_in, visit

EVENT = (
    "SELECT event_id FROM audit_effect WHERE verb = 'hidden' AND scope = %s ORDER BY 1 DESC LIMIT 1"
)
SCREENS = pytest.mark.parametrize(
    "screen",
    [
        {"color_scheme": "light", "viewport": {"width": 1280, "height": 844}},
        {"color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
    ],
    ids=["wide-light", "narrow-dark"],
)
# Wider than the window is a page that scrolls sideways.
OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def objections(page):
    """What axe finds wrong with the page as it stands, and whether it is too wide."""
    found = Axe().run(page)
    wide = page.evaluate(OVERFLOW)
    report = found.generate_report() if found.violations_count else ""
    return f"{page.url}\n{report}" * bool(report) + f"{page.url} is {wide} px too wide" * (wide > 0)


@SCREENS
def test_pages_for_looking(visitor, panicked, stack, screen):
    page = visitor(**screen)
    page.goto("/sign-in/")
    found = [objections(page)]
    sign_in(page, "otis")
    site = panicked.site
    [(event,)] = stack.rows(EVENT, site.channel)
    for address in (
        "/",
        f"/search?q={panicked.slug}",
        "/articles/",
        f"/articles/{site.articles[0]}/",
        f"/translations/{site.translations[0]}/",
        f"/channels/{site.channel}/timeline/",
        f"/articles/{site.articles[0]}/history/hidden/",
        f"/articles/{site.articles[0]}/visibility/",
        f"/articles/{site.articles[0]}/settings/?show=all",
        f"/events/{event}/reply/",
        f"/events/{event}/",
        "/events/",
        "/activity/",
        "/help/",
        "/help/site-off/",
        "/nowhere/",
    ):
        assert page.goto(address).status == (404 if address == "/nowhere/" else 200)
        found.append(objections(page))
    assert [each for each in found if each] == []


@SCREENS
def test_pages_about_the_staff(signed_in, customer, screen):
    page = signed_in("ada", to="/staff/", **screen)
    found = [objections(page)]
    own = page.get_by_role("link", name="Ada").first.get_attribute("href")
    for address in (
        own,
        f"{own}access/",
        "/access/staff.set_role/",
        "/operations/staff.add/",
        f"/operations/channel.restrict/?target={customer.site.channel}",
    ):
        assert page.goto(address).status == 200
        found.append(objections(page))
    assert [each for each in found if each] == []


@SCREENS
def test_the_steps_of_an_operation(signed_in, customer, screen):
    keys = "&".join(f"target={pk}" for pk in customer.site.articles)
    page = signed_in("otis", to=f"/operations/article.hide/?{keys}", **screen)
    found = [objections(page)]
    page.get_by_role("textbox", name="Reason").fill("no")
    page.get_by_role("textbox", name="Reason").evaluate("field => field.form.noValidate = true")
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("This is too short to tell anyone why.")).to_be_visible()
    found.append(objections(page))
    fill_reason(page, REASON)
    found.append(objections(page))
    page.get_by_role("button", name="Hide 3 articles").click()
    expect(page.get_by_text("Done. It stands in the timeline")).to_be_visible()
    found.append(objections(page))
    page.goto("/operations/article.hide/?target=none")
    heading(page, "Please correct what is marked")
    found.append(objections(page))
    assert [each for each in found if each] == []


@SCREENS
def test_the_small_history_of_a_value(signed_in, offline, screen):
    page = signed_in("vera", to=f"/spaces/{offline.site.space}/", **screen)
    page.locator("#field-website_enabled summary").click()
    expect(page.locator("#field-website_enabled .small-history li")).to_have_count(2)
    assert objections(page) == ""


@pytest.mark.parametrize("person", ["nolan", "mallory"])
def test_the_pages_of_who_is_refused(signed_in, person):
    assert objections(signed_in(person)) == ""


@pytest.mark.parametrize(
    ("mistake", "said"),
    [
        (
            "document.body.append(Object.assign(document.createElement('script'), {text: '1'}))",
            "inline script",
        ),
        ("document.body.setAttribute('style', 'color: red')", "inline style"),
        ("setTimeout(() => { throw new Error('a mistake') })", "a mistake"),
        (
            "document.body.append(Object.assign(new Image(), {src: '/static/missing.svg'}))",
            "missing.svg answered 404",
        ),
    ],
    ids=["script", "style", "error", "file"],
)
def test_the_browser_would_say_what_is_wrong_with_a_page(stack, browser, mistake, said):
    with pytest.raises(AssertionError, match=said), visit(browser, stack.address) as page:
        page.goto("/sign-in/")
        page.evaluate(mistake)
        page.wait_for_timeout(300)
