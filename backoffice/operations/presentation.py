"""What the pages of an operation show, in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from audit.models import Event
from backoffice.activity.verbs import verb_in, verb_label
from backoffice.entities import registry as entities
from backoffice.entities import values
from backoffice.entities.names import Names
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.confirmation import asked_for
from backoffice.operations.models import StoredPreview
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.targets import SHOWN, Choice


def heading_of(operation: Operation, choices: Sequence[Choice], count: int) -> str:
    """What the pages are about: the one record by its name, or how many there are."""
    if operation.creates:
        return str(operation.sentence % {"count": 1})
    if count == 1 and choices:
        return f"{operation.label}: {choices[0].title}"
    return str(operation.sentence % {"count": count})


def preview_context(staff: Any, operation: Operation, stored: StoredPreview) -> dict[str, Any]:
    """Everything that step 2 shows."""
    reasons = dict(stored.refusals)
    rows = presented_rows(staff, stored.rows)
    choices = operation.targets.choices(staff, stored.targets[:1])
    return {
        "operation": operation,
        "targets": operation.targets,
        # Where nothing can be done, the page is about what was asked for.
        "heading": heading_of(operation, choices, len(stored.targets) or len(reasons)),
        "button": operation.sentence % {"count": len(stored.targets)},
        "preview": stored,
        "confirm": asked_for(operation, len(stored.targets), choices[0] if choices else None),
        "groups": [group_of(operation, effect, rows) for effect in stored.effects],
        "rows": rows[:SHOWN],
        "rows_others": len(stored.rows) - SHOWN,
        "refused": operation.targets.choices(staff, list(reasons), reasons),
        "refused_others": len(reasons) - SHOWN,
        "all_keys": sorted([*stored.targets, *reasons]),
        "minutes": settings.PREVIEW_LIFETIME // 60,
        "step": 2,
        **operation.extra_context(staff, stored.targets, stored),
    }


def group_of(
    operation: Operation | None, effect: dict[str, Any], rows: list[dict[str, Any]]
) -> dict[str, Any]:
    """An effect in words; a field that changes alike in all of its rows says from what to what.

    Of an operation that is declared no more, verbs are called as they are anywhere.
    """
    entity = entities.get(effect["entity"])
    key = (effect["entity"], effect["verb"], sorted(effect["fields"]))
    pairs: dict[str, set[tuple[str, str]]] = {}
    for row in rows:
        if (row["entity"], row["verb"], sorted(row["fields"])) == key:
            for change in row["changes"]:
                pair = (change["old"].text, change["new"].text)
                pairs.setdefault(change["label"], set()).add(pair)
    return {
        "count": effect["count"],
        "entity_label": entity.noun(effect["count"]),
        "verb_label": verb_label(
            verb_in(operation.event, effect["verb"]) if operation else effect["verb"]
        ),
        "changes": [
            {"label": label, "pair": next(iter(found)) if len(found) == 1 else None}
            for label, found in pairs.items()
        ],
    }


def presented_rows(staff: Any, rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Stored rows with labels and readable values; names of foreign keys in one query a model."""
    rows = list(rows)
    names = Names(staff)
    readers = {
        name: values.Readables(entities.get(name), staff, names)
        for name in {row["entity"] for row in rows}
    }
    for row in rows:
        names.want(entities.get(row["entity"]).model, row["id"])
        for name, pair in row["changes"].items():
            for value in pair:
                readers[row["entity"]].want(name, _typed(row["entity"], name, value))
        for name, value in row.get("state", {}).items():
            readers[row["entity"]].want(name, _typed(row["entity"], name, value))
    return [_presented(row, readers[row["entity"]], names) for row in rows]


def _presented(row: dict[str, Any], reader: values.Readables, names: Names) -> dict[str, Any]:
    entity = entities.get(row["entity"])
    changes = [
        {
            "label": values.label(entity, name),
            "old": reader.get(name, _typed(row["entity"], name, old), row["id"]),
            "new": reader.get(name, _typed(row["entity"], name, new), row["id"]),
        }
        for name, (old, new) in row["changes"].items()
    ]
    state = [
        {
            "label": values.label(entity, name),
            "value": reader.get(name, _typed(row["entity"], name, value), row["id"]),
        }
        for name, value in row.get("state", {}).items()
    ]
    name = names.of(entity.model, row["id"])
    is_there = names.record(entity.model, row["id"]) is not None
    return {
        **row,
        "name": name.text if is_there else row.get("title") or name.text,
        "fields": list(row["changes"]),
        "url": name.url,
        "state": state,
        "entity_label": entity.label,
        "changes": changes,
    }


def _typed(entity: str, name: str, value: Any) -> Any:
    """A stored value as its field's Python type: JSON knows no dates."""
    return entities.get(entity).field(name).to_python(value)


def receipt_context(
    staff: Any, operation: Operation, stored: StoredPreview, event: Event
) -> dict[str, Any]:
    """Everything that step 3 shows."""
    inverse = registry.get(operation.inverse) if operation.inverse else None
    if inverse is not None and not StaffPerformer(staff).may(inverse):
        inverse = None
    choices = operation.targets.choices(staff, stored.targets)
    changed, count = choices, len(stored.targets)
    if operation.selects == "events":
        changed, count = _changed(staff, stored.rows)
    return {
        "operation": operation,
        "targets": operation.targets,
        "heading": heading_of(operation, choices, len(stored.targets)),
        "outcome": _("Done. It stands in the timeline of every record, with your reason."),
        "event": event,
        "event_label": f"#{event.id}",
        "preview": stored,
        "inverse": inverse,
        "choices": changed,
        "changed": count,
        "others": count - SHOWN,
        "back": choices[0] if len(stored.targets) == 1 and choices else None,
        "step": 3,
    }


def _changed(staff: Any, rows: Iterable[dict[str, Any]]) -> tuple[list[Choice], int]:
    """The first SHOWN of the records that rows are of, by name, and how many there are."""
    first = {(row["entity"], row["id"]): row for row in reversed(list(rows))}
    shown = presented_rows(staff, list(reversed(first.values()))[:SHOWN])
    return [Choice(row["id"], row["name"], row["url"]) for row in shown], len(first)
