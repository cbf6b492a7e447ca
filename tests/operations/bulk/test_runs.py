"""Runs: previewed in batches, done once each, told record by record."""

from collections import Counter

import pytest

from articles.models import Article
from audit.models import Effect, Event
from backoffice.operations.bulk import runs
from backoffice.operations.bulk.working import work
from tests.operations.bulk.conftest import REASON, again, article_history, outcomes
from tests.operations.facts import content, events_since, last_event_id


def test_a_preview_changes_nothing_and_finds_everything(previewed, dozen, product):
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [dozen.articles[0]])
    before, last = content(), last_event_id()
    run = previewed()
    assert content() == before
    assert (run.state, run.total, run.looked, run.refused) == ("finished", 12, 12, 1)
    assert run.effects == [
        {"entity": "article", "verb": "hidden", "fields": ["hidden"], "count": 11}
    ]
    assert sum(len(part.rows) for part in run.parts.all()) == 11 == run.rows_kept
    assert outcomes(run)[dozen.articles[0]] == "refused"
    assert run.items.get(key=dozen.articles[0]).problem == "it is hidden already"
    told = [(event.name, event.outcome, event.target_count) for event in events_since(last)]
    assert told == [("article.hidden", "previewed", 11)]


def test_a_run_does_every_record_once_with_an_event_for_each_batch(previewed, dozen):
    run = previewed()
    last = last_event_id()
    runs.start_run(run)
    assert work(run.pk, 60) is False
    run = again(run)
    assert (run.state, run.done, run.failed, run.conflicts) == ("finished", 12, 0, 0)
    assert not Article.objects.filter(hidden=False).exists()
    parent, *children, closing = events_since(last)
    assert (parent.id, parent.outcome) == (run.parent_event, "requested")
    assert (parent.reason, parent.target_count) == (REASON, 12)
    assert parent.params["counts"]["total"] == 12
    assert [child.parent_id for child in children] == [parent.id] * 3
    assert [child.target_count for child in children] == [4, 4, 4]
    assert (closing.name, closing.outcome) == ("bulk.ended", "succeeded")
    assert (closing.parent_id, closing.target_count) == (parent.id, 12)
    for key, event in run.items.values_list("key", "event_id"):
        (version,) = [v for v in article_history(key) if v.verb == "hidden"]
        assert version.event_id == event


def test_starting_twice_starts_once(previewed, dozen):
    run = previewed()
    last = last_event_id()
    first, second = runs.start_run(run), runs.start_run(run)
    assert first.parent_event == second.parent_event
    assert len(events_since(last)) == 1


def test_a_record_that_changed_since_the_preview_is_a_conflict(previewed, dozen, product):
    run = previewed()
    product.execute("UPDATE articles_article SET position = 9 WHERE id = %s", [dozen.articles[5]])
    product.execute("DELETE FROM articles_translation WHERE article_id = %s", [dozen.articles[6]])
    product.execute("DELETE FROM articles_article WHERE id = %s", [dozen.articles[6]])
    runs.start_run(run, now=11)
    work(run.pk, 60)
    run = again(run)
    assert (run.state, run.done, run.conflicts) == ("partial", 10, 2)
    assert not Article.objects.get(pk=dozen.articles[5]).hidden
    problems = dict(run.items.filter(state="conflict").values_list("key", "problem"))
    assert problems == {
        dozen.articles[5]: "it changed after the preview",
        dozen.articles[6]: "it is not there any more",
    }
    closing = Event.objects.get(pk=run.closing_event)
    assert (closing.outcome, closing.target_count) == ("partial", 10)


EDIT = "UPDATE articles_translation SET title = 'other' WHERE article_id = %s"


def test_what_hangs_on_a_record_counts_where_the_operation_reaches_it(previewed, dozen, product):
    hide = previewed("article.hide")
    product.execute(EDIT, [dozen.articles[4]])
    runs.start_run(hide)
    work(hide.pk, 60)
    assert (again(hide).state, again(hide).conflicts) == ("finished", 0)
    product.execute("UPDATE articles_article SET hidden = false")
    second = previewed("article.move_to_trash")
    product.execute(EDIT.replace("other", "again"), [dozen.articles[4]])
    runs.start_run(second)
    work(second.pk, 60)
    assert (again(second).done, again(second).conflicts) == (11, 1)
    conflict = second.items.get(state="conflict")
    assert conflict.key == dozen.articles[4]
    assert conflict.problem == "what belongs to it changed after the preview"


def test_only_the_bad_records_of_a_batch_fail(previewed, dozen, monkeypatch):
    from articles.operations.hide_article import HideArticle

    run, bad = previewed(), dozen.articles[2]
    real = HideArticle.run

    def breaks(self, targets, params):
        if bad in [article.pk for article in targets]:
            raise ValueError("this one is broken")
        real(self, targets, params)

    monkeypatch.setattr(HideArticle, "run", breaks)
    last = last_event_id()
    runs.start_run(run)
    work(run.pk, 60)
    run = again(run)
    assert (run.state, run.done, run.failed) == ("partial", 11, 1)
    assert Counter(outcomes(run).values()) == {"done": 11, "failed": 1}
    assert run.items.get(key=bad).problem.startswith("The operation failed inside.")
    assert sum(effect.count for effect in Effect.objects.filter(event_id__gt=last)) == 11
    assert not Article.objects.get(pk=bad).hidden


def test_what_failed_is_tried_again_in_a_run_of_its_own(previewed, dozen, people, product):
    from backoffice.operations.performers import StaffPerformer

    run = previewed()
    moved = dozen.articles[5]
    product.execute("UPDATE articles_article SET position = 9 WHERE id = %s", [moved])
    runs.start_run(run)
    work(run.pk, 60)
    second = runs.retry(again(run), actor=StaffPerformer(people["otis"]))
    work(second.pk, 60)
    assert list(outcomes(second)) == [moved]
    runs.start_run(again(second))
    work(second.pk, 60)
    second = again(second)
    assert (second.state, second.done, second.retry_of_id) == ("finished", 1, run.pk)
    assert Article.objects.get(pk=moved).hidden


@pytest.mark.parametrize("size", [0, -1])
def test_a_run_without_time_does_nothing(previewed, dozen, size):
    run = previewed()
    runs.start_run(run)
    assert work(run.pk, size) is True
    assert again(run).done == 0
