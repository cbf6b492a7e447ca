"""The closed list of operations."""

from __future__ import annotations

from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from backoffice.operations.base import Operation
from backoffice.operations.exceptions import UnknownOperation

_operations: dict[str, Operation] = {}
Declared = TypeVar("Declared", bound=type[Operation])


def register(operation: Declared) -> Declared:
    """Add a declaration to the list; two of one name are refused, and both are named."""
    other = _operations.get(operation.name)
    if other is not None:
        raise ImproperlyConfigured(
            f"Operation {operation.name!r} is declared by {type(other).__qualname__} and by "
            f"{operation.__qualname__}. Rename one of them."
        )
    _operations[operation.name] = operation()
    return operation


def get(name: str) -> Operation:
    """The operation of that name; UnknownOperation when there is none."""
    try:
        return _operations[name]
    except KeyError:
        raise UnknownOperation(_("There is no operation of that name.")) from None


def all_operations() -> dict[str, Operation]:
    """Every operation by name."""
    return dict(_operations)


def for_entity(entity: str) -> list[Operation]:
    """The operations on records of an entity, in the order of their declaration."""
    return [operation for operation in _operations.values() if operation.entity == entity]
