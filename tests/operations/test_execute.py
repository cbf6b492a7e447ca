"""The pipeline, asked directly."""

import pytest
from django.db import connection

from articles.models import Article, Translation
from audit.models import Effect, Event
from backoffice.accounts.models import Staff
from backoffice.operations.exceptions import Conflict, Denied, Invalid, UnknownOperation
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.facts import content, events_since, last_event_id

REASON = "고객 요청: 실수로 숨김"


def run(name, targets, staff, **extra):
    values = {"reason": REASON, **extra}
    return execute(name, targets, {}, actor=StaffPerformer(staff), **values)


def test_it_hides_articles_with_one_event_their_history_and_effects(people, site):
    result = run("article.hide", site.articles, people["otis"], ticket="CX-1234")
    assert set(Article.objects.values_list("hidden", flat=True)) == {True}
    event = Event.objects.get(pk=result.event_id)
    assert (event.name, event.outcome, event.actor_label) == ("article.hidden", "succeeded", "Otis")
    assert (event.reason, event.ticket, event.target_count) == (REASON, "CX-1234", 3)
    assert event.scope == site.channel
    assert event.database_role == "console"
    versions = Article.history.filter(event_id=event.id)
    assert {v.verb for v in versions} == {"hidden"}
    assert {v.history_user_id for v in versions} == {people["otis"].pk}
    effects = Effect.objects.filter(event_id=event.id)
    assert list(effects.values_list("entity", "verb", "count")) == [("article", "hidden", 3)]


def test_it_refuses_a_viewer_and_leaves_only_the_event(people, site):
    before, last = content(), last_event_id()
    with pytest.raises(Denied, match="articles.hide_article"):
        run("article.hide", site.articles, people["vera"])
    assert content() == before
    (event,) = events_since(last)
    assert (event.name, event.outcome, event.actor_label) == ("article.hidden", "denied", "Vera")
    assert (event.target_count, event.scope, event.record_id) == (3, site.channel, "")
    assert event.params == {"operation": "article.hide", "targets": site.articles}


def test_it_names_the_one_record_that_a_refusal_is_about(people, site, elsewhere, restrict):
    restrict(elsewhere.channel, people["ada"])
    last = last_event_id()
    for article in (site.articles[0], elsewhere.articles[0]):
        with pytest.raises(Denied, match="articles.hide_article"):
            run("article.hide", [article], people["vera"])
    known, unknown = events_since(last)
    assert (known.entity, known.record_id) == ("article", str(site.articles[0]))
    assert (known.scope, known.target_count) == (site.channel, 1)
    # What the person may not know of stays unsaid, but for the number that they gave themselves.
    assert (unknown.record_id, unknown.scope, unknown.target_count) == ("", None, 1)
    assert unknown.params["targets"] == [elsewhere.articles[0]]


def test_it_notes_a_refusal_whose_targets_are_none(people, site):
    last = last_event_id()
    with pytest.raises(Denied):
        run("article.hide", ["x"], people["vera"])
    (event,) = events_since(last)
    assert (event.entity, event.target_count, event.record_id) == ("article", 0, "")


@pytest.mark.parametrize("reason", ["", "   ", "abc", "x" * 1001])
def test_it_writes_nothing_without_a_reason_of_the_right_length(people, site, reason):
    before, last = content(), last_event_id()
    with pytest.raises(Invalid) as refusal:
        run("article.hide", site.articles, people["otis"], reason=reason)
    assert "reason" in refusal.value.errors
    assert content() == before
    assert events_since(last) == []


@pytest.mark.parametrize("targets", [[], ["x"], ["-1"], ["1e3"], ["9" * 30], [""], ["٣"]])
def test_it_refuses_targets_that_are_no_ids(people, site, targets):
    before = content()
    with pytest.raises(Invalid):
        run("article.hide", targets, people["otis"])
    assert content() == before


