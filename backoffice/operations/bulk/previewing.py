"""The preview of a run: batch by batch, each carried out and rolled back."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit import events
from audit.actors import Actor
from audit.models import Outcome
from backoffice.accounts.grants import restricted_among
from backoffice.operations import registry
from backoffice.operations.bulk import items
from backoffice.operations.bulk.batches import done_by_halves
from backoffice.operations.bulk.children import newest_of_children
from backoffice.operations.bulk.models import BulkRun, PreviewRows
from backoffice.operations.bulk.orders import about, order_for, owner_of, summary
from backoffice.operations.bulk.signals import Unfit
from backoffice.operations.exceptions import Denied
from backoffice.operations.failures import failures_known
from backoffice.operations.order import Order
from backoffice.operations.preview import try_out

FROM = "new"
FINISH = "state = 'finished', previewed_at = %s, rate = 0, waits_for = ''"
# More scopes than these are not told apart.
SCOPES = 2_000


class Previewing:
    """One batch after the other; what was found is summed up on the run."""

    state = FROM

    def __init__(self, run: BulkRun) -> None:
        self.run = run
        self.operation = registry.get(run.operation)

    def prepare(self) -> None:
        """Write down what is meant, once."""
        if not self.run.collected:
            items.gather(self.run, owner_of(self.run), self.operation.selects)

    def batch(self, seen: dict[int, items.Seen]) -> None:
        done_by_halves(list(seen), self._look, self._blame)

    def _look(self, keys: list[int]) -> None:
        order = order_for(self.run, keys)
        # Before it is tried: what changes meanwhile shall be noticed, not overlooked.
        children = newest_of_children(self.operation, keys)
        try:
            with failures_known(order):
                found = try_out(order)
        except Denied as error:
            missing = error.context.get("missing")
            if not missing:
                raise
            raise Unfit(
                {key: _("it is not there any more, or not open to you") for key in missing}
            ) from error
        self._keep(order, found, children)

    def _keep(self, order: Order, found: dict[str, Any], children: dict[int, int]) -> None:
        refused = {key: str(why) for key, why in found["refusals"]}
        after = {key: "refused" if key in refused else "ready" for key in order.asked}
        scopes = order.scopes
        with transaction.atomic(using="default"):
            run = BulkRun.objects.using("default").select_for_update().get(pk=self.run.pk)
            items.settle(
                run,
                FROM,
                after,
                versions=found["versions"],
                children=children,
                problems=refused,
            )
            run.effects = added_up(run.effects, found["effects"])
            run.scopes = kept_scopes({*run.scopes, *scopes})
            self._keep_rows(run, found["rows"])
            run.save(update_fields=["effects", "scopes", "rows_kept", "rows_cut"])
            self._count(len(after), len(refused))

    def _keep_rows(self, run: BulkRun, rows: list[dict[str, Any]]) -> None:
        room = max(0, settings.BULK_PREVIEW_ROWS - run.rows_kept)
        if rows[:room]:
            PreviewRows.objects.using("default").create(run=run, rows=rows[:room])
        run.rows_kept += len(rows[:room])
        told = sum(effect["count"] for effect in run.effects)
        run.rows_cut = run.rows_kept < told

    def _blame(self, reasons: Any, unfit: bool) -> None:
        with transaction.atomic(using="default"):
            items.settle(self.run, FROM, dict.fromkeys(reasons, "refused"), problems=reasons)
            self._count(len(reasons), len(reasons))

    def _count(self, looked: int, refused: int) -> None:
        items.advance(self.run, "looked = looked + %s, refused = refused + %s", [looked, refused])

    def finish(self) -> None:
        """Every record was looked at: the preview stands, and waits for its owner."""
        with transaction.atomic(using="default"):
            items.advance(self.run, FINISH, [timezone.now()])
            self.run.refresh_from_db(using="default")
            events.record(
                self.operation.event,
                actor=Actor.staff(owner_of(self.run)),
                outcome=Outcome.PREVIEWED,
                params=summary(self.run),
                target_count=self.run.possible,
                **about(self.run),
            )


def kept_scopes(scopes: set[int]) -> list[int]:
    """As many as are told apart, those first that are not open to everyone: it depends on them who
    may see the run, and who must agree to it.
    """
    if len(scopes) <= SCOPES:
        return sorted(scopes)
    closed = restricted_among(scopes, "default")
    return sorted([*closed, *sorted(scopes - closed)][:SCOPES])


def added_up(known: list[dict[str, Any]], more: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Effects of several batches as those of one."""
    counts: dict[tuple[str, str, tuple[str, ...]], int] = {}
    for effect in (*known, *more):
        key = (effect["entity"], effect["verb"], tuple(effect["fields"]))
        counts[key] = counts.get(key, 0) + effect["count"]
    return [
        {"entity": entity, "verb": verb, "fields": list(fields), "count": count}
        for (entity, verb, fields), count in sorted(counts.items())
    ]
