"""A record as it was at a moment, beside what it is now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import models
from django.http import Http404
from django.utils.translation import gettext as _

from audit.differences import ABSENT, changed_fields
from audit.feeds import Entry, events_at
from audit.history_tables import Version
from audit.moments import Around, Mark, around, version_as_of
from audit.paging import Position
from backoffice.accounts.access import may_see_scope
from backoffice.activity.catalogue import tracked_fields
from backoffice.activity.children import Child, children_of
from backoffice.activity.entries import ShownEntry
from backoffice.activity.moments import INSTANT, Choice, as_of_url, choices
from backoffice.activity.past_names import past_names
from backoffice.activity.records import Traced
from backoffice.activity.timeline import RecordEntries
from backoffice.console import time_format
from backoffice.entities.entity import Entity
from backoffice.entities.names import shared_names
from backoffice.entities.values import Readable, Readables, label


@dataclass(frozen=True)
class Value:
    """A field then and now; `name_then` is what a foreign key's record was called, if otherwise."""

    name: str
    label: str
    then: Readable
    now: Readable | None
    differs: bool
    name_then: str = ""


@dataclass
class AsOf:
    """What the page shows.

    Attributes:
        version: what held at the moment; None when the record was not there yet.
        entry: the event that made that version.
        groups: named groups of values; shown_groups without what the reader left out.
    """

    traced: Traced
    at: datetime
    around: Around
    choices: list[Choice]
    version: Version | None = None
    entry: ShownEntry | None = None
    groups: list[tuple[str, list[Value]]] = field(default_factory=list)
    children: list[Child] = field(default_factory=list)
    only_differences: bool = False

    @property
    def was_deleted(self) -> bool:
        return self.version is not None and self.version.deleted

    @property
    def has_now(self) -> bool:
        """Whether there is a record today to set beside it."""
        return not self.traced.deleted

    @property
    def differences(self) -> int:
        return sum(value.differs for _heading, values in self.groups for value in values)

    @property
    def shown_groups(self) -> list[tuple[str, list[Value]]]:
        if not self.only_differences:
            return self.groups
        kept = [
            (head, [value for value in values if value.differs]) for head, values in self.groups
        ]
        return [(heading, values) for heading, values in kept if values]

    @property
    def kept(self) -> str:
        """What the reader chose to see, for addresses of other moments."""
        return "&show=differences" if self.only_differences else ""

    @property
    def first_text(self) -> str:
        """When it was made, for who looks before that."""
        if self.around.first is None:
            return ""
        at = time_format.with_offset(self.around.first.at)
        if self.around.first.kind != "+":
            return _("Its history begins on %s.") % at
        return _("It was created on %s.") % at

    @property
    def created_url(self) -> str:
        return self._url(self.around.first)

    @property
    def previous_url(self) -> str:
        return self._url(self.around.previous)

    @property
    def next_url(self) -> str:
        return self._url(self.around.next)

    @property
    def before_url(self) -> str:
        """The record just before this version was made."""
        if self.version is None or self.around.previous is None:
            return ""
        return as_of_url(self.traced.entity, self.version.record_id, self.version.at - INSTANT)

    def _url(self, mark: Mark | None) -> str:
        return as_of_url(self.traced.entity, self.traced.record.pk, mark.at) if mark else ""


def read(viewer: Any, traced: Traced, at: datetime | None, only_differences: bool) -> AsOf:
    """The record at that moment, or just before its latest change.

    Raises Http404 where history knows nothing of it, or nothing that is open to the reader.
    """
    entity, pk = traced.entity, traced.record.pk
    if at is None:
        at = _before_latest(entity, pk)
    version = version_as_of(entity.model, pk, at)
    if version is not None and not may_see_scope(viewer, version.scope):
        raise Http404(_("What it was then is not open to you."))
    place = Position(version.at, version.history_id) if version else Position(at, 0)
    marks = _open(viewer, around(entity.model, pk, place))
    if version is None and marks.first is None:
        raise Http404(_("Nothing is known of what it was then."))
    page = AsOf(traced, at, marks, choices(entity, pk, marks), only_differences=only_differences)
    if version is not None:
        page.version = version
        if page.before_url:
            page.choices.insert(0, Choice(_("before this event"), page.before_url))
        page.entry = entry_of(viewer, traced, version)
        page.groups = list(_Values(viewer, traced, version, at).groups())
        page.children = [] if version.deleted else children_of(viewer, entity, pk, at)
    return page


