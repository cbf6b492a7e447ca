"""The shell in a real browser: keys, ticking, menus, narrow screens, no script, accessibility."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.views.generic import TemplateView

from backoffice.console.components import components
from backoffice.console.errors import PAGES, render_error
from backoffice.console.views import help_index, help_topic
from tests.console.browsing import new_page, running_browser, show
from tests.console.drawing import Person, request_of

DEVELOPER = Person(role="developer", name="Dev", permissions=frozenset())


@pytest.fixture(scope="module")
def browser():
    with running_browser() as chromium:
        yield chromium


@pytest.fixture
def page(browser):
    with new_page(browser) as tab:
        show(tab, components, request_of(DEVELOPER, "/help/components/"))
        yield tab


def rows(page):
    return page.locator("#lists [data-rows]").first.locator("tbody tr")


def ticked(page):
    return page.locator("#lists input[name=target]:checked").count()


def test_a_slash_and_the_command_key_go_to_the_search(page):
    for keys in ("/", "Control+k", "Meta+k"):
        page.locator("h1").first.click()
        page.keyboard.press(keys)
        assert page.evaluate("document.activeElement.id") == "search"
        page.keyboard.press("Escape")
        assert page.evaluate("document.activeElement.id") != "search"


def test_letters_only_write_while_one_writes(page):
    page.focus("#search")
    page.keyboard.type("jx?/e")
    assert page.input_value("#search") == "jx?/e"
    assert page.locator(".is-current").count() == 0
    assert not page.locator("#keyboard-sheet").is_visible()


def test_the_question_mark_opens_the_sheet_and_escape_closes_it(page):
    page.keyboard.press("?")
    sheet = page.locator("#keyboard-sheet")
    assert sheet.is_visible()
    assert sheet.get_by_text("Next row").is_visible()
    page.keyboard.press("Escape")
    assert not sheet.is_visible()


def test_j_k_x_e_move_tick_and_open(page):
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("x")
    assert "is-current" in rows(page).nth(1).get_attribute("class")
    assert ticked(page) == 1
    assert page.locator("[data-selection-count]").inner_text() == "1"
    page.keyboard.press("k")
    page.keyboard.press("x")
    assert ticked(page) == 2
    page.keyboard.press("e")
    assert page.url.endswith("#row-1")


def test_shift_ticks_a_range_and_the_top_box_all(page):
    boxes = page.locator("#lists input[name=target]")
    boxes.nth(1).click()
    boxes.nth(4).click(modifiers=["Shift"])
    assert ticked(page) == 4
    assert page.evaluate("document.querySelector('[data-select-all]').indeterminate")
    page.locator("[data-select-all]").click()
    assert ticked(page) == boxes.count()
    page.locator("[data-select-all]").click()
    assert ticked(page) == 0


def test_ticking_raises_the_bar_and_moves_nothing(page):
    first = rows(page).first
    bar = page.locator("#lists .selection-bar")
    first.scroll_into_view_if_needed()
    before = first.bounding_box()
    height = page.evaluate("document.documentElement.scrollHeight")
    assert not bar.is_visible()
    first.locator("input").click()
    assert bar.is_visible()
    assert first.bounding_box() == before
    assert page.evaluate("document.documentElement.scrollHeight") == height


def test_one_menu_is_open_at_a_time_and_escape_gives_the_focus_back(page):
    menus = page.locator("#lists .filters details[data-menu] > summary")
    menus.nth(0).click()
    menus.nth(1).click()
    assert page.locator("details[data-menu][open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("details[data-menu][open]").count() == 0
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    menus.nth(0).click()
    page.locator("h1").first.click()
    assert page.locator("details[data-menu][open]").count() == 0


def test_a_copy_button_copies_and_says_so(browser):
    with new_page(browser, permissions=["clipboard-read", "clipboard-write"]) as page:
        show(page, components, request_of(DEVELOPER, "/help/components/"))
        button = page.locator(".page-head [data-copy]").first
        assert button.get_attribute("aria-label") == "Copy 424242"
        # The clipboard itself is only there on safe origins, so take note of what is asked of it.
        page.evaluate(
            "document.execCommand = () => { window.asked = String(getSelection()) || "
            "document.activeElement.value; return true; }"
        )
        button.click()
        page.wait_for_selector(".page-head .copy.is-copied")
        assert button.get_attribute("aria-label") == "Copied"
        assert page.evaluate("window.asked") == "424242"


def test_typed_confirmation_holds_the_last_step_back(page):
    button = page.get_by_role("button", name="Delete 42 records")
    assert button.is_disabled()
    page.fill("[data-confirm]", "41")
    assert button.is_disabled()
    page.fill("[data-confirm]", " 42 ")
    assert button.is_enabled()


def test_a_form_is_sent_once(page):
    sent = []
    page.on("request", lambda request: sent.append(request.url))
    page.fill("#valid_reason", "A good reason")
    with page.expect_navigation(url="**reason=A+good+reason**"):
        page.evaluate(
            "() => { const form = document.querySelector('form[data-guard]');"
            " form.requestSubmit(); form.requestSubmit(); }"
        )
    assert len([url for url in sent if "reason=" in url]) == 1


def test_the_command_key_and_enter_send_the_form(page):
    page.fill("#valid_reason", "A good reason")
    with page.expect_navigation(url="**reason=A+good+reason**"):
        page.keyboard.press("Control+Enter")


def test_times_stay_true_on_a_page_that_stays_open(browser):
    with new_page(browser, language="en") as page:
        page.clock.install()
        show(page, components, request_of(DEVELOPER, "/help/components/"))
        page.clock.run_for(3 * 3_600_000)
        shown = page.locator("#basics [data-relative]").first
        assert shown.inner_text() in ("2 hours ago", "3 hours ago")


def test_it_works_without_script(browser):
    with new_page(browser, width=390, java_script_enabled=False) as page:
        show(page, components, request_of(DEVELOPER, "/help/components/"))
        page.locator(".topbar__menu").click()
        assert page.locator("#navigation").is_visible()
        page.keyboard.press("Escape")
        page.locator("#lists input[name=target]").first.click()
        assert page.locator("#lists .selection-bar").is_visible()
        assert (
            page.locator(".copy").first.evaluate("e => getComputedStyle(e).visibility") == "hidden"
        )
        page.locator(".person").click()
        assert page.get_by_role("button", name="Sign out").is_visible()


def test_the_keyboard_alone_reaches_the_content(page):
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("!!document.activeElement.closest('main')")


def _error(request):
    return render_error(request, PAGES[404], "A detail")


def _bare(request):
    return render_error(request, PAGES[500], bare=True)


def _topic(request):
    return help_topic(request, "articles-gone")


SHOWN = {"components": components, "help": help_index, "topic": _topic, "404": _error, "500": _bare}


@pytest.mark.parametrize(
    ("width", "theme", "language"),
    [(1280, "light", "ko"), (1280, "dark", "en"), (390, "light", "en"), (390, "dark", "ko")],
)
@pytest.mark.parametrize("name", SHOWN)
def test_it_is_accessible_fits_and_breaks_no_rule(browser, name, width, theme, language):
    """No axe violation, nothing wider than the screen, no error in the browser's console."""
    with new_page(browser, width, language) as page:
        request = request_of(DEVELOPER, "/help/components/")
        request.COOKIES["backoffice_theme"] = theme
        errors = show(page, SHOWN[name], request)
        found = Axe().run(page)
        assert found.violations_count == 0, found.generate_report()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert errors == []


def test_a_single_page_may_leave_the_second_column_out(browser):
    view = TemplateView.as_view(template_name="console/base.html")
    with new_page(browser) as page:
        show(page, lambda request: view(request).render(), request_of())
        assert not page.locator(".page__aside").is_visible()
        assert page.locator(".page__main").bounding_box()["width"] > 900
