"""What an operation is done to: how its targets are found, locked, compared and named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from django.db import connections
from django.db.models import QuerySet
from django.utils.functional import Promise

from audit.selectors import last_version_ids
from backoffice.entities.access import title_for, visible_records
from backoffice.entities.among import among
from backoffice.entities.entity import Entity

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer

# How many of the chosen are named on a page.
SHOWN = 50


@dataclass(frozen=True)
class Choice:
    """A target as the pages of an operation name it."""

    pk: int
    title: str
    url: str
    badges: list[str] = field(default_factory=list)
    why: str | Promise = ""


class Targets(Protocol):
    """What the pipeline and the pages ask of targets; keys are whole numbers above zero."""

    @property
    def label(self) -> str:
        """What one of them is called, with a capital."""

    @property
    def label_plural(self) -> str:
        """What several are called, with a capital."""

    @property
    def list_url(self) -> str:
        """The page that lists them."""

    def url(self, key: int) -> str:
        """The page of one target."""

    def known(self, performer: Performer, keys: Sequence[int]) -> set[int]:
        """Those of the keys that are targets which the performer may know of."""

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        """The targets that the performer may know of, locked in the order of their keys."""

    def queryset(self, keys: Sequence[int]) -> QuerySet[Any]:
        """The targets as `Operation.run` gets them, on the primary."""

    def versions(self, keys: Sequence[int]) -> dict[int, int]:
        """What tells whether a target changed since it was looked at: a number for each key."""

    def scopes(self, performer: Performer, keys: Sequence[int]) -> list[int]:
        """The scopes that they belong to, as far as the performer may know of them."""

    def choices(
        self, staff: Any, keys: Sequence[int], reasons: Mapping[int, str] | None = None
    ) -> list[Choice]:
        """The first SHOWN of them by name, for this person; the others are left out."""


class Records:
    """Living records of an entity: what most operations are done to."""

    def __init__(self, entity: Entity) -> None:
        self.entity = entity

    @property
    def label(self) -> str:
        return self.entity.label

    @property
    def label_plural(self) -> str:
        return self.entity.label_plural

    @property
    def list_url(self) -> str:
        return self.entity.list_url

    def url(self, key: int) -> str:
        return self.entity.url(key)

    def known(self, performer: Performer, keys: Sequence[int]) -> set[int]:
        records = performer.records(self.entity).filter(among("pk", keys))
        return set(records.values_list("pk", flat=True))

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        """Their own columns only: thousands are locked faster without what lists show besides."""
        known = performer.records(self.entity).filter(among("pk", keys)).values("pk")
        records = self.queryset(keys).filter(pk__in=known).defer(*self.entity.unread())
        return list(records.select_for_update(of=("self",)).order_by("pk"))

    def queryset(self, keys: Sequence[int]) -> QuerySet[Any]:
        return self.entity.model._default_manager.using("default").filter(among("pk", keys))

    def versions(self, keys: Sequence[int]) -> dict[int, int]:
        return last_version_ids(self.entity.model, keys, using="default")

    def scopes(self, performer: Performer, keys: Sequence[int]) -> list[int]:
        if not self.entity.scope_field:
            return []
        asked = performer.records(self.entity).filter(among("pk", keys))
        return sorted(asked.order_by().values_list(self.entity.scope_field, flat=True).distinct())

    def choices(
        self, staff: Any, keys: Sequence[int], reasons: Mapping[int, str] | None = None
    ) -> list[Choice]:
        wanted = list(keys)[:SHOWN]
        records = visible_records(staff, self.entity).using("default").filter(pk__in=wanted)
        return self.named(staff, records.order_by("pk"), reasons)

    def named(
        self, staff: Any, records: Iterable[Any], reasons: Mapping[int, str] | None = None
    ) -> list[Choice]:
        """Records with their names and states; one query for all of them."""
        found = list(records)
        self.entity.prepare(found)
        return [
            Choice(
                record.pk,
                title_for(staff, self.entity, record),
                self.url(record.pk),
                self.entity.badges(record),
                (reasons or {}).get(record.pk, ""),
            )
            for record in found
        ]


def set_aside(entity: Entity) -> int:
    """An id that no other record of the entity will ever have."""
    meta = entity.model._meta
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s))",
            [meta.db_table, meta.pk.column if meta.pk else "id"],
        )
        return int(cursor.fetchone()[0])


class NewRecord(Records):
    """The one record that an operation is about to make, under an id set aside for it.

    So its event names the record like any other, and what was previewed is what is made.
    """

    def known(self, performer: Performer, keys: Sequence[int]) -> set[int]:
        """An id alone says nothing of anyone."""
        return set(keys)

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        """The unsaved record; none where the id has been used, so that it is refused."""
        used = set(self.queryset(keys).values_list("pk", flat=True))
        return [self.entity.model(pk=key) for key in keys if key not in used]

    def scopes(self, performer: Performer, keys: Sequence[int]) -> list[int]:
        """None that could be known before it is there."""
        return []

    def versions(self, keys: Sequence[int]) -> dict[int, int]:
        """There is none yet."""
        return {}
