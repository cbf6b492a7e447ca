"""One request to run an operation, and the guard before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _

from audit import events
from audit.actors import Actor
from audit.models import Outcome
from backoffice.operations.base import Operation
from backoffice.operations.exceptions import Denied, Invalid
from backoffice.operations.forms import clean_targets
from backoffice.operations.performers import Performer, who_may

# How many target ids an event keeps among its parameters; all of them are in history anyway.
NOTED_TARGETS = 100


@dataclass
class Order:
    """One guarded and validated request to run an operation."""

    operation: Operation
    performer: Performer
    keys: list[int]
    params: dict[str, Any]
    reason: str
    ticket: str
    noted: dict[str, Any] = field(default_factory=dict)
    given: dict[str, Any] = field(default_factory=dict)
    # Who agreed to it, where it needed a second person; the event that it is a part of.
    approver: Actor | None = None
    parent_id: int | None = None
    # All that were asked for: a preview takes those out of `keys` that cannot be targets.
    asked: list[int] = field(init=False)

    def __post_init__(self) -> None:
        self.asked = list(self.keys)

    def details(self) -> dict[str, Any]:
        """What the event says about its targets."""
        return {
            "reason": self.reason,
            "ticket": self.ticket,
            "entity": self.operation.entity,
            "target_count": len(self.keys),
            "record_id": str(self.keys[0]) if len(self.keys) == 1 else "",
            "scope": self.scopes[0] if len(self.scopes) == 1 else None,
            "approver_id": self.approver.id if self.approver else None,
            "approver_label": self.approver.label if self.approver else None,
            "parent_id": self.parent_id,
        }

    @cached_property
    def scopes(self) -> list[int]:
        """The scopes of all that were asked for, as far as the performer may know of them."""
        return self.operation.targets.scopes(self.performer, self.asked)

    def event_params(self) -> dict[str, Any]:
        """What the event keeps; several scopes are named, so that it is shown to those who may."""
        params = {
            "operation": self.operation.name,
            "targets": self.keys if self.operation.notes_all else self.keys[:NOTED_TARGETS],
            **self.noted,
        }
        staff = getattr(self.performer, "staff", None)
        if staff is not None and staff.is_elevated:
            # Someone acts in a role that was lent to them.
            params["elevated_to"] = staff.current_role
        if len(self.scopes) > 1:
            params["scopes"] = [str(scope) for scope in self.scopes]
        return params


def guard(operation: Operation, actor: Performer, targets: Iterable[object] = ()) -> None:
    """Refuse an actor whose role does not hold the operation's permission, and note it.

    The note names the targets as far as the actor may know of them, so that it stands with the
    record's refusals and in its scope's events; what could not be a target is left out.
    """
    if actor.may(operation):
        return
    message = _("You need the permission “%(permission)s” for this. %(who)s") % {
        "permission": operation.permission,
        "who": who_may(operation),
    }
    params, about = _about(operation, actor, targets)
    events.record(
        operation.event,
        actor=actor.actor,
        outcome=Outcome.DENIED,
        params=params,
        detail=f"lacks {operation.permission}",
        **about,
    )
    raise Denied(message, operation=operation)


def _about(
    operation: Operation, actor: Performer, targets: Iterable[object]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a refusal says of its targets: parameters, and the event's own columns."""
    try:
        keys = clean_targets(targets)
    except Invalid:
        return {"operation": operation.name}, {"entity": operation.entity}
    order = Order(operation, actor, keys, {}, "", "")
    about = order.details()
    if not operation.targets.known(actor, keys):
        about["record_id"] = ""
    return order.event_params(), about
