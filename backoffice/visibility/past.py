"""What history knows of the records around a subject: the changes that had a say, newest first."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connections, router
from psycopg import sql

from audit.history_tables import HistoryTable
from backoffice.visibility.declarations import Around, Place, Subject

# How many of a record's newest versions are looked through, and how many records in all.
WINDOW, MOST = 1_000, 500
Key = tuple[str, int]

# -- The records of a place: those named, ...
NAMED = "keys (id) AS (SELECT DISTINCT unnest(%(ids)s::bigint[]))"
# -- ... with all that ever stood above them, ...
ABOVE_EVER = """
keys (id) AS (
    SELECT unnest(%(ids)s::bigint[])
    UNION
    SELECT v.up FROM keys CROSS JOIN LATERAL (
        SELECT DISTINCT w.up FROM (
            SELECT h.{up} AS up FROM {history} h WHERE h.{pk} = keys.id
            ORDER BY h.history_date DESC, h.history_id DESC LIMIT {window}
        ) w WHERE w.up IS NOT NULL
    ) v
)
"""
# -- ... or with all that pointed to the subject lately.
CHILDREN_EVER = """
recent (id, at) AS MATERIALIZED (
    SELECT h.{pk}, h.history_date FROM {history} h WHERE h.{child} = %(subject)s
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT {window}
), keys (id) AS (SELECT unnest(%(ids)s::bigint[]) UNION SELECT id FROM recent)
"""
# -- Of each record the changes that had a say, and the newest and the oldest that was looked at.
STEPS = """
WITH RECURSIVE {keys}
SELECT k.id, h.versions, h.oldest, {edge}, h.history_id, h.history_date, h.history_type,
    h.event_id, h.event_at, h.changed_fields, {columns}
FROM (SELECT id FROM keys LIMIT {most}) k CROSS JOIN LATERAL (
    SELECT w.*, count(*) OVER () AS versions, min(w.history_date) OVER () AS oldest,
        row_number() OVER (ORDER BY w.history_date DESC, w.history_id DESC) AS place
    FROM (
        SELECT v.history_id, v.history_date, v.history_type, v.event_id, v.event_at,
            v.changed_fields, {plain} FROM {history} v WHERE v.{pk} = k.id
        ORDER BY v.history_date DESC, v.history_id DESC LIMIT {window}
    ) w
) h
WHERE h.place IN (1, h.versions) OR h.history_type <> '~'
    OR h.changed_fields && %(fields)s::varchar[]
ORDER BY h.history_date DESC, h.history_id DESC
"""
EDGE = "(SELECT CASE WHEN count(*) = {window} THEN min(at) END FROM recent)"


@dataclass(frozen=True)
class Step:
    """One version of a record: what it held from then on, and the event behind it."""

    entity: str
    pk: int
    history_id: int
    at: datetime
    kind: str
    event_id: int
    event_at: datetime
    fields: Sequence[str]
    held: Mapping[str, Any]

    @property
    def key(self) -> Key:
        return self.entity, self.pk

    @property
    def values(self) -> Mapping[str, Any] | None:
        """What the record held; None when it was deleted for good."""
        return None if self.kind == "-" else self.held

    def sets(self, name: str) -> bool:
        """Whether a field got its value here."""
        return self.kind == "+" or name in self.fields


@dataclass
class Tracks:
    """The steps of all records around a subject; nothing is known of before `known_from`."""

    steps: dict[Key, list[Step]] = field(default_factory=dict)
    known_from: datetime | None = None

    def know_from(self, at: datetime | None) -> None:
        """History was not read further back than this."""
        if at is not None:
            self.known_from = max(at, self.known_from or at)

    def setter(self, key: Key, name: str) -> Step | None:
        """The step that gave a field its value; None when it lies too far back."""
        return next((step for step in self.steps.get(key, ()) if step.sets(name)), None)

    def setter_before(self, key: Key, name: str, last: Step) -> Step | None:
        """The step that gave a field its value before the event of another step."""
        older = (s for s in self.steps.get(key, ()) if s.at <= last.at)
        return next((s for s in older if s.sets(name) and s.event_id != last.event_id), None)

    def ever(self, key: Key, column: str) -> set[int]:
        """Every id that a column held."""
        held = (step.held.get(column) for step in self.steps.get(key, ()))
        return {pk for pk in held if pk is not None}


def tracks_of(subject: Subject, pk: int, around: Around) -> Tracks:
    """The steps of the subject and of all that stood around it; one query for each place."""
    tracks = Tracks()
    own, *others = subject.places
    _load(tracks, subject, own, pk, {pk})
    for place in others:
        ids = {one.pk for one in around.get(place.name, ())}
        if place.via:
            ids |= tracks.ever((own.entity, pk), place.via)
        _load(tracks, subject, place, pk, ids)
    return tracks


def _load(
    tracks: Tracks, subject: Subject, place: Place, subject_pk: int, ids: Collection[int]
) -> None:
    if not ids and not place.child:
        return
    table = HistoryTable.of(place.declared.model)
    columns = subject.columns_of(place)
    names = {column.column: column.name for column in table.columns}
    params: dict[str, Any] = {
        "ids": sorted(ids),
        "subject": subject_pk,
        "fields": [names[column] for column in columns],
    }
    with connections[router.db_for_read(table.model)].cursor() as cursor:
        cursor.execute(_statement(table, place, columns), params)
        rows = cursor.fetchall()
    found: set[int] = set()
    for row in rows:
        pk, versions, oldest, edge = row[:4]
        found.add(pk)
        tracks.know_from(edge)
        if versions == WINDOW:
            tracks.know_from(oldest)
        steps = tracks.steps.setdefault((place.entity, pk), [])
        steps.append(_step(place.entity, row, columns))
    if len(found) >= MOST:
        tracks.know_from(rows[0][5])


def _step(entity: str, row: Sequence[Any], columns: Sequence[str]) -> Step:
    pk, (history_id, at, kind, event_id, event_at, fields) = row[0], row[4:10]
    held = dict(zip(columns, row[10:], strict=True))
    return Step(entity, pk, history_id, at, kind, event_id, event_at, fields, held)


def _statement(table: HistoryTable, place: Place, columns: Iterable[str]) -> sql.Composed:
    parts: dict[str, sql.Composable] = {
        "history": sql.Identifier(table.name),
        "pk": sql.Identifier(table.pk),
        "up": sql.Identifier(place.up),
        "child": sql.Identifier(place.child),
        "window": sql.Literal(WINDOW),
    }
    keys = CHILDREN_EVER if place.child else ABOVE_EVER if place.up else NAMED
    edge = EDGE if place.child else "NULL::timestamptz"
    return sql.SQL(STEPS).format(
        keys=sql.SQL(keys).format(**parts),
        edge=sql.SQL(edge).format(**parts),
        columns=_listed("h", columns),
        plain=_listed("v", columns),
        most=sql.Literal(MOST),
        **parts,
    )


def _listed(alias: str, columns: Iterable[str]) -> sql.Composed:
    named = [sql.SQL(alias) + sql.SQL(".") + sql.Identifier(column) for column in columns]
    return sql.SQL(", ").join(named)
