"""A clone used again: emptied back to what the template holds, or given up when that cannot be.

Making and dropping a database writes and deletes hundreds of files, which file systems make slow
when both happen within a minute. Emptying the tables that a test filled takes milliseconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import psycopg
from psycopg import sql

# What a test may not have changed if its database is to be used again: tables, functions,
# triggers, constraints, columns, privileges and settings.
SHAPE = """
SELECT md5(string_agg(part, '|' ORDER BY part)) FROM (
    SELECT concat_ws(' ', 'c', oid, relname, relkind, relacl, relowner, reloptions) AS part
    FROM pg_class WHERE relnamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 'a', attrelid, attname, atttypid, attnotnull, attacl)
    FROM pg_attribute JOIN pg_class ON pg_class.oid = attrelid
    WHERE relnamespace = 'public'::regnamespace AND attnum > 0
    UNION ALL SELECT concat_ws(' ', 'p', oid, xmin, proacl) FROM pg_proc
    WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT concat_ws(' ', 't', oid, tgenabled) FROM pg_trigger WHERE NOT tgisinternal
    UNION ALL SELECT concat_ws(' ', 'k', oid, convalidated, condeferrable) FROM pg_constraint
    UNION ALL SELECT concat_ws(' ', 's', setrole, setconfig) FROM pg_db_role_setting
    WHERE setdatabase = (SELECT oid FROM pg_database WHERE datname = current_database())
    UNION ALL SELECT concat_ws(' ', 'n', oid, nspacl) FROM pg_namespace WHERE nspname !~ '^pg_'
) parts
"""
TABLES = """
SELECT relname, reltuples > 0 OR pg_relation_size(oid) > 131072 FROM pg_class
WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname
"""
SEQUENCES = """
SELECT sequencename, coalesce(last_value, start_value), last_value IS NOT NULL
FROM pg_sequences WHERE schemaname = 'public'
"""
OTHERS = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


@dataclass(frozen=True)
class Baseline:
    """What a fresh clone holds: its shape, a hash of each table's rows, and its sequences."""

    shape: str
    contents: dict[str, str]
    sequences: list[tuple[str, int, bool]]

    @classmethod
    def of(cls, connection: psycopg.Connection) -> Baseline:
        """Read from a fresh clone, through a superuser's connection."""
        names = [name for name, _ in connection.execute(TABLES).fetchall()]
        return cls(
            _shape(connection),
            {name: _content(connection, name) for name in names},
            connection.execute(SEQUENCES).fetchall(),
        )

    def restore(self, connection: psycopg.Connection) -> bool:
        """Bring a used clone back to this; False when it was changed beyond its rows."""
        connection.execute(OTHERS)
        if _shape(connection) != self.shape:
            return False
        tables = dict(connection.execute(TABLES).fetchall())
        kept = [name for name, content in self.contents.items() if content]
        if any(_content(connection, name) != self.contents[name] for name in kept):
            return False
        empty = [name for name in tables if not self.contents[name]]
        swollen = [name for name in empty if tables[name]]
        filled = [name for name in _filled(connection, empty) if name not in swollen]
        with connection.transaction():
            # No trigger fires: the walls are for everyone else, and every reference goes as well.
            connection.execute("SET LOCAL session_replication_role = replica")
            for name in filled:
                connection.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(name)))
            if swollen:
                names = sql.SQL(", ").join(map(sql.Identifier, swollen))
                connection.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
            for sequence in self.sequences:
                connection.execute("SELECT setval(format('%%I', %s::text), %s, %s)", sequence)
        return True


def _shape(connection: psycopg.Connection) -> str:
    return connection.execute(SHAPE).fetchone()[0]


def _content(connection: psycopg.Connection, name: str) -> str:
    """A hash over all rows of a table; empty for an empty one."""
    query = sql.SQL("SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {} t")
    return connection.execute(query.format(sql.Identifier(name))).fetchone()[0] or ""


def _filled(connection: psycopg.Connection, names: list[str]) -> list[str]:
    """Those of the tables that hold a row."""
    parts = [
        sql.SQL("SELECT {} WHERE EXISTS (SELECT FROM {})").format(name, sql.Identifier(name))
        for name in names
    ]
    return [name for (name,) in connection.execute(sql.SQL(" UNION ALL ").join(parts)).fetchall()]
