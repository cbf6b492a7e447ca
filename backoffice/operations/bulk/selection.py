"""Selections: frozen when somebody chooses, counted exactly, read again when they are used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db import connections
from django.utils import timezone
from django.utils.translation import gettext as _
from psycopg import sql

from backoffice.entities import registry as entities
from backoffice.entities.time_limit import TookTooLong, limited
from backoffice.operations.base import Operation
from backoffice.operations.bulk.kinds import Asked, Rows, kind_of
from backoffice.operations.bulk.models import QUERY_LENGTH, BulkRun, Selection
from backoffice.operations.exceptions import Expired, Invalid

RECOUNT = sql.SQL(
    "SELECT count(s.key), count(*) FILTER (WHERE i.key IS NULL), "
    "count(*) FILTER (WHERE s.key IS NULL) FROM ({rows}) s(key) "
    "FULL JOIN (SELECT key FROM bulk_bulkitem WHERE run_id = %s) i ON i.key = s.key"
)
# How long a count may take, milliseconds.
PATIENCE = 15_000


def ask(staff: Any, entity: str, kind: str, query: str = "", keys: Sequence[int] = ()) -> Asked:
    """What somebody asks for; Invalid when it cannot be a selection at all."""
    if entity not in {one.name for one in entities.all()}:
        raise Invalid(_("There is no such kind of record."))
    if len(query) > QUERY_LENGTH or "\x00" in query:
        raise Invalid(_("This list's address is too long to be kept. Use fewer filters."))
    kind_of(kind)
    return Asked(staff, entities.get(entity), kind, query, tuple(keys))


def asked_by(selection: Selection, staff: Any) -> Asked:
    """What a frozen selection asks for, with today's eyes of a person."""
    keys = [int(key) for key in selection.keys]
    return ask(staff, selection.entity, selection.kind, selection.query, keys)


def rows_for(asked: Asked, selects: str) -> Rows:
    """The keys as a statement."""
    return kind_of(asked.kind).rows(asked, selects)


def count(asked: Asked, selects: str = "records") -> int:
    """How many there are, exactly; Invalid when they are more than SELECTION_LIMIT."""
    statement, params = rows_for(asked, selects)
    limit = settings.SELECTION_LIMIT
    query = sql.SQL("SELECT count(*) FROM ({rows} LIMIT {limit}) counted").format(
        rows=sql.SQL(statement), limit=sql.Literal(limit + 1)
    )
    try:
        with limited("default", PATIENCE), connections["default"].cursor() as cursor:
            cursor.execute(query, params)
            (found,) = cursor.fetchone()
    except TookTooLong as error:
        raise Invalid(str(error)) from error
    if found > limit:
        raise Invalid(
            _("These are more than %(limit)s. Add a filter, and do it in several parts.")
            % {"limit": f"{limit:,}"}
        )
    return int(found)


def freeze(asked: Asked, operation: Operation) -> Selection:
    """Keep what was asked for, with the number that the person is told."""
    found = count(asked, operation.selects)
    if not found:
        raise Invalid(_("Nothing is chosen. Go back and tick what you mean."))
    return Selection.objects.create(
        staff=asked.staff,
        entity=asked.entity.name,
        kind=asked.kind,
        query=asked.query,
        keys=list(asked.keys),
        count=found,
    )


def opened(staff: Any, token: Any) -> Selection:
    """A person's own selection that has not expired."""
    selection = Selection.objects.using("default").filter(pk=token, staff=staff.pk).first()
    lifetime = timedelta(seconds=settings.SELECTION_LIFETIME)
    if selection is None or timezone.now() - selection.created_at > lifetime:
        raise Expired(_("This selection is too old, or not yours. Choose again."))
    return selection


def first_keys(asked: Asked, selects: str, limit: int) -> list[int]:
    """The lowest keys."""
    statement, params = rows_for(asked, selects)
    query = sql.SQL("SELECT key FROM ({rows}) k(key) ORDER BY key LIMIT {limit}").format(
        rows=sql.SQL(statement), limit=sql.Literal(limit)
    )
    with limited("default", PATIENCE), connections["default"].cursor() as cursor:
        cursor.execute(query, params)
        return [key for (key,) in cursor.fetchall()]


@dataclass(frozen=True)
class Recount:
    """How a selection stands beside what a person saw: how many now, come, and gone."""

    now: int
    come: int
    gone: int

    @property
    def differs(self) -> bool:
        return bool(self.come or self.gone)


def recount(run: BulkRun, staff: Any, selects: str) -> Recount:
    """Compare a run's records with what its selection holds by now."""
    statement, params = rows_for(asked_by(run.selection, staff), selects)
    query = RECOUNT.format(rows=sql.SQL(statement))
    with limited("default", PATIENCE), connections["default"].cursor() as cursor:
        cursor.execute(query, [*params, run.pk])
        return Recount(*cursor.fetchone())
