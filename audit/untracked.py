"""Tables whose changes are not captured on purpose, each with the reason.

    declare("shop_basket_*", "forgotten within the hour, and nobody answers for it")

Whatever is neither captured nor declared is named by `manage.py check_capture`.
"""

from __future__ import annotations

from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.db import connections
from django.utils.functional import Promise

Text = str | Promise
_reasons: dict[str, Text] = {}
# Ordinary and partitioned tables that are neither captured, nor history, nor the audit's own.
UNCAPTURED = """
SELECT c.relname FROM pg_class c
WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname NOT LIKE 'audit\\_%'
    AND NOT EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid
        AND t.tgname = 'audit_capture' AND t.tgenabled <> 'D')
    AND NOT EXISTS (SELECT FROM audit_capture a WHERE a.history_table = c.relname)
ORDER BY c.relname
"""


@dataclass(frozen=True)
class Table:
    """A table without capture; `reason` is empty where nobody declared one."""

    name: str
    reason: str


def declare(pattern: str, reason: Text) -> None:
    """Say why tables of that name, which may hold `*`, are not captured."""
    if not str(reason).strip():
        raise ValueError(f"Say why {pattern!r} is not captured.")
    if str(_reasons.setdefault(pattern, reason)) != str(reason):
        raise ValueError(f"{pattern!r} is declared already, for another reason.")


def reason_of(table: str) -> str:
    """Why a table is not captured; "" when nobody said."""
    found = (reason for pattern, reason in _reasons.items() if fnmatchcase(table, pattern))
    return str(next(found, ""))


def tables_without_capture(using: str = "default") -> list[Table]:
    """Every table of the database that no trigger captures."""
    with connections[using].cursor() as cursor:
        cursor.execute(UNCAPTURED)
        return [Table(name, reason_of(name)) for (name,) in cursor.fetchall()]
