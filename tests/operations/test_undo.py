"""Undoing events: exactly what they did, later changes laid open, and an undoing undone."""

import re

import pytest

from articles.models import Article, Category, Translation
from audit import events
from audit.actors import Actor
from audit.context import change
from audit.models import Event
from backoffice.operations.exceptions import Conflict, Denied
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from backoffice.operations.rewriting import inverse, reading
from backoffice.operations.rewriting.chosen_events import EventTargets, events_of, planned
from backoffice.operations.rewriting.conflicts import Choices
from backoffice.operations.rewriting.tables import Table
from tests.operations.facts import content, events_since, last_event_id, standing

REASON = "고객 요청: 되돌려 주세요"


def run(name, targets, staff, **params):
    return execute(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


def undo(chosen, staff, **params):
    return run("event.undo", chosen, staff, **params)


def look(chosen, staff, **params):
    return preview("event.undo", chosen, params, actor=StaffPerformer(staff), reason=REASON)


def write(product, query, *values):
    """One change of the customer's service; the event that it left."""
    last = last_event_id()
    product.execute(query, values)
    return events_since(last)[-1].pk


HIDE = "UPDATE articles_article SET hidden = true WHERE id = %s"
RENAME = "UPDATE articles_article SET slug = %s WHERE id = %s"
DELETE = (
    "WITH t AS (DELETE FROM articles_translation WHERE article_id = ANY (%s)) "
    "DELETE FROM articles_article WHERE id = ANY (%s)"
)


def test_it_puts_back_what_an_operation_changed_and_says_so(people, site):
    before = standing()
    hidden = run("article.hide", site.articles, people["otis"])
    done = undo([hidden.event_id], people["otis"])
    assert standing() == before
    event = Event.objects.get(pk=done.event_id)
    assert (event.name, event.outcome, event.reason) == ("event.undone", "succeeded", REASON)
    assert (event.entity, event.record_id, event.scope) == (
        "event",
        str(hidden.event_id),
        site.channel,
    )
    assert event.params["targets"] == [hidden.event_id]
    verbs = Article.history.filter(event_id=event.pk).values_list("verb", flat=True)
    assert list(verbs) == ["unhidden"] * 3


def test_it_brings_back_what_was_deleted_with_the_same_ids(people, site, product):
    before = standing()
    event = write(product, DELETE, site.articles[:2], site.articles[:2])
    assert Article.objects.count() == 1
    undo([event], people["otis"])
    assert standing() == before


def test_it_brings_back_long_texts_and_json_whole(people, site, product):
    body = "환불 규정 전문. " * 12_000
    product.execute("UPDATE articles_translation SET body = %s", [body])
    layout = '{"blocks": [{"title": "환불", "n": 1}]}'
    product.execute("UPDATE articles_space SET home_layout = %s", [layout])
    before = standing()
    texts = write(product, DELETE, site.articles, site.articles)
    other = write(product, "UPDATE articles_space SET home_layout = '{}', name = 'x'")
    undo([texts, other], people["otis"])
    assert standing() == before


def test_it_deletes_what_was_made(people, site, product):
    before = standing()
    made = write(
        product,
        "WITH a AS (INSERT INTO articles_article (channel_id, space_id, slug) "
        "VALUES (%s, %s, 'new') RETURNING id, channel_id) INSERT INTO articles_category "
        "(channel_id, space_id, name, slug) SELECT a.channel_id, %s, 'n', 'n' FROM a",
        site.channel,
        site.space,
        site.space,
    )
    undo([made], people["otis"])
    assert standing() == before


def test_an_undoing_can_be_undone_and_that_again(people, site, product):
    before = standing()
    event = write(product, DELETE, site.articles, site.articles)
    deleted = standing()
    first = undo([event], people["otis"])
    assert standing() == before
    second = undo([first.event_id], people["otis"])
    assert standing() == deleted
    undo([second.event_id], people["otis"])
    assert standing() == before


def test_what_was_undone_is_not_undone_twice(people, site):
    hidden = run("article.hide", site.articles, people["otis"])
    undo([hidden.event_id], people["otis"])
    before, last = content(), last_event_id()
    with pytest.raises(Conflict, match="nothing of what it did stands any more"):
        undo([hidden.event_id], people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict"]


def test_it_takes_several_events_together_to_before_the_first(people, site, product):
    before = standing()
    article = site.articles[0]
    made = [write(product, RENAME, f"slug-{n}", article) for n in range(3)]
    made.append(write(product, HIDE, article))
    undo(made, people["otis"])
    assert standing() == before


def test_undoing_in_batches_newest_first_comes_to_the_same_end(people, site, product):
    before = standing()
    article = site.articles[0]
    made = [write(product, RENAME, f"slug-{n}", article) for n in range(4)]
    undo(made[2:], people["otis"])
    undo(made[:2], people["otis"])
    assert standing() == before


def test_what_was_made_and_deleted_in_between_stays_gone(people, site, product):
    before = standing()
    made = [
        write(product, HIDE, 1),
        write(
            product,
            "INSERT INTO articles_translation (channel_id, article_id, language, title) "
            "VALUES (%s, 1, 'ja', '返金')",
            site.channel,
        ),
        write(product, DELETE, [1], [1]),
    ]
    stored = look(made, people["otis"])
    assert stored.targets == made
    undo(stored.targets, people["otis"])
    assert standing() == before
    alone = write(product, "INSERT INTO articles_channel (name) VALUES ('x')")
    ended = write(product, "DELETE FROM articles_channel WHERE name = 'x'")
    with pytest.raises(Conflict, match="nothing of what it did stands"):
        undo([alone, ended], people["ada"])


def test_a_later_change_stays_unless_chosen_otherwise(people, site, product):
    article = site.articles[0]
    event = write(
        product, "UPDATE articles_article SET hidden = true, slug = 'b' WHERE id = %s", article
    )
    later = write(product, RENAME, "later", article)
    stored = look([event], people["otis"])
    assert [row["changes"] for row in stored.rows] == [{"hidden": [True, False]}]
    undo([event], people["otis"])
    found = Article.objects.get(pk=article)
    assert (found.hidden, found.slug) == (False, "later")
    before = content()
    with pytest.raises(Conflict, match="changed since"):
        undo([event], people["otis"])
    assert content() == before
    undo([event], people["otis"], **{f"one-later-article-{article}-slug": "restore"})
    assert Article.objects.get(pk=article).slug == "refund-1"
    assert later


def test_all_of_a_kind_are_chosen_at_once(people, site, product):
    event = write(product, "UPDATE articles_article SET slug = slug || '-x'")
    write(product, "UPDATE articles_article SET slug = slug || '-y'")
    undo([event], people["otis"], **{"all-later": "restore"})
    assert sorted(Article.objects.values_list("slug", flat=True)) == [
        "refund-1",
        "refund-2",
        "refund-3",
    ]


def test_a_later_change_to_what_it_was_is_no_conflict(people, site, product):
    event = write(product, HIDE, site.articles[0])
    product.execute("UPDATE articles_article SET hidden = false")
    with pytest.raises(Conflict, match="nothing of what it did stands"):
        undo([event], people["otis"])


def test_a_change_there_and_back_by_others_stands(people, site, product):
    event = write(product, HIDE, site.articles[0])
    product.execute("UPDATE articles_article SET hidden = false")
    product.execute("UPDATE articles_article SET hidden = true")
    with pytest.raises(Conflict, match="changed since"):
        undo([event], people["otis"])
    assert Article.objects.filter(hidden=True).count() == 3


def test_what_was_made_and_changed_since_stays_unless_chosen(people, site, product):
    made = write(
        product,
        "INSERT INTO articles_article (channel_id, space_id, slug) VALUES (%s, %s, 'new')",
        site.channel,
        site.space,
    )
    product.execute("UPDATE articles_article SET hidden = true WHERE slug = 'new'")
    with pytest.raises(Conflict):
        undo([made], people["otis"])
    undo([made], people["otis"], **{"all-remade": "restore"})
    assert not Article.objects.filter(slug="new").exists()


def test_what_was_made_and_filled_since_stays(people, site, product):
    made = write(
        product,
        "INSERT INTO articles_category (channel_id, space_id, name, slug) "
        "VALUES (%s, %s, 'n', 'n')",
        site.channel,
        site.space,
    )
    product.execute(
        "UPDATE articles_article SET category_id = (SELECT id FROM articles_category "
        "WHERE slug = 'n') WHERE id = %s",
        [site.articles[0]],
    )
    before = content()
    with pytest.raises(Conflict, match="cannot stand again|changed since"):
        undo([made], people["otis"])
    assert content() == before
    assert Category.objects.filter(slug="n").exists()


def test_a_slug_taken_since_leaves_the_article_out_or_gives_it_a_free_one(people, site, product):
    article = site.articles[0]
    event = write(product, DELETE, [article], [article])
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug) VALUES "
        "(%s, %s, %s, 'refund-1')",
        [site.channel, site.space, site.categories[-1]],
    )
    before = content()
    with pytest.raises(Conflict):
        undo([event], people["otis"])
    assert content() == before
    undo([event], people["otis"], **{"all-taken": "free"})
    back = Article.objects.get(pk=article)
    assert back.slug == "refund-1-2"
    assert back.translations.count() == 2