def test_it_refuses_more_targets_than_the_limit(people, site, settings):
    settings.OPERATION_TARGET_LIMIT = 2
    before = content()
    with pytest.raises(Invalid, match="2"):
        run("article.hide", site.articles, people["otis"])
    assert content() == before


def test_it_refuses_a_ticket_that_is_none(people, site):
    with pytest.raises(Invalid) as refusal:
        run("article.hide", site.articles, people["otis"], ticket="javascript:alert(1)")
    assert "ticket" in refusal.value.errors


def test_it_does_nothing_at_all_when_one_target_does_not_exist(people, site):
    before, last = content(), last_event_id()
    with pytest.raises(Denied, match="999999"):
        run("article.hide", [*site.articles, 999_999], people["otis"])
    assert content() == before
    (event,) = events_since(last)
    assert event.outcome == "denied"


def test_it_does_not_touch_a_restricted_scope_of_others(people, site, elsewhere, restrict):
    restrict(elsewhere.channel, people["ada"])
    before = content()
    with pytest.raises(Denied):
        run("article.hide", [site.articles[0], elsewhere.articles[0]], people["otis"])
    assert content() == before
    restrict(elsewhere.channel, people["otis"])
    otis = Staff.objects.get(pk=people["otis"].pk)
    run("article.hide", [site.articles[0], elsewhere.articles[0]], otis)
    assert Article.objects.get(pk=elsewhere.articles[0]).hidden


def test_it_calls_a_record_that_cannot_be_a_target_a_conflict(people, site, product):
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [site.articles[0]])
    before, last = content(), last_event_id()
    with pytest.raises(Conflict, match=str(site.articles[0])):
        run("article.hide", site.articles, people["otis"])
    assert content() == before
    (event,) = events_since(last)
    assert event.outcome == "conflict"
    assert str(site.articles[0]) in event.detail


def test_it_gives_up_when_someone_else_holds_the_records(people, site, role_connection):
    holder = role_connection("product")
    with holder.transaction():
        held = "SELECT 1 FROM articles_article WHERE id = %s FOR UPDATE"
        holder.execute(held, [site.articles[0]])
        before, last = content(), last_event_id()
        with pytest.raises(Conflict, match="right now|지금"):
            run("article.hide", site.articles, people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict"]


def test_it_knows_no_operation_of_another_name(people, site):
    with pytest.raises(UnknownOperation):
        run("article.explode", site.articles, people["otis"])


def test_the_database_itself_refuses_a_write_around_the_pipeline(people, site):
    with pytest.raises(Exception, match="without an event"):
        Article.objects.filter(pk=site.articles[0]).update(hidden=True)
    connection.rollback()
    assert not Article.objects.get(pk=site.articles[0]).hidden


def test_it_restores_an_article_with_the_texts_that_were_deleted_with_it(people, site):
    article = site.articles[0]
    run("article.move_to_trash", [article], people["otis"])
    assert not Translation.objects.filter(article=article, deleted_at=None).exists()
    run("article.restore", [article], people["otis"])
    assert Article.objects.get(pk=article).deleted_at is None
    assert Translation.objects.filter(article=article, deleted_at=None).count() == 2


def test_it_leaves_a_text_in_the_trash_that_went_there_on_its_own(people, site, product):
    article = site.articles[0]
    english = Translation.objects.get(article=article, language="en")
    product.execute(
        "UPDATE articles_translation SET deleted_at = now() WHERE id = %s", [english.pk]
    )
    run("article.move_to_trash", [article], people["otis"])
    run("article.restore", [article], people["otis"])
    living = Translation.objects.filter(article=article, deleted_at=None)
    assert [text.language for text in living] == ["ko"]


def test_it_refuses_to_restore_into_a_place_that_is_taken(people, site, product):
    article = site.articles[0]
    run("article.move_to_trash", [article], people["otis"])
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
        "SELECT channel_id, space_id, category_id, slug FROM articles_article WHERE id = %s",
        [article],
    )
    before = content()
    with pytest.raises(Conflict, match="refund-1"):
        run("article.restore", [article], people["otis"])
    assert content() == before
