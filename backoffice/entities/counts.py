"""Counts that cost little: up to a cap, within a time limit, several in one statement."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router

from backoffice.entities.time_limit import TookTooLong, limited

CAP = 10_000
TAB_CAP = 1_000
LIMIT = 300  # milliseconds


def count_capped(records: models.QuerySet[Any], cap: int = CAP) -> int | None:
    """How many records, `cap + 1` standing for more; None when it would take too long to know."""
    counted = count_each([records], cap)
    return counted[0] if counted else None


def count_each(querysets: Sequence[models.QuerySet[Any]], cap: int = TAB_CAP) -> list[int]:
    """How many records each holds, in one statement; empty when it would take too long."""
    if not querysets:
        return []
    parts: list[str] = []
    params: list[Any] = []
    for number, records in enumerate(querysets):
        rows = records.order_by().values_list("pk")[: cap + 1]
        sql, values = rows.query.sql_with_params()
        parts.append(f"SELECT {number} AS place, count(*) FROM ({sql}) counted")  # noqa: S608 - Django made it
        params.extend(values)
    alias = router.db_for_read(querysets[0].model)
    try:
        with limited(alias, LIMIT), connections[alias].cursor() as cursor:
            cursor.execute(" UNION ALL ".join(parts) + " ORDER BY place", params)
            return [count for _, count in cursor.fetchall()]
    except TookTooLong:
        return []
