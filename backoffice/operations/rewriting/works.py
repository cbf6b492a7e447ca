"""One order's work: planned once from its locked targets, asked for refusals, then written."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from backoffice.operations import registry
from backoffice.operations.exceptions import Denied
from backoffice.operations.rewriting.conflicts import KINDS, Choices, Conflict, chosen_of
from backoffice.operations.rewriting.settled import Settled

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


class Work:
    """Remembers what `plan` says of one set of parameters, for as long as an order is carried out.

    Targets that belong together share one: they are planned as a whole.
    """

    def __init__(self, plan: Callable[[Choices, Mapping[str, Any]], Settled]) -> None:
        self._plan = plan
        self._known: tuple[dict[str, Any], Settled] | None = None

    def settled(self, params: Mapping[str, Any]) -> Settled:
        """What can be done with these parameters, and what stands in the way of the rest."""
        asked = dict(params)
        if self._known is None or self._known[0] != asked:
            self._known = asked, self._plan(Choices(chosen_of(asked)), asked)
        return self._known[1]


def reason_of(conflicts: Iterable[Conflict]) -> str:
    """Why something is left out, as half a sentence: the first of its conflicts, and what to do."""
    first = next(conflict for conflict in conflicts if conflict.leaves)
    why = str(KINDS[first.kind])
    text = _("%(why)s: choose below what to do") if len(first.ways) > 1 else "%(why)s"
    return text % {"why": why[:1].lower() + why[1:]}


def write(performer: Performer, settled: Settled) -> None:
    """Write what was settled, if the performer may bring back and change all of these records.

    A choice may reach further than the operation itself: to the record that another one stood in.
    """
    for name in sorted(settled.rights()):
        operation = registry.all_operations().get(name)
        if operation is not None and not performer.may(operation):
            text = _("This needs the permission “%s” as well. Nothing was done.")
            raise Denied(text % operation.permission)
    settled.write()
