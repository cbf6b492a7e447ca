"""Start-up checks of the declared operations."""

from __future__ import annotations

from typing import Any

from django.core import checks

from audit import events
from audit.exceptions import UnknownEvent
from backoffice.accounts.roles import declare_permission
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.base import Operation


def register() -> None:
    """Called once when the app is ready: permissions are declared, checks registered."""
    for operation in registry.all_operations().values():
        declare_permission(operation.permission, operation.roles, standing=operation.standing)
    checks.register(check_operations)


def check_operations(**kwargs: Any) -> list[checks.CheckMessage]:
    """Every operation names an entity, an event and an inverse that exist."""
    found: list[checks.CheckMessage] = []
    for operation in registry.all_operations().values():
        found += _check(operation)
    return found


def _check(operation: Operation) -> list[checks.CheckMessage]:
    problems = []
    # Targets of its own need not be records of an entity.
    has_own_targets = type(operation).targets is not Operation.targets
    known = {entity.name for entity in entities.all()}
    if operation.entity not in known and not has_own_targets:
        problems.append((1, f"names the entity {operation.entity!r}, which is not declared"))
    if operation.name.partition(".")[0] != operation.entity:
        problems.append((2, "is not named <entity>.<verb>"))
    try:
        events.get(operation.event)
    except UnknownEvent:
        problems.append((3, f"names the event {operation.event!r}, which is not declared"))
    if operation.inverse and operation.inverse not in registry.all_operations():
        problems.append((4, f"names the inverse {operation.inverse!r}, which is not declared"))
    if not operation.roles:
        problems.append((5, "names no role that may run it"))
    return [
        checks.Error(
            f"Operation {operation.name!r} {problem}.",
            hint="Mend the declaration, or declare what it names.",
            id=f"operations.E{number:03}",
        )
        for number, problem in problems
    ]
