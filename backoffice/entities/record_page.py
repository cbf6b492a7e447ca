"""What the page of a record shows: its values in groups, and the records that point to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.http import HttpRequest

from backoffice.entities import paging, registry
from backoffice.entities.access import title_for, visible_records
from backoffice.entities.addresses import Address
from backoffice.entities.counts import TAB_CAP, count_each
from backoffice.entities.entity import Crumb, Entity, Record, Related
from backoffice.entities.names import shared_names
from backoffice.entities.tables import Column, Row, columns_of, rows_of
from backoffice.entities.values import Readable, Readables, label

TAB_SIZE = 20


@dataclass(frozen=True)
class Fact:
    """One value of the record, and whether history knows who set it."""

    name: str
    label: str
    value: Readable
    is_tracked: bool


@dataclass(frozen=True)
class Tab:
    """A heading over related records; `count` is None where it took too long to know."""

    related: Related
    entity: Entity
    label: str
    url: str
    count: int | None
    is_current: bool

    @property
    def cap(self) -> int:
        return TAB_CAP


@dataclass
class Contents:
    """The related records of the tab at hand."""

    entity: Entity
    template: str = ""
    records: Sequence[Record] = ()
    rows: list[Row] = field(default_factory=list)
    columns: list[Column] = field(default_factory=list)
    previous_url: str = ""
    next_url: str = ""
    all_url: str = ""


class RecordPage:
    """A record as one person sees it."""

    def __init__(self, request: HttpRequest, entity: Entity, record: Record) -> None:
        self.request, self.staff = request, request.user
        self.entity, self.record = entity, record
        self.names = shared_names(request.user)
        entity.prepare([record])
        self.names.learn(record)

    @cached_property
    def title(self) -> str:
        return title_for(self.staff, self.entity, self.record)

    @property
    def id_text(self) -> str:
        """The id as people write it."""
        return f"#{self.record.pk}"

    @cached_property
    def panel(self) -> dict[str, Any]:
        """What the entity's own partial shows."""
        return self.entity.panel(self.staff, self.record)

    @cached_property
    def badges(self) -> list[str]:
        self.entity.compute([self.record])
        return self.entity.badges(self.record)

    @cached_property
    def breadcrumb(self) -> list[Crumb]:
        return [Crumb(self.entity.label_plural, self.entity.list_url), *self._places]

    @property
    def _places(self) -> list[Crumb]:
        return self.entity.breadcrumb(self.record)

    @cached_property
    def identifiers(self) -> list[str]:
        """What is shown copyable beside the id."""
        values = [
            getattr(self.record, name)
            for name in self.entity.identifiers
            if not self._reader.masks(name, self.record.pk)
        ]
        return [value for value in values if value]

    @cached_property
    def _reader(self) -> Readables:
        reader = Readables(self.entity, self.staff, self.names)
        reader.learn(self.record)
        return reader

    @cached_property
    def groups(self) -> list[tuple[str, list[Fact]]]:
        """The named groups of values."""
        names = [name for _, fields in self.entity.fieldsets for name in fields]
        for name in names:
            self._reader.want(name, getattr(self.record, self.entity.field(name).attname))
        return [
            (str(heading), [self._fact(name) for name in fields])
            for heading, fields in self.entity.fieldsets
        ]

    def _fact(self, name: str) -> Fact:
        value = self._reader.of(self.record, name)
        return Fact(name, label(self.entity, name), value, self._is_tracked(name))

    def _is_tracked(self, name: str) -> bool:
        history = self.entity.history_model
        if history is None or name == "created_at":
            return False
        try:
            history._meta.get_field(name)
        except FieldDoesNotExist:
            return False
        return True

    @cached_property
    def tabs(self) -> list[Tab]:
        """A tab for each kind of related record, with counts from one statement."""
        related = [
            (one, registry.get(one.entity))
            for one in self.entity.related
            if self.staff.has_perm(registry.get(one.entity).view_permission)
        ]
        counts = self._counts(related)
        chosen = self.request.GET.get("tab", "")
        keys = [entity.slug for _, entity in related]
        current = chosen if chosen in keys else next(iter(keys), "")
        return [
            Tab(
                one,
                entity,
                str(one.label) or entity.label_plural,
                f"?tab={entity.slug}#related",
                counts.get(entity.slug),
                entity.slug == current,
            )
            for one, entity in related
        ]

    def _counts(self, related: Sequence[tuple[Related, Entity]]) -> dict[str, int]:
        """How many records each tab holds; those drawn whole are counted by what is drawn."""
        counted = [(one, entity) for one, entity in related if not one.template]
        counts = count_each([self._related(*pair) for pair in counted])
        return {entity.slug: count for (_, entity), count in zip(counted, counts, strict=False)}

    def _related(self, one: Related, entity: Entity, full: bool = False) -> models.QuerySet[Any]:
        records = visible_records(self.staff, entity, full=full)
        return records.filter(**{one.field: self.record.pk})

    @cached_property
    def contents(self) -> Contents | None:
        """The records of the current tab; BadPage for a place that was not handed out."""
        tab = next((tab for tab in self.tabs if tab.is_current), None)
        if tab is None:
            return None
        if tab.related.template:
            records = self._related(tab.related, tab.entity, full=True).order_by("pk")[:TAB_SIZE]
            return Contents(tab.entity, tab.related.template, records=list(records))
        return self._table(tab)

    def _table(self, tab: Tab) -> Contents:
        ordering = paging.read_ordering(self.staff, tab.entity, "")
        records = self._related(tab.related, tab.entity)
        page = paging.page_of(records, ordering, self.request.GET, size=TAB_SIZE)
        leave_out = [tab.related.field, *self._same_places(tab.entity)]
        columns = columns_of(tab.entity, leave_out)
        address = Address(self.request)
        return Contents(
            tab.entity,
            records=page.records,
            rows=rows_of(self.names, tab.entity, page.records, columns),
            columns=columns,
            previous_url=_anchored(address.turned("before", page.previous)),
            next_url=_anchored(address.turned("after", page.next)),
            all_url=self._all_url(tab),
        )

    def _same_places(self, entity: Entity) -> list[str]:
        """Columns that say of every row what this page says already: the places above."""
        mine = {f.attname for f in self.entity.model._meta.concrete_fields if f.is_relation}
        theirs = [f.attname for f in entity.model._meta.concrete_fields if f.is_relation]
        scope = entity.scope_field or ""
        return [name for name in theirs if name in mine and name == scope]

    def _all_url(self, tab: Tab) -> str:
        """The whole list with the filter that makes it this tab, where the list has it."""
        name = tab.entity.field(tab.related.field).name
        if name not in tab.entity.list_filter:
            return ""
        return f"{tab.entity.list_url}?{name}={self.record.pk}"


def _anchored(url: str) -> str:
    return f"{url}#related" if url else ""
