"""Requests for what runs in the background: the run's own preview is what is asked for.

A run carries out exactly the records that its preview looked at, each only in the version that was
previewed; so what was approved is what runs, record by record.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.operations import registry
from backoffice.operations.approval.asking import refuse_many
from backoffice.operations.approval.endings import expires_at, note
from backoffice.operations.approval.models import WHY_LENGTH, Request
from backoffice.operations.bulk.models import BulkRun, ItemState
from backoffice.operations.bulk.orders import owner_of, whole_order
from backoffice.operations.bulk.runs import run_expired, start_run
from backoffice.operations.bulk.selection import Recount, recount
from backoffice.operations.bulk.signals import Stopped
from backoffice.operations.exceptions import Conflict, Denied, Expired
from backoffice.replicas import note_write, use_primary

# How many records a page compares with what they were, at most, and how many at a time.
COMPARED, CHUNK = 20_000, 1_000
# How many of the preview's rows the request shows; the run's page has all.
ROWS_SHOWN = 200


def ask_for_run(staff: Staff, run: BulkRun) -> Request:
    """Send a person's own previewed run for approval, once; errors are those of `asking.ask`."""
    with use_primary():
        known = Request.objects.using("default").filter(token=run.token).first()
        if known is not None:
            return known
        why = _why(run, staff)
        try:
            with transaction.atomic(using="default"):
                refuse_many(staff)
                made = _made(staff, run, why)
                note("approval.requested", made, Actor.staff(staff), reason=made.reason)
        except IntegrityError:
            # The other of two clicks was faster.
            return Request.objects.using("default").get(token=run.token)
    note_write()
    return made


def _why(run: BulkRun, staff: Staff) -> str:
    """Why a second person must agree; raises when nobody must, or nothing can be asked."""
    if not run.is_previewed:
        raise Conflict(_("Its preview has not ended, or it was started already."))
    if run_expired(run) or not run.possible:
        raise Expired(_("This preview is too old to be sent. Look at a new one."))
    if staff.pk != run.staff_id:
        raise Denied(_("Only its owner sends a run for approval."))
    try:
        order = whole_order(run, owner_of(run))
    except Stopped as error:
        raise Denied(error.message) from error
    why = str(order.operation.approval(order))
    if not why:
        raise Denied(_("Nobody else needs to agree to this: you can do it yourself."))
    return why


def _made(staff: Staff, run: BulkRun, why: str) -> Request:
    part = run.parts.using("default").order_by("pk").first()
    return Request.objects.using("default").create(
        requester=staff,
        token=run.token,
        is_run=True,
        operation=run.operation,
        count=run.possible,
        params=run.params,
        reason=run.reason,
        ticket=run.ticket,
        why=why[:WHY_LENGTH],
        scopes=sorted(run.scopes),
        effects=run.effects,
        rows=part.rows[:ROWS_SHOWN] if part else [],
        expires_at=expires_at(),
    )


@dataclass(frozen=True)
class RunNow:
    """How a run's records stand beside its preview.

    Attributes:
        moved: how many of the `compared` have another version since; the run leaves those out.
    """

    run: BulkRun
    recount: Recount
    moved: int
    compared: int

    @property
    def is_same(self) -> bool:
        return not self.moved and not self.recount.differs

    @property
    def is_cut(self) -> bool:
        """Whether only the first of its records were compared."""
        return self.compared < self.run.possible


def run_of(found: Request) -> BulkRun | None:
    """The run that a request is about; None when it was deleted."""
    runs = BulkRun.objects.using("default").select_related("selection", "staff")
    return runs.filter(token=found.token).first()


def look_at_run(found: Request) -> RunNow:
    """Compare the run's records with its preview. Stopped when its owner may not do it now."""
    run = run_of(found)
    if run is None:
        raise Stopped(_("The run of this request was deleted."))
    operation = registry.get(run.operation)
    moved, compared = _moved(run)
    return RunNow(run, recount(run, owner_of(run), operation.selects), moved, compared)


def _moved(run: BulkRun) -> tuple[int, int]:
    """Of the first records, how many have another version than the one that was previewed."""
    targets = registry.get(run.operation).targets
    ready = run.items.using("default").filter(state=ItemState.READY).order_by("key")
    versions = list(ready.values_list("key", "version")[:COMPARED])
    moved = 0
    for start in range(0, len(versions), CHUNK):
        chunk = dict(versions[start : start + CHUNK])
        current = targets.versions(list(chunk))
        moved += sum(current.get(key) != version for key, version in chunk.items())
    return moved, len(versions)


def start_approved(found: Request, approver: Actor, now: int) -> int | None:
    """Start a request's run inside the open transaction; the event that it is told by.

    Args:
        now: how many the selection held when the approver looked.
    """
    run = run_of(found)
    if run is None:
        raise Conflict(_("The run of this request was deleted."))
    started = start_run(run, approver=approver, now=now)
    if started.approver_id != approver.id:
        raise Conflict(_("This was carried out already."))
    return started.parent_event
