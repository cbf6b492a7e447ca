"""A consumer of history: reads below the snapshot's horizon while others write, misses nothing."""

from __future__ import annotations

import threading
import time
from typing import Any

import psycopg

from audit.capture import BOOKKEEPING

IGNORED = {*BOOKKEEPING, "history_change_reason"}
HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"
BATCH = """
SELECT h.history_id, h.history_type, to_jsonb(h) FROM {history} h
JOIN audit_event e ON e.id = h.event_id AND e.occurred_at = h.event_at
WHERE e.transaction_id >= %s AND e.transaction_id < %s ORDER BY h.history_id
"""


class Follower(threading.Thread):
    """Keeps a copy of every table from its history alone.

    Of one record the highest `history_id` is the newest, whatever batch it came in: a transaction
    that began later may have ended, and be seen, earlier.
    """

    def __init__(self, url: str) -> None:
        super().__init__(daemon=True)
        self.url = url
        self.copies: dict[str, dict[int, tuple[int, Any]]] = {}
        self.seen_to = 0
        self.failures: list[BaseException] = []
        self._over = threading.Event()

    def run(self) -> None:
        try:
            with psycopg.connect(self.url, autocommit=True) as session:
                while not self._over.is_set():
                    self.read(session)
                    time.sleep(0.01)
                self._read_to_the_end(session)
        except BaseException as error:
            self.failures.append(error)

    def finish(self) -> None:
        """Read all that was written by now, and end."""
        self._over.set()
        self.join(60)
        assert not self.is_alive()
        assert self.failures == []

    def read(self, session: Any) -> None:
        """One batch: everything of the transactions below the horizon that is new."""
        with session.transaction():
            session.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            horizon = session.execute(HORIZON).fetchone()[0]
            for table, history in _captured(session):
                rows = session.execute(BATCH.format(history=history), [self.seen_to, horizon])
                copy = self.copies.setdefault(table, {})
                for history_id, kind, content in rows:
                    if history_id > copy.get(content["id"], (0, None))[0]:
                        copy[content["id"]] = (history_id, None if kind == "-" else content)
        self.seen_to = horizon

    def _read_to_the_end(self, session: Any) -> None:
        """The horizon is held back by any transaction of the cluster, so it may take a while."""
        last = session.execute("SELECT max(transaction_id) FROM audit_event").fetchone()[0]
        deadline = time.monotonic() + 30
        while self.seen_to <= last and time.monotonic() < deadline:
            self.read(session)
            time.sleep(0.01)
        assert self.seen_to > last, "an old transaction holds the horizon back"

    def differences(self, session: Any) -> list[str]:
        """Where the copies are not the tables."""
        found = []
        for table, _ in _captured(session):
            rows = session.execute(f"SELECT to_jsonb(t) FROM {table} t").fetchall()
            live = {row["id"]: row for (row,) in rows}
            copy = {pk: c for pk, (_, c) in self.copies.get(table, {}).items() if c is not None}
            for pk in live.keys() | copy.keys():
                told = {k: v for k, v in copy.get(pk, {}).items() if k not in IGNORED}
                if pk not in live or not told or any(live[pk][k] != told[k] for k in told):
                    found.append(f"{table} #{pk}")
        return found


def _captured(session: Any) -> list[tuple[str, str]]:
    return list(session.execute("SELECT table_name, history_table FROM audit_capture").fetchall())
