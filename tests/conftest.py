"""The frame of every run: a guard, a cluster that starts before the workers and ends after them."""

from __future__ import annotations

import os
import traceback
from pathlib import Path

import pytest
from django.conf import settings
from pytest_django.plugin import blocking_manager_key

from backoffice.postgres.cluster import Cluster
from tests.harness import databases, guard, refusals, template

# Few tests that take long. They come first, so that no worker is left alone with one at the end.
LONG = (
    "tests/stories/",
    "tests/articles/test_import_whole_file.py",
    "tests/console/test_browser.py",
)

pytest_plugins = ["tests.harness.fixtures", "tests.fixtures"]


def pytest_configure(config: pytest.Config) -> None:
    if os.environ.get("DJANGO_SETTINGS_MODULE") != "tests.settings":
        pytest.exit("The tests run with tests.settings only. Leave out --ds.", returncode=4)
    warning = guard.refusal(settings.DATABASES)
    if warning:
        pytest.exit(warning, returncode=4)


def pytest_sessionstart(session: pytest.Session) -> None:
    """In the first process only; the workers find the template's name in their environment."""
    if _is_worker() or session.config.option.collectonly:
        return
    cluster = Cluster(Path(settings.DATA_DIR) / "cluster")
    cluster.make_volatile()
    cluster.start("primary")
    # One of an earlier run would have to catch up with all that was done without it.
    cluster.discard_replica()
    blocker = session.config.stash[blocking_manager_key]
    try:
        with blocker.unblock(), databases.pointed_at(databases.Database("postgres")):
            os.environ[databases.TEMPLATE] = template.make(cluster)
    except Exception as error:
        # Tests without a database still run; the others fail with the short form of this.
        traceback.print_exc()
        os.environ[databases.TROUBLE] = f"the migrations failed: {type(error).__name__}: {error}"


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not _is_worker() and not session.config.option.collectonly:
        databases.cluster().stop()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_runtest_setup(item: pytest.Item) -> None:
    refusals.refuse_flush(item)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say loudly what was not tested for want of a browser or of the real history."""
    skipped = terminalreporter.stats.get("skipped", [])
    missing = [report for report in skipped if "NO CHROMIUM" in str(report.longrepr)]
    if missing:
        line = f"NO CHROMIUM: {len(missing)} browser tests did NOT run. apt install chromium"
        terminalreporter.write_sep("!", line, red=True, bold=True)
    if any("NO REAL HISTORY" in str(report.longrepr) for report in skipped):
        line = "NO REAL HISTORY beside the checkout: loading a whole one was NOT tested"
        terminalreporter.write_sep("!", line, red=True, bold=True)


def _is_worker() -> bool:
    return "PYTEST_XDIST_WORKER" in os.environ
