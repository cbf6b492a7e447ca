"""The declaration of an editing operation; everything else follows from model and entity."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext_lazy

from backoffice.entities import registry
from backoffice.operations.base import Operation
from backoffice.operations.editing import seen
from backoffice.operations.editing.form import EditForm
from backoffice.operations.exceptions import Conflict
from backoffice.operations.order import Order
from backoffice.operations.performers import Performer
from backoffice.operations.set_field import IN_TRASH, in_trash


class Edit(Operation):
    """Changes fields of one record, or the same fields of several.

        @register
        class EditBook(Edit):
            name = "book.edit"
            fields = ("title", "shelf", "lent_until")

    The event `book.edited` is declared with the area's others.

    Attributes:
        fields: what may be changed; nothing else that is sent is ever read. What has an operation
            of its own (a state, a place) belongs there.
        singly: those that make no sense alike for several, beside those that must be unique.
        within: what a record and the one that a foreign key points to have in common beside the
            scope, by field: `{"shelf": ("library",)}`.
        validators: further checks by field, as a Django form takes them.
    """

    label: ClassVar[str | Promise] = gettext_lazy("Edit")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Edit %(count)s record", "Edit %(count)s records", "count"
    )
    icon: ClassVar[str] = "pencil"
    rank: ClassVar[int] = 20
    fields: ClassVar[Sequence[str]]
    singly: ClassVar[Sequence[str]] = ()
    within: ClassVar[Mapping[str, Sequence[str]]] = {}
    validators: ClassVar[Mapping[str, Sequence[Callable[[Any], None]]]] = {}

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.entity = cls.name.partition(".")[0]
        cls.event = f"{cls.entity}.edited"

    @property
    def shared_fields(self) -> list[str]:
        """The fields that several records may be given alike."""
        return [name for name in self.fields if name not in {*self.singly, *self._unique()}]

    @property
    def several(self) -> bool:
        """Whether there is anything that several can be given alike."""
        return bool(self.shared_fields)

    def _unique(self) -> set[str]:
        """The columns by which records are told apart; what they stand in is none of them."""
        meta = registry.get(self.entity).model._meta
        found = {field.name for field in meta.concrete_fields if field.unique}
        for constraint in meta.constraints:
            if isinstance(constraint, models.UniqueConstraint):
                found |= set(constraint.fields)
        return {name for name in found if not meta.get_field(name).is_relation}

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> EditForm:
        return EditForm(data, operation=self, performer=performer, keys=list(keys))

    def kept(self, form: Any) -> dict[str, Any]:
        """Only what was changed, so that a preview asks no more of what it is applied to."""
        return dict(form.kept())

    def refusals(
        self, records: Iterable[Any], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        values = params.get("values", {})
        found: dict[Any, str | Promise] = {}
        for record in records:
            if in_trash(record):
                found[record.pk] = IN_TRASH
            elif values and all(getattr(record, name) == new for name, new in values.items()):
                found[record.pk] = gettext_lazy("it is so already")
        return found

    def perform(self, order: Order, records: Sequence[Any]) -> None:
        """Compare with what the person saw, then write what they changed: one statement."""
        self._refuse_what_moved(order, records)
        values = dict(order.params["values"])
        entity = registry.get(self.entity)
        if any(field.name == "updated_at" for field in entity.model._meta.concrete_fields):
            values["updated_at"] = Now()
        self.targets.queryset(order.keys).update(**values)

    def _refuse_what_moved(self, order: Order, records: Sequence[Any]) -> None:
        entity, versions = registry.get(self.entity), order.params["seen"]
        now = self.targets.versions([record.pk for record in records])
        fields = [entity.field(name).name for name in order.params["values"]]
        moved = seen.outdated(entity, records, versions, now, fields)
        if moved:
            raise Conflict(
                _("Somebody else changed what you are changing. Nothing was done."),
                moved=moved,
                keys=order.keys,
                seen=versions,
                fields=fields,
                wanted=order.params["values"],
                given=order.given,
            )
