"""How people go about in the browser, and what it must not complain of meanwhile."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Response, expect

# Two workers share two cores with a primary, a standby and two browsers.
PATIENCE = 15_000
expect.set_options(timeout=PATIENCE)
REASON, TICKET = "고객 요청: 실수로 숨김", "CX-1234"


class Complaints:
    """What the browser holds against the pages of a visit: errors, refused scripts, lost files."""

    def __init__(self, context: BrowserContext) -> None:
        self.found: list[str] = []
        context.on("console", self._said)
        context.on("weberror", lambda error: self.found.append(f"{error.page}: {error.error}"))
        context.on("response", self._answered)

    def _said(self, message: ConsoleMessage) -> None:
        # A page's own status is said here as well; whether it is right is the test's to say.
        if message.type == "error" and not message.text.startswith("Failed to load resource"):
            self.found.append(f"{message.page and message.page.url}: {message.text}")

    def _answered(self, response: Response) -> None:
        own = response.request.is_navigation_request() or response.request.resource_type == "fetch"
        if response.status >= 400 and not own:
            self.found.append(f"{response.url} answered {response.status}")


@contextmanager
def visit(browser: Browser, address: str, **options: Any) -> Iterator[Page]:
    """A tab of a browser of its own; afterwards nothing may have gone wrong in it."""
    options = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", **options}
    context = browser.new_context(base_url=address, **options)
    context.set_default_timeout(PATIENCE)
    complaints = Complaints(context)
    try:
        yield context.new_page()
    finally:
        context.close()
    assert not complaints.found, "\n".join(complaints.found)


def sign_in(page: Page, person: str, to: str = "/") -> None:
    """The whole way: the console's button, the person's own on the provider's page, and back."""
    page.goto(to)
    page.get_by_role("button", name="Google").click()
    page.get_by_role("button", name=re.compile(person, re.IGNORECASE)).click()
    page.wait_for_load_state()


def heading(page: Page, text: str | re.Pattern[str]) -> None:
    """The page is the one that says so."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def search(page: Page, words: str) -> None:
    """By the box that stands on every page; a pasted address that is certain leads there."""
    page.locator("[data-search]").fill(words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def fill_reason(page: Page, reason: str = REASON, ticket: str = TICKET) -> None:
    """Step 1 of an operation, and on to its preview."""
    page.get_by_role("textbox", name="Reason").fill(reason)
    page.get_by_label("Ticket").fill(ticket)
    page.get_by_role("button", name="Show what will happen").click()
    expect(page.get_by_text("Found by running it and rolling it back.")).to_be_visible()
