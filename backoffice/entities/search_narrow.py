"""Search within a list, which has its own order and filters."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import Exists, F, OuterRef, Q, Value

from backoffice.entities import search_parts
from backoffice.entities.entity import Entity
from backoffice.entities.search_branches import Branch, branches_of
from backoffice.entities.search_parts import Rows
from backoffice.entities.search_query import Query

# With fewer records than this the search goes by their ids; with more, along the list's order.
FEW = 1_000


def narrow(
    staff: Any, entity: Entity, records: models.QuerySet[Any], query: Query, texts: bool = False
) -> models.QuerySet[Any]:
    """Those of the records that the search finds.

    Few finds go in as ids, which costs nothing in any order; with many, a walk along the order
    meets them soon. `texts` looks into long texts too.
    """
    branches = [] if query.is_id else search_parts.key_branches(staff, entity)
    if texts and not query.is_id:
        branches += branches_of(entity, entity.text_search_fields)
    if query.has_trigrams or query.is_id:
        found = _few(staff, entity, branches, query)
        if found is not None:
            return records.filter(pk__in=found)
    return records.filter(reduce(or_, [_along_the_order(branch, query) for branch in branches]))


def _few(staff: Any, entity: Entity, branches: list[Branch], query: Query) -> set[int] | None:
    """The ids of all finds, or None when they are too many."""
    parts: list[Rows] = [search_parts.exact(staff, entity, query)]
    for branch in branches:
        rows = branch.model._default_manager.filter(branch.holds(query.words)).order_by()
        parts.append(rows.values_list(F(branch.record), Value(search_parts.KEY))[: FEW + 1])
    found = list(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0])
    return {pk for pk, _ in found} if len(found) <= FEW else None


def _along_the_order(branch: Branch, query: Query) -> Q:
    if branch.is_own:
        return branch.holds(query.words)
    children = branch.model._default_manager.filter(**{branch.record: OuterRef("pk")})
    return Q(Exists(children.filter(branch.holds(query.words))))
