"""Real data contradicts itself: each change is applied as what it amounts to, and reported."""

from __future__ import annotations

import pytest

from articles.models import Article, Translation
from audit.models import Event
from tests.articles.conftest import load_into, site_as_of, site_now
from tests.articles.histories import at, create, delete, line, move, replay, update

STANDING = [line(1, create("a.md", "가"), create("b.md", "나"))]
# What a line does to a site where a.md and b.md stand; and what is said about it.
ODD = {
    "create where one stands": ([create("a.md", "새")], ["create of a.md, which stands there"]),
    "update of what is not there": ([update("c.md")], ["update of c.md, which is not there"]),
    "delete of what is not there": (
        [delete("c.md"), update("a.md")],
        ["delete of c.md, which is not there: nothing"],
    ),
    "delete twice": ([delete("a.md"), delete("a.md")], ["delete of a.md, which is not there"]),
    "move of what is not there": (
        [move("c.md", "d.md")],
        ["move of c.md to d.md, but the first is not there: it was created there"],
    ),
    "move of what is not there onto a page": (
        [move("c.md", "b.md", "새")],
        ["move of c.md to b.md, but the first is not there: the page there was updated"],
    ),
    "move onto a page": (
        [move("a.md", "b.md")],
        ["move of a.md to b.md, where a page stands: that page was deleted"],
    ),
    "move to the same place": ([move("a.md", "a.md", "새")], ["the same place"]),
    "create twice": ([create("c.md"), create("c.md", "새")], ["create of c.md, which stands"]),
    "create and delete": ([create("c.md"), delete("c.md"), update("a.md")], []),
    "delete and create": ([delete("a.md"), create("a.md", "새")], []),
    "update twice": ([update("a.md", "하나"), update("a.md", "둘")], []),
    "move on and on": ([move("a.md", "c.md"), move("c.md", "x/d.md", "새")], []),
    "a chain of moves": ([move("b.md", "c.md"), move("a.md", "b.md")], []),
    "places exchanged": (
        [move("a.md", "t.md"), move("b.md", "a.md", "나!"), move("t.md", "b.md", "가!")],
        ["a.md, b.md exchange their places: their texts were exchanged"],
    ),
}


@pytest.mark.parametrize("name", ODD)
def test_it_applies_it_as_what_it_amounts_to(committed_db_once, tmp_path, name):
    changes, said = ODD[name]
    lines = [*STANDING, line(2, *changes)]
    # Each in a site of its own.
    found = load_into(committed_db_once, tmp_path, lines, "history.ndjson", space=name)
    assert found.status == 0
    notes = found.notes()
    assert len(notes) == len(said)
    assert all(n.startswith(f"line 2: {s}") or s in n for n, s in zip(notes, said, strict=True))

    state = {}
    for entry in lines:
        replay(state, entry)
    assert site_now(name) == state
    assert site_as_of(at(2), name) == state
    assert site_as_of(at(1), name) == replay({}, STANDING[0])
    for model in (Article, Translation):
        rows = list(model.history.values_list("event_id", "id"))
        assert len(rows) == len(set(rows)), f"{name}: a record was written twice"


def test_it_replaces_a_page_by_the_one_that_is_moved_onto_it(load):
    load(STANDING)
    moved = Article.objects.get(slug="a.md")
    load([*STANDING, line(2, move("a.md", "b.md"))])
    assert Article.objects.get() == moved


def test_it_makes_a_new_page_after_a_deletion(load):
    load(STANDING)
    before = Article.objects.get(slug="a.md")
    load([*STANDING, line(2, delete("a.md")), line(3, create("a.md"))])
    assert Article.objects.get(slug="a.md").pk != before.pk


def test_it_leaves_no_event_for_a_line_that_changes_nothing(load):
    found = load(
        [*STANDING, line(2, update("a.md", "가", "본문")), line(3), line(4, delete("z.md"))]
    )
    assert Event.objects.filter(actor_kind="member").count() == 1
    assert "3 lines changed nothing and left no event." in found.said
    assert found.status == 0


def test_it_adds_a_text_in_another_language_to_a_page(load):
    found = load([*STANDING, line(2, create("a.md", "A", "text"), language="en")])
    assert found.notes() == []
    assert Translation.objects.filter(article__slug="a.md").count() == 2


def test_it_says_when_an_updated_page_had_no_text_in_that_language(load):
    found = load([*STANDING, line(2, update("a.md", "A", "text"), language="en")])
    assert found.notes() == ["line 2: update of a.md, which has no en text: it was added"]


def test_it_refuses_to_exchange_pages_with_texts_that_the_line_does_not_carry(load):
    lines = [*STANDING, line(2, create("a.md", "A"), language="en")]
    lines.append(line(3, move("a.md", "t.md"), move("b.md", "a.md"), move("t.md", "b.md")))
    found = load(lines)
    assert found.status == 1
    assert "line 3: refused: pages in several languages exchange their places" in found.said
    assert site_as_of(at(3)) == site_as_of(at(2))


def test_it_leaves_what_lies_in_the_trash_alone(load, role_connection):
    load(STANDING)
    trashed = Article.objects.get(slug="a.md")
    role_connection("product").execute("UPDATE articles_article SET deleted_at = now()")
    found = load([*STANDING, line(2, create("a.md", "새"))])
    assert found.notes() == []
    assert Article.objects.filter(slug="a.md").count() == 2
    trashed.refresh_from_db()
    assert trashed.deleted_at is not None
