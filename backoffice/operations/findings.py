"""What an operation wrote, read inside its transaction: for previews, and to compare with one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connections
from django.db.models import Sum

from audit import selectors
from audit.differences import ABSENT
from audit.history_tables import Version
from audit.models import Effect
from backoffice.entities import registry as entities
from backoffice.entities.entity import Entity

# What is kept of it: so many rows, and so much of a text in them, in characters.
ROWS_KEPT, TEXT_KEPT = 5_000, 300
# Of so many records that were made or ended, what they are called and what they hold.
WHOLE_KEPT = 200


@dataclass(frozen=True)
class Findings:
    """The effects, summed up over all scopes, and the history rows behind them, as JSON."""

    effects: list[dict[str, Any]]
    rows: list[dict[str, Any]]

    @property
    def digest(self) -> str:
        """A hash over what was done to which records, and what they held before.

        New values are left out, since some are the clock's, and so are the ids of new records.
        Where not all rows were kept, the effects alone speak: another run may keep others.
        """
        rows = self.rows if len(self.rows) < ROWS_KEPT else []
        seen = [[self.effects], *sorted((_seen(row) for row in rows), key=str)]
        text = json.dumps(seen, sort_keys=True, cls=DjangoJSONEncoder)
        return hashlib.sha256(text.encode()).hexdigest()


def written_by(event_id: int) -> Findings:
    """All that the open transaction's event has done so far, every constraint having spoken."""
    with connections["default"].cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    effects = _effects(event_id)
    return Findings(effects, _rows(event_id, {effect["entity"] for effect in effects}))


def _seen(row: dict[str, Any]) -> list[Any]:
    old = {name: pair[0] for name, pair in row["changes"].items()}
    return [row["entity"], row["verb"], "" if row["verb"] == "created" else row["id"], old]


def _effects(event_id: int) -> list[dict[str, Any]]:
    """Effects stand apart by scope and area; a person wants to know how many there are in all."""
    found = Effect.objects.using("default").filter(event_id=event_id).order_by()
    summed = found.values("entity", "verb", "fields").annotate(total=Sum("count"))
    return [
        {key: one[key] for key in ("entity", "verb", "fields")} | {"count": one["total"]}
        for one in sorted(summed, key=lambda one: (one["entity"], one["verb"], one["fields"]))
    ]


def _rows(event_id: int, names: Iterable[str]) -> list[dict[str, Any]]:
    """The very history rows that were written."""
    found: list[dict[str, Any]] = []
    for name in sorted(names):
        versions = selectors.versions_of_event(
            entities.get(name).model, [event_id], limit=ROWS_KEPT - len(found), using="default"
        )
        rows = [_row(version) for version in versions]
        _describe(entities.get(name), list(zip(versions, rows, strict=True))[:WHOLE_KEPT])
        found += rows
    return found


def _describe(entity: Entity, found: list[tuple[Version, dict[str, Any]]]) -> None:
    """Say of records that are made or ended what they are: nobody can look it up afterwards."""
    whole = [(version, row) for version, row in found if version.created or version.deleted]
    records = [version.instance() for version, _row in whole]
    entity.prepare(records)
    for record, (version, row) in zip(records, whole, strict=True):
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


def _row(version: Version) -> dict[str, Any]:
    changes = {} if version.created or version.deleted else version.changes
    return {
        "entity": version.entity,
        "id": version.record_id,
        "verb": version.verb,
        "changes": {name: [_kept(old), _kept(new)] for name, (old, new) in changes.items()},
    }


def _kept(value: Any) -> Any:
    if value is ABSENT:
        return None
    return value[:TEXT_KEPT] if isinstance(value, str) else value
