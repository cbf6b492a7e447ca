"""Rules that add up what one subject did within some time, by the indexes of events and effects."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connections
from psycopg import sql

from audit.alert_rules import Finding, children
from audit.statements import statement

FILE = "alerts.sql"


@dataclass(frozen=True)
class Window:
    """So much within so long is too much."""

    span: timedelta
    least: int


@dataclass(frozen=True)
class Stream:
    """What a rule adds up.

    Attributes:
        source: the statement of alerts.sql that reads it.
        windows: asked at each evaluation, so that settings may change.
        quiet: at least the longest window, or else the end of one incident would be the next.
        values: parameters of the source, asked likewise.
    """

    source: str
    windows: Callable[[], Sequence[Window]]
    quiet: timedelta
    values: Callable[[], Mapping[str, Any]] = field(default=dict)

    def findings(self, since: datetime, until: datetime) -> list[Finding]:
        """What reaches into the span: judged with all that lies a quiet time before it."""
        query, values = self.query(since, until)
        with connections["default"].cursor() as cursor:
            cursor.execute(query.as_string(None), values)
            rows = cursor.fetchall()
        return [finding for finding in _joined(rows) if finding.last_at >= since]

    def query(self, since: datetime, until: datetime) -> tuple[sql.Composed, dict[str, Any]]:
        """The statement and its parameters; tests ask for its plan."""
        sums, covers = zip(*(_parts(n, w) for n, w in enumerate(self.windows())), strict=True)
        query = statement(FILE, "incidents").format(
            source=statement(FILE, self.source),
            sums=sql.SQL(", ").join(sums),
            covers=sql.SQL(" OR ").join(covers),
        )
        values = {"since": since - self.quiet, "until": until, "quiet": self.quiet}
        return query, {**values, "children": children(), **self.values()}


def _parts(number: int, window: Window) -> tuple[sql.Composed, sql.Composed]:
    span = sql.SQL("make_interval(secs => {})").format(sql.Literal(window.span.total_seconds()))
    hot = sql.Identifier(f"hot_{number}")
    summed = statement(FILE, "sum_of_window").format(span=span, least=window.least, hot=hot)
    return summed, statement(FILE, "cover_of_window").format(span=span, hot=hot)


def _joined(rows: Iterable[Sequence[Any]]) -> list[Finding]:
    """One finding for each incident, out of its lines by kind of thing done."""
    grouped: dict[tuple[str, int], list[Sequence[Any]]] = {}
    for row in rows:
        grouped.setdefault((row[0], row[1]), []).append(row)
    return [_finding(lines) for lines in grouped.values()]


def _finding(lines: Sequence[Sequence[Any]]) -> Finding:
    newest = max(lines, key=lambda line: line[9])
    subject, _island, _what, kind, actor, label, entity, record = newest[:8]
    return Finding(
        subject=subject,
        count=sum(line[10] for line in lines),
        first_at=min(line[8] for line in lines),
        last_at=newest[9],
        actor_kind=kind,
        actor_id=actor,
        actor_label=label,
        scopes=tuple(sorted({scope for line in lines for scope in line[11]})),
        what={line[2]: line[10] for line in lines},
        entity=entity,
        record_id=record or "",
    )
