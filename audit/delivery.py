"""Waiting reads, brought into the database: each once, in batches, by whoever gets to them."""

from __future__ import annotations

import json
import logging
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db import DatabaseError, DataError, IntegrityError, InterfaceError, connections
from django.db.transaction import atomic

from audit.actors import Actor
from audit.context import payload_of
from audit.events import get
from audit.models import Outcome
from audit.spool import Spool

logger = logging.getLogger(__name__)
BATCH = 200
# How long one delivery may take, and wait for another one's, before it is tried again later.
STATEMENT_TIMEOUT, LOCK_TIMEOUT = "5s", "2s"
ACTOR = Actor.service("audit spool")


class Unreachable(Exception):
    """The primary does not take reads now. They wait in the spool."""


@dataclass
class Delivered:
    """What became of the reads that were handed over.

    `repeated` were there before; `lost` are those that no database would ever take.
    """

    written: int = 0
    repeated: int = 0
    lost: int = 0

    def add(self, other: Delivered) -> None:
        self.written += other.written
        self.repeated += other.repeated
        self.lost += other.lost


def new_key() -> str:
    """A key that no other read has; younger ones sort after older ones."""
    return str(UUID(int=(time.time_ns() // 1_000_000) << 80 | int.from_bytes(os.urandom(10))))


def line_of(payload: str, key: str = "") -> bytes:
    """An event's payload as a line of the spool: it happened now."""
    item = json.loads(payload)
    item |= {"key": key or new_key(), "occurred_at": datetime.now(UTC).isoformat()}
    return json.dumps(item, separators=(",", ":")).encode()


def deliver(lines: Sequence[bytes]) -> Delivered:
    """Write lines of the spool as events, each once; Unreachable when the primary takes none.

    A line that the database refuses for what it holds is set aside and counted, so that it keeps
    no other from being delivered.
    """
    readable = [line for line in lines if _is_json(line)]
    done = Delivered(lost=len(lines) - len(readable))
    if readable:
        done.add(_deliver(readable))
    return done


def _is_json(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        logger.error("A waiting read cannot be read and is lost: %r", line[:200])
        return False


def _deliver(lines: Sequence[bytes]) -> Delivered:
    try:
        return _write(b"[" + b",".join(lines) + b"]")
    except (DataError, IntegrityError) as error:
        if len(lines) == 1:
            logger.exception("A waiting read was refused and is lost: %r", lines[0][:200])
            return Delivered(lost=1)
        logger.warning("A batch of reads is delivered in parts: %s", error)
        half = len(lines) // 2
        done = _deliver(lines[:half])
        done.add(_deliver(lines[half:]))
        return done
    except (DatabaseError, InterfaceError) as error:
        raise Unreachable(str(error)) from error


def _write(batch: bytes) -> Delivered:
    with atomic(using="default"), connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT set_config('statement_timeout', %s, true), "
            "set_config('lock_timeout', %s, true)",
            [STATEMENT_TIMEOUT, LOCK_TIMEOUT],
        )
        cursor.execute(
            "SELECT written, repeated, refused FROM public.audit_record_many(%s::jsonb)",
            [batch.decode()],
        )
        return Delivered(*cursor.fetchone())


def deliver_spool(spool: Spool) -> Delivered:
    """Deliver every segment that nobody appends to; Unreachable as soon as it cannot go on."""
    total = Delivered()
    for segment in spool.finished():
        done = Delivered()
        try:
            for batch in segment.batches(BATCH):
                done.add(deliver(batch))
        except Unreachable:
            segment.sync()
            raise
        if done.lost:
            count_lost(spool, done.lost)
        try:
            segment.remove()
        except OSError as error:
            # Each is written once, however often it is handed over.
            logger.error("Delivered reads cannot be removed from the spool: %s", error)
        total.add(done)
    _report_lost(spool)
    return total


def count_lost(spool: Spool, count: int) -> None:
    """Remember that reads were lost, for readiness and for the event that says so."""
    with spool.lost() as lost:
        lost.count += count
        # Another count is another report, also when the last one was cut off before it ended.
        lost.key = new_key()


def _report_lost(spool: Spool) -> None:
    """Write the one event about what was lost, and begin to count anew."""
    if not spool.lost_count():
        return
    with spool.lost() as lost:
        if not lost.count:
            return
        params = {"count": lost.count}
        payload = payload_of(
            "audit.reads_lost",
            get("audit.reads_lost").kind,
            Outcome.FAILED,
            ACTOR,
            params,
            {"target_count": lost.count},
        )
        deliver([line_of(payload, lost.key or new_key())])
        lost.count, lost.key = 0, ""