def test_a_deleted_parent_comes_back_too_or_is_left_away(people, site, product):
    article, category = site.articles[0], site.categories[-1]
    event = write(product, DELETE, [article], [article])
    product.execute("UPDATE articles_article SET category_id = NULL")
    product.execute("DELETE FROM articles_category WHERE id = %s", [category])
    with pytest.raises(Conflict):
        undo([event], people["otis"])
    done = undo([event], people["otis"], **{"all-missing": "top"})
    assert Article.objects.get(pk=article).category_id is None
    undo([done.event_id], people["otis"])
    assert not Article.objects.filter(pk=article).exists()
    undo([event], people["otis"], **{"all-missing": "parent"})
    assert Article.objects.get(pk=article).category_id == category
    assert Category.objects.get(pk=category).parent_id == site.categories[1]


def test_an_id_that_is_taken_gets_another(people, site, product):
    article = site.articles[0]
    event = write(product, DELETE, [article], [article])
    product.execute(
        "INSERT INTO articles_article (id, channel_id, space_id, slug) "
        "VALUES (%s, %s, %s, 'other')",
        [article, site.channel, site.space],
    )
    with pytest.raises(Conflict):
        undo([event], people["otis"])
    undo([event], people["otis"], **{"all-again": "new_id"})
    back = Article.objects.exclude(pk=article).get(slug="refund-1")
    assert Translation.objects.filter(article=back).count() == 2
    assert Article.objects.get(pk=article).slug == "other"


