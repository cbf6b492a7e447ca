"""The facts of an event or a fold: what happened to how many, by whom, when, and how it ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from django.db import connections, router
from django.utils import timezone
from psycopg import sql

from audit.event_versions import versions_of_events
from audit.feeds import Group, events_at
from audit.history_tables import HistoryTable
from audit.models import Event
from audit.paging import Position
from backoffice.accounts.access import restricted_scopes
from backoffice.activity.catalogue import entity_of, may_view
from backoffice.activity.feed import in_order
from backoffice.activity.records import RecordNames
from backoffice.activity.verbs import verb_in
from backoffice.replies.declarations import Replies, replies_for, tells_of
from backoffice.replies.writing import People, people_of

# Of so many records it is looked whether they were mended, each among so many of its versions.
LOOKED_AT, WINDOW = 1_000, 200
NAMED = 5
# What capture calls the verbs that only some events give another meaning.
CAPTURED = {"resurrected": "created"}

# -- For each record the first version with one of the verbs after a moment, or the last before it.
COUNTERPARTS = """
SELECT k.id, v.event_id, v.event_at, v.history_date FROM unnest(%(ids)s::bigint[]) AS k(id)
CROSS JOIN LATERAL (
    SELECT w.* FROM (
        SELECT h.* FROM {table} h WHERE h.{pk} = k.id AND h.history_date {side} %(at)s
        ORDER BY h.history_date {way}, h.history_id {way} LIMIT {window}
    ) w WHERE w.verb = ANY (%(verbs)s) ORDER BY w.history_date {way}, w.history_id {way} LIMIT 1
) v
"""


@dataclass(frozen=True)
class Told:
    """What happened, and what took it back; templates are given its attributes by name.

    Attributes:
        count: how many records; at_least: whether there may be more.
        titles: of a few, where there are few.
        who, first, last: who did it and when.
        mended: how many of them were mended, None where there are too many to look at.
        mended_by, mended_at: who did that, and when the last was.
    """

    entity: str
    verb: str
    count: int
    at_least: bool = False
    titles: list[str] = field(default_factory=list)
    who: People = field(default_factory=lambda: People(()))
    first: datetime | None = None
    last: datetime | None = None
    mended: int | None = None
    mended_by: People = field(default_factory=lambda: People(()))
    mended_at: datetime | None = None

    @property
    def same_day(self) -> bool:
        """Whether it began and ended on one day, in the zone that is in force."""
        if self.first is None or self.last is None:
            return True
        return timezone.localdate(self.first) == timezone.localdate(self.last)

    @property
    def same_minute(self) -> bool:
        return self.first is None or self.last is None or (self.last - self.first).seconds < 60

    @property
    def all_mended(self) -> bool:
        return self.mended is not None and self.mended >= self.count and not self.at_least


@dataclass(frozen=True)
class _Match:
    """Versions that lie opposite to others: how many records, of which events, until when."""

    records: set[int]
    events: list[Event]
    first: datetime | None
    last: datetime | None


def tellable(groups: Sequence[Group], event: str = "") -> tuple[Replies, Group] | None:
    """What of the doings of an event of this name a customer would be told, if anything."""
    meant = [replace(group, verb=verb_in(event, group.verb)) for group in groups]
    for group in in_order(meant):
        replies = replies_for(group.entity)
        if replies is not None and tells_of(group.entity, group.verb):
            return replies, group
    return None


def story_of(
    viewer: Any,
    groups: Sequence[Group],
    events: Sequence[Event],
    ids: Sequence[int] | None = None,
    *,
    at_least: bool = False,
) -> tuple[Replies, Told] | None:
    """The facts of events of one actor, newest first; None where a customer is told nothing.

    `ids`: of all the events, where of many only the newest and the oldest are given.
    """
    found = tellable(groups, events[0].name)
    if found is None or not may_view(viewer, found[1].entity):
        return None
    replies, group = found
    known = list(ids) if ids is not None else [event.id for event in events]
    told = _Story(viewer, replies, group, events, known, at_least)
    harm = replies.harm_of(group.entity, group.verb)
    story = told.of_mending(harm) if harm else told.of_harm()
    return (replies, story) if story is not None else None


class _Story:
    def __init__(
        self,
        viewer: Any,
        replies: Replies,
        group: Group,
        events: Sequence[Event],
        ids: Sequence[int],
        at_least: bool,
    ) -> None:
        self.viewer, self.replies, self.group = viewer, replies, group
        self.events, self.ids, self.at_least = events, ids, at_least
        self.first, self.last = events[-1].occurred_at, events[0].occurred_at
        self.names = RecordNames(viewer)
        self.records = self._changed()

    def _changed(self) -> list[int]:
        """Ids of the records that it was done to, as far as is looked."""
        entity = entity_of(self.group.entity)
        if entity is None:
            return []
        hidden = restricted_scopes(self.viewer)
        versions = versions_of_events(entity.model, self.ids, limit=LOOKED_AT, hidden_scopes=hidden)
        for version in versions[:NAMED]:
            self.names.want_version(version)
        verb = CAPTURED.get(self.group.verb, self.group.verb)
        alike = (one for one in versions if one.verb == verb)
        return list(dict.fromkeys(one.record_id for one in alike))

    @property
    def _titles(self) -> list[str]:
        if self.group.count > NAMED:
            return []
        return [self.names.of(self.group.entity, pk).text for pk in self.records[:NAMED]]

    def of_harm(self) -> Told:
        """Something was done; maybe it was taken back since."""
        verbs = self.replies.mends[self.group.entity, self.group.verb]
        mended = self._opposite(verbs, ">", self.last)
        return Told(
            entity=self.group.entity,
            verb=self.group.verb,
            count=self.group.count,
            at_least=self.at_least,
            titles=self._titles,
            who=people_of(self.viewer, self.events),
            first=self.first,
            last=self.last,
            mended=len(mended.records) if self._all_looked_at else None,
            mended_by=people_of(self.viewer, mended.events),
            mended_at=mended.last,
        )

    def of_mending(self, harm: str) -> Told | None:
        """Something was taken back; what it was lies before. None where nothing does."""
        before = self._opposite([harm], "<", self.first)
        if not before.records:
            return None
        count = len(before.records) if self._all_looked_at else self.group.count
        return Told(
            entity=self.group.entity,
            verb=harm,
            count=count,
            at_least=self.at_least,
            titles=self._titles,
            who=people_of(self.viewer, before.events),
            first=before.first,
            last=before.last,
            mended=count,
            mended_by=people_of(self.viewer, self.events),
            mended_at=self.last,
        )

    @property
    def _all_looked_at(self) -> bool:
        return self.group.count <= LOOKED_AT and not self.at_least

    def _opposite(self, verbs: Sequence[str], side: str, at: datetime) -> _Match:
        entity = entity_of(self.group.entity)
        if entity is None or not self.records:
            return _Match(set(), [], None, None)
        table = HistoryTable.of(entity.model)
        query = sql.SQL(COUNTERPARTS).format(
            table=sql.Identifier(table.name),
            pk=sql.Identifier(table.pk),
            side=sql.SQL(side),
            way=sql.SQL("ASC" if side == ">" else "DESC"),
            window=sql.Literal(WINDOW),
        )
        captured = [CAPTURED.get(verb, verb) for verb in verbs]
        params: dict[str, Any] = {"ids": self.records, "at": at, "verbs": captured}
        with connections[router.db_for_read(entity.model)].cursor() as cursor:
            cursor.execute(query, params)
            rows = cursor.fetchall()
        return _matched(rows)


def _matched(rows: Collection[tuple[Any, ...]]) -> _Match:
    places = sorted({Position(event_at, event_id) for _pk, event_id, event_at, _at in rows})
    events = events_at(places)
    times = sorted(at for *_rest, at in rows)
    return _Match(
        records={pk for pk, *_rest in rows},
        events=[events[place.id] for place in places if place.id in events],
        first=times[0] if times else None,
        last=times[-1] if times else None,
    )
