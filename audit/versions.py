"""The latest version of records: what an optimistic check compares."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connections, models
from psycopg import sql
from simple_history.utils import get_history_model_for_model

LATEST = """
SELECT k.id, h.history_id FROM unnest(%s::bigint[]) AS k(id)
CROSS JOIN LATERAL (
    SELECT v.history_id FROM {history} v WHERE v.{pk} = k.id
    ORDER BY v.history_date DESC, v.history_id DESC LIMIT 1
) h
"""


def latest_versions(
    model: type[models.Model], keys: Sequence[int], using: str = "default"
) -> dict[int, int]:
    """The newest history id of each record of `keys` that has history; one query."""
    history = get_history_model_for_model(model)
    pk = model._meta.pk
    assert pk is not None
    query = sql.SQL(LATEST).format(
        history=sql.Identifier(history._meta.db_table), pk=sql.Identifier(pk.column)
    )
    with connections[using].cursor() as cursor:
        cursor.execute(query, [list(keys)])
        return dict(cursor.fetchall())
