"""A real browser that is shown pages without a server: each is drawn and routed in the test."""

from __future__ import annotations

import mimetypes
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.utils import translation
from playwright.sync_api import Browser, Page, Route, sync_playwright

ORIGIN = "http://console.test"
CHROMIUM = shutil.which("chromium") or "/usr/bin/chromium"


@contextmanager
def running_browser() -> Iterator[Browser]:
    """Debian's chromium; without one the tests of this file are skipped, and say so."""
    if not Path(CHROMIUM).exists():
        pytest.skip("NO CHROMIUM: the browser tests did not run. Install it: apt install chromium")
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=options)
        yield browser
        browser.close()


def _policy() -> str:
    directives = settings.CONTENT_SECURITY_POLICY["DIRECTIVES"]
    return "; ".join(f"{name} {' '.join(values)}" for name, values in directives.items())


def show(page: Page, view, request) -> list[str]:
    """Show what a view answers, under the real policy; returns the errors the browser reports."""
    errors: list[str] = []
    page.on("console", lambda said: errors.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    html = view(request).content
    headers = {"Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": _policy()}

    def answer(route: Route) -> None:
        path = urlsplit(route.request.url).path
        if not path.startswith("/static/"):
            return route.fulfill(body=html, headers=headers)
        found = finders.find(path.removeprefix("/static/"))
        assert found, f"{path} is not there"
        kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
        return route.fulfill(body=Path(found).read_bytes(), content_type=kind)

    page.route("**/*", answer)
    page.goto(ORIGIN + request.path)
    return errors


@contextmanager
def new_page(
    browser: Browser, width: int = 1280, language: str = "en", **options
) -> Iterator[Page]:
    """A tab of its own, in which the page is drawn in the language."""
    context = browser.new_context(
        viewport={"width": width, "height": 900}, locale=language, base_url=ORIGIN, **options
    )
    with translation.override(language):
        yield context.new_page()
    context.close()
