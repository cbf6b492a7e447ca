"""The pace of one person holds when requests come all at once, and holds up nobody else."""

import threading

import pytest

from articles.models import Article
from backoffice.operations import pipeline
from backoffice.operations.approval import deciding
from backoffice.operations.bulk import runs
from tests.operations.approval.asking import fresh, look_of, sent
from tests.operations.approval.test_races import at_once
from tests.operations.facts import apply, look


@pytest.fixture
def together(monkeypatch):
    """Lets two requests count before either has done anything."""

    def meet(room):
        gate, count = threading.Barrier(2), room.refuse_too_much

        def counted(order):
            count(order)
            gate.wait(10)

        monkeypatch.setattr(room, "refuse_too_much", counted)

    return meet


def test_many_requests_at_once_do_not_pass_together(people, site, settings, together):
    settings.OPERATIONS_PER_MINUTE = 1
    otis = people["otis"]
    seen = [look("article.hide", [key], otis) for key in site.articles[:2]]
    together(pipeline)
    found = at_once(*[lambda stored=stored: apply(stored, otis) for stored in seen])
    assert sorted(found) == ["TooMany", "done"]
    assert Article.objects.filter(hidden=True).count() == 1


def test_two_runs_at_once_do_not_pass_together(begin, settings, together, site):
    settings.RECORDS_PER_HOUR = 4
    seen = [begin("article.hide"), begin("article.pin")]
    together(runs)
    found = at_once(*[lambda run=run: runs.start_run(run) for run in seen])
    assert sorted(found) == ["TooMany", "done"]


def test_who_agrees_is_not_held_up_by_the_pace_of_who_asked(people, site, settings):
    settings.APPROVAL_ABOVE, otis = 2, people["otis"]
    found = sent(otis, "article.hide", site.articles)
    apply(look("article.pin", site.articles[:1], otis), otis)
    settings.OPERATIONS_PER_MINUTE = 1
    deciding.approve(found, people["ada"], look_of(people["ada"], found))
    assert fresh(found).state == "approved"
