"""Moving articles and categories: what may stand where, and what is said when it may not."""

import pytest

from articles.models import Article, Category
from articles.rules import DEEPEST_CATEGORY
from backoffice.operations import registry
from backoffice.operations.exceptions import Conflict, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.operations.facts import REASON, apply, content, look


def run(name, targets, params, staff):
    return execute(name, targets, params, actor=StaffPerformer(staff), reason=REASON)


@pytest.fixture
def second(site, product):
    """Another space of the same channel, with one category."""
    space = product.execute(
        "INSERT INTO articles_space (channel_id, name, slug) "
        "VALUES (%s, '둘째', 'second') RETURNING id",
        [site.channel],
    ).fetchone()[0]
    category = product.execute(
        "INSERT INTO articles_category (channel_id, space_id, name, slug) "
        "VALUES (%s, %s, '공지', 'news') RETURNING id",
        [site.channel, space],
    ).fetchone()[0]
    return space, category


def test_articles_go_to_another_space_with_their_texts(people, site, second):
    space, category = second
    run("article.move", site.articles, {"category": "news"}, people["otis"])
    places = Article.objects.filter(pk__in=site.articles).values_list("space", "category")
    assert set(places) == {(space, category)}
    run("article.move", site.articles, {"space": str(site.space)}, people["otis"])
    places = Article.objects.filter(pk__in=site.articles).values_list("space", "category")
    assert set(places) == {(site.space, None)}


def test_a_taken_slug_is_left_out_and_said(people, site, second, product):
    space, category = second
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, category_id, slug) "
        "VALUES (%s, %s, %s, 'refund-2')",
        [site.channel, space, category],
    )
    stored = look("article.move", site.articles, people["otis"], {"category": f"#{category}"})
    assert stored.targets == [site.articles[0], site.articles[2]]
    assert "refund-2" in stored.refusals[0][1]
    apply(stored, people["otis"])
    assert Article.objects.get(pk=site.articles[1]).space_id == site.space


def test_two_of_one_slug_do_not_meet_at_one_place(people, site, second, product):
    product.execute(
        "UPDATE articles_article SET slug = 'refund-1', category_id = %s WHERE id = %s",
        [site.categories[0], site.articles[1]],
    )
    stored = look("article.move", site.articles[:2], people["otis"], {"space": str(second[0])})
    assert stored.targets == site.articles[:1]


@pytest.mark.parametrize("params", [{}, {"category": "", "space": ""}])
def test_it_must_be_said_where_to(people, site, params):
    with pytest.raises(Invalid) as refusal:
        run("article.move", site.articles, params, people["otis"])
    assert "Choose where to" in str(refusal.value.errors)


def test_a_category_of_another_space_than_the_chosen_one_is_said(people, site, second):
    with pytest.raises(Invalid) as refusal:
        run(
            "article.move",
            site.articles,
            {"category": second[1], "space": site.space},
            people["otis"],
        )
    assert "둘째" in refusal.value.errors["category"][0]


def test_articles_of_several_channels_are_not_moved_together(people, site, elsewhere):
    before = content()
    with pytest.raises(Invalid) as refusal:
        run(
            "article.move",
            [site.articles[0], elsewhere.articles[0]],
            {"category": site.categories[0]},
            people["otis"],
        )
    assert "several channels" in str(refusal.value.errors)
    assert content() == before


def test_a_category_never_stands_inside_of_itself(people, site):
    outer, middle, inner = site.categories
    before = content()
    for parent in (outer, middle, inner):
        with pytest.raises(Conflict, match="inside of itself"):
            run("category.move", [outer], {"parent": str(parent)}, people["otis"])
    assert content() == before


def test_categories_are_not_nested_too_deep(people, site, product):
    parent = site.categories[-1]
    for number in range(4, DEEPEST_CATEGORY + 1):
        parent = product.execute(
            "INSERT INTO articles_category (channel_id, space_id, parent_id, name, slug) "
            "VALUES (%s, %s, %s, %s, %s) RETURNING id",
            [site.channel, site.space, parent, f"n{number}", f"n{number}"],
        ).fetchone()[0]
    top = product.execute(
        "INSERT INTO articles_category (channel_id, space_id, name, slug) "
        "VALUES (%s, %s, 'top', 'top') RETURNING id",
        [site.channel, site.space],
    ).fetchone()[0]
    with pytest.raises(Conflict, match=f"{DEEPEST_CATEGORY} deep"):
        run("category.move", [top], {"parent": str(parent)}, people["otis"])
    above = Category.objects.get(pk=parent).parent_id
    run("category.move", [top], {"parent": str(above)}, people["otis"])
    assert Category.objects.get(pk=top).parent_id == above


def test_a_parent_is_found_only_in_the_category_s_own_space(people, site, second):
    with pytest.raises(Invalid):
        run("category.move", site.categories[2:], {"parent": str(second[1])}, people["otis"])


def test_a_taken_slug_of_a_category_is_said(people, site, product):
    product.execute(
        "INSERT INTO articles_category (channel_id, space_id, name, slug) "
        "VALUES (%s, %s, 'x', '해외')",
        [site.channel, site.space],
    )
    with pytest.raises(Conflict, match="해외"):
        run("category.move", site.categories[2:], {"parent": ""}, people["otis"])


def test_the_form_of_a_position_names_the_neighbours(people, site, product):
    product.execute("UPDATE articles_article SET position = id * 10")
    form = registry.get("article.reorder").form(
        None, StaffPerformer(people["otis"]), site.articles[1:2]
    )
    first, second, third = site.articles
    text = form.fields["position"].help_text
    assert f"({first * 10})" in text and f"({third * 10})" in text
    assert form["position"].value() == second * 10
