"""Random switches for long: explanation, predicate and history of visibility stay of one mind."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import given, settings

from tests.content import make_help_center
from tests.harness import databases
from tests.visibility.test_agreement import COMMON, changes, play
from tests.visibility.worlds import World

pytestmark = pytest.mark.endurance
# About two a second, on the machine that this was written on.
EXAMPLES = int(float(os.environ.get("ENDURANCE_MINUTES", "10")) * 60)


@pytest.fixture(scope="module")
def site(committed_db_once) -> Iterator[World]:
    with databases.connect("product") as product:
        yield World(make_help_center(product), product)


@settings(max_examples=EXAMPLES, **COMMON)
@given(changes)
def test_all_answers_are_one_for_a_long_time(site, made):
    play(site, made)