def test_names_swapped_in_one_event_go_back_in_their_order(people, site, product):
    one, two = site.articles[:2]
    before = standing()
    made = [
        write(product, RENAME, "refund-1-old", one),
        write(product, RENAME, "refund-1", two),
    ]
    undo(made, people["otis"])
    assert standing() == before


@pytest.mark.parametrize("person", ["vera", "nolan"])
def test_it_is_refused_to_other_roles(people, site, person):
    hidden = run("article.hide", site.articles, people["otis"])
    before, last = content(), last_event_id()
    with pytest.raises(Denied):
        undo([hidden.event_id], people[person])
    assert content() == before
    assert [(e.name, e.outcome) for e in events_since(last)] == [("event.undone", "denied")]


def test_an_event_of_a_closed_scope_is_not_there(people, site, elsewhere, restrict, product):
    both = write(product, "UPDATE articles_article SET pinned = true")
    restrict(elsewhere.channel, people["ada"])
    before = content()
    with pytest.raises(Denied, match="does not exist for you"):
        undo([both], people["otis"])
    assert content() == before
    assert EventTargets().known(StaffPerformer(people["ada"]), [both]) == {both}


def test_staff_and_refusals_are_not_undone(people, site):
    staffing = (
        Event.objects.filter(name="staff.role_granted").first()
        or Event.objects.filter(name__startswith="staff").first()
    )
    with pytest.raises(Conflict, match="not put back here"):
        undo([staffing.pk], people["ada"])
    with pytest.raises(Denied):
        run("article.hide", site.articles, people["vera"])
    with pytest.raises(Denied, match="does not exist"):
        undo([last_event_id()], people["ada"])


def test_a_preview_is_stale_when_one_of_the_records_moved(people, site, product):
    hidden = run("article.hide", site.articles, people["otis"])
    stored = look([hidden.event_id], people["otis"])
    product.execute(RENAME, ["moved", site.articles[0]])
    before = content()
    with pytest.raises(Conflict):
        execute(
            "event.undo",
            stored.targets,
            stored.params,
            actor=StaffPerformer(people["otis"]),
            reason=REASON,
            preview=stored,
        )
    assert content() == before


