"""Showing masked fields to someone who says why: an operation that changes nothing.

An area declares one for an entity with personal fields:

    @register
    class RevealReader(Reveal):
        name = "reader.reveal"
        entity = "reader"
        sentence = ngettext_lazy("Show %(count)s reader", "Show %(count)s readers", "count")
        event = "reader.revealed"
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django.conf import settings
from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from backoffice.accounts.roles import Role
from backoffice.entities import registry as entities
from backoffice.entities.access import sees_personal_fields
from backoffice.operations.base import Operation
from backoffice.operations.performers import Performer


class Reveal(Operation):
    """Shows the personal fields of one record to the person who asks, in their session, a while.

    Its event is what `backoffice.entities.reveals` looks for: written in the transaction that
    this runs in, so that nothing is shown without it.
    """

    label: ClassVar[str | Promise] = _("Reveal")
    icon: ClassVar[str] = "eye"
    # Those who see them anyway have nothing to ask.
    roles: ClassVar[tuple[Role, ...]] = (Role.VIEWER, Role.DEVELOPER)
    consequence: ClassVar[str | Promise] = format_lazy(
        _(
            "Name and addresses are shown to you alone, in this session, for {minutes} minutes. "
            "Your name and your reason go on record."
        ),
        minutes=settings.REVEAL_LIFETIME // 60,
    )
    immediate: ClassVar[bool] = True

    def concerns(self, staff: Any, record: Any) -> bool:
        """Whether anything of the record is masked for the person."""
        return not sees_personal_fields(staff, entities.get(self.entity), record.pk)

    def notes(self, performer: Performer) -> dict[str, Any]:
        """Which session it is shown in, and what."""
        staff = getattr(performer, "staff", None)
        return {
            "session": getattr(staff, "session_mark", ""),
            "fields": list(entities.get(self.entity).personal_fields),
        }

    def refusals(
        self, records: Iterable[Model], params: Mapping[str, Any]
    ) -> dict[Any, str | Promise]:
        """One record for one reason."""
        found = list(records)
        if len(found) < 2:
            return {}
        return {record.pk: _("only one can be revealed at a time") for record in found}

    def run(self, targets: QuerySet[Any], params: Mapping[str, Any]) -> None:
        """Nothing changes: the event is all."""
