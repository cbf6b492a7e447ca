"""Preview shows exactly what apply writes, changes nothing, and is good for one application."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from audit.models import Event
from backoffice.operations.exceptions import Conflict, Denied, Expired
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.facts import REASON, apply, content, events_since, last_event_id, look


def test_it_changes_nothing_but_its_own_event(people, site):
    before, last = content(), last_event_id()
    stored = look("article.hide", site.articles, people["otis"])
    assert content() == before
    (event,) = events_since(last)
    assert (event.name, event.outcome) == ("article.hidden", "previewed")
    assert [(e["entity"], e["verb"], e["count"]) for e in stored.effects] == [
        ("article", "hidden", 3)
    ]


def test_it_shows_what_apply_then_writes_children_included(people, site):
    stored = look("article.move_to_trash", site.articles[:1], people["otis"])
    result = apply(stored, people["otis"])
    written = {
        (entity, version.id, version.verb, tuple(version.changed_fields))
        for entity, history in (("article", Article.history), ("translation", _texts()))
        for version in history.filter(event_id=result.event_id)
    }
    shown = {(r["entity"], r["id"], r["verb"], tuple(r["changes"])) for r in stored.rows}
    assert len(written) == 3
    assert shown == written


def _texts():
    from articles.models import Translation

    return Translation.history


def test_it_leaves_out_what_cannot_be_a_target_and_says_why(people, site, product):
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [site.articles[0]])
    stored = look("article.hide", site.articles, people["otis"])
    assert stored.targets == site.articles[1:]
    assert [key for key, why in stored.refusals] == [site.articles[0]]
    apply(stored, people["otis"])
    assert Article.objects.filter(hidden=True).count() == 3


def test_it_is_refused_when_a_target_changed_after_the_person_looked(people, site, product):
    stored = look("article.hide", site.articles, people["otis"])
    product.execute("UPDATE articles_article SET pinned = true WHERE id = %s", [site.articles[1]])
    before, last = content(), last_event_id()
    with pytest.raises(Conflict, match=str(site.articles[1])):
        apply(stored, people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict"]


def test_it_is_applied_once_however_often_it_is_sent(people, site):
    stored = look("article.hide", site.articles, people["otis"])
    first = apply(stored, people["otis"])
    after, last = content(), last_event_id()
    assert apply(stored, people["otis"]).event_id == first.event_id
    assert content() == after
    assert events_since(last) == []


def test_it_expires(people, site):
    stored = look("article.hide", site.articles, people["otis"])
    long_ago = timezone.now() - timedelta(hours=2)
    StoredPreview.objects.filter(pk=stored.pk).update(created_at=long_ago)
    before = content()
    with pytest.raises(Expired):
        apply(stored, people["otis"])
    assert content() == before


def test_it_is_refused_to_a_viewer_with_an_event(people, site):
    last = last_event_id()
    with pytest.raises(Denied):
        look("article.hide", site.articles, people["vera"])
    assert not StoredPreview.objects.exists()
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_a_failure_inside_leaves_the_data_and_an_event(people, site, monkeypatch):
    from backoffice.operations import registry
    from backoffice.operations.exceptions import Failed

    def broken(targets, params):
        targets.update(hidden=True)
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(registry.get("article.hide"), "run", broken)
    before, last = content(), last_event_id()
    with pytest.raises(Failed):
        execute(
            "article.hide", site.articles, {}, actor=StaffPerformer(people["otis"]), reason=REASON
        )
    assert content() == before
    (event,) = events_since(last)
    assert (event.outcome, event.target_count) == ("failed", 3)
    assert Event.objects.filter(outcome="succeeded", id__gt=last).count() == 0
