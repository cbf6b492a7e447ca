"""A worker's time with a run: batch after batch, until it ends, is stopped, or the time is over."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connections
from django.utils import translation
from django.utils.translation import gettext as _

from audit.context import Source, source
from backoffice.operations import registry
from backoffice.operations.bulk import items, throttle
from backoffice.operations.bulk.applying import Applying
from backoffice.operations.bulk.closing import close
from backoffice.operations.bulk.lease import lease
from backoffice.operations.bulk.models import BulkRun, Phase, RunState
from backoffice.operations.bulk.previewing import Previewing
from backoffice.operations.bulk.signals import Broken, Interrupted, Stopped
from backoffice.operations.bulk.trouble import is_broken

logger = logging.getLogger(__name__)
# Between two looks at a replica that is behind, or at a server that is away, seconds.
PAUSE = 1.0
# How much of the newest batch's speed goes into the rate that is shown.
WEIGHT = 0.3
TAKE_UP = (
    "UPDATE bulk_bulkrun SET state = 'running', heartbeat_at = now() "
    "WHERE id = %s AND state IN ('waiting', 'running')"
)


def work(run_id: int, seconds: float | None = None) -> bool:
    """Work on a run for a while; whether there is more to do.

    A lost connection is replaced, and the work goes on where the database says that it is. Raises
    the last error when the server stays away for longer than BULK_RECONNECT_SECONDS.
    """
    ends = time.monotonic() + (settings.BULK_SLICE_SECONDS if seconds is None else seconds)
    patience = settings.BULK_RECONNECT_SECONDS
    while True:
        try:
            return _slice(run_id, lambda: time.monotonic() >= ends)
        except (Broken, DatabaseError, InterfaceError) as error:
            if not isinstance(error, Broken) and not is_broken(error):
                raise
            connections["default"].close()
            patience -= PAUSE
            if patience <= 0:
                raise
            logger.warning("run %s lost its connection: %s", run_id, error.__cause__ or error)
            time.sleep(PAUSE)


def _slice(run_id: int, over: Callable[[], bool]) -> bool:
    with lease(run_id) as held:
        if not held or not _taken_up(run_id):
            # Another worker is at it, who goes on by itself; or there is nothing to do.
            return not held
        run = BulkRun.objects.using("default").select_related("selection").get(pk=run_id)
        with translation.override(run.language), source(Source(**run.source)):
            try:
                return _batches(run, over)
            except Interrupted:
                return False
            except Stopped as error:
                close(run, RunState.FAILED, str(error.message))
                return False


def _taken_up(run_id: int) -> bool:
    with connections["default"].cursor() as cursor:
        cursor.execute(TAKE_UP, [run_id])
        return bool(cursor.rowcount)


def _batches(run: BulkRun, over: Callable[[], bool]) -> bool:
    kind: Any = Previewing if run.phase == Phase.PREVIEW else Applying
    work: Previewing | Applying = kind(run)
    operation = registry.get(run.operation)
    size = min(operation.batch_size or settings.BULK_BATCH_SIZE, settings.OPERATION_TARGET_LIMIT)
    rate, last = run.rate, None
    work.prepare()
    while not over():
        if not _may_go_on(run, over):
            break
        found = items.following(run, work.state, size, operation.newest_first, last)
        if not found and last is None:
            work.finish()
            return False
        if not found:
            # Once more from the beginning, to be sure that nothing was left on the way.
            last = None
            continue
        started = time.monotonic()
        work.batch(found)
        last = next(reversed(found))
        newest = len(found) / max(time.monotonic() - started, 0.001)
        rate = newest if not rate else rate + WEIGHT * (newest - rate)
        items.advance(run, "rate = %s", [rate])
    return True


def _may_go_on(run: BulkRun, over: Callable[[], bool]) -> bool:
    """Wait while a replica is behind; the page says so meanwhile."""
    waited = False
    while behind := throttle.too_far_behind():
        text = _("A replica is %s s behind; the run waits for it.") % f"{behind:.1f}"
        items.advance(run, "waits_for = %s", [text[:200]])
        waited = True
        if over():
            return False
        time.sleep(PAUSE)
    if waited or run.waits_for:
        items.advance(run, "waits_for = ''", [])
        run.waits_for = ""
    return True
