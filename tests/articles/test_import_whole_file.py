"""The whole history of a real site, when it is beside the checkout: byte for byte as it was.

At a sample of twenty dates and at the end, what the history says is what a plain replay says. It
takes about half a minute on two idle cores.
"""

from __future__ import annotations

import copy
import warnings
from datetime import datetime
from itertools import pairwise

import pytest
from django.conf import settings

from articles.models import Article, Member, Translation
from audit.models import Event
from tests.articles.conftest import load_into, site_as_of, site_now
from tests.articles.histories import State, read, replay

FILE = settings.BASE_DIR.parent / "shared" / "data" / "help-center-ko.ndjson.xz"
SAMPLES = 20


@pytest.fixture(scope="module")
def states() -> tuple[list[datetime], dict[datetime, State]]:
    """All times of the file, and the state after a sample of its lines and the last one."""
    if not FILE.exists():
        warnings.warn(f"NOT TESTED: {FILE} is not there.", UserWarning, stacklevel=1)
        pytest.skip(f"THE WHOLE FILE WAS NOT TESTED: {FILE} is not there")
    lines = list(read(FILE))
    state: State = {}
    found = {}
    for number, entry in enumerate(lines, start=1):
        replay(state, entry)
        if number % (len(lines) // SAMPLES) == 0 or number == len(lines):
            found[datetime.fromisoformat(entry["at"])] = copy.copy(state)
    return [datetime.fromisoformat(entry["at"]) for entry in lines], found


@pytest.fixture(scope="module")
def loaded(states, committed_db_once, tmp_path_factory):
    found = load_into(committed_db_once, tmp_path_factory.mktemp("whole"), FILE, "")
    assert found.status == 0, found.said
    return found


def test_the_state_as_of_every_sampled_date_is_the_file_s(loaded, states):
    times, sampled = states
    assert len(sampled) >= SAMPLES
    assert all(len(state) > 1 for state in sampled.values())
    for when, state in sampled.items():
        assert site_as_of(when) == state, f"as of {when}"


def test_between_two_lines_nothing_changes(loaded, states):
    times, sampled = states
    for when in list(sampled)[2:-1:6]:
        following = times[times.index(when) + 1]
        assert site_as_of(when + (following - when) / 2) == sampled[when]


def test_the_final_state_is_the_file_s(loaded, states):
    assert site_now() == list(states[1].values())[-1]


def test_every_person_line_and_time_is_there(loaded, states):
    times, _ = states
    events = Event.objects.filter(actor_kind="member").order_by("occurred_at")
    occurred = [event.occurred_at for event in events]
    assert set(occurred) <= set(times)
    assert len(times) - len(occurred) < 5  # Those that change nothing leave no event.
    assert all(a < b for a, b in pairwise(occurred))
    assert Member.objects.count() == 346
    assert Member.objects.values("name").distinct().count() < 346
    assert {tuple(event.flags) for event in events} == {()}


def test_it_reports_the_page_that_was_created_where_one_stands(loaded):
    assert len(loaded.notes()) == 1
    assert "guide/component-edge-cases.md, which stands there" in loaded.notes()[0]


def test_a_second_run_adds_nothing(loaded, committed_db_once, tmp_path):
    before = Article.history.count(), Translation.history.count(), Event.objects.count()
    again = load_into(committed_db_once, tmp_path, FILE, "")
    assert "0 lines loaded" in again.said
    assert before == (Article.history.count(), Translation.history.count(), Event.objects.count())