def test_an_event_that_asked_for_parts_is_undone_with_them(people, site):
    before = standing()
    ada = Actor.staff(people["ada"])
    asked = events.record("article.hidden", actor=ada, outcome="requested", reason="all of them")
    for article in site.articles:
        with change("article.hidden", actor=ada, reason="part", parent_id=asked.event_id):
            Article.objects.filter(pk=article).update(hidden=True)
    done = undo([asked.event_id], people["otis"])
    assert standing() == before
    undo([done.event_id], people["otis"])
    assert Article.objects.filter(hidden=True).count() == 3


def test_a_column_that_is_gone_is_named_and_the_rest_goes_back(product, site, monkeypatch):
    event = write(product, "UPDATE articles_article SET position = 9, pinned = true WHERE id = 1")
    monkeypatch.delitem(Table.of(Article).fields, "position")
    settled = planned(events_of([event]), Choices())
    assert [(c.kind, c.names) for c in settled.conflicts] == [("retired", ("position",))]
    assert [sorted(step.sources) for wave in settled.waves for step in wave] == [["pinned"]]


def test_so_many_later_versions_are_not_walked_through(people, site, product, monkeypatch):
    monkeypatch.setattr(reading, "LATER", 5)
    monkeypatch.setattr(inverse, "LATER", 5)
    event = write(product, HIDE, site.articles[0])
    for number in range(6):
        product.execute("UPDATE articles_article SET position = %s WHERE id = 1", [number + 1])
    settled = planned(events_of([event]), Choices())
    assert [c.kind for c in settled.conflicts] == ["busy"]
    with pytest.raises(Conflict):
        undo([event], people["otis"])


def test_the_page_of_an_event_leads_to_undoing_it_and_says_when_it_was(browse, people, site):
    hidden = run("article.hide", site.articles, people["otis"]).event_id
    button = f"/operations/event.undo/?target={hidden}"
    page = browse("otis").get(f"/events/{hidden}/").content.decode()
    assert button in page
    assert button not in browse("vera").get(f"/events/{hidden}/").content.decode()
    done = undo([hidden], people["otis"])
    page = browse("vera").get(f"/events/{hidden}/").content.decode()
    assert "Undone by" in page
    assert f"/events/{done.event_id}/" in page


def test_a_fold_is_undone_as_one(browse, people, site, product):
    made = [write(product, HIDE, article) for article in site.articles]
    otis = browse("otis")
    activity = otis.get("/activity/?verb=hidden").content.decode()
    fold = re.search(r'href="(/activity/fold/\?[^"]*?)"', activity)[1].replace("&amp;", "&")
    page = otis.get(fold.replace("&part=events", "")).content.decode()
    address = re.search(r'href="(/operations/event\.undo/\?[^"]*)"', page)[1].replace("&amp;", "&")
    assert sorted(int(n) for n in re.findall(r"target=(\d+)", address)) == sorted(made)
    fill = otis.get(address)
    assert fill.status_code == 200
    assert "Undo what 3 events did" in fill.content.decode()
    data = {"step": "preview", "target": made, "reason": REASON}
    shown = otis.post("/operations/event.undo/", data)
    assert otis.get(shown["location"]).status_code == 200
    otis.post(shown["location"], {"confirmed": "3"})
    assert not Article.objects.filter(hidden=True).exists()


def test_the_conflicts_of_a_preview_say_who_and_when(browse, people, site, product):
    event = write(product, "UPDATE articles_article SET slug = slug || '-x'")
    write(product, "UPDATE articles_article SET slug = slug || '-y' WHERE id = 1")
    otis = browse("otis")
    data = {"step": "preview", "target": event, "reason": REASON}
    page = otis.post("/operations/event.undo/", data, follow=True).content.decode()
    for words in ("Changed since by others", "refund-1-x-y", "product", 'name="all-later"'):
        assert words in page
    data["one-later-article-1-slug"] = "restore"
    page = otis.post("/operations/event.undo/", data, follow=True).content.decode()
    assert '<option value="restore" selected>' in page
    assert "3 articles" in page
