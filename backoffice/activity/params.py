"""An event's parameters as pages show them: secrets and personal fields masked, bounded."""

from __future__ import annotations

import json
import re
from typing import Any

from audit.models import Event
from backoffice.activity.catalogue import entity_of
from backoffice.entities.access import parse_id, sees_personal_fields
from backoffice.entities.values import MASK

SHOWN = 4_000
FACTS_SHOWN, FACT_LENGTH = 3, 80
SECRET = re.compile(r"secret|token|password|passwd|authorization|cookie|credential|api_?key", re.I)
# What is said elsewhere on the page, or tells nobody anything.
LEFT_OUT = {"operation", "session", "targets"}


def shown_params(viewer: Any, event: Event) -> str:
    """All of an event's parameters as text; "" for none."""
    if not event.params:
        return ""
    shown = _masked(event.params, _personal(viewer, event))
    text = json.dumps(shown, ensure_ascii=False, indent=2)
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}\n…"


def open_params(viewer: Any, event: Event) -> Any:
    """All of an event's parameters, those masked that are not for this reader."""
    return _masked(event.params, _personal(viewer, event))


def facts_of(viewer: Any, event: Event) -> list[tuple[str, str]]:
    """A few of an event's parameters, as far as they are short words."""
    found = [
        (name, str(value)[:FACT_LENGTH])
        for name, value in _masked(event.params, _personal(viewer, event)).items()
        if isinstance(value, str | int) and not isinstance(value, bool) and name not in LEFT_OUT
    ]
    return found[:FACTS_SHOWN]


def _personal(viewer: Any, event: Event) -> frozenset[str]:
    """The parameters that are personal fields of what the event is about, and hidden here."""
    entity = entity_of(event.entity) if event.entity else None
    if entity is None or not entity.personal_fields:
        return frozenset()
    if sees_personal_fields(viewer, entity, parse_id(event.record_id)):
        return frozenset()
    return frozenset(entity.personal_fields)


def _masked(value: Any, personal: frozenset[str]) -> Any:
    if isinstance(value, dict):
        return {
            name: MASK if SECRET.search(str(name)) or name in personal else _masked(inner, personal)
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [_masked(inner, personal) for inner in value]
    return value
