"""When each record of a page was last changed, and by whom: one statement for all of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connections, router

from backoffice.entities.actors import masked_names
from backoffice.entities.entity import Entity

# -- The newest version of each record with the event that made it.
# LATERAL, because a record may have thousands of versions and only one is wanted. Both columns of
# the event's key are given, so that only the partition it stands in is read.
LATEST = """
SELECT v.id, v.history_date, v.verb, v.event_id, e.actor_kind, e.actor_id, v.event_scope,
    e.actor_label
FROM unnest(%s::bigint[]) AS wanted (id)
CROSS JOIN LATERAL (
    SELECT h.id, h.history_date, h.verb, h.event_id, h.event_at, h.event_scope FROM {history} h
    WHERE h.id = wanted.id ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) v
LEFT JOIN audit_event e ON e.id = v.event_id AND e.occurred_at = v.event_at
"""


@dataclass(frozen=True)
class Change:
    """A record's last change; actor fields are empty when the event is archived."""

    at: datetime
    verb: str
    event_id: int
    actor_kind: str
    actor_id: str
    actor_label: str


def last_changes(staff: Any, entity: Entity, ids: Iterable[int]) -> dict[int, Change]:
    """The last change of each record, by id, as this person may see it.

    Records without history are left out.
    """
    wanted, history = list(ids), entity.history_model
    if not wanted or history is None:
        return {}
    alias = router.db_for_read(history)
    with connections[alias].cursor() as cursor:
        table = connections[alias].ops.quote_name(history._meta.db_table)
        cursor.execute(LATEST.format(history=table), [wanted])
        rows = cursor.fetchall()
    names = masked_names(staff, {row[4:7] for row in rows})
    return {
        pk: Change(
            at, verb, event, kind or "", who or "", names.get((kind, who, scope), label or "")
        )
        for pk, at, verb, event, kind, who, scope, label in rows
    }
