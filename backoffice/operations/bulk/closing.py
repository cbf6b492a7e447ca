"""How a run ends: its last state and the event that tells it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from audit import events
from audit.actors import Actor
from audit.models import Outcome
from backoffice.accounts.models import Staff
from backoffice.operations.bulk.models import BulkRun, RunState
from backoffice.operations.bulk.orders import about, summary

OUTCOMES = {
    RunState.FINISHED: Outcome.SUCCEEDED,
    RunState.PARTIAL: Outcome.PARTIAL,
    RunState.CANCELLED: Outcome.CANCELLED,
    RunState.FAILED: Outcome.FAILED,
}


def close(
    run: BulkRun, state: RunState | None = None, problem: str = "", by: Actor | None = None
) -> bool:
    """End a run that may still go on; False when it has ended already.

    Args:
        state: how; by what became of its records where it is left out.
        by: who ended it, where it was not its owner's work that did.
    """
    with transaction.atomic(using="default"):
        current = BulkRun.objects.using("default").select_for_update().get(pk=run.pk)
        if not current.is_open:
            return False
        current.state = state or _by_count(current)
        current.problem = problem[:1000]
        current.waits_for, current.rate = "", 0
        current.ended_at = timezone.now()
        if current.parent_event is not None:
            current.closing_event = _tell(current, by)
        current.save()
    return True


def _by_count(run: BulkRun) -> RunState:
    if not run.failed and not run.conflicts:
        return RunState.FINISHED
    return RunState.PARTIAL if run.done else RunState.FAILED


def _tell(run: BulkRun, by: Actor | None) -> int:
    actor = by or Actor.staff(Staff.objects.using("default").get(pk=run.staff_id))
    return events.record(
        "bulk.ended",
        actor=actor,
        outcome=OUTCOMES[RunState(run.state)],
        params=summary(run),
        target_count=run.done,
        detail=run.problem,
        parent_id=run.parent_event,
        **about(run),
    ).event_id
