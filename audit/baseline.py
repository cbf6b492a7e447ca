"""First versions of records that were there before their table was captured."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connections, models
from psycopg import sql
from simple_history.utils import get_history_model_for_model

from audit.actors import Actor
from audit.capture import BOOKKEEPING, Capture, primary_key
from audit.context import change, payload_of
from audit.events import checked
from audit.exceptions import AuditError
from audit.locks import LOCK_TIMEOUT, with_patience
from audit.models import Outcome

EVENT = "records.adopted"
REASON = "was there before it was captured"
_CANDIDATES = sql.SQL(
    "SELECT t.{pk} FROM public.{table} t WHERE (%(after)s::bigint IS NULL "
    "OR t.{pk} > %(after)s::bigint) AND NOT EXISTS (SELECT FROM public.{history} h "
    "WHERE h.{pk} = t.{pk}) ORDER BY t.{pk} LIMIT %(size)s"
)
_LOCK = sql.SQL("SELECT FROM public.{table} WHERE {pk} = ANY(%s) ORDER BY {pk} FOR SHARE")
_FIRST_VERSIONS = sql.SQL(
    "INSERT INTO public.{history} ({bookkeeping}, {columns}) SELECT "
    "nextval('public.audit_history_id_seq'), clock_timestamp(), '+', NULL, %s, %s, 'adopted', "
    "ARRAY[]::text[], {scope}, {area}, {values} FROM public.{table} t WHERE t.{pk} = ANY(%s) "
    "AND NOT EXISTS (SELECT FROM public.{history} h WHERE h.{pk} = t.{pk}) ORDER BY t.{pk}"
)


class NotAdoptable(AuditError):
    """A table cannot be taken under capture yet. The message says why and what to do."""


class _NothingLeft(Exception):
    """Everything of a batch got a version from elsewhere meanwhile: no event for nothing."""


def history_of(model: type[models.Model]) -> Any:
    """The model of its history; NotAdoptable when it declares none."""
    try:
        history = get_history_model_for_model(model)
    except Exception as error:
        raise NotAdoptable(
            f"{model._meta.label} declares no history. Add `history = Captured(…)` to it (README)."
        ) from error
    return history


class Baseline:
    """The records of a model that have no version, and how they get their first."""

    def __init__(self, model: type[models.Model], using: str) -> None:
        self.model = model
        self.using = using
        self.entity: str = history_of(model).capture.entity
        self.params = {"entity": self.entity, "table": model._meta.db_table}
        self.names = _names(model)

    def left(self) -> int:
        """How many there are."""
        with connections[self.using].cursor() as cursor:
            query = sql.SQL("SELECT count(*) FROM ({}) c").format(_CANDIDATES.format(**self.names))
            cursor.execute(query, {"after": None, "size": 2**31})
            return int(cursor.fetchone()[0])

    def write(self, actor: Actor, batch: int) -> Iterator[tuple[str, int]]:
        """Batch by batch: one event for each, below one that announces them; then one closes."""
        parent, after, total = 0, None, 0
        while keys := self._next(after, batch):
            parent = parent or self._note(Outcome.REQUESTED, {}, None, actor)
            written = with_patience(partial(self._write_batch, keys, parent, actor))
            after, total = keys[-1], total + written
            yield f"{self.entity}: first versions up to #{after}", written
        if parent:
            self._note(Outcome.SUCCEEDED, {"count": total}, parent, actor)

    def _next(self, after: Any, batch: int) -> list[Any]:
        with connections[self.using].cursor() as cursor:
            cursor.execute(_CANDIDATES.format(**self.names), {"after": after, "size": batch})
            return [pk for (pk,) in cursor.fetchall()]

    def _write_batch(self, keys: list[Any], parent: int, actor: Actor) -> int:
        opened = change(
            EVENT,
            actor=actor,
            reason=REASON,
            params=self.params,
            using=self.using,
            parent_id=parent,
        )
        try:
            with opened as event, connections[self.using].cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [LOCK_TIMEOUT])
                cursor.execute(_LOCK.format(**self.names), [keys])
                # A new statement sees what those had committed who held the rows before us.
                values: list[Any] = [event.event_id, event.event_at, keys]
                cursor.execute(_FIRST_VERSIONS.format(**self.names), values)
                if not cursor.rowcount:
                    raise _NothingLeft
                return int(cursor.rowcount)
        except _NothingLeft:
            return 0

    def _note(self, outcome: str, more: dict[str, Any], parent: int | None, actor: Actor) -> int:
        """The event that announces the batches, or the one that closes them."""
        params = {**self.params, **more}
        kind = checked(EVENT, params).kind
        details = {"reason": REASON, "parent_id": parent}
        payload = payload_of(EVENT, kind, outcome, actor, params, details)
        with connections[self.using].cursor() as cursor:
            cursor.execute("SELECT event_id FROM public.audit_record(%s::jsonb)", [payload])
            return int(cursor.fetchone()[0])


def _names(model: type[models.Model]) -> dict[str, sql.Composable]:
    history = history_of(model)
    capture: Capture = history.capture
    ignored = {*BOOKKEEPING, "history_change_reason"}
    columns = sorted(
        str(f.column) for f in history._meta.local_concrete_fields if f.column not in ignored
    )

    def boundary(text: str) -> sql.SQL:
        return sql.SQL(text.replace("{row}", "t").replace("%", "%%"))

    return {
        "table": sql.Identifier(model._meta.db_table),
        "history": sql.Identifier(history._meta.db_table),
        "pk": sql.Identifier(str(primary_key(model).column)),
        "bookkeeping": sql.SQL(", ").join(map(sql.Identifier, BOOKKEEPING)),
        "columns": sql.SQL(", ").join(map(sql.Identifier, columns)),
        "values": sql.SQL(", ").join(sql.Identifier("t", column) for column in columns),
        "scope": boundary(capture.scope),
        "area": boundary(capture.area),
    }
