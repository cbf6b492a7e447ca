"""What people do with runs: begin one, start it, pause, resume, call off, try again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from audit import events
from audit.actors import Actor
from audit.context import current_source
from audit.models import Outcome
from backoffice.operations import registry
from backoffice.operations.bulk import selection as selections
from backoffice.operations.bulk.closing import close
from backoffice.operations.bulk.models import AT_WORK, BulkRun, Phase, RunState, Selection
from backoffice.operations.bulk.orders import about, owner_of, summary, whole_order
from backoffice.operations.bulk.signals import Stopped
from backoffice.operations.bulk.tasks import hand_over
from backoffice.operations.exceptions import Conflict, Denied, Expired, Invalid
from backoffice.operations.order import Order
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import prepare, refuse_without_approval
from backoffice.operations.rates import refuse_too_much, refuse_too_much_at_once
from backoffice.operations.targets import SHOWN
from backoffice.replicas import note_write, use_primary


class Moved(Conflict):
    """What was chosen holds other records than the person saw; `context` has the recount."""


def begin(
    operation: str,
    selection: Selection,
    params: Mapping[str, Any],
    *,
    actor: StaffPerformer,
    reason: str,
    ticket: str = "",
    retry_of: BulkRun | None = None,
) -> BulkRun:
    """Begin the preview of an operation on a selection, in the background.

    Raises Denied, Invalid as `pipeline.execute` does; too many runs at once are Invalid.
    """
    declared = registry.get(operation)
    with use_primary():
        asked = selections.asked_by(selection, actor.staff)
        # Several, so that the form is that of several.
        few = min(SHOWN, settings.OPERATION_TARGET_LIMIT)
        some = selections.first_keys(asked, declared.selects, few)
        if not some:
            raise Invalid(_("Nothing fits what was chosen any more."))
        order = prepare(operation, some, params, actor=actor, reason=reason, ticket=ticket)
        _refuse_too_many(actor)
        with transaction.atomic(using="default"):
            run = BulkRun.objects.using("default").create(
                staff=actor.staff,
                selection=selection,
                retry_of=retry_of,
                operation=operation,
                params=order.given,
                reason=order.reason,
                ticket=order.ticket,
                total=selection.count,
                language=get_language() or settings.LANGUAGE_CODE,
                source=asdict(current_source()),
            )
            hand_over(run.pk)
        note_write()
    return run


def _refuse_too_many(actor: StaffPerformer) -> None:
    limit = settings.BULK_RUNS_AT_ONCE
    now = BulkRun.objects.using("default").filter(staff=actor.staff, state__in=AT_WORK).count()
    if now >= limit:
        raise Invalid(
            ngettext(
                "%(limit)d run of yours is at work. Wait until it has ended.",
                "%(limit)d runs of yours are at work. Wait until one has ended.",
                limit,
            )
            % {"limit": limit}
        )


def start_run(
    preview_run: BulkRun, *, approver: Actor | None = None, now: int | None = None
) -> BulkRun:
    """Carry out what was previewed; a second call finds it started and changes nothing.

    Args:
        preview_run: a run whose preview has ended. Exactly its records are done, no others.
        approver: who agreed, where a second person must; NeedsApproval without.
        now: how many the selection holds by now, when the person was told that it has changed.

    Raises Moved when the selection holds other records than were previewed, and `now` is not their
    number; Expired, Denied, NeedsApproval. Nothing is changed by any of these.
    """
    with use_primary():
        run = BulkRun.objects.using("default").select_related("selection").get(pk=preview_run.pk)
        if run.phase == Phase.APPLY:
            return run
        _refuse_unready(run, agreed=approver is not None)
        run.approver_kind, run.approver_id, run.approver_label = _parts(approver)
        with _stops_are_denials():
            staff = owner_of(run)
            order = whole_order(run, staff)
            refuse_without_approval(order)
        refuse_too_much(order)
        found = selections.recount(run, staff, registry.get(run.operation).selects)
        if found.differs and now != found.now:
            raise Moved(
                _(
                    "You saw %(seen)s. By now %(now)s fit: %(come)s have come, %(gone)s are gone. "
                    "Nothing was done."
                )
                % {
                    "seen": f"{run.total:,}",
                    "now": f"{found.now:,}",
                    "come": f"{found.come:,}",
                    "gone": f"{found.gone:,}",
                },
                recount=found,
            )
        started = _start(run, Actor.staff(staff), order)
        note_write()
    return started


def _refuse_unready(run: BulkRun, agreed: bool) -> None:
    if run.state != RunState.FINISHED:
        raise Conflict(_("The preview has not ended yet."))
    if not run.possible:
        raise Conflict(_("None of these records can be a target."))
    # A request has an end of its own; each record is compared with what was seen in any case.
    if run_expired(run) and not agreed:
        raise Expired(_("This preview is too old. Look at a new one, then start it."))


def run_expired(run: BulkRun) -> bool:
    """Whether a preview is too old to be started."""
    lifetime = timedelta(seconds=settings.BULK_PREVIEW_LIFETIME)
    return run.previewed_at is not None and timezone.now() - run.previewed_at > lifetime


def _start(run: BulkRun, actor: Actor, order: Order) -> BulkRun:
    with transaction.atomic(using="default"):
        current = (
            BulkRun.objects.using("default")
            .select_for_update(of=("self",))
            .select_related("selection")
            .get(pk=run.pk)
        )
        if current.phase == Phase.APPLY:
            return current
        current.approver_kind, current.approver_id = run.approver_kind, run.approver_id
        current.approver_label = run.approver_label
        current.phase, current.state = Phase.APPLY, RunState.WAITING
        current.started_at = current.heartbeat_at = timezone.now()
        current.parent_event = events.record(
            registry.get(run.operation).event,
            actor=actor,
            outcome=Outcome.REQUESTED,
            params=summary(current),
            target_count=current.possible,
            **about(current),
        ).event_id
        current.save()
        hand_over(current.pk)
        if current.parent_event is not None:
            refuse_too_much_at_once(order, current.parent_event)
    return current


def _parts(approver: Actor | None) -> tuple[str, str, str]:
    return (approver.kind, approver.id, approver.label) if approver else ("", "", "")


@contextmanager
def _stops_are_denials() -> Iterator[None]:
    try:
        yield
    except Stopped as error:
        raise Denied(error.message) from error


def pause(run: BulkRun, by: Actor) -> bool:
    """Let a run rest after the batch it is at; False when it does not work."""
    return _switch(run, AT_WORK, RunState.PAUSED, "bulk.paused", by)


def resume(run: BulkRun, by: Actor) -> bool:
    """Go on with a run that rests; False when it does not."""
    with transaction.atomic(using="default"):
        done = _switch(run, (RunState.PAUSED,), RunState.WAITING, "bulk.resumed", by)
        if done:
            hand_over(run.pk)
    return done


def _switch(run: BulkRun, before: Any, after: RunState, event: str, by: Actor) -> bool:
    with transaction.atomic(using="default"):
        found = BulkRun.objects.using("default").filter(pk=run.pk, state__in=before)
        changed = found.update(state=after, heartbeat_at=timezone.now(), rate=0, waits_for="")
        if changed:
            params = {"operation": run.operation, "run": str(run.token)}
            events.record(event, actor=by, params=params, parent_id=run.parent_event)
    note_write()
    return bool(changed)


def cancel(run: BulkRun, by: Actor) -> bool:
    """End a run for good: what is done stays done, and may be undone by its event."""
    done = close(run, RunState.CANCELLED, by=by)
    note_write()
    return done


def retry(run: BulkRun, *, actor: StaffPerformer) -> BulkRun:
    """A new run, preview first, for what failed in this one."""
    undone = run.failed + run.conflicts
    if run.is_open or not undone:
        raise Conflict(_("Nothing has failed here that could be tried again."))
    selection = Selection.objects.create(
        staff=actor.staff,
        entity=run.selection.entity,
        kind="run",
        query=str(run.token),
        count=undone,
    )
    return begin(
        run.operation,
        selection,
        run.params,
        actor=actor,
        reason=run.reason,
        ticket=run.ticket,
        retry_of=run,
    )
