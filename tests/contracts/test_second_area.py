"""A second area is added beside the first without touching backoffice/ or audit/ (design 3)."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
AREA = "tests.contracts.second_area"


@pytest.fixture(scope="module")
def environment(committed_db_once):
    """Production's variables, pointed at a database of this test's own."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {
        **kept,
        "DJANGO_SETTINGS_MODULE": f"{AREA}.settings",
        "DATABASE_URL": committed_db_once.url("console"),
        "MIGRATION_DATABASE_URL": committed_db_once.url("owner"),
        "SECRET_KEY": "a-key-for-this-test-only-" * 3,
        "ALLOWED_HOSTS": "testserver",
        "GOOGLE_CLIENT_ID": "nobody",
        "GOOGLE_CLIENT_SECRET": "nothing",
        "GOOGLE_HOSTED_DOMAINS": "example.com",
    }


@pytest.fixture(scope="module")
def told(environment):
    """What staff see once the area is migrated, by page."""
    done = subprocess.run(
        [sys.executable, "-m", f"{AREA}.story"],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4_000:]
    return json.loads(done.stdout)


def test_its_entity_stands_beside_the_others(told):
    assert {"invoice", "article"} <= set(told["entities"])


def words(page):
    """The page's text without markup, single-spaced."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page["text"])).split())


@pytest.mark.parametrize("page", ["list", "filtered", "record", "timeline", "search"])
def test_every_page_shows_it(told, page):
    assert told[page]["status"] == 200
    assert "INV-2026-001" in told[page]["text"].replace("<mark>", "").replace("</mark>", "")


def test_it_has_a_line_in_the_navigation(told):
    assert 'href="/invoices/"' in told["home"]["text"]


def test_it_is_tracked(told):
    assert "created" in told["timeline"]["text"]


@pytest.mark.parametrize("page", ["timeline", "compared", "event", "filtered by it"])
def test_the_history_of_a_column_that_is_gone_stays_readable(told, page):
    text = words(told[page])
    assert told[page]["status"] == 200
    assert "Currency (no longer kept) Korean won → usd (no longer a choice)" in text


def test_a_record_as_of_then_has_what_its_columns_held_that_are_gone(told):
    text = words(told["as of then"])
    assert "Currency (no longer kept) usd (no longer a choice) no longer kept" in text
    assert "Shelf (no longer kept) #1" in text


def test_the_small_history_of_a_column_that_is_gone_is_there(told):
    assert "Who set Currency (no longer kept)" in words(told["small history"])
    assert "#1" in words(told["of a gone table"])


def test_capture_writes_no_column_that_is_gone(told):
    assert told["written"] == [None, None, ["note"]]


def test_its_operation_is_previewed_and_carried_out(told):
    assert "Settle 1 invoice" in told["preview"]["text"]
    assert told["applied"] == 302
    assert told["receipt"]["status"] == 200
    assert "입금 확인" in told["after"]["text"]


def test_its_operation_is_guarded(told):
    assert told["refused"]["status"] == 403
    assert "settle_invoice" in told["refused"]["text"]
