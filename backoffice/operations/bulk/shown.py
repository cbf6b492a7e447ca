"""What the page of a run shows, for one reader."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.bulk.access import is_closed_to, may_steer
from backoffice.operations.bulk.models import BulkRun, ItemState, Phase, RunState
from backoffice.operations.bulk.orders import whole_order
from backoffice.operations.bulk.progress import Progress
from backoffice.operations.bulk.runs import run_expired
from backoffice.operations.bulk.signals import Stopped
from backoffice.operations.presentation import group_of, presented_rows
from backoffice.operations.targets import SHOWN

# A preview is grouped by what this many of its rows say.
SAMPLED = 200


def counted(operation: Operation, count: int) -> str:
    """The operation's sentence for so many records, with separators in the number."""
    return str(operation.sentence % {"count": count}).replace(str(count), f"{count:,}", 1)


def badge_of(state: str) -> str:
    """The badge of a record's outcome: requests for approval are refused, too."""
    return "left_out" if state == ItemState.REFUSED else str(state)


class ShownRun:
    """A run as its page, the list and the card draw it."""

    def __init__(self, viewer: Any, run: BulkRun) -> None:
        self.viewer, self.run = viewer, run
        self.progress = Progress(run)

    @cached_property
    def operation(self) -> Operation:
        return registry.get(self.run.operation)

    @property
    def heading(self) -> str:
        run = self.run
        count = run.possible if run.phase == Phase.APPLY or run.is_previewed else run.total
        return counted(self.operation, count)

    @property
    def state(self) -> str:
        """The badge: a preview that has ended is called so."""
        return "previewed" if self.run.is_previewed else self.run.state

    @property
    def is_own(self) -> bool:
        return bool(self.run.staff_id == self.viewer.pk)

    @property
    def may_steer(self) -> bool:
        return may_steer(self.viewer, self.run)

    @cached_property
    def is_closed(self) -> bool:
        return is_closed_to(self.viewer, self.run)

    @property
    def is_expired(self) -> bool:
        return self.run.is_previewed and run_expired(self.run)

    @property
    def can_start(self) -> bool:
        run = self.run
        ready = run.is_previewed and run.possible > 0 and not self.is_expired
        return ready and self.is_own and not self.is_closed

    @property
    def can_retry(self) -> bool:
        run = self.run
        return not run.is_open and bool(run.failed + run.conflicts) and self.is_own

    @cached_property
    def approval(self) -> str:
        """Why a second person must agree, as half a sentence; "" when nobody must."""
        if not self.can_start:
            return ""
        try:
            return str(self.operation.approval(whole_order(self.run)))
        except Stopped as error:
            return str(error.message)

    @cached_property
    def sample(self) -> list[dict[str, Any]]:
        """Some of the rows that the preview found, presented."""
        part = self.run.parts.using("default").order_by("pk").first()
        if part is None or self.is_closed:
            return []
        return presented_rows(self.viewer, part.rows[:SAMPLED])

    @property
    def rows(self) -> list[dict[str, Any]]:
        return self.sample[:SHOWN]

    @cached_property
    def groups(self) -> list[dict[str, Any]]:
        """What will happen, counted; from what to what, where the sample says always the same."""
        return [group_of(self.operation, effect, self.sample) for effect in self.run.effects]

    @cached_property
    def outcomes(self) -> list[tuple[str, str, int]]:
        """State, badge and number of the records that ended in each way."""
        run = self.run
        waiting = run.possible - run.done - run.failed - run.conflicts
        counts = [
            (ItemState.DONE, run.done),
            (ItemState.FAILED, run.failed),
            (ItemState.CONFLICT, run.conflicts),
            (ItemState.REFUSED, run.refused),
            (ItemState.READY, max(waiting, 0)),
        ]
        return [(state.value, badge_of(state), count) for state, count in counts if count]

    @property
    def ended_text(self) -> str:
        """How it ended, in a sentence."""
        run = self.run
        counts = {"done": f"{run.done:,}", "of": f"{run.possible:,}"}
        if run.state == RunState.FINISHED:
            return _("Done: all %(of)s records. It stands in their timelines.") % counts
        if run.state == RunState.PARTIAL:
            return _("%(done)s of %(of)s records are done; the others are told below.") % counts
        if run.is_preview:
            return _("The preview was not finished. Nothing has changed.")
        if run.state == RunState.CANCELLED:
            return _("Called off after %(done)s of %(of)s records. These stay done.") % counts
        return _("It stopped after %(done)s of %(of)s records.") % counts
