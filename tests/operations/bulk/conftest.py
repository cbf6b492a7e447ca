"""Runs on a small site: `chosen` freezes a selection, `previewed` has its run looked at."""

import pytest

from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.bulk import runs, selection
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.working import work
from backoffice.operations.performers import StaffPerformer
from tests.content import make_help_center

REASON = "고객 요청: 실수로 숨김"


@pytest.fixture(autouse=True)
def small_batches(settings):
    """Batches of four, so that a dozen records are several of them."""
    settings.BULK_BATCH_SIZE = 4


@pytest.fixture
def dozen(product):
    """A customer with a dozen articles."""
    return make_help_center(product, articles=12)


@pytest.fixture
def chosen(people):
    def freeze(operation="article.hide", query="", kind="list", staff="otis", keys=()):
        declared = registry.get(operation)
        asked = selection.ask(people[staff], declared.entity, kind, query, keys)
        return selection.freeze(asked, declared)

    return freeze


@pytest.fixture
def previewed(people, chosen):
    """A run whose preview has ended."""

    def look(operation="article.hide", query="", staff="otis", **extra):
        frozen = chosen(operation, query, staff=staff, **extra)
        actor = StaffPerformer(people[staff])
        run = runs.begin(operation, frozen, {}, actor=actor, reason=REASON)
        assert work(run.pk, 60) is False
        return again(run)

    return look


def again(run):
    """The run as it is now."""
    return BulkRun.objects.select_related("selection").get(pk=run.pk)


def outcomes(run):
    """Every record of a run with its state."""
    return dict(run.items.values_list("key", "state"))


def article_history(key):
    return list(entities.get("article").history_model.objects.filter(id=key).order_by("history_id"))
