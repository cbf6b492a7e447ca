"""Records that history speaks of, whether they are still there or not."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest

from audit.history_tables import Version
from audit.selectors import last_versions
from backoffice.accounts.access import may_see_scope
from backoffice.activity.catalogue import entity_of, has_pages, may_view, timeline_url
from backoffice.entities.access import get_record_for_staff, parse_id, title_for, visible_records
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name, shared_names


@dataclass(frozen=True)
class Traced:
    """A record, or what its last version says that it was."""

    entity: Entity
    record: Any
    title: str
    deleted: bool = False

    @property
    def url(self) -> str:
        return self.entity.url(self.record.pk)

    @property
    def timeline_url(self) -> str:
        return timeline_url(self.entity, self.record.pk)

    @property
    def id_text(self) -> str:
        """The id as people write it."""
        return f"#{self.record.pk}"


def trace_record(request: HttpRequest, entity: Entity, pk: str) -> Traced:
    """The record of that id for this person; a deleted one as its last version had it.

    Raises what `get_record_for_staff` raises, where there is neither a record nor a history that
    the person may know of.
    """
    try:
        record = get_record_for_staff(request, entity, pk)
    except Http404:
        record = _last_of_deleted(request.user, entity, pk)
        if record is None:
            raise
        return Traced(entity, record, title_for(request.user, entity, record), deleted=True)
    return Traced(entity, record, title_for(request.user, entity, record))


def _last_of_deleted(viewer: Any, entity: Entity, pk: str) -> Any:
    number = parse_id(pk)
    last = last_versions(entity.model, [number]).get(number) if number else None
    # A living record that is not open to the person has a newest version that is no deletion.
    if last is None or not last.deleted or not may_see_scope(viewer, last.scope):
        return None
    record = _as_it_was(last)
    entity.prepare([record])
    return record


def _as_it_was(version: Version) -> Any:
    """A record that is gone: no table holds it, so its name is to be looked for in history."""
    record = version.instance()
    record._state.adding = True
    return record


def known_records(viewer: Any, entity: Entity, keys: Collection[int]) -> set[int]:
    """Those of these records that the person may know of: living, or gone; two queries at most."""
    known = set(visible_records(viewer, entity).filter(pk__in=keys).values_list("pk", flat=True))
    missing = set(keys) - known
    if not missing or not may_view(viewer, entity.name) or entity.history_model is None:
        return known
    last = last_versions(entity.model, sorted(missing))
    gone = {pk for pk, one in last.items() if one.deleted and may_see_scope(viewer, one.scope)}
    return known | gone


class RecordNames:
    """Names of records on one page: as they are called now, or were when they were last seen."""

    def __init__(self, viewer: Any) -> None:
        self.viewer = viewer
        self._names = shared_names(viewer)
        self._versions: dict[str, dict[int, Version]] = {}
        self._past: dict[str, dict[int, Any]] = {}
        self._seen: dict[str, set[int]] = {}

    def want(self, name: str, pk: int) -> None:
        """Say beforehand that this record will be named."""
        entity = entity_of(name)
        if entity is not None and has_pages(entity):
            self._names.want(entity.model, pk)

    def want_version(self, version: Version) -> None:
        """As `want`, with what to fall back on when the record is gone."""
        self._versions.setdefault(version.entity, {}).setdefault(version.record_id, version)
        self.want(version.entity, version.record_id)

    def of(self, name: str, pk: int) -> Name:
        """What a record is called and where it is shown: its timeline when it is gone."""
        entity = entity_of(name)
        if entity is None or not may_view(self.viewer, name):
            return Name(f"#{pk}")
        if not has_pages(entity):
            version = self._versions.get(name, {}).get(pk)
            return Name(str(version.instance()) if version else f"#{pk}")
        found = self._names.of(entity.model, pk)
        past = {} if found.url else self._past_records(entity)
        if pk not in past:
            return found
        return Name(title_for(self.viewer, entity, past[pk]), timeline_url(entity, pk))

    def states(self, name: str, pk: int) -> list[str]:
        """The states that a record is in now, as badges; that it is gone, when it is."""
        entity = entity_of(name)
        if entity is None or not has_pages(entity) or not may_view(self.viewer, name):
            return []
        record = self._names.record(entity.model, pk)
        if record is not None:
            return entity.badges(record)
        return ["deleted"] if pk in self._past_records(entity) else []

    def _past_records(self, entity: Entity) -> dict[int, Any]:
        """The records of an entity that are gone, as their versions had them, ready to be named."""
        past = self._past.setdefault(entity.name, {})
        # Looked at already, those that are not gone included: a page asks in several goes.
        seen = self._seen.setdefault(entity.name, set())
        versions = self._versions.get(entity.name, {})
        fresh = {
            pk: _as_it_was(versions[pk])
            for pk in versions.keys() - seen
            if not self._names.of(entity.model, pk).url
        }
        seen.update(versions)
        if fresh:
            entity.prepare(list(fresh.values()))
            past.update(fresh)
        return past
