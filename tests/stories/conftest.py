"""One running console for each file of stories, and tabs for the people in them."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import count
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings
from playwright.sync_api import Browser, Page

from backoffice.operations.bulk import throttle
from backoffice.operations.bulk.working import work
from backoffice.replicas.pool import circuit
from tests.console.browsing import running_browser
from tests.harness import databases
from tests.harness.databases import Database
from tests.harness.standby import borrowed
from tests.people import make_people
from tests.stories import facts
from tests.stories.facts import Customer
from tests.stories.stack import Stack, provider, web_server
from tests.stories.visits import sign_in, visit


@pytest.fixture(scope="session")
def provider_address() -> Iterator[str]:
    with provider() as address:
        yield address


@contextmanager
def _django_beside_playwright() -> Iterator[None]:
    # Playwright runs its loop in the tests' own thread; Django would not touch a database there.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "yes"
    try:
        yield
    finally:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with _django_beside_playwright(), running_browser() as chromium:
        yield chromium


@pytest.fixture(scope="module")
def stack(browser: Browser, committed_db_once: Database, provider_address: str) -> Iterator[Stack]:
    """Everything that runs in production, with the usual people in it."""
    with (
        borrowed(exclusive=False) as standby,
        databases.pointed_at(committed_db_once, replica=("replica", "console_ro")),
        override_settings(GOOGLE_OIDC_ENDPOINT=provider_address),
        web_server() as address,
    ):
        circuit.forget()
        with databases.mirrored():
            make_people()
        standby.catch_up()
        yield Stack(address, committed_db_once, standby, count(1))
        circuit.forget()


@pytest.fixture
def visitor(stack: Stack, browser: Browser) -> Iterator[Callable[..., Page]]:
    """Opens a tab for somebody who has not signed in; options are the browser context's."""
    with ExitStack() as visits:

        def open_tab(**options: Any) -> Page:
            return visits.enter_context(visit(browser, stack.address, **options))

        yield open_tab


@pytest.fixture
def signed_in(visitor: Callable[..., Page]) -> Callable[..., Page]:
    """`signed_in("otis", to="/spaces/")`: a tab in which somebody has signed in."""

    def enter(person: str, to: str = "/", **options: Any) -> Page:
        page = visitor(**options)
        sign_in(page, person, to)
        return page

    return enter


@pytest.fixture
def customer(stack: Stack) -> Customer:
    """A customer with three articles, all well."""
    return facts.sign_up(stack)


@pytest.fixture
def panicked(stack: Stack) -> Customer:
    """S1. A customer whose 42 articles are gone."""
    customer = facts.sign_up(stack, articles=42)
    facts.hide_articles(stack, customer)
    return customer


@pytest.fixture
def offline(stack: Stack) -> Customer:
    """S3. A customer whose website is off."""
    customer = facts.sign_up(stack)
    facts.turn_website_off(stack, customer)
    return customer


@pytest.fixture
def worker(stack: Stack, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Works on the newest run in a thread: to its end, or for one batch only."""
    settings.OPERATION_TARGET_LIMIT, settings.BULK_BATCH_SIZE = 20, 20

    def work_now(batches: int = 0) -> None:
        left = [batches or 1_000]

        def lag() -> float:
            left[0] -= 1
            return 0.0 if left[0] >= 0 else 60.0

        monkeypatch.setattr(throttle, "lag", lag)
        ((run,),) = stack.rows("SELECT id FROM bulk_bulkrun ORDER BY id DESC LIMIT 1")
        thread = threading.Thread(
            target=lambda: (work(run, 2 if batches else 60), connections.close_all())
        )
        thread.start()
        thread.join()

    return work_now
