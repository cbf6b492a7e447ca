"""The orders that a list offers, in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from backoffice.entities.access import open_ordering
from backoffice.entities.addresses import Address
from backoffice.entities.entity import Entity
from backoffice.entities.paging import Ordering
from backoffice.entities.tables import Column
from backoffice.entities.values import label


@dataclass(frozen=True)
class Order:
    """A link that orders the list."""

    label: str
    url: str
    is_on: bool


def orders_of(
    staff: Any, entity: Entity, current: Ordering | None, address: Address
) -> list[Order]:
    """Every order that the person may use, in both directions, the declared one first."""
    orders = []
    allowed = open_ordering(staff, entity)
    for declared in allowed:
        column = declared.removeprefix("-")
        for descending in (declared.startswith("-"), not declared.startswith("-")):
            ordering = Ordering(entity.field(column), descending)
            is_default = ordering.name == allowed[0]
            url = address.changed({"order": None if is_default else ordering.name})
            orders.append(Order(_in_words(entity, ordering), url, ordering == current))
    return orders


def _in_words(entity: Entity, ordering: Ordering) -> str:
    words = {
        (True, True): _("%s, newest first"),
        (True, False): _("%s, oldest first"),
        (False, True): _("%s, Z to A"),
        (False, False): _("%s, A to Z"),
    }
    is_date = isinstance(ordering.field, models.DateTimeField)
    if isinstance(ordering.field, models.IntegerField | models.AutoField):
        return (_("%s, largest first") if ordering.descending else _("%s, smallest first")) % label(
            entity, ordering.field.name
        )
    return words[is_date, ordering.descending] % label(entity, ordering.field.name)


def sortable(
    staff: Any,
    entity: Entity,
    columns: list[Column],
    current: Ordering | None,
    address: Address,
) -> list[Column]:
    """The columns, with a link on those that the list may be ordered by."""
    declared = {name.removeprefix("-"): name for name in open_ordering(staff, entity)}
    return [
        _sortable(column, declared.get(column.name, ""), current, address) for column in columns
    ]


def _sortable(column: Column, declared: str, current: Ordering | None, address: Address) -> Column:
    if not declared:
        return column
    if current is None or current.field.name != column.name:
        return replace(column, sort_url=address.changed({"order": declared}))
    turned = column.name if current.descending else f"-{column.name}"
    direction = "descending" if current.descending else "ascending"
    return replace(column, sort_url=address.changed({"order": turned}), direction=direction)
