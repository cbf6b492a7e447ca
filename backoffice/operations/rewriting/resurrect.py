"""Bringing back records that were deleted for good, with what was deleted with them.

An area declares one for an entity:

    @register
    class ResurrectBook(Resurrect):
        name, entity, event = "book.resurrect", "book", "book.resurrected"
        sentence = ngettext_lazy("Bring %(count)s book back", "Bring %(count)s books back", "count")
        free_fields = ("slug",)
        contents = (("chapter", "book"),)
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from backoffice.activity.verbs import read_in
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Conflict as Refused
from backoffice.operations.rewriting.companions import deleted_with
from backoffice.operations.rewriting.conflicts import Choices, ChoicesForm, chosen_of
from backoffice.operations.rewriting.gone import Gone, GoneRecord
from backoffice.operations.rewriting.presenting import shown_conflicts
from backoffice.operations.rewriting.reading import End
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.settling import settle
from backoffice.operations.rewriting.steps import INSERT, Key, Step
from backoffice.operations.rewriting.tables import Table
from backoffice.operations.rewriting.works import reason_of, write
from backoffice.operations.targets import Targets

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer

# So many records come back in one go, with all that belongs to them.
MOST = 20_000


class ContentsForm(ChoicesForm):
    """Whether what stood in a record comes back with it."""

    contents = forms.BooleanField(
        label=_("With what stood in it"),
        required=False,
        help_text=_("What was deleted along with it comes back as well, in its old place."),
    )


class Resurrect(Operation):
    """Puts records back from history: the same ids, what belongs to them, their old place.

    Attributes:
        free_fields: what may be given another value where the old one is taken.
        optional_fields: what may be left empty where the old value is taken.
        contents: (entity, field) of what stands in such a record; comes back if that is asked.
    """

    label: ClassVar[str | Promise] = _("Bring back")
    icon: ClassVar[str] = "restore"
    consequence: ClassVar[str | Promise] = _(
        "It stands again with its old id, its texts and its place. Its timeline goes on."
    )
    preview_template: ClassVar[str] = "operations/rewriting/_conflicts.html"
    offered: ClassVar[bool] = False
    free_fields: ClassVar[tuple[str, ...]] = ()
    optional_fields: ClassVar[tuple[str, ...]] = ()
    contents: ClassVar[tuple[tuple[str, str], ...]] = ()

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        read_in(cls.event, created="resurrected")

    @cached_property
    def targets(self) -> Targets:
        return Gone(entities.get(self.entity), self)

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        return ContentsForm(data) if self.contents else ChoicesForm(data)

    def refusals(
        self, records: Iterable[Any], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """Those that stand, and those that are left out because something stands in their way."""
        found: list[GoneRecord] = list(records)
        refused: dict[Any, str | Promise] = {
            one.pk: _("it is not deleted") for one in found if one.end is None
        }
        if found and len(refused) < len(found):
            settled = found[0].work.settled(params)
            written, model = settled.keys(), entities.get(self.entity).model
            for one in found:
                if one.end is not None and (model, one.pk) not in written:
                    about = [c for c in settled.conflicts if (c.model, c.pk) == (model, one.pk)]
                    refused[one.pk] = reason_of(about)
        return refused

    def perform(self, order: Order, records: Sequence[GoneRecord]) -> None:
        """Put them back, those above before those that stand in them."""
        if records:
            write(order.performer, records[0].work.settled(order.params))

    def approval(self, order: Order) -> str | Promise:
        """By how many records come back in all, where what stood in them is asked for."""
        why = super().approval(order)
        if why or not order.params.get("contents"):
            return why
        ends = Gone(entities.get(self.entity), self).ends(order.performer, order.keys)
        limit, choices = settings.APPROVAL_ABOVE, Choices(chosen_of(order.params))
        if len(self.planned(ends, choices, order.params).keys()) <= limit:
            return ""
        text = _("it puts back, or deletes, more than {limit} records at once")
        return format_lazy(text, limit=f"{limit:,}")

    def planned(
        self, ends: Mapping[int, End], choices: Choices, params: Mapping[str, Any]
    ) -> Settled:
        """What would come back, and what stands in the way."""
        steps: dict[Key, Step] = {}
        for table, found in self._together(ends, bool(params.get("contents"))):
            for end in found.values():
                step = Step(table.model, end.pk, INSERT, base=end.history_id)
                steps.setdefault(step.key, step)
            if len(steps) > MOST:
                text = _("With all that belongs to them these are more than %d records.") % MOST
                raise Refused(text, keys=sorted(ends))
        return settle(steps.values(), choices)

    def _together(
        self, ends: Mapping[int, End], contents: bool
    ) -> Iterator[tuple[Table, Mapping[int, End]]]:
        """The records themselves, then level by level what was deleted with them."""
        level = [(self.entity, dict(ends))]
        seen: set[Key] = set()
        while level:
            name, found = level.pop(0)
            table = Table.of(entities.get(name).model)
            new = {pk: end for pk, end in found.items() if (table.model, pk) not in seen}
            if not new:
                continue
            seen |= {(table.model, pk) for pk in new}
            yield table, new
            for child, field in belonging(name, contents):
                below = deleted_with(new, Table.of(entities.get(child).model), field)
                level.append((child, below))

    def extra_context(
        self, staff: Any, keys: Sequence[int], stored: StoredPreview | None
    ) -> dict[str, Any]:
        """The conflicts, each with what was chosen and what else could be."""
        from backoffice.operations.performers import StaffPerformer

        if stored is None:
            return {}
        every = sorted({*keys, *(key for key, _why in stored.refusals)})
        choices = Choices(chosen_of(stored.params))
        ends = Gone(entities.get(self.entity), self).ends(StaffPerformer(staff), every)
        settled = self.planned(ends, choices, stored.params)
        return shown_conflicts(staff, settled, choices, stored, every)


def belonging(name: str, contents: bool) -> list[tuple[str, str]]:
    """(entity, field) of what belongs to a record: its parts always, what stands in it if asked."""
    entity = entities.get(name)
    found = [(child, _field_name(child, column)) for child, column in entity.timeline_children]
    operation = registry.all_operations().get(f"{name}.resurrect")
    if contents and isinstance(operation, Resurrect):
        found += operation.contents
    return found


def _field_name(entity: str, column: str) -> str:
    return entities.get(entity).field(column).name
