"""The operations on staff and on who may see what keep the same contract as all the others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from guardian.models import UserObjectPermission

from audit.models import Effect, Event
from backoffice.accounts.models import Staff
from backoffice.accounts.scope_operations import Assign, Open, Restrict, Unassign
from backoffice.operations import registry
from backoffice.operations.confirmation import asked_for
from backoffice.operations.exceptions import Conflict, Denied, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.contracts.recipes import ELSEWHERE
from tests.operations.facts import events_since, last_event_id

REASON = "계약 시험을 위한 변경"
Done = list[tuple[str, list[int], dict[str, Any]]]


class World(NamedTuple):
    people: dict[str, Staff]
    channel: int


class Recipe(NamedTuple):
    """What Ada does before, the targets, what is typed in, and what would be wrong."""

    targets: Callable[[World], list[int]]
    params: Callable[[World], dict[str, Any]] = lambda w: {}
    before: Callable[[World], Done] = lambda w: []
    wrong: dict[str, Any] | None = None


def named(*names: str) -> Callable[[World], dict[str, Any]]:
    return lambda w: {"people": [str(w.people[name].pk) for name in names]}


def restricted_to(*names: str) -> Callable[[World], Done]:
    return lambda w: [("channel.restrict", [w.channel], named(*names)(w))]


def channel(world: World) -> list[int]:
    return [world.channel]


RECIPES = {
    "staff.add": Recipe(
        lambda w: [],
        lambda w: {"email": "New@Example.com", "name": "Nora", "role": "viewer"},
        wrong={"email": "nora@elsewhere.test", "name": "Nora", "role": "viewer"},
    ),
    "staff.set_role": Recipe(
        lambda w: [w.people["otis"].pk], lambda w: {"role": "auditor"}, wrong={"role": "king"}
    ),
    "staff.disable": Recipe(lambda w: [w.people["vera"].pk, w.people["otis"].pk]),
    "staff.enable": Recipe(
        lambda w: [w.people["vera"].pk],
        before=lambda w: [("staff.disable", [w.people["vera"].pk], {})],
    ),
    "channel.restrict": Recipe(channel, named("vera", "otis"), wrong={"people": ["987654"]}),
    "channel.assign": Recipe(channel, named("otis"), restricted_to("vera"), wrong={"people": []}),
    "channel.unassign": Recipe(channel, named("otis"), restricted_to("vera", "otis"), wrong={}),
    "channel.open": Recipe(channel, before=restricted_to("vera", "otis")),
}
# Nobody does it by themselves, or only to themselves: tests/accounts/test_elevation.py.
OF_ONESELF = ["staff.elevate", "staff.end_elevation"]
every = pytest.mark.parametrize("name", sorted(RECIPES))
GRANTING = (Restrict, Assign, Unassign, Open)


@pytest.fixture
def world(people, site) -> World:
    return World(people, site.channel)


def run(name, targets, params, staff, **extra):
    values = {"reason": REASON, **extra}
    return execute(name, targets, params, actor=StaffPerformer(staff), **values)


def ready(name, world):
    recipe = RECIPES[name]
    for operation, targets, params in recipe.before(world):
        run(operation, targets, params, world.people["ada"])
    return recipe.targets(world), recipe.params(world)


def standing() -> dict[str, list[Any]]:
    """All that these operations may change, with its history."""
    tables = {"staff": Staff, "grants": UserObjectPermission}
    found = {}
    for name, model in tables.items():
        found[name] = list(model.objects.order_by("pk").values())
        found[f"history of {name}"] = list(model.history.order_by("history_id").values())
    return found


def access() -> list[Any]:
    """Who may do and see what: without ids, clocks and marks."""
    fields = ("email", "role", "is_active", "elevated_role")
    people = list(Staff.objects.order_by("email").values_list(*fields))
    grants = UserObjectPermission.objects.order_by("user__email", "object_pk")
    return [people, list(grants.values_list("user__email", "object_pk"))]


def test_the_list_of_these_operations_is_closed():
    assert sorted([*RECIPES, *OF_ONESELF]) == sorted(ELSEWHERE)
    own = registry.for_entity("staff")
    scope = [one for one in registry.for_entity("channel") if isinstance(one, GRANTING)]
    assert sorted(one.name for one in [*own, *scope]) == sorted(ELSEWHERE)


@every
def test_an_administrator_previews_exactly_what_it_does_once(name, world):
    targets, params = ready(name, world)
    ada, before, operation = world.people["ada"], standing(), registry.get(name)
    seen = preview(name, targets, params, actor=StaffPerformer(ada), reason=REASON)
    assert standing() == before
    names = operation.targets.choices(ada, seen.targets)
    typed = asked_for(operation, len(seen.targets), names[0] if names else None)
    result = run(name, seen.targets, seen.params, ada, preview=seen, confirmed=typed)
    assert access() != [before["staff"], before["grants"]]
    event = Event.objects.get(pk=result.event_id)
    assert (event.outcome, event.reason, event.actor_label) == ("succeeded", REASON, "Ada")
    effects = Effect.objects.filter(event_id=event.id).order_by("entity", "id")
    assert list(effects.values("entity", "verb", "fields", "count")) == seen.effects
    assert sum(effect.count for effect in effects) == len(seen.rows) > 0
    assert list(result.keys) == seen.targets
    unchanged_by_more_of_it(name, targets, params, world, event)


def unchanged_by_more_of_it(name, targets, params, world, event):
    """Doing it twice, or undoing its event: to put access back is a matter of administrators."""
    before = standing()
    with pytest.raises((Invalid, Conflict)):
        run(name, targets, params, world.people["ada"])
    for who in ("otis", "ada"):
        with pytest.raises((Conflict, Denied)):
            run("event.undo", [event.pk], {}, Staff.objects.get(pk=world.people[who].pk))
    assert standing() == before


@every
def test_it_is_refused_to_others_and_without_what_it_asks_for(name, world):
    targets, params = ready(name, world)
    ada, before, last = world.people["ada"], standing(), last_event_id()
    for who in ("vera", "otis"):
        person = world.people[who]
        with pytest.raises(Denied):
            run(name, targets, params, person)
        with pytest.raises(Denied):
            preview(name, targets, params, actor=StaffPerformer(person), reason=REASON)
    assert [event.outcome for event in events_since(last)] == ["denied"] * 4
    with pytest.raises(Invalid):
        run(name, targets, params, ada, reason="")
    if RECIPES[name].wrong is not None:
        with pytest.raises(Invalid):
            run(name, targets, RECIPES[name].wrong, ada)
    assert standing() == before


@pytest.mark.parametrize("name", [name for name in sorted(RECIPES) if registry.get(name).inverse])
def test_its_inverse_takes_it_back(name, world):
    targets, params = ready(name, world)
    before = access()
    run(name, targets, params, world.people["ada"])
    assert access() != before
    run(registry.get(name).inverse, targets, {}, world.people["ada"])
    assert access() == before


@every
def test_nobody_sends_it_to_someone_else_for_approval(name):
    assert registry.get(name).askable is False
