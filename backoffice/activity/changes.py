"""Changed fields as people read them: old and new value, or what is different between them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from audit.differences import (
    ABSENT,
    Is,
    Work,
    changed_fields,
    compare_texts,
    folded,
    shortened,
)
from audit.history_tables import Version
from backoffice.activity.catalogue import entity_of, has_pages
from backoffice.activity.shown import (
    ALL_PATHS,
    PATHS,
    ShownDifference,
    ShownPath,
    shown_difference,
    shown_paths,
)
from backoffice.console.paths import path_of
from backoffice.entities.entity import Entity
from backoffice.entities.names import shared_names
from backoffice.entities.values import Readable, Readables, label

# Texts that both fit beside each other are shown so; longer ones as one text with marks.
SIDE_BY_SIDE = 60
# How many characters of changed text one change shows, and one page of them.
SHOWN_TEXT, PAGE_TEXT = 2_000, 40_000
# How much work one text, and one page of them, may take; and how many characters cost a step.
TEXT_STEPS, PAGE_STEPS, CHARACTERS_A_STEP = 40_000, 200_000, 20
STATE_FIELDS, STATE_TEXT = 30, 160


@dataclass(frozen=True)
class ShownChange:
    """One field of one version: values side by side, or a difference, or places in JSON.

    `url` is the field's own history, opened at this version; `note` says what is not shown, and
    `more_paths` how many places in JSON.
    """

    name: str
    label: str
    old: Readable
    new: Readable
    url: str = ""
    difference: ShownDifference | None = None
    paths: list[ShownPath] = field(default_factory=list)
    more_paths: int = 0
    note: str = ""


class Changes:
    """The changes of one page, for one reader: names of foreign keys are asked for once.

    `whole`: texts are not cut, their unchanged stretches unfold, and all of them share one budget.
    """

    def __init__(self, viewer: Any, whole: bool = False) -> None:
        self.viewer, self.whole = viewer, whole
        self.names = shared_names(viewer)
        self._readers: dict[str, Readables] = {}
        self._steps_left, self._text_left = PAGE_STEPS, PAGE_TEXT
        self._work = Work()

    def want(self, versions: Iterable[Version]) -> None:
        """Say beforehand which versions will be shown."""
        for version in versions:
            reader = self._reader(version)
            for name, pair in version.changes.items():
                for value in pair:
                    if reader and value is not ABSENT:
                        reader.want(name, value)

    def learn(self, record: models.Model) -> None:
        """Take names from a record that was loaded already, and from what it was joined with."""
        if record._state.db is None:
            return
        self.names.learn(record)
        for related in record._state.fields_cache.values():
            if isinstance(related, models.Model):
                self.names.learn(related)

    def shown(self, version: Version, qualifier: str = "") -> list[ShownChange]:
        """The changed fields of a version; none for one that made or ended the record."""
        reader = self._reader(version)
        if reader is None or version.created or version.deleted:
            return []
        return [
            self._shown(reader, version, name, qualifier, *pair)
            for name, pair in version.changes.items()
        ]

    def between(self, old: Version, new: Version) -> list[ShownChange]:
        """What differs between two complete versions of one record."""
        reader = self._reader(new)
        if reader is None:
            return []
        pairs = {
            name: (old.values.get(name, ABSENT), new.values.get(name, ABSENT))
            for name in changed_fields(old.values, new.values)
        }
        for name, pair in pairs.items():
            for value in pair:
                if value is not ABSENT:
                    reader.want(name, value)
        return [self._shown(reader, new, name, "", *pair) for name, pair in pairs.items()]

    def state(self, version: Version) -> list[tuple[str, Readable]]:
        """What the record held when it was made or ended, without what was empty."""
        reader = self._reader(version)
        if reader is None:
            return []
        entity = reader.entity
        found = []
        for name, value in version.values.items():
            read = self._read(reader, name, value, version.record_id)
            if read.kind != "empty" and not _is_key(entity, name):
                found.append((label(entity, name), _cut(read)))
        return found[:STATE_FIELDS]

    def value(self, version: Version, name: str) -> Readable:
        """What a field held in a version."""
        reader = self._reader(version)
        value = version.values.get(name)
        if reader is None:
            return Readable(str(value))
        return self._read(reader, name, value, version.record_id)

    def _reader(self, version: Version) -> Readables | None:
        entity = entity_of(version.entity)
        if entity is None:
            return None
        if version.entity not in self._readers:
            self._readers[version.entity] = Readables(entity, self.viewer, self.names)
        return self._readers[version.entity]

    def _read(self, reader: Readables, name: str, value: Any, pk: int) -> Readable:
        return reader.get(name, None if value is ABSENT else value, pk)

    def _shown(
        self, reader: Readables, version: Version, name: str, qualifier: str, old: Any, new: Any
    ) -> ShownChange:
        title = label(reader.entity, name)
        before, after = (self._read(reader, name, v, version.record_id) for v in (old, new))
        shown: dict[str, Any] = {}
        kinds = {before.kind, after.kind}
        if "masked" not in kinds and kinds <= {"text", "long", "empty", "code"}:
            shown = self._text(*(value if isinstance(value, str) else "" for value in (old, new)))
        elif "json" in kinds:
            paths, more = shown_paths(old, new, ALL_PATHS if self.whole else PATHS)
            shown = {"paths": paths, "more_paths": more}
        return ShownChange(
            name=name,
            label=f"{title} ({qualifier})" if qualifier else title,
            old=before,
            new=after,
            url=_field_url(reader.entity, version, name),
            **shown,
        )

    def _text(self, old: str, new: str) -> dict[str, Any]:
        """What a changed text needs beside its two values: nothing when it is short."""
        length = sum(getattr(text, "length", len(text)) for text in (old, new))
        if length <= SIDE_BY_SIDE:
            return {}
        if length > sum(len(text) for text in (old, new)) or self._steps_left <= 0:
            lengths = [f"{getattr(text, 'length', len(text)):,}" for text in (old, new)]
            note = _("%(old)s → %(new)s characters")
            return {"note": note % {"old": lengths[0], "new": lengths[1]}}
        if self.whole:
            found = compare_texts(old, new, self._work)
            return {"difference": shown_difference(found, folded(found.pieces), expands=True)}
        work = Work(TEXT_STEPS)
        found = compare_texts(old, new, work)
        self._steps_left -= TEXT_STEPS - work.left + length // CHARACTERS_A_STEP
        pieces, left_out = shortened(folded(found.pieces), min(SHOWN_TEXT, self._text_left))
        self._text_left -= sum(len(p.text) for p in pieces if p.kind is not Is.SKIPPED)
        return {"difference": shown_difference(found, pieces, left_out)}


def _cut(read: Readable) -> Readable:
    if len(read.text) <= STATE_TEXT:
        return read
    return Readable(f"{read.text[:STATE_TEXT]}…", read.url, read.kind)


def _is_key(entity: Entity, name: str) -> bool:
    try:
        return bool(entity.field(name).primary_key)
    except FieldDoesNotExist:
        return False


def _field_url(entity: Entity, version: Version, name: str) -> str:
    if not has_pages(entity):
        return ""
    url = path_of("activity-field", version.record_id, (entity.slug,), (name,))
    return f"{url}?version={version.history_id}"
