"""Bringing back what was deleted for good: the same ids, what belonged to it, a choice of ways."""

import pytest

from articles.models import Article, Category, Member, Space, Translation
from audit.models import Event
from backoffice.operations.exceptions import Conflict, Denied
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.operations.facts import content, events_since, last_event_id, standing

REASON = "고객 요청: 휴지통을 비웠습니다"
TEXTS = "DELETE FROM articles_translation WHERE article_id = ANY (%s)"
ARTICLES = "DELETE FROM articles_article WHERE id = ANY (%s)"


def run(name, targets, staff, **params):
    return execute(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


def look(name, targets, staff, **params):
    return preview(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


def delete(product, articles):
    """As the product empties the trash: texts and articles in statements of their own."""
    product.execute(TEXTS, [articles])
    product.execute(ARTICLES, [articles])


def test_it_brings_an_article_back_with_its_texts_and_ids(people, site, product):
    before = standing()
    delete(product, site.articles[:1])
    done = run("article.resurrect", site.articles[:1], people["otis"])
    assert standing() == before
    event = Event.objects.get(pk=done.event_id)
    assert (event.name, event.record_id, event.scope) == (
        "article.resurrected",
        str(site.articles[0]),
        site.channel,
    )
    kinds = Article.history.filter(id=site.articles[0]).order_by("history_id")
    assert [version.history_type for version in kinds] == ["+", "-", "+"]


def test_a_text_deleted_long_before_or_by_others_stays_gone(people, site, product, role_connection):
    article = site.articles[0]
    role_connection("owner").execute(
        "DELETE FROM articles_translation WHERE article_id = %s AND language = 'en'", [article]
    )
    delete(product, [article])
    run("article.resurrect", [article], people["otis"])
    texts = Translation.objects.filter(article=article)
    assert [text.language for text in texts] == ["ko"]


def test_a_new_record_does_not_draw_an_id_that_was_put_back(people, site, product, role_connection):
    delete(product, site.articles)
    owner = role_connection("owner")
    owner.execute("ALTER SEQUENCE articles_article_id_seq RESTART WITH 1")
    run("article.resurrect", site.articles, people["otis"])
    drawn = product.execute("SELECT nextval('articles_article_id_seq')").fetchone()[0]
    assert drawn > max(site.articles)


def take_place(product, site):
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
        "VALUES (%s, %s, %s, 'refund-1')",
        [site.channel, site.space, site.categories[-1]],
    )


def test_a_taken_slug_is_told_and_can_be_another(people, site, product):
    article = site.articles[0]
    delete(product, [article])
    take_place(product, site)
    before, last = content(), last_event_id()
    with pytest.raises(Conflict, match="has the same now"):
        run("article.resurrect", [article], people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict"]
    stored = look("article.resurrect", [article], people["otis"], **{"all-taken": "free"})
    assert stored.targets == [article]
    run("article.resurrect", [article], people["otis"], **{"all-taken": "free"})
    back = Article.objects.get(pk=article)
    assert (back.slug, back.translations.count()) == ("refund-1-2", 2)


def test_one_of_several_is_left_out_and_the_others_come_back(people, site, product):
    delete(product, site.articles)
    take_place(product, site)
    stored = look("article.resurrect", site.articles, people["otis"])
    assert stored.targets == site.articles[1:]
    assert [key for key, _why in stored.refusals] == site.articles[:1]
    run("article.resurrect", stored.targets, people["otis"])
    assert set(Article.objects.values_list("pk", flat=True)) >= set(site.articles[1:])
    assert not Article.objects.filter(pk=site.articles[0]).exists()


@pytest.mark.parametrize("way", ["parent", "top"])
def test_a_category_that_is_gone_comes_back_too_or_is_done_without(people, site, product, way):
    article, category = site.articles[0], site.categories[-1]
    delete(product, site.articles)
    product.execute("DELETE FROM articles_category WHERE id = %s", [category])
    with pytest.raises(Conflict, match="is gone"):
        run("article.resurrect", [article], people["otis"])
    run("article.resurrect", [article], people["otis"], **{"all-missing": way})
    expected = category if way == "parent" else None
    assert Article.objects.get(pk=article).category_id == expected
    assert Category.objects.filter(pk=category).exists() == (way == "parent")


def test_a_whole_chain_of_parents_comes_back_with_it(people, site, product):
    before = standing()
    article = site.articles[:1]
    product.execute("DELETE FROM articles_translation")
    product.execute("DELETE FROM articles_article")
    product.execute("DELETE FROM articles_category")
    run("article.resurrect", article, people["otis"], **{"all-missing": "parent"})
    after = standing()
    assert after["Category"] == before["Category"]
    assert after["Article"] == before["Article"][:1]


def test_what_stood_in_a_category_comes_back_if_asked(people, site, product):
    before = standing()
    product.execute("DELETE FROM articles_translation")
    product.execute("DELETE FROM articles_article")
    product.execute("DELETE FROM articles_category")
    run("category.resurrect", site.categories[:1], people["otis"])
    assert list(Category.objects.values_list("pk", flat=True)) == site.categories[:1]
    run(
        "category.resurrect",
        site.categories[1:2],
        people["otis"],
        contents="on",
    )
    assert standing() == before


def test_an_address_taken_since_is_left_empty(people, site, elsewhere, product):
    product.execute("UPDATE articles_space SET custom_domain = 'help.acme.test' WHERE id = 1")
    for table in ("translation", "article", "category"):
        product.execute(f"DELETE FROM articles_{table} WHERE channel_id = %s", [site.channel])
    product.execute("DELETE FROM articles_space WHERE id = %s", [site.space])
    product.execute(
        "UPDATE articles_space SET custom_domain = 'help.acme.test' WHERE id = %s",
        [elsewhere.space],
    )
    with pytest.raises(Conflict):
        run("space.resurrect", [site.space], people["otis"])
    run("space.resurrect", [site.space], people["otis"], **{"all-taken": "empty"})
    assert Space.objects.get(pk=site.space).custom_domain == ""


def test_a_text_whose_id_is_taken_gets_another(people, site, product):
    article, text = site.articles[0], site.translations[0]
    delete(product, [article])
    product.execute(
        "INSERT INTO articles_translation (id, channel_id, article_id, language, title) "
        "VALUES (%s, %s, %s, 'ja', 'taken')",
        [text, site.channel, site.articles[1]],
    )
    run("article.resurrect", [article], people["otis"], **{"all-again": "new_id"})
    texts = Translation.objects.filter(article=article).order_by("language")
    assert [one.language for one in texts] == ["en", "ko"]
    assert Translation.objects.get(pk=text).title == "taken"


def test_who_wrote_it_may_be_gone(people, site, product):
    product.execute("DELETE FROM articles_translation")
    product.execute("DELETE FROM articles_article")
    product.execute("DELETE FROM articles_member")
    ways = {f"one-missing-article-{site.articles[0]}-author": "top", "all-missing": "parent"}
    run("article.resurrect", site.articles[:1], people["otis"], **ways)
    assert Article.objects.get(pk=site.articles[0]).author_id is None
    run("article.resurrect", site.articles[1:2], people["otis"], **{"all-missing": "parent"})
    assert Member.objects.get().pk == site.member


def test_one_that_stands_is_told_so(people, site):
    with pytest.raises(Conflict, match="it is not deleted"):
        run("article.resurrect", site.articles[:1], people["otis"])


def test_a_closed_scope_stays_closed_after_a_deletion(people, site, product, restrict):
    delete(product, site.articles)
    restrict(site.channel, people["ada"])
    before, last = content(), last_event_id()
    with pytest.raises(Denied, match="does not exist for you"):
        run("article.resurrect", site.articles[:1], people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["denied"]


def test_it_is_told_as_bringing_back(browse, people, site, product):
    article = site.articles[0]
    delete(product, [article])
    event = run("article.resurrect", [article], people["otis"]).event_id
    timeline = browse("vera").get(f"/articles/{article}/timeline/").content.decode()
    assert "brought it back" in timeline
    page = browse("vera").get(f"/events/{event}/").content.decode()
    assert "brought article" in page


def test_bringing_the_parent_back_takes_the_right_to_it(people, site, product):
    before = standing()
    for table in ("translation", "article", "category", "space", "member", "channel"):
        product.execute(f"DELETE FROM articles_{table}")
    gone, last = content(), last_event_id()
    ways = {"all-missing": "parent", "contents": "on"}
    with pytest.raises(Denied, match="articles.resurrect_channel"):
        run("space.resurrect", [site.space], people["otis"], **ways)
    assert content() == gone
    assert [event.outcome for event in events_since(last)] == ["denied"]
    run("space.resurrect", [site.space], people["ada"], **ways)
    assert standing() == before


def test_its_pages_lead_there_and_offer_the_choices(browse, site, product):
    article = site.articles[0]
    delete(product, [article])
    take_place(product, site)
    otis = browse("otis")
    page = otis.get(f"/articles/{article}/")
    assert page.status_code == 404
    assert f"/operations/article.resurrect/?target={article}" in page.content.decode()
    for path in ("timeline/", "as-of/"):
        text = otis.get(f"/articles/{article}/{path}").content.decode()
        assert f"/operations/article.resurrect/?target={article}" in text
    fill = otis.get("/operations/article.resurrect/", {"target": article})
    assert "Refunds 1" in fill.content.decode()
    data = {"step": "preview", "target": article, "reason": REASON}
    shown = otis.post("/operations/article.resurrect/", data, follow=True).content.decode()
    assert "Another record has the same now" in shown
    assert f'name="one-taken-article-{article}-slug"' in shown
    again = {**data, "all-taken": "free"}
    shown = otis.post("/operations/article.resurrect/", again, follow=True).content.decode()
    assert "refund-1-2" in shown
    assert "Bring 1 article back" in shown
