"""What a selection can be made of. Another room adds a kind of its own:

@register
class Shelf:
    name = "shelf"
    def rows(self, asked, selects): …
    def told(self, asked): …
    def back(self, asked): …
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeVar

from django.core.exceptions import EmptyResultSet
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backoffice.entities.access import visible_records
from backoffice.entities.among import among
from backoffice.entities.entity import Entity
from backoffice.operations.exceptions import Invalid

# A statement with its parameters whose only column is the keys.
Rows = tuple[str, Sequence[Any]]
NOTHING: Rows = ("SELECT NULL::bigint WHERE false", ())


@dataclass(frozen=True)
class Asked:
    """What somebody chose: records of an entity, by a kind of selection and what that reads."""

    staff: Any
    entity: Entity
    kind: str
    query: str = ""
    keys: tuple[int, ...] = ()


class SelectionKind(Protocol):
    """One way to say which records are meant; everything is read on the primary, each time anew."""

    name: str

    def rows(self, asked: Asked, selects: str) -> Rows:
        """The keys: of records, or of events where an operation `selects` those.

        Raises Invalid when what was asked for cannot be read, or has no such keys.
        """

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        """By what they were chosen, as names and values for people."""

    def back(self, asked: Asked) -> str:
        """The page that they were chosen on."""


_kinds: dict[str, SelectionKind] = {}
Declared = TypeVar("Declared", bound=type[Any])


def register(kind: Declared) -> Declared:
    """Add a kind; a name that is taken is refused."""
    if kind.name in _kinds:
        raise ValueError(f"There is a kind of selection {kind.name!r} already. Rename one.")
    _kinds[kind.name] = kind()
    return kind


def kind_of(name: str) -> SelectionKind:
    """The kind of that name; Invalid when there is none."""
    try:
        return _kinds[name]
    except KeyError:
        raise Invalid(_("There is no such way to choose records. Begin at their list.")) from None


def keys_of(records: QuerySet[Any]) -> Rows:
    """The keys of a queryset, as a statement for the primary."""
    try:
        statement, params = records.order_by().values_list("pk").query.sql_with_params()
    except EmptyResultSet:
        return NOTHING
    return statement, params


def records_of_events(asked: Asked, events: Sequence[int]) -> Rows:
    """The records of the entity that these events changed, as far as the person may see them."""
    history = asked.entity.history_model
    if history is None:
        return NOTHING
    touched = history._default_manager.filter(among("event_id", events)).values("id")
    seen = visible_records(asked.staff, asked.entity).using("default")
    return keys_of(seen.filter(pk__in=touched))


def listed(keys: Sequence[int]) -> Rows:
    """Keys that are known, as a statement."""
    return "SELECT DISTINCT k FROM unnest(%s::bigint[]) AS k", [list(keys)]


@register
class Keys:
    """Records that were ticked one by one."""

    name = "keys"

    def rows(self, asked: Asked, selects: str) -> Rows:
        if selects == "events":
            return listed(asked.keys)
        seen = visible_records(asked.staff, asked.entity).using("default")
        return keys_of(seen.filter(among("pk", asked.keys)))

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        return [(_("Chosen"), _("one by one"))]

    def back(self, asked: Asked) -> str:
        return asked.entity.list_url
