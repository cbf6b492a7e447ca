"""Every registered operation keeps the contract; a new one must bring its recipe."""

import json

import pytest
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import Sum

from audit import selectors
from audit.models import Effect, Event
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.exceptions import Conflict, Denied, Invalid
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.contracts.recipes import CHANGING_NOTHING, ELSEWHERE, RECIPES
from tests.operations.facts import asked_of, content, events_since, last_event_id, standing

REASON = "계약 시험을 위한 변경"
# Set by the database's clock: a preview's moment is not that of its application.
CLOCKS = {"updated_at", "deleted_at", "left_at", "published_at"}
names = sorted(RECIPES)
every = pytest.mark.parametrize("name", names)


def doer(name, people):
    """Otis, unless it takes an administrator."""
    return people["otis" if Role.OPERATOR in registry.get(name).roles else "ada"]


def ready(name, site, product):
    """The targets, made possible, and what is asked of them."""
    recipe = RECIPES[name]
    if recipe.query:
        product.execute(recipe.query)
    return recipe.targets(site), recipe.params(site)


def run(name, targets, params, staff, **extra):
    values = {"reason": REASON, **extra}
    return execute(name, targets, params, actor=StaffPerformer(staff), **values)


def test_the_list_of_operations_is_closed():
    assert sorted(registry.all_operations()) == sorted([*RECIPES, *CHANGING_NOTHING, *ELSEWHERE])


@every
def test_it_is_allowed_to_its_roles_and_previews_what_it_does(name, people, site, product):
    targets, params = ready(name, site, product)
    staff, before = doer(name, people), content()
    seen = preview(name, targets, params, actor=StaffPerformer(staff), reason=REASON)
    assert content() == before
    result = run(name, targets, seen.params, staff, preview=seen, confirmed=asked_of(seen, staff))
    assert content() != before
    event = Event.objects.get(pk=result.event_id)
    assert (event.outcome, event.reason) == ("succeeded", REASON)
    effects = Effect.objects.filter(event_id=event.id).order_by("id")
    assert list(effects.values("entity", "verb", "fields", "count")) == seen.effects
    assert sum(effect.count for effect in effects) == len(seen.rows)
    seen.refresh_from_db()
    assert [without_clocks(row) for row in seen.rows] == written(event, seen.effects)


def written(event, effects):
    """The history rows of an event in the shape of a preview's, read on their own."""
    rows = []
    for name in sorted({effect["entity"] for effect in effects}):
        for version in selectors.versions_of_event(entities.get(name).model, [event.id]):
            changes = {} if version.created or version.deleted else dict(version.changes)
            row = {"entity": name, "id": version.record_id, "verb": version.verb}
            rows.append(without_clocks({**row, "changes": changes}))
    return rows


def without_clocks(row):
    """As JSON, times that the clock set being only set or not; without what helps to read it."""
    changes = {
        field: [value is not None if field in CLOCKS else value for value in pair]
        for field, pair in row["changes"].items()
    }
    known = {key: row[key] for key in ("entity", "id", "verb")}
    return json.loads(json.dumps({**known, "changes": changes}, cls=DjangoJSONEncoder))


@every
def test_it_is_refused_to_others_and_without_what_it_asks_for(
    name, people, site, product, restrict
):
    """One site for all of them: each of these refusals leaves it as it was."""
    (targets, params), staff = ready(name, site, product), doer(name, people)
    before = content()
    assert refused(Denied, name, targets, params, people["vera"]) == ["denied"]
    assert refused(Invalid, name, targets, params, staff, reason="") == []
    if RECIPES[name].wrong:
        assert refused(Invalid, name, targets, RECIPES[name].wrong(site), staff) == []
    restrict(site.channel, people["ada"])
    staff = Staff.objects.get(pk=staff.pk)  # as the next request has them
    if staff.role == Role.OPERATOR:
        assert refused(Denied, name, targets, params, staff) == ["denied"]
    assert content() == before


def refused(error, name, targets, params, staff, **extra):
    """The outcomes of the events that a refusal leaves."""
    last = last_event_id()
    with pytest.raises(error) as refusal:
        run(name, targets, params, staff, **extra)
    assert error is Denied or refusal.value.errors
    return [event.outcome for event in events_since(last)]


def test_every_operation_with_a_form_brings_a_wrong_input(people, site):
    performer = StaffPerformer(people["ada"])
    for name, recipe in RECIPES.items():
        form = registry.get(name).form(None, performer, recipe.targets(site))
        assert not form.fields or recipe.wrong, name


@every
def test_doing_it_twice_is_refused(name, people, site, product):
    targets, params = ready(name, site, product)
    staff = doer(name, people)
    run(name, targets, params, staff)
    before, last = content(), last_event_id()
    with pytest.raises((Conflict, Invalid)) as refusal:
        run(name, targets, params, staff)
    assert content() == before
    told = ["conflict"] if refusal.type is Conflict else []
    assert [event.outcome for event in events_since(last)] == told


@pytest.mark.parametrize("name", [n for n in names if registry.get(n).inverse])
def test_its_inverse_takes_it_back(name, people, site, product):
    targets, params = ready(name, site, product)
    before = living()
    run(name, targets, params, doer(name, people))
    assert living() != before
    inverse = registry.get(name).inverse
    run(inverse, targets, {}, doer(inverse, people))
    assert living() == before


@every
def test_undoing_its_event_restores_exactly_what_was(name, people, site, product):
    targets, params = ready(name, site, product)
    before = standing()
    done = run(name, targets, params, doer(name, people))
    assert standing() != before
    undone = run("event.undo", [done.event_id], {}, people["ada"])
    assert standing() == before
    event = Event.objects.get(pk=undone.event_id)
    assert (event.name, event.outcome) == ("event.undone", "succeeded")
    found = Effect.objects.filter(event_id=event.pk).aggregate(total=Sum("count"))
    models = [entity.model for entity in entities.all() if entity.history_model]
    versions = sum(model.history.filter(event_id=event.pk).count() for model in models)
    assert found["total"] == versions > 0


def living():
    """The rows without their clocks: a time that is set counts as set."""
    return {
        table: [
            {
                key: value is not None if key in CLOCKS else value
                for key, value in row.items()
                if key != "updated_at"
            }
            for row in rows
        ]
        for table, rows in content().items()
        if not table.startswith("history")
    }
