"""Restoring a version: whole or some of its fields, whatever came after it."""

import pytest

from articles.models import Article, Category, Space, Translation
from audit.models import Event
from backoffice.operations.exceptions import Conflict, Denied, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.operations.facts import content, events_since, first_version, last_event_id, standing

REASON = "고객 요청: 예전 내용으로"


def run(name, target, staff, **params):
    return execute(name, [target], params, actor=StaffPerformer(staff), reason=REASON)


def test_it_gives_back_all_that_a_version_held(people, site, product):
    before, text = standing(), site.translations[0]
    product.execute("UPDATE articles_translation SET title = 'x', body = 'y' WHERE id = %s", [text])
    product.execute("UPDATE articles_translation SET summary = 'z' WHERE id = %s", [text])
    done = run(
        "translation.revert", text, people["otis"], version=first_version("translation", text)
    )
    assert standing() == before
    event = Event.objects.get(pk=done.event_id)
    assert (event.name, event.record_id) == ("translation.reverted", str(text))
    (version,) = Translation.history.filter(event_id=event.pk)
    assert sorted(version.changed_fields) == ["body", "summary", "title"]


def test_it_gives_back_the_chosen_fields_only(people, site, product):
    product.execute("UPDATE articles_space SET name = 'x', home_layout = '[1]', slug = 'y'")
    version = first_version("space", site.space)
    run("space.revert", site.space, people["otis"], version=version, only=["home_layout"])
    space = Space.objects.get()
    assert (space.name, space.slug, space.home_layout) == ("x", "y", {})


def test_it_brings_a_record_out_of_the_trash_as_it_was(people, site, product):
    article = site.articles[0]
    before = Article.objects.values().get(pk=article)
    product.execute("UPDATE articles_article SET deleted_at = now(), hidden = true, slug = 'x'")
    run("article.revert", article, people["otis"], version=first_version("article", article))
    after = Article.objects.values().get(pk=article)
    assert {**after, "updated_at": None} == {**before, "updated_at": None}


def test_a_slug_that_is_taken_is_told_beside_the_field(people, site, product):
    one, two = site.articles[:2]
    product.execute("UPDATE articles_article SET slug = 'moved' WHERE id = %s", [one])
    product.execute("UPDATE articles_article SET slug = 'refund-1' WHERE id = %s", [two])
    version, before = first_version("article", one), content()
    with pytest.raises(Conflict, match="has the same now"):
        run("article.revert", one, people["otis"], version=version)
    assert content() == before
    run("article.revert", one, people["otis"], version=version, **{"all-taken": "free"})
    assert Article.objects.get(pk=one).slug == "refund-1-2"


def test_a_category_that_is_gone_can_come_back_or_be_done_without(people, site, product):
    article, category = site.articles[0], site.categories[-1]
    product.execute("UPDATE articles_article SET category_id = %s", [site.categories[0]])
    product.execute("DELETE FROM articles_category WHERE id = %s", [category])
    version = first_version("article", article)
    with pytest.raises(Conflict, match="is gone"):
        run("article.revert", article, people["otis"], version=version)
    run("article.revert", article, people["otis"], version=version, **{"all-missing": "parent"})
    assert Article.objects.get(pk=article).category_id == category
    assert Category.objects.filter(pk=category).exists()


def test_it_is_told_when_nothing_would_change(people, site):
    version = first_version("article", site.articles[0])
    with pytest.raises(Conflict, match="holds exactly this"):
        run("article.revert", site.articles[0], people["otis"], version=version)


@pytest.mark.parametrize("version", ["", "0", "x", "99999999", "9" * 30])
def test_a_version_of_no_or_another_record_is_refused(people, site, version):
    before, last = content(), last_event_id()
    with pytest.raises(Invalid) as refusal:
        run("article.revert", site.articles[0], people["otis"], version=version)
    assert "version" in refusal.value.errors
    other = first_version("article", site.articles[1])
    with pytest.raises(Invalid):
        run("article.revert", site.articles[0], people["otis"], version=other)
    assert content() == before
    assert events_since(last) == []


@pytest.mark.parametrize("name", ["created_at", "id", "search_key", "updated_at", "whatever"])
def test_only_declared_fields_can_be_chosen(people, site, product, name):
    product.execute("UPDATE articles_article SET pinned = true")
    version = first_version("article", site.articles[0])
    with pytest.raises(Invalid):
        run("article.revert", site.articles[0], people["otis"], version=version, only=[name])


def test_it_is_refused_in_a_closed_scope_and_to_viewers(people, site, product, restrict):
    product.execute("UPDATE articles_article SET pinned = true")
    version = first_version("article", site.articles[0])
    before = content()
    with pytest.raises(Denied):
        run("article.revert", site.articles[0], people["vera"], version=version)
    restrict(site.channel, people["ada"])
    with pytest.raises(Denied, match="does not exist for you"):
        run("article.revert", site.articles[0], people["otis"], version=version)
    assert content() == before


def test_a_preview_is_stale_when_the_record_moved_on(people, site, product):
    article = site.articles[0]
    product.execute("UPDATE articles_article SET pinned = true WHERE id = %s", [article])
    params = {"version": first_version("article", article)}
    otis = StaffPerformer(people["otis"])
    stored = preview("article.revert", [article], params, actor=otis, reason=REASON)
    assert [row["changes"] for row in stored.rows] == [{"pinned": [True, False]}]
    product.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [article])
    with pytest.raises(Conflict):
        execute(
            "article.revert", [article], stored.params, actor=otis, reason=REASON, preview=stored
        )


def test_its_pages_lead_from_every_version_to_the_receipt(browse, site, product):
    article = site.articles[0]
    product.execute("UPDATE articles_article SET pinned = true WHERE id = %s", [article])
    version = first_version("article", article)
    address = f"/operations/article.revert/?target={article}&amp;version={version}"
    otis = browse("otis")
    for path in ("timeline/", "compare/", f"as-of/?at={first_moment(article)}"):
        assert address in otis.get(f"/articles/{article}/{path}").content.decode(), path
    assert address not in browse("vera").get(f"/articles/{article}/timeline/").content.decode()
    page = otis.get(address.replace("&amp;", "&")).content.decode()
    assert f'name="version" value="{version}"' in page
    assert 'name="only" value="pinned"' in page
    assert 'name="only" value="hidden"' not in page
    data = {"step": "preview", "target": article, "reason": REASON, "version": version}
    shown = otis.post("/operations/article.revert/", {**data, "only": "pinned"})
    receipt = otis.post(shown["location"], follow=True)
    assert receipt.status_code == 200
    assert not Article.objects.get(pk=article).pinned


def first_moment(article):
    first = Article.history.filter(id=article).earliest("history_id")
    return first.history_date.isoformat().replace("+00:00", "Z")
