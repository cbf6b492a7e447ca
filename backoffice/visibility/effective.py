"""Effective settings: what holds for a record, from where, its default, and who said so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import NOT_PROVIDED
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.feeds import events_at
from audit.models import Event
from audit.paging import Position
from audit.setters import Setter as Set
from audit.setters import latest_setters
from backoffice.activity.people import Actors
from backoffice.entities.entity import Entity
from backoffice.entities.names import Name, shared_names
from backoffice.entities.values import Readable, Readables, label
from backoffice.visibility.declarations import Place, Setting, Subject
from backoffice.visibility.origins import origin
from backoffice.visibility.shown import Setter
from backoffice.visibility.surroundings import records_at


@dataclass(frozen=True)
class ShownSetting:
    """One line of the list; `record` is where the value comes from, None for the record itself."""

    label: str
    value: Readable
    default: Readable
    differs: bool
    origin: str
    record: Name | None
    history_url: str
    setter: Setter | None


@dataclass(frozen=True)
class _Found:
    setting: Setting
    place: Place
    record: Any
    level: int

    @property
    def value(self) -> Any:
        return getattr(self.record, self.setting.field)

    @property
    def entity(self) -> Entity:
        return self.place.declared


def default_of(entity: Entity, setting: Setting) -> Any:
    """What a setting is where nobody said otherwise."""
    if setting.default is not ...:
        return setting.default
    field: Any = entity.field(setting.field)
    if field.db_default is not NOT_PROVIDED:
        return getattr(field.db_default, "value", field.db_default)
    return field.get_default()


class Effective:
    """All settings of one record before one person; queries do not grow with their number."""

    def __init__(self, viewer: Any, subject: Subject, record: Any) -> None:
        self.viewer, self.subject, self.record = viewer, subject, record
        self.names = shared_names(viewer)

    @cached_property
    def _found(self) -> list[_Found]:
        records: dict[str, list[Any]] = {}
        found = []
        for setting in self.subject.settings:
            place = self.subject.place(setting.place)
            if place.name not in records:
                records[place.name] = list(records_at(self.subject, place, self.record))
                for one in records[place.name]:
                    self.names.learn(one)
            if records[place.name]:
                found.append(self._deciding(setting, place, records[place.name]))
        return found

    def _deciding(self, setting: Setting, place: Place, records: list[Any]) -> _Found:
        """The nearest record whose value is not the default; the nearest of all where all are."""
        default = default_of(place.declared, setting)
        differing = (n for n, one in enumerate(records) if getattr(one, setting.field) != default)
        level = next(differing, 0)
        return _Found(setting, place, records[level], level)

    @cached_property
    def _setters(self) -> dict[tuple[str, int], dict[str, Set]]:
        """By record and field; one query for each record that has a say."""
        records = {(f.entity.name, f.record.pk): f.entity.model for f in self._found}
        return {key: latest_setters(model, key[1]).by_field for key, model in records.items()}

    @cached_property
    def _events(self) -> dict[int, Event]:
        used = [self._set(found) for found in self._found]
        return events_at(sorted({Position(one.event_at, one.event_id) for one in used if one}))

    @cached_property
    def _actors(self) -> Actors:
        actors = Actors(self.viewer)
        for event in self._events.values():
            actors.want(event, self._scope)
        return actors

    @cached_property
    def _scope(self) -> int | None:
        return self.subject.declared.scope_of(self.record)

    def _set(self, found: _Found) -> Set | None:
        return self._setters[found.entity.name, found.record.pk].get(found.setting.field)

    @cached_property
    def all(self) -> list[ShownSetting]:
        """Every setting, in the order of declaration."""
        return [self._shown(found) for found in self._found]

    @property
    def differing(self) -> list[ShownSetting]:
        """Only those that are not the default."""
        return [one for one in self.all if one.differs]

    def _shown(self, found: _Found) -> ShownSetting:
        entity, name = found.entity, found.setting.field
        reader = Readables(entity, self.viewer, self.names)
        default = default_of(entity, found.setting)
        is_own = (entity.name, found.record.pk) == (self.subject.entity, self.record.pk)
        differs = found.value != default
        return ShownSetting(
            label=capfirst(str(found.setting.label)) or label(entity, name),
            value=reader.get(name, found.value, found.record.pk),
            default=reader.get(name, default, found.record.pk),
            differs=differs,
            origin=origin(found.place, found.level, is_own) if differs else _("the default"),
            record=None if is_own else self.names.of(entity.model, found.record.pk),
            history_url=reverse("activity-field", args=[entity.slug, found.record.pk, name]),
            setter=self._setter(self._set(found)),
        )

    def _setter(self, found: Set | None) -> Setter | None:
        if found is None:
            return None
        event = self._events.get(found.event_id)
        actor = self._actors.get(event, self._scope) if event else None
        return Setter(found.at, found.event_id, actor, made=found.kind == "+")
