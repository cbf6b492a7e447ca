"""Undoing what events did: exactly that, with everything that was changed since laid open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from audit.events import declare
from backoffice.accounts.roles import Role
from backoffice.activity.verbs import read_in
from backoffice.operations.base import Operation
from backoffice.operations.registry import register
from backoffice.operations.rewriting.chosen_events import (
    ChosenEvent,
    Events,
    EventTargets,
    events_of,
    planned,
    records_of,
    revertible,
)
from backoffice.operations.rewriting.conflicts import Choices, ChoicesForm, chosen_of
from backoffice.operations.rewriting.presenting import shown_conflicts
from backoffice.operations.rewriting.reading import UNDONE
from backoffice.operations.rewriting.settled import Settled
from backoffice.operations.rewriting.weight import dangerous_in
from backoffice.operations.rewriting.works import write
from backoffice.operations.targets import Targets

if TYPE_CHECKING:
    from backoffice.operations.models import StoredPreview
    from backoffice.operations.order import Order
    from backoffice.operations.performers import Performer

declare(UNDONE, _("undid what events did"))
read_in(UNDONE, created="resurrected")


@register
class UndoEvents(Operation):
    """Puts back what events changed, deletes what they made, brings back what they deleted.

    Its own event can be undone in its turn. Events that are parts of a run go with it.
    """

    name: ClassVar[str] = "event.undo"
    entity: ClassVar[str] = "event"
    label: ClassVar[str | Promise] = _("Undo")
    sentence: ClassVar[Promise] = ngettext_lazy(
        "Undo what %(count)s event did", "Undo what %(count)s events did", "count"
    )
    event: ClassVar[str] = UNDONE
    icon: ClassVar[str] = "undo"
    roles: ClassVar[tuple[Role, ...]] = (Role.OPERATOR, Role.ADMIN)
    consequence: ClassVar[str | Promise] = _(
        "Values go back to what they were, what was made is deleted, what was deleted comes back. "
        "What others changed since stays, unless you choose otherwise."
    )
    preview_template: ClassVar[str] = "operations/rewriting/_conflicts.html"
    offered: ClassVar[bool] = False
    selects: ClassVar[str] = "events"
    newest_first: ClassVar[bool] = True
    notes_all: ClassVar[bool] = True

    @property
    def permission(self) -> str:
        return "operations.undo_event"

    @cached_property
    def targets(self) -> Targets:
        return EventTargets()

    def form(
        self, data: Mapping[str, Any] | None, performer: Performer, keys: Sequence[int]
    ) -> forms.Form:
        return ChoicesForm(data)

    def refusals(
        self, records: Iterable[Any], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """Events of which nothing would be taken back."""
        found: list[ChosenEvent] = list(records)
        if not found:
            return {}
        settled = found[0].work.settled(params)
        done = settled.events
        return {
            chosen.pk: why_not(chosen.pk, chosen.events, settled)
            for chosen in found
            if not chosen.events.parts[chosen.pk] & done
        }

    def perform(self, order: Order, records: Sequence[ChosenEvent]) -> None:
        """Write the inverse, table by table."""
        if records:
            write(order.performer, records[0].work.settled(order.params))

    def approval(self, order: Order) -> str | Promise:
        """By how many records the events changed; what they made is deleted, which counts more.

        So does what is dangerous where it is done directly: it is no less so by a detour.
        """
        counts = records_of(order.keys)
        dangerous = counts.get("created", 0) + dangerous_in(order.keys)
        for limit, found in (
            (settings.APPROVAL_ABOVE, sum(counts.values())),
            (settings.APPROVAL_DANGEROUS_ABOVE, dangerous),
        ):
            if found > limit:
                text = _("it puts back, or deletes, more than {limit} records at once")
                return format_lazy(text, limit=f"{limit:,}")
        return super().approval(order)

    def extra_context(
        self, staff: Any, keys: Sequence[int], stored: StoredPreview | None
    ) -> dict[str, Any]:
        """The conflicts, each with what was chosen and what else could be."""
        if stored is None:
            return {}
        every = sorted({*keys, *(key for key, _why in stored.refusals)})
        choices = Choices(chosen_of(stored.params))
        settled = planned(events_of(every), choices)
        return shown_conflicts(staff, settled, choices, stored, every)


def why_not(key: int, events: Events, settled: Settled) -> str | Promise:
    """Why nothing of an event would be taken back."""
    kinds = events.entities.get(key, frozenset())
    if not kinds:
        return _("it changed no record")
    if not any(revertible(name) for name in kinds):
        return _("what it changed is not put back here")
    if any(conflict.events & events.parts[key] for conflict in settled.conflicts):
        return _(
            "all that it did was changed since, or cannot stand again: choose below what to do"
        )
    return _("nothing of what it did stands any more")
