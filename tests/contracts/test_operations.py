"""Every registered operation keeps the contract; a new one must bring its recipe."""

import pytest

from audit.models import Effect, Event
from backoffice.operations import registry
from backoffice.operations.exceptions import Conflict, Denied, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.operations.facts import content, events_since, last_event_id

REASON = "계약 시험을 위한 변경"
TRASH = (
    "WITH a AS (UPDATE articles_article SET deleted_at = now() RETURNING 1) "
    "UPDATE articles_translation SET deleted_at = now()"
)
# What makes the records of a fresh site targets of the operation, and which they are.
RECIPES = {
    "article.hide": ("", lambda s: s.articles),
    "article.unhide": ("UPDATE articles_article SET hidden = true", lambda s: s.articles),
    "article.move_to_trash": ("", lambda s: s.articles),
    "article.restore": (TRASH, lambda s: s.articles),
    "space.enable_website": (
        "UPDATE articles_space SET website_enabled = false",
        lambda s: [s.space],
    ),
    "space.disable_website": ("", lambda s: [s.space]),
    "category.hide": ("", lambda s: s.categories),
    "category.unhide": ("UPDATE articles_category SET hidden = true", lambda s: s.categories),
}
# Done at once, because they only show something: tests/operations/test_reveal.py.
CHANGING_NOTHING = ["member.reveal"]
every = pytest.mark.parametrize("name", sorted(RECIPES))


def ready(name, site, product):
    query, targets = RECIPES[name]
    if query:
        product.execute(query)
    return targets(site)


def run(name, targets, staff, **extra):
    return execute(name, targets, {}, actor=StaffPerformer(staff), **{"reason": REASON, **extra})


def test_the_list_of_operations_is_closed():
    assert sorted(registry.all_operations()) == sorted([*RECIPES, *CHANGING_NOTHING])


@every
def test_it_is_allowed_to_its_roles_and_previews_what_it_does(name, people, site, product):
    targets = ready(name, site, product)
    before = content()
    seen = preview(name, targets, {}, actor=StaffPerformer(people["otis"]), reason=REASON)
    assert content() == before
    result = run(name, targets, people["otis"], preview=seen)
    assert content() != before
    event = Event.objects.get(pk=result.event_id)
    assert (event.outcome, event.reason) == ("succeeded", REASON)
    effects = Effect.objects.filter(event_id=event.id).order_by("id")
    assert list(effects.values("entity", "verb", "fields", "count")) == seen.effects
    assert sum(effect.count for effect in effects) == len(seen.rows)


@every
def test_it_is_denied_to_other_roles(name, people, site, product):
    targets = ready(name, site, product)
    before, last = content(), last_event_id()
    with pytest.raises(Denied):
        run(name, targets, people["vera"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["denied"]


@every
def test_it_is_denied_in_a_scope_of_others(name, people, site, product, restrict):
    targets = ready(name, site, product)
    restrict(site.channel, people["ada"])
    before, last = content(), last_event_id()
    with pytest.raises(Denied):
        run(name, targets, people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["denied"]


@every
def test_it_is_invalid_without_a_reason(name, people, site, product):
    targets = ready(name, site, product)
    before = content()
    with pytest.raises(Invalid):
        run(name, targets, people["otis"], reason="")
    assert content() == before


@every
def test_doing_it_twice_is_a_conflict(name, people, site, product):
    targets = ready(name, site, product)
    run(name, targets, people["otis"])
    before, last = content(), last_event_id()
    with pytest.raises(Conflict):
        run(name, targets, people["otis"])
    assert content() == before
    assert [event.outcome for event in events_since(last)] == ["conflict"]


@every
def test_its_inverse_takes_it_back(name, people, site, product):
    targets = ready(name, site, product)
    ignored = {"updated_at", "deleted_at"} if name == "article.restore" else {"updated_at"}
    before = living(ignored)
    run(name, targets, people["otis"])
    assert living(ignored) != before
    run(registry.get(name).inverse, targets, people["otis"])
    assert living(ignored) == before


def living(ignored):
    """The rows without their clocks: a time that is set counts as set."""
    return {
        table: [
            {key: value for key, value in row.items() if key not in ignored}
            | {"trashed": row.get("deleted_at") is not None}
            for row in rows
        ]
        for table, rows in content().items()
        if not table.startswith("history")
    }
