"""One small help site for a module, and the connection that turns its switches."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.content import make_help_center
from tests.harness import databases
from tests.visibility.worlds import World


@pytest.fixture(scope="module")
def world(committed_db_once) -> Iterator[World]:
    with databases.connect("product") as product:
        yield World(make_help_center(product), product)
