"""The statements that search is made of, each the business of one index.

They are asked apart and merged, because an OR over several indexes makes the planner read the
table. The planner cannot tell how many rows hold several words or a long text, so nothing is left
to its guess:

* `newest` walks a window of the newest rows: a common word is found there at once;
* `indexed` takes the trigrams' own candidates, at most `MOST` of them: a rare word costs no more
  than its finds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.db import models
from django.db.models import F, Q, Subquery, Value
from django.db.models.functions import Coalesce

from backoffice.accounts.access import visible_scopes_q
from backoffice.entities import indexes
from backoffice.entities.access import sees_personal_fields, visible_records
from backoffice.entities.entity import Entity
from backoffice.entities.search_branches import Branch, branches_of
from backoffice.entities.search_key import normalise
from backoffice.entities.search_query import Query

EXACT, KEY, TEXT = 0, 1, 2
MOST_EXACT = 10
# Rows of the window, and of the wider one for words too short to have trigrams.
WINDOW, WIDE_WINDOW = 2_000, 20_000
# Candidates that are looked at: a long text costs some thirty times as much as a key.
MOST = {KEY: 5_000, TEXT: 1_000}
Ranks = dict[int, int]
Rows = models.QuerySet[Any, tuple[int, int]]


def merge(parts: Sequence[Rows], limit: int) -> Ranks:
    """One statement for all parts."""
    return best(parts[0].union(*parts[1:], all=True) if len(parts) > 1 else parts[0], limit)


def best(rows: Iterable[tuple[int, int]], limit: int) -> Ranks:
    """The best rank first, then the newest record; each record once."""
    ranks: Ranks = {}
    for pk, rank in sorted(rows, key=lambda row: (row[1], -row[0])):
        ranks.setdefault(pk, rank)
    return dict(list(ranks.items())[:limit])


def key_branches(staff: Any, entity: Entity) -> list[Branch]:
    """The keys that this person may search."""
    names = list(entity.search_fields)
    if entity.personal_search_fields and sees_personal_fields(staff):
        names += entity.personal_search_fields
    return branches_of(entity, names)


def newest(staff: Any, entity: Entity, branch: Branch, query: Query, limit: int) -> Rows:
    """The newest records that hold every word, among the newest rows of the table."""
    window = WINDOW if query.has_trigrams else WIDE_WINDOW
    oldest = branch.model._default_manager.order_by("-pk").values("pk")[window : window + 1]
    rows = _open_rows(staff, entity, branch).filter(
        branch.holds(query.words), pk__gte=Coalesce(Subquery(oldest), 0)
    )
    return rows.order_by("-pk").values_list(F(branch.record), Value(KEY))[:limit]


def indexed(staff: Any, entity: Entity, branch: Branch, query: Query, rank: int) -> Rows:
    """What the trigram index finds, in no order: to sort here would let the planner read all."""
    rows = _open_rows(staff, entity, branch).filter(branch.holds(query.words)).order_by()
    return rows.values_list(F(branch.record), Value(rank))[: MOST[rank]]


def _open_rows(staff: Any, entity: Entity, branch: Branch) -> models.QuerySet[Any]:
    """Rows of closed scopes left out where the text stands, so that they take nobody's place."""
    rows = branch.model._default_manager.all()
    if not entity.scope_field:
        return rows
    if branch.is_own:
        return rows.filter(visible_scopes_q(staff, entity.scope_field))
    parent = branch.record.removesuffix("_id")
    return rows.filter(visible_scopes_q(staff, f"{parent}__{entity.scope_field}"))


def exact(staff: Any, entity: Entity, query: Query) -> Rows:
    """Records with an equal value."""
    conditions = [Q(pk=query.id)] if query.id is not None else []
    if not query.is_id:
        conditions += _equal_values(staff, entity, query)
    records = visible_records(staff, entity).order_by()
    records = records.filter(reduce(or_, conditions)) if conditions else records.none()
    return records.values_list(F("pk"), Value(EXACT))[:MOST_EXACT]


def _equal_values(staff: Any, entity: Entity, query: Query) -> Iterable[Q]:
    hidden = () if sees_personal_fields(staff) else entity.personal_fields
    for name in entity.exact_search_fields:
        column = entity.field(name)
        if name in hidden:
            continue
        equal = Q(**{f"{name}__in": query.spellings})
        if not indexes.starts_with(entity.model, column):
            # The trigrams find the few that hold it; equality chooses among them.
            key = indexes.in_key(entity.model, column)
            equal &= Q(**{f"{key.name}__contains": normalise(query.text)}) if key else Q()
        yield equal
