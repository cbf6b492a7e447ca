"""Names of records that others point to: one query for each model, however many are asked for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from django.db import models

from backoffice.entities import registry
from backoffice.entities.access import title_for, visible_records
from backoffice.entities.entity import Entity

Model = type[models.Model]
_CACHE = "_names_of_records"


@dataclass(frozen=True)
class Name:
    """What a record is called and where it is shown."""

    text: str
    url: str = ""


def shared_names(viewer: Any) -> Names:
    """The names that all parts of a page share, remembered on the person as long as a request."""
    remembered: Names | None = getattr(viewer, _CACHE, None)
    if remembered is None:
        remembered = Names(viewer)
        setattr(viewer, _CACHE, remembered)
    return remembered


class Names:
    """Names of records, for one person (None: a machine, which sees all)."""

    def __init__(self, viewer: Any = None) -> None:
        self.viewer = viewer
        self._wanted: dict[Model, set[Any]] = defaultdict(set)
        self._known: dict[Model, dict[Any, models.Model]] = defaultdict(dict)
        self._unprepared: dict[Model, list[models.Model]] = defaultdict(list)
        # Asked for and not there: they are not asked for again.
        self._gone: dict[Model, set[Any]] = defaultdict(set)

    def want(self, model: Model, pk: Any) -> None:
        """Say beforehand that this record's name will be asked for."""
        self._wanted[model].add(pk)

    def learn(self, record: models.Model) -> None:
        """Remember a record that was loaded already."""
        model = type(record)
        if record.pk not in self._known[model]:
            self._known[model][record.pk] = record
            self._unprepared[model].append(record)

    def of(self, model: Model, pk: Any) -> Name:
        """The name of a record: its id alone when it is gone or not to be seen."""
        self.want(model, pk)
        self._load(model)
        record = self._known[model].get(pk)
        entity = registry.for_model(model)
        if record is None:
            return Name(f"#{pk}")
        if entity is None:
            return Name(str(record))
        return Name(self._title(entity, record), self._url(entity, record))

    def _url(self, entity: Entity, record: models.Model) -> str:
        """Where the record is shown; "" for a colleague whose page the viewer may not open."""
        if entity.names_are_open and not self._views(entity):
            return ""
        return entity.url(record.pk)

    def _views(self, entity: Entity) -> bool:
        return self.viewer is None or self.viewer.has_perm(entity.view_permission)

    def record(self, model: Model, pk: Any) -> models.Model | None:
        """The record itself, as far as it is there and may be seen."""
        self.of(model, pk)
        return self._known[model].get(pk)

    def _title(self, entity: Entity, record: models.Model) -> str:
        if self.viewer is None:
            return entity.title(record)
        return title_for(self.viewer, entity, record)

    def _load(self, model: Model) -> None:
        """Load what is wanted and not known; then what all the new ones need for their names.

        Without the joins of lists: what a title needs beside its own columns `prepare` loads.
        """
        missing = self._wanted.pop(model, set()) - self._known[model].keys() - self._gone[model]
        entity = registry.for_model(model)
        if missing:
            for record in self._records(model, entity).filter(pk__in=missing).select_related(None):
                self.learn(record)
            self._gone[model] |= missing - self._known[model].keys()
        fresh = self._unprepared.pop(model, [])
        if entity is not None and fresh:
            entity.prepare(fresh)

    def _records(self, model: Model, entity: Entity | None) -> models.QuerySet[Any]:
        if entity is None:
            return model._default_manager.all()
        if self.viewer is None or entity.names_are_open:
            return entity.records()
        return visible_records(self.viewer, entity)
