"""The records of a run as rows: gathered, taken batch by batch, settled. Set-based throughout."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.conf import settings
from django.db import connections, transaction
from django.utils.translation import gettext as _
from psycopg import sql

from backoffice.operations.bulk.models import PROBLEM_LENGTH, BulkRun
from backoffice.operations.bulk.selection import asked_by, rows_for
from backoffice.operations.bulk.signals import Interrupted, Stopped

# A record's version and that of what hangs on it, when it was previewed.
Seen = tuple[int | None, int | None]
# The longest that gathering may take.
PATIENCE = "300s"
GATHER = sql.SQL(
    "INSERT INTO bulk_bulkitem (run_id, key, state, problem) "
    "SELECT %s, k.key, 'new', '' FROM ({rows} LIMIT {limit}) k(key) "
    "WHERE k.key IS NOT NULL ON CONFLICT DO NOTHING"
)
NEXT = sql.SQL(
    "SELECT key, version, children FROM bulk_bulkitem "
    "WHERE run_id = %s AND state = %s AND {beyond} ORDER BY key {direction} LIMIT %s"
)
SETTLE = """
UPDATE bulk_bulkitem i SET state = s.state, version = coalesce(s.version, i.version),
    children = coalesce(s.children, i.children), problem = s.problem,
    event_id = coalesce(s.event, i.event_id)
FROM unnest(%s::bigint[], %s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::bigint[])
    AS s(key, state, version, children, problem, event)
WHERE i.run_id = %s AND i.key = s.key AND i.state = %s
"""


def gather(run: BulkRun, staff: Any, selects: str) -> None:
    """Write down which records are meant: one statement, their keys never leave the database."""
    statement, params = rows_for(asked_by(run.selection, staff), selects)
    limit = settings.SELECTION_LIMIT
    query = GATHER.format(rows=sql.SQL(statement), limit=sql.Literal(limit + 1))
    with transaction.atomic(using="default"), connections["default"].cursor() as cursor:
        cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
        cursor.execute(query, [run.pk, *params])
        total = cursor.rowcount
        if total > limit:
            raise Stopped(
                _("These are more than %(limit)s by now. Add a filter.") % {"limit": f"{limit:,}"}
            )
        if not total:
            raise Stopped(_("Nothing fits what was chosen any more."))
        advance(run, "collected = true, total = %s", [total], "NOT collected")


def following(
    run: BulkRun, state: str, size: int, newest_first: bool, beyond: int | None = None
) -> dict[int, Seen]:
    """The next records in a state, in the order of their keys, with the versions they had.

    Args: beyond: the last key that was dealt with, so that what is left of it is not met again.
    """
    direction = sql.SQL("DESC" if newest_first else "ASC")
    place: sql.Composable = sql.SQL("true")
    if beyond is not None:
        side = sql.SQL("key < {}" if newest_first else "key > {}")
        place = side.format(sql.Literal(beyond))
    query = NEXT.format(direction=direction, beyond=place)
    with connections["default"].cursor() as cursor:
        cursor.execute(query, [run.pk, state, size])
        return {key: (version, children) for key, version, children in cursor.fetchall()}


def settle(
    run: BulkRun,
    before: str,
    after: Mapping[int, str],
    *,
    versions: Mapping[int, int] | None = None,
    children: Mapping[int, int] | None = None,
    problems: Mapping[int, str] | None = None,
    event_id: int | None = None,
) -> None:
    """Say how records ended, inside the caller's transaction; Interrupted when another one did."""
    keys = list(after)
    texts = [(problems or {}).get(key, "")[:PROBLEM_LENGTH] for key in keys]
    seen = [(versions or {}).get(key) for key in keys]
    below = [(children or {}).get(key) for key in keys]
    events = [event_id if after[key] == "done" else None for key in keys]
    with connections["default"].cursor() as cursor:
        cursor.execute(
            SETTLE, [keys, list(after.values()), seen, below, texts, events, run.pk, before]
        )
        if cursor.rowcount != len(keys):
            raise Interrupted(_("Another worker took these records."))


def advance(run: BulkRun, changes: str, params: Sequence[Any], condition: str = "true") -> None:
    """Count it on the run, last in a transaction; Interrupted when it is not to go on.

    Whoever paused the run or called it off has done so before this, or waits until after it.
    """
    statement = sql.SQL(
        "UPDATE bulk_bulkrun SET {changes}, heartbeat_at = now() "
        "WHERE id = %s AND state = 'running' AND phase = %s AND {condition}"
    ).format(changes=sql.SQL(changes), condition=sql.SQL(condition))
    with connections["default"].cursor() as cursor:
        cursor.execute(statement, [*params, run.pk, run.phase])
        if cursor.rowcount != 1:
            raise Interrupted(_("The run is not to go on."))
