"""Search: which records hold every word, the exact ones first.

1. An equal value (id, slug, e-mail…) comes first.
2. Then whatever holds every word in one search key, the newest first.
3. Then, where there is room, whatever holds them in a long text.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import router

from backoffice.entities import registry, search_parts
from backoffice.entities.access import visible_records
from backoffice.entities.entity import Entity, Record
from backoffice.entities.search_branches import branches_of
from backoffice.entities.search_parts import Ranks, key_branches
from backoffice.entities.search_query import Query
from backoffice.entities.time_limit import TookTooLong, limited

STATEMENT_LIMIT = 1_500  # milliseconds
WHOLE_LIMIT = 4.0  # seconds for all entities together


@dataclass
class Found:
    """What a search found of one entity.

    Attributes:
        records: prepared, best first; ranks: EXACT, KEY or TEXT for each, by id.
        more: whether there are more than these.
        stopped: whether the search was given up because it took too long.
    """

    entity: Entity
    records: list[Record] = field(default_factory=list)
    ranks: Ranks = field(default_factory=dict)
    more: bool = False
    stopped: bool = False


def search_everything(staff: Any, query: Query, limit: int) -> list[Found]:
    """Every entity that has something, in their order; those not answered in time say so."""
    searched = [entity for entity in registry.all() if entity.section]
    entities = [entity for entity in searched if staff.has_perm(entity.view_permission)]
    results = search_entities(staff, entities, query, limit)
    return [found for found in results if found.records or found.stopped]


def search_entities(
    staff: Any, entities: Sequence[Entity], query: Query, limit: int
) -> list[Found]:
    """The best `limit` records of each entity that the person may see."""
    deadline = time.monotonic() + WHOLE_LIMIT
    results: list[Found] = []
    while len(results) < len(entities):
        try:
            with limited(router.db_for_read(entities[0].model), STATEMENT_LIMIT, by_index=True):
                for entity in entities[len(results) :]:
                    late = time.monotonic() > deadline
                    results.append(
                        Found(entity, stopped=True) if late else _find(staff, entity, query, limit)
                    )
        except TookTooLong:
            results.append(Found(entities[len(results)], stopped=True))
    return results


def _find(staff: Any, entity: Entity, query: Query, limit: int) -> Found:
    ranks = _ranked(staff, entity, query, limit + 1)
    records = fetch(staff, entity, ranks)
    return Found(entity, records[:limit], ranks, more=len(records) > limit)


def fetch(staff: Any, entity: Entity, ranks: Ranks) -> list[Record]:
    """The records of these ids in this order, with all that their names need."""
    if not ranks:
        return []
    by_id = {record.pk: record for record in visible_records(staff, entity).filter(pk__in=ranks)}
    records = [by_id[pk] for pk in ranks if pk in by_id]
    entity.prepare(records)
    return records


def _ranked(staff: Any, entity: Entity, query: Query, limit: int) -> Ranks:
    """Ids with their rank, best first; each step is taken only while there is room."""
    exact = search_parts.exact(staff, entity, query)
    if query.is_id:
        return search_parts.merge([exact], limit)
    keys = key_branches(staff, entity)
    ranks = search_parts.merge(
        [exact, *(search_parts.newest(staff, entity, key, query, limit) for key in keys)], limit
    )
    texts = branches_of(entity, entity.text_search_fields)
    for branches, rank in ((keys, search_parts.KEY), (texts, search_parts.TEXT)):
        if len(ranks) < limit and branches and query.has_trigrams:
            parts = [
                search_parts.indexed(staff, entity, branch, query, rank) for branch in branches
            ]
            for pk, found in search_parts.merge(parts, limit).items():
                ranks.setdefault(pk, found)
    return search_parts.best(ranks.items(), limit)
