"""Carrying a run out: one transaction a batch, for its event, its changes, and their outcome."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from backoffice.operations import registry
from backoffice.operations.bulk import items
from backoffice.operations.bulk.batches import done_by_halves
from backoffice.operations.bulk.children import newest_of_children, reaches_children
from backoffice.operations.bulk.closing import close
from backoffice.operations.bulk.models import BulkRun
from backoffice.operations.bulk.orders import order_for, owner_of
from backoffice.operations.bulk.signals import Stopped, Unfit
from backoffice.operations.failures import failures_known
from backoffice.operations.order import Order
from backoffice.operations.pipeline import opened

FROM = "ready"


class Applying:
    """One batch after the other; after each, as much is told as was done."""

    state = FROM

    def __init__(self, run: BulkRun) -> None:
        self.run = run
        self.operation = registry.get(run.operation)
        self.seen: dict[int, items.Seen] = {}
        self.children_count = reaches_children(self.operation, run.effects)

    def prepare(self) -> None:
        """Nothing: the preview has written down what is meant."""

    def batch(self, seen: dict[int, items.Seen]) -> None:
        self.seen = seen
        done_by_halves(list(seen), self._do, self._blame)

    def _do(self, keys: list[int]) -> None:
        """All of it or nothing: changes, event, effects, outcomes and the count of them."""
        order = order_for(self.run, keys)
        with failures_known(order), opened(order) as event:
            records = order.operation.targets.lock(order.performer, keys)
            self._refuse(order, records)
            order.operation.perform(order, records)
            after = dict.fromkeys(keys, "done")
            items.settle(self.run, FROM, after, event_id=event.event_id)
            items.advance(self.run, "done = done + %s", [len(keys)])

    def _refuse(self, order: Order, records: list[Any]) -> None:
        """Locked now: who is gone, changed since the preview, or no target any more?"""
        found = {record.pk for record in records}
        missing = [key for key in order.keys if key not in found]
        self._stop_if_closed(order, missing)
        reasons = {key: _("it is not there any more") for key in missing}
        reasons |= self._moved(order, [key for key in order.keys if key in found])
        if not reasons:
            refusals = order.operation.refusals(records, order.params)
            reasons = {key: str(why) for key, why in refusals.items()}
        if reasons:
            raise Unfit(reasons)

    def _moved(self, order: Order, keys: list[int]) -> dict[int, str]:
        """Which of the records have changed since they were previewed."""
        versions = order.operation.targets.versions(keys)
        moved = {
            key: _("it changed after the preview")
            for key in keys
            if versions.get(key) != self.seen[key][0]
        }
        if self.children_count:
            children = newest_of_children(order.operation, keys)
            for key in keys:
                if key not in moved and children.get(key) != self.seen[key][1]:
                    moved[key] = _("what belongs to it changed after the preview")
        return moved

    def _stop_if_closed(self, order: Order, missing: list[int]) -> None:
        """Records that are there, and not for the owner: someone has taken away their access."""
        if not missing:
            return
        there = order.operation.targets.queryset(missing).values_list("pk", flat=True)[:1]
        if list(there):
            owner = owner_of(self.run)
            raise Stopped(_("Some of the records are no longer open to %s.") % owner)

    def _blame(self, reasons: Mapping[int, str], unfit: bool) -> None:
        state, column = ("conflict", "conflicts") if unfit else ("failed", "failed")
        with transaction.atomic(using="default"):
            items.settle(self.run, FROM, dict.fromkeys(reasons, state), problems=reasons)
            items.advance(self.run, f"{column} = {column} + %s", [len(reasons)])

    def finish(self) -> None:
        """Every record has its outcome."""
        close(self.run)