def entry_of(viewer: Any, traced: Traced, version: Version) -> ShownEntry:
    """The event that made a version, as the record's timeline tells it."""
    found = events_at([Position(version.event_at, version.event_id)])
    events = {pk: Entry(event) for pk, event in found.items()}
    shown = RecordEntries(viewer, traced.entity, version.record_id, events)
    shown.changes.learn(traced.record)
    return shown.shown([version])[0]


def _before_latest(entity: Entity, pk: int) -> datetime:
    """Just before the latest change, or when it was created where that was the only one."""
    found = around(entity.model, pk, Position(datetime.max.replace(tzinfo=UTC), 0))
    if found.newest is None:
        raise Http404(_("Nothing is known of what it was then."))
    return found.newest.at - (INSTANT if found.newest != found.first else timedelta(0))


def _open(viewer: Any, found: Around) -> Around:
    """The marks that the reader may know of."""
    marks = {name: getattr(found, name) for name in ("first", "previous", "next", "newest")}
    return Around(
        **{name: mark for name, mark in marks.items() if mark and may_see_scope(viewer, mark.scope)}
    )


class _Values:
    """The values of a version beside those of the living record."""

    def __init__(self, viewer: Any, traced: Traced, version: Version, at: datetime) -> None:
        self.viewer, self.traced, self.version = viewer, traced, version
        self.entity = traced.entity
        self.reader = Readables(self.entity, viewer, shared_names(viewer))
        self.now = {} if traced.deleted else _values_of(traced.record)
        self.differing = set(changed_fields(version.values, self.now)) if self.now else set()
        self.names = past_names(viewer, version, at)

    def groups(self) -> Iterable[tuple[str, list[Value]]]:
        """The groups of the record page, and what is tracked beyond them."""
        if not self.traced.deleted:
            self.reader.learn(self.traced.record)
        tracked = [*tracked_fields(self.entity), "created_at"]
        known = [name for name in tracked if name in self.version.values]
        for name in known:
            self.reader.want(name, self.version.values[name])
        in_groups = {name for _heading, fields in self.entity.fieldsets for name in fields}
        for heading, fields in self.entity.fieldsets:
            if values := [self._value(name) for name in fields if name in known]:
                yield str(heading), values
        if rest := [self._value(name) for name in known if name not in in_groups]:
            yield _("Further fields"), rest

    def _value(self, name: str) -> Value:
        value, pk = self.version.values[name], self.version.record_id
        is_kept = name in self.now
        then = self.reader.get(name, value, pk)
        return Value(
            name=name,
            label=label(self.entity, name),
            then=then,
            now=self.reader.get(name, self.now[name], pk) if is_kept else None,
            differs=is_kept and name in self.differing,
            name_then=self._name_then(name, value, then),
        )

    def _name_then(self, name: str, value: Any, then: Readable) -> str:
        if then.kind != "link":
            return ""
        model: Any = self.entity.field(name).related_model
        past = self.names.get((model, value), "")
        return past if past != then.text else ""


def _values_of(record: models.Model) -> dict[str, Any]:
    """What a living record holds, by field name, but for what was not loaded."""
    deferred = record.get_deferred_fields()
    return {
        field.name: getattr(record, field.attname, ABSENT)
        for field in record._meta.concrete_fields
        if field.attname not in deferred
    }
