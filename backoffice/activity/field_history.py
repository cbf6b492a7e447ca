"""The small history of one field: which value, who set it, when and from where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest
from django.utils.translation import gettext as _

from audit.feeds import events_at
from audit.filters import Filters
from audit.history_tables import Version
from audit.paging import Page as Rows
from audit.paging import Position
from audit.selectors import Source, version, versions_of
from backoffice.accounts.access import may_see_scope, restricted_scopes
from backoffice.activity.catalogue import kept_field, tracked_fields
from backoffice.activity.changes import Changes, ShownChange
from backoffice.activity.entries import Page, ShownEntry, archived
from backoffice.activity.records import Traced
from backoffice.entities.access import parse_id
from backoffice.entities.values import Readable, label

PAGE_SIZE, POPOVER_SIZE = 25, 6


@dataclass(frozen=True)
class Value:
    """A value that the field was given at one moment; `change` is what it was before."""

    entry: ShownEntry
    version: Version
    value: Readable
    change: ShownChange | None = None
    is_current: bool = False

    @property
    def as_changes(self) -> list[ShownChange]:
        """The change as a list, for the partial that draws lists of them."""
        return [self.change] if self.change else []


@dataclass
class FieldHistory:
    """The history of one field of one record.

    `opened` is the one version whose difference is shown whole.
    """

    name: str
    label: str
    values: list[Value] = field(default_factory=list)
    next: Position | None = None
    looked_back_to: Any = None
    opened: Value | None = None


def read(
    request: HttpRequest,
    traced: Traced,
    name: str,
    cursor: Position | None,
    *,
    is_popover: bool = False,
) -> FieldHistory | None:
    """The history of a field, by its name or column; None when it is not kept."""
    column = kept_field(traced.entity, name).name
    if column not in tracked_fields(traced.entity):
        return None
    viewer: Any = request.user
    hidden = restricted_scopes(viewer)
    filters = Filters(field=column, with_life=True, hidden_scopes=hidden)
    limit = POPOVER_SIZE if is_popover else PAGE_SIZE
    rows = versions_of(traced.record.pk, [Source(traced.entity.model)], filters, cursor, limit)
    found = _FieldPage(viewer, column).read(rows, cursor is None and not traced.deleted)
    found.label = label(traced.entity, column)
    found.opened = _opened(request, traced, column)
    return found


class _FieldPage(Page):
    def __init__(self, viewer: Any, name: str) -> None:
        super().__init__(viewer)
        self.name = name

    def read(self, rows: Rows[Version], has_current: bool) -> FieldHistory:
        self.changes.want(rows.rows)
        places = [Position(v.event_at, v.event_id) for v in rows.rows]
        events = events_at(places)
        for one in rows.rows:
            self.actors.want(events.get(one.event_id) or archived(one), one.scope)
        values = [
            self.value(one, events, has_current and index == 0)
            for index, one in enumerate(rows.rows)
        ]
        return FieldHistory(self.name, "", values, rows.next, rows.looked_back_to)

    def value(self, one: Version, events: dict[int, Any], is_current: bool) -> Value:
        event = events.get(one.event_id) or archived(one)
        entry = ShownEntry(event, one.at, self.actors.get(event, one.scope), lines=[])
        changes = [change for change in self.changes.shown(one) if change.name == self.name]
        shown = self.changes.value(one, self.name)
        return Value(entry, one, shown, changes[0] if changes else None, is_current)


def _opened(request: HttpRequest, traced: Traced, name: str) -> Value | None:
    """The version that the address names, read whole."""
    viewer: Any = request.user
    text = request.GET.get("version", "")
    if not text:
        return None
    number = parse_id(text)
    if number is None:
        raise BadRequest(_("“%s” is no version.") % text[:40])
    found = version(traced.entity.model, number)
    is_of_record = found is not None and found.record_id == traced.record.pk
    if found is None or not is_of_record or not may_see_scope(viewer, found.scope):
        raise BadRequest(_("This record has no version %s.") % number)
    page = _FieldPage(viewer, name)
    page.changes = Changes(viewer, whole=True)
    page.changes.want([found])
    events = events_at([Position(found.event_at, found.event_id)])
    return page.value(found, events, False)
