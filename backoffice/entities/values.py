"""Values as people read them, alike on the record page, in lists, timelines and previews.

`Readables` reads many values of one entity and asks for the names of foreign keys once for each
model: `want` every value first, then `get` each.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from audit.retired import GoneKey, retired_field
from backoffice.console import time_format
from backoffice.entities.access import sees_personal_fields
from backoffice.entities.entity import Entity, Record
from backoffice.entities.names import Names

EMPTY = "—"
MASK = "•••"
_ADDRESS = re.compile(r"([^@\s])[^@\s]*@([^@\s])[^@\s]*")
LONG, SHORT_JSON = 300, 60


@dataclass(frozen=True)
class Readable:
    """A value ready to be shown.

    Attributes:
        text: what is read; never empty.
        url: where the value leads (a foreign key's record), or "".
        kind: empty, masked, boolean, choice, number, date, link, json, code, long or text.
        value: the value itself, for templates that draw it their own way; None when masked.
    """

    text: str
    url: str = ""
    kind: str = "text"
    value: Any = None

    def __str__(self) -> str:
        return self.text


def label(entity: Entity, field_name: str) -> str:
    """What a field is called; marked when only history has it, and bare when nothing knows it."""
    if field_name in entity.computed:
        return str(entity.computed[field_name])
    try:
        return capfirst(str(entity.field(field_name).verbose_name))
    except FieldDoesNotExist:
        field = retired_field(entity.model, field_name)
    if field is None:
        return field_name
    return _("%(field)s (no longer kept)") % {"field": capfirst(str(field.verbose_name))}


def readable(entity: Entity, field_name: str, value: Any, viewer: Any = None) -> Readable:
    """One value. For several use `Readables`: a foreign key costs a query here."""
    return Readables(entity, viewer).get(field_name, value)


class Readables:
    """Reads values of one entity, for one person.

    Args:
        entity: whose fields the values are of.
        viewer: the member of staff who reads; personal fields and records of closed scopes are
            kept from them. None where a machine reads.
        names: shared between entities of one page, so that names are asked for once.
    """

    def __init__(self, entity: Entity, viewer: Any = None, names: Names | None = None) -> None:
        self.entity = entity
        self.viewer, self.names = viewer, names or Names(viewer)

    def masks(self, field_name: str, pk: object = None) -> bool:
        """Whether a field is kept from the viewer; `pk` says of which record, where it is known."""
        if self.viewer is None or field_name not in self.entity.personal_fields:
            return False
        return not sees_personal_fields(self.viewer, self.entity, pk)

    def want(self, field_name: str, value: Any) -> None:
        """Say beforehand that this value will be read."""
        field = self._field(field_name)
        if isinstance(field, models.ForeignKey) and value is not None:
            self.names.want(field.related_model, value)

    def learn(self, record: Record) -> None:
        """Take the names of foreign keys from what the record was joined with."""
        for related in record._state.fields_cache.values():
            if isinstance(related, models.Model):
                self.names.learn(related)

    def of(self, record: Record, field_name: str) -> Readable:
        """The value that a record has."""
        field = self._field(field_name)
        value = getattr(record, field.attname if field else field_name)
        return self.get(field_name, value, record.pk)

    def get(self, field_name: str, value: Any, pk: object = None) -> Readable:
        """A value as it is read; of the record `pk`, which the viewer may have asked to see."""
        field = self._field(field_name)
        if value is None or value == "":
            return Readable(EMPTY, kind="empty")
        if field is None:
            return _plain(value)
        if self.masks(field.name, pk):
            return Readable(masked(value), kind="masked")
        if isinstance(field, models.ForeignKey):
            name = self.names.of(field.related_model, value)
            return Readable(name.text, name.url, "link", value)
        return self._column(field, value)

    def _column(self, field: Any, value: Any) -> Readable:
        if isinstance(field, models.BooleanField):
            true, false = self.entity.boolean_words.get(field.name, (_("yes"), _("no")))
            return Readable(str(true if value else false), kind="boolean", value=value)
        if field.flatchoices:
            words = dict(field.flatchoices)
            unknown = _("%(value)s (no longer a choice)")
            word = words[value] if value in words else unknown % {"value": value}
            return Readable(str(word), kind="choice", value=value)
        if isinstance(field, GoneKey):
            return Readable(f"#{value}", kind="code", value=value)
        if isinstance(field, models.JSONField):
            return Readable(_json(value), kind="json", value=value)
        if field.name in self.entity.identifiers:
            return Readable(str(value), kind="code", value=value)
        return _plain(value)

    def _field(self, name: str) -> Any:
        try:
            return self.entity.field(name)
        except FieldDoesNotExist:
            return retired_field(self.entity.model, name)


def masked(value: Any) -> str:
    """What is shown instead of a personal value: of an address, enough to tell it from a name."""
    found = _ADDRESS.fullmatch(value) if isinstance(value, str) else None
    return f"{found[1]}{MASK}@{found[2]}{MASK}" if found else MASK


def _json(value: Any) -> str:
    """One line when it fits on one, else indented."""
    line = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(line) <= SHORT_JSON:
        return line
    return json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)


def _plain(value: Any) -> Readable:
    """A value that says itself by its type."""
    if isinstance(value, bool):
        return Readable(_("yes") if value else _("no"), kind="boolean", value=value)
    if isinstance(value, int | float):
        return Readable(str(value), kind="number", value=value)
    if isinstance(value, datetime):
        return Readable(time_format.absolute(value), kind="date", value=value)
    if isinstance(value, date):
        return Readable(value.isoformat(), kind="date", value=value)
    text = str(value)
    long = len(text) > LONG or "\n" in text
    return Readable(text, kind="long" if long else "text", value=value)
