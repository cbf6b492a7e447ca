"""The whole history of a real site, when it is beside the checkout: byte for byte as it was.

At a sample of twenty dates and at the end, what the history says is what a plain replay says. It
takes about half a minute on two idle cores.
"""

from __future__ import annotations

import copy
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from articles.models import Article, Member, Translation
from audit.models import Event
from tests.articles.conftest import Imported, load_into, site_as_of, site_now
from tests.articles.histories import State, read, replay

FILE = settings.BASE_DIR.parent / "shared" / "data" / "help-center-ko.ndjson.xz"
SAMPLES = 20


def test_the_whole_history_is_there_byte_for_byte(committed_db, tmp_path):
    """One test, because a second one might load the file a second time in another process."""
    if not FILE.exists():
        pytest.skip(f"NO REAL HISTORY: {FILE} is not there")
    times, sampled = states()
    found = load_into(committed_db, tmp_path, FILE, "")
    assert found.status == 0, found.said
    check_notes(found)
    check_states(times, sampled)
    check_people(times)
    check_second_run(committed_db, tmp_path)


def states() -> tuple[list[datetime], dict[datetime, State]]:
    """All times of the file, and the state after a sample of its lines and the last one."""
    lines = list(read(FILE))
    state: State = {}
    found = {}
    for number, entry in enumerate(lines, start=1):
        replay(state, entry)
        if number % (len(lines) // SAMPLES) == 0 or number == len(lines):
            found[datetime.fromisoformat(entry["at"])] = copy.copy(state)
    return [datetime.fromisoformat(entry["at"]) for entry in lines], found


def check_notes(found: Imported) -> None:
    """The one contradiction: a page that was created where one stands."""
    assert len(found.notes()) == 1
    assert "guide/component-edge-cases.md, which stands there" in found.notes()[0]


def check_states(times: list[datetime], sampled: dict[datetime, State]) -> None:
    """At every sampled time, between two lines, and now."""
    assert len(sampled) >= SAMPLES
    assert all(len(state) > 1 for state in sampled.values())
    for when, state in sampled.items():
        assert site_as_of(when) == state, f"as of {when}"
    for when in list(sampled)[2:-1:6]:
        following = times[times.index(when) + 1]
        assert site_as_of(when + (following - when) / 2) == sampled[when]
    assert site_now() == list(sampled.values())[-1]


def check_people(times: list[datetime]) -> None:
    """Every person, line and time."""
    events = Event.objects.filter(actor_kind="member").order_by("occurred_at")
    occurred = [event.occurred_at for event in events]
    assert set(occurred) <= set(times)
    assert len(times) - len(occurred) < 5  # Those that change nothing leave no event.
    assert all(a < b for a, b in pairwise(occurred))
    assert Member.objects.count() == 346
    assert Member.objects.values("name").distinct().count() < 346
    assert {tuple(event.flags) for event in events} == {()}


def check_second_run(database: Any, folder: Path) -> None:
    """It adds nothing."""
    before = Article.history.count(), Translation.history.count(), Event.objects.count()
    again = load_into(database, folder, FILE, "")
    assert "0 lines loaded" in again.said
    assert before == (Article.history.count(), Translation.history.count(), Event.objects.count())
