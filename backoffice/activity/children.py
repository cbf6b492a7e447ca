"""The records that belonged to another at a moment, such as the texts of what they are texts of."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import reverse

from audit.history_tables import Version
from audit.moments import children_as_of
from audit.selectors import Source, last_versions
from backoffice.accounts.access import may_see_scope
from backoffice.activity.catalogue import entity_of, has_pages, may_view
from backoffice.activity.moments import as_of_url
from backoffice.entities.access import title_for
from backoffice.entities.entity import Entity
from backoffice.entities.names import shared_names
from backoffice.entities.values import Readables


@dataclass(frozen=True)
class Child:
    """A record that belonged to another then; `since` is unchanged, changed or deleted."""

    entity: Entity
    title: str
    qualifier: str
    since: str
    url: str = ""
    compare_url: str = ""


def children_of(viewer: Any, entity: Entity, pk: int, at: datetime) -> list[Child]:
    """The children that a record's timeline is told with, as they were then."""
    found: list[Child] = []
    for name, column in entity.timeline_children:
        child = entity_of(name)
        if child is None or not may_view(viewer, name):
            continue
        versions = children_as_of(Source(child.model, column), pk, at)
        versions = [v for v in versions if may_see_scope(viewer, v.scope)]
        newest = last_versions(child.model, [v.record_id for v in versions])
        found += [_child(viewer, child, v, newest.get(v.record_id, v), at) for v in versions]
    return found


def _child(viewer: Any, entity: Entity, version: Version, newest: Version, at: datetime) -> Child:
    reader = Readables(entity, viewer, shared_names(viewer))
    qualifier = version.values.get(entity.timeline_qualifier)
    is_changed = newest.history_id != version.history_id
    pages = has_pages(entity)
    compare = reverse("activity-compare", args=[entity.slug, version.record_id])
    return Child(
        entity=entity,
        title=title_for(viewer, entity, version.instance()),
        qualifier=reader.get(entity.timeline_qualifier, qualifier).text if qualifier else "",
        since="deleted" if newest.deleted else "changed" if is_changed else "unchanged",
        url=as_of_url(entity, version.record_id, at) if pages else "",
        compare_url=f"{compare}?from={version.history_id}" if pages and is_changed else "",
    )
