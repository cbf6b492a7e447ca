"""Giving a record another position among its neighbours.

@register
class ReorderBook(Reorder):
    name = "book.reorder"
    entity = "book"
    sentence = ngettext_lazy("Reorder %(count)s book", "Reorder %(count)s books", "count")
    event = "book.reordered"
    beside = ("shelf",)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.entities import registry
from backoffice.entities.access import title_for
from backoffice.operations.base import Operation
from backoffice.operations.editing.inputs import input_for
from backoffice.operations.performers import Performer
from backoffice.operations.set_field import IN_TRASH, in_trash

# How many neighbours are looked through, and how many of them are named on each side.
NEIGHBOURS, NAMED = 200, 3


class Reorder(Operation):
    """Sets the position of one record; the form names those before and after it.

    Attributes:
        field: the column of the position; smaller ones come first.
        beside: the foreign keys that records of one order have in common.
    """

    label: ClassVar[str | Promise] = gettext_lazy("Change the position")
    icon: ClassVar[str] = "sort"
    rank: ClassVar[int] = 48
    field: ClassVar[str] = "position"
    beside: ClassVar[Sequence[str]] = ()

    @property
    def several(self) -> bool:
        """Records that were given one position alike would have no order."""
        return False

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        entity = registry.get(self.entity)
        record = performer.records(entity).filter(pk__in=keys).first()
        made = forms.Form(data)
        made.fields[self.field] = input_for(entity, self.field)
        if record is not None:
            made.initial = {self.field: getattr(record, self.field)}
            made.fields[self.field].help_text = self._neighbours(performer, record)
        return made

    def _neighbours(self, performer: Performer, record: Any) -> str:
        """Who stands before and after it, each with its position."""
        entity = registry.get(self.entity)
        alike = {f"{name}_id": getattr(record, f"{name}_id") for name in self.beside}
        found = performer.records(entity).filter(**alike).order_by(self.field, "pk")
        row = [one for one in found[:NEIGHBOURS] if not in_trash(one)]
        at = next((i for i, one in enumerate(row) if one.pk == record.pk), len(row))
        near = [one for one in row[max(0, at - NAMED) : at + NAMED + 1] if one.pk != record.pk]
        entity.prepare(near)
        named = ", ".join(self._named(performer, one) for one in near)
        if not named:
            return _("Smaller numbers come first. Nothing else stands here.")
        return _("Smaller numbers come first. Beside it: %(others)s.") % {"others": named}

    def _named(self, performer: Performer, record: Any) -> str:
        entity, staff = registry.get(self.entity), getattr(performer, "staff", None)
        title = entity.title(record) if staff is None else title_for(staff, entity, record)
        return f"{title} ({getattr(record, self.field)})"

    def refusals(
        self, records: Iterable[Any], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        found: dict[Any, str | Promise] = {}
        for record in records:
            if in_trash(record):
                found[record.pk] = IN_TRASH
            elif params and getattr(record, self.field) == params[self.field]:
                found[record.pk] = gettext_lazy("it has this position already")
        return found

    def run(self, targets: QuerySet[Any], params: Mapping[str, Any]) -> None:
        targets.update(**{self.field: params[self.field]}, updated_at=Now())
