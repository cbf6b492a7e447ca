"""What an operation wrote, read inside its transaction: for previews, and to compare with one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.db import connections
from django.db.models import Sum

from audit import selectors
from audit.differences import ABSENT
from audit.models import Effect
from audit.written import changes_of, digest_of
from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity

# What is kept of it: so many rows, and so much of a text in them, in characters.
ROWS_KEPT, TEXT_KEPT = 5_000, 300
# Of so many records that were made or ended, what they are called and what they hold.
WHOLE_KEPT = 200
WHOLE = frozenset({"created", "deleted"})


class Findings:
    """What the open transaction's event has done: asked of the database when it is asked for.

    Only what is needed is read: to compare with a preview, not one row leaves the database.
    """

    def __init__(self, event_id: int) -> None:
        self.event_id = event_id

    @cached_property
    def effects(self) -> list[dict[str, Any]]:
        """What was done how often, summed up over all scopes, as JSON."""
        return _effects(self.event_id)

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        """The very history rows that were written, as JSON; at most ROWS_KEPT of them."""
        return _rows(self.event_id, self.effects)

    @cached_property
    def digest(self) -> str:
        """A hash over what was done to which records, and in which versions it met them."""
        names = sorted({effect["entity"] for effect in self.effects})
        parts = [[name, _digest(name, self.event_id)] for name in names]
        return hashlib.sha256(json.dumps([self.effects, parts]).encode()).hexdigest()


def written_by(event_id: int) -> Findings:
    """All that the open transaction's event has done so far, every constraint having spoken."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return Findings(event_id)


def _digest(name: str, event_id: int) -> str:
    return digest_of(entities.get(name).model, event_id, "default")


def _effects(event_id: int) -> list[dict[str, Any]]:
    """Effects stand apart by scope and area; a person wants to know how many there are in all."""
    found = Effect.objects.using("default").filter(event_id=event_id).order_by()
    summed = found.values("entity", "verb", "fields").annotate(total=Sum("count"))
    return [
        {key: one[key] for key in ("entity", "verb", "fields")} | {"count": one["total"]}
        for one in sorted(summed, key=lambda one: (one["entity"], one["verb"], one["fields"]))
    ]


def _rows(event_id: int, effects: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Entity by entity, each in the order in which it was written."""
    found: list[dict[str, Any]] = []
    for name in sorted({effect["entity"] for effect in effects}):
        own = [effect for effect in effects if effect["entity"] == name]
        rows = dict(_rows_of(event_id, own, ROWS_KEPT - len(found)))
        _describe(entities.get(name), event_id, own, rows)
        found += [rows[history_id] for history_id in sorted(rows)]
    return found


def _rows_of(
    event_id: int, effects: list[dict[str, Any]], room: int
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The rows of one entity's effects by their history ids, `room` of them at most."""
    for effect in effects:
        model = entities.get(effect["entity"]).model
        verb, fields = effect["verb"], effect["fields"]
        written = changes_of(
            model, event_id, verb, fields, limit=room, text=TEXT_KEPT, using="default"
        )
        room -= len(written)
        for one in written:
            yield (
                one.history_id,
                {
                    "entity": effect["entity"],
                    "id": one.record_id,
                    "verb": verb,
                    "changes": {
                        name: [_kept(old), _kept(new)] for name, (old, new) in one.changes.items()
                    },
                },
            )


def _describe(
    entity: Entity, event_id: int, effects: list[dict[str, Any]], rows: dict[int, dict[str, Any]]
) -> None:
    """Say of records that are made or ended what they are: nobody can look it up afterwards."""
    if not any(effect["verb"] in WHOLE for effect in effects):
        return
    versions = selectors.versions_of_event(
        entity.model, [event_id], limit=WHOLE_KEPT, using="default"
    )
    whole = [version for version in versions if version.created or version.deleted]
    records = [version.instance() for version in whole]
    entity.prepare(records)
    for record, version in zip(records, whole, strict=True):
        row = rows.get(version.history_id, {})
        row["title"] = (
            entity.public_title(record)
            if entity.personal_fields
            else (entity.title(record)[:TEXT_KEPT])
        )
        values = version.values.items()
        row["state"] = {name: _kept(value) for name, value in values if _tells(entity, name, value)}


def _tells(entity: Entity, name: str, value: Any) -> bool:
    """Whether a value is worth showing: not what is empty, not the id.

    Nor anything of what only links lead to: its title says it whole.
    """
    if value in (None, "", ABSENT) or not entity.section:
        return False
    column = next((f for f in entity.model._meta.concrete_fields if f.name == name), None)
    return column is not None and not column.primary_key


def _kept(value: Any) -> Any:
    if value is ABSENT:
        return None
    return value[:TEXT_KEPT] if isinstance(value, str) else value
