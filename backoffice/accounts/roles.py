"""The closed list of roles, and which of them hold which permission.

A permission is declared once, by the entity or operation that it guards:

    declare_permission("books.lend_book", roles=[Role.OPERATOR, Role.ADMIN])
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Protocol

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_CODENAME = re.compile(r"[a-z][a-z0-9_]{0,39}\.[a-z][a-z0-9_]{0,99}")


class Role(models.TextChoices):
    """What someone is here for. `NONE` may sign in and is told whom to ask, nothing more."""

    NONE = "none", _("no access")
    VIEWER = "viewer", _("viewer")
    OPERATOR = "operator", _("operator")
    ADMIN = "admin", _("administrator")
    AUDITOR = "auditor", _("auditor")
    DEVELOPER = "developer", _("developer")


class PermissionDeclarationError(ValueError):
    """A permission is declared wrongly or twice. Mend the declaration that is named."""


class UnknownPermission(LookupError):
    """No entity or operation declares that permission. Check its spelling."""


class Holder(Protocol):
    """Someone with a role of their own, and the one that they act in now."""

    @property
    def role(self) -> str: ...

    @property
    def current_role(self) -> str: ...


_holders: dict[str, frozenset[Role]] = {}
# Permissions that nobody holds by an elevation: to hand out roles, above all, so that nobody lent
# a role for an hour can make it last.
_standing: set[str] = set()
# What a permission is called where it is neither an operation's nor a list's.
_labels: dict[str, str | Promise] = {}


def declare_permission(
    codename: str,
    roles: Iterable[Role],
    *,
    standing: bool = False,
    label: str | Promise = "",
) -> None:
    """Say which roles hold a permission, once, at start-up.

    Args:
        codename: `<app>.<verb>_<noun>`, in small letters.
        roles: who holds it; never `Role.NONE`. An administrator holds what is declared, no more.
        standing: only one's own role counts for it, not one that was lent for a while.
        label: what it lets people do, where no operation and no list says it.

    Declaring the same again does nothing; declaring it for other roles, or a codename or a role
    that cannot be, raises PermissionDeclarationError.
    """
    if not _CODENAME.fullmatch(codename):
        raise PermissionDeclarationError(
            f"Permission {codename!r} is not shaped like 'app.verb_noun'. Rename it."
        )
    holders = _checked(codename, roles)
    before = _holders.setdefault(codename, holders)
    if before != holders:
        raise PermissionDeclarationError(
            f"Permission {codename!r} is declared for {_named(before)} and for {_named(holders)}. "
            "Use one list of roles, or two permissions."
        )
    if standing:
        _standing.add(codename)
    if label:
        _labels[codename] = label


def _checked(codename: str, roles: Iterable[Role]) -> frozenset[Role]:
    try:
        holders = frozenset(Role(role) for role in roles)
    except ValueError as error:
        raise PermissionDeclarationError(
            f"Permission {codename!r}: {error}. Use backoffice.accounts.roles.Role."
        ) from None
    if not holders or Role.NONE in holders:
        raise PermissionDeclarationError(
            f"Permission {codename!r} is held by {_named(holders)}. Name roles that have access."
        )
    return holders


def _named(roles: Iterable[Role]) -> str:
    return ", ".join(sorted(role.value for role in roles)) or "no role"


def is_declared(permission: str) -> bool:
    """Whether an entity or operation has declared this permission."""
    return permission in _holders


def is_standing(permission: str) -> bool:
    """Whether only one's own role counts for this permission, no elevation."""
    return permission in _standing


def label_of(permission: str) -> str:
    """What a permission is called; its codename where nobody said."""
    return str(_labels.get(permission, permission))


def holds(person: Holder, permission: str) -> bool:
    """Whether a person's role holds a permission at this moment."""
    role = person.role if is_standing(permission) else person.current_role
    return role in _holders.get(permission, ())


def permissions_held(person: Holder) -> frozenset[str]:
    """Every permission that a person's role holds at this moment."""
    return frozenset(name for name in _holders if holds(person, name))


def all_permissions() -> list[str]:
    """Every declared permission, by name."""
    return sorted(_holders)


def roles_with(permission: str) -> frozenset[Role]:
    """The roles that hold a permission: what a refusal page names. UnknownPermission if none."""
    try:
        return _holders[permission]
    except KeyError:
        raise UnknownPermission(f"Permission {permission!r} is not declared.") from None


def permissions_of(role: str) -> frozenset[str]:
    """Every permission that a role holds; none for an unknown role."""
    return frozenset(name for name, holders in _holders.items() if role in holders)
