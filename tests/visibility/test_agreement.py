"""Explanation, SQL predicate and history agree, whatever state the site is in and came through."""

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.visibility.worlds import in_days

LANGUAGES = ("ko", "en", "ja")
switches = st.one_of(
    st.tuples(
        st.just("channel"), st.just("status"), st.sampled_from(["active", "suspended", "closed"])
    ),
    st.tuples(st.just("space"), st.just("website_enabled"), st.booleans()),
    st.tuples(
        st.just("space"), st.just("access"), st.sampled_from(["public", "members", "password"])
    ),
    st.tuples(st.just("space"), st.just("default_language"), st.sampled_from(LANGUAGES)),
    st.tuples(st.just("category"), st.just("hidden"), st.booleans()),
    st.tuples(st.just("category"), st.just("parent_id"), st.sampled_from([None, 0, 1, 2, 3])),
    st.tuples(
        st.just("article"), st.just("state"), st.sampled_from(["draft", "published", "archived"])
    ),
    st.tuples(st.just("article"), st.just("hidden"), st.booleans()),
    st.tuples(st.just("article"), st.just("category_id"), st.sampled_from([None, 0, 1, 2, 3])),
    st.tuples(
        st.just("article"), st.just("published_at"), st.sampled_from([None, -2.0, -0.001, 0.5])
    ),
    st.tuples(st.just("article"), st.just("deleted_at"), st.sampled_from([None, -1.0])),
    st.tuples(st.just("translation"), st.just("deleted_at"), st.sampled_from([None, -1.0])),
)
changes = st.lists(st.tuples(switches, st.integers(0, 5)), min_size=1, max_size=25)


def ready(world):
    """A fourth category beside the chain of three, and articles with one text and with none."""
    if len(world.site.categories) == 3:
        row = world.product.execute(
            "INSERT INTO articles_category (channel_id, space_id, name, slug) "
            "VALUES (%s, %s, 'beside', 'beside') RETURNING id",
            (world.site.channel, world.site.space),
        ).fetchone()
        world.site.categories.append(row[0])
        world.product.execute("DELETE FROM articles_translation WHERE id = %s", [2])
        world.product.execute("DELETE FROM articles_translation WHERE id IN (5, 6)")


def make_well(world):
    """Everything visible: where each example begins."""
    first, second, third, beside = world.site.categories
    for pk, parent in ((first, None), (second, first), (third, second), (beside, None)):
        world.set("category", pk, "parent_id", parent)
    world.product.execute("UPDATE articles_category SET hidden = false")
    world.product.execute("UPDATE articles_channel SET status = 'active'")
    world.product.execute(
        "UPDATE articles_space SET website_enabled = true, access = 'public', "
        "default_language = 'ko'"
    )
    world.product.execute(
        "UPDATE articles_article SET state = 'published', hidden = false, published_at = NULL, "
        "deleted_at = NULL, category_id = %s",
        [third],
    )
    world.product.execute("UPDATE articles_translation SET deleted_at = NULL")


def apply(world, change):
    """Turns a switch; which record's it was."""
    (entity, column, value), which = change
    if column in ("category_id", "parent_id") and value is not None:
        value = world.site.categories[value]
    if isinstance(value, float):
        value = in_days(value)
    targets = {
        "channel": [world.site.channel],
        "space": [world.site.space],
        "category": world.site.categories,
        "article": world.site.articles,
        "translation": [1, 3, 4],
    }[entity]
    pk = targets[which % len(targets)]
    world.set(entity, pk, column, value)
    return entity, pk


def holds_together(world):
    """Every record, in every language: one answer from all three."""
    for language in LANGUAGES:
        for entity in ("space", "category", "article"):
            seen, ids = world.seen(entity, language), world.ids(entity)
            assert seen | world.unseen(entity, language) == ids
            assert not seen & world.unseen(entity, language)
            for pk in ids:
                verdict = world.verdict(entity, pk, language)
                assert verdict.visible == (pk in seen), (entity, pk, language, verdict)
                assert world.lapse(entity, pk, language).visible == (pk in seen)


COMMON = {
    "deadline": None,
    "suppress_health_check": [HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
}


def play(world, made):
    """Turns switches one after another; all answers must fit at the end, and each turn's author."""
    ready(world)
    make_well(world)
    turned, seen = [], [world.seen("article")]
    for change in made:
        turned.append(apply(world, change))
        seen.append(world.seen("article"))
    holds_together(world)
    for pk in world.site.articles:
        flips = [n for n in range(len(made)) if (pk in seen[n]) != (pk in seen[n + 1])]
        lapse = world.lapse("article", pk)
        if flips:
            assert lapse.since.step.key == turned[flips[-1]]
            assert lapse.looked_back_to is None


@settings(max_examples=10, derandomize=True, **COMMON)
@given(changes)
def test_explanation_predicate_and_history_give_one_answer(world, made):
    """The same changes every time; `make endurance` makes others."""
    play(world, made)


def test_a_loop_of_categories_ends_and_hides_what_stands_in_it(world):
    ready(world)
    make_well(world)
    assert world.seen("article")
    first, second, third, _beside = world.site.categories
    for pk, parent in ((first, third), (second, first), (third, second)):
        world.set("category", pk, "parent_id", parent)
        world.set("category", pk, "hidden", False)
    world.set("category", second, "hidden", True)
    holds_together(world)
    assert world.seen("article") == set()
    assert world.seen("category") <= {world.site.categories[3]}
