"""What someone may do at this moment, and by what: each permission with its yes or no in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from backoffice.accounts import roles
from backoffice.accounts.access import has_access
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.console import navigation, time_format

Text = str | Promise


@dataclass(frozen=True)
class Power:
    """One thing that the console lets people do or see, for one person.

    Attributes:
        name: an operation's name, or the permission's where it guards a page.
        group: what it belongs to: an entity's name in the plural, pages, or the rest.
        allowed, why: whether they may, and by which role or elevation, or what it would take.
        url: who has it, for an operation; the page itself, for a page that they may open.
    """

    name: str
    label: str
    group: str
    permission: str
    allowed: bool
    why: str
    icon: str = "check"
    url: str = ""
    is_operation: bool = False

    def matches(self, words: str) -> bool:
        """Whether it is meant by what someone typed."""
        text = f"{self.name} {self.label} {self.group} {self.permission}".casefold()
        return all(word in text for word in words.casefold().split())


def powers_of(person: Staff) -> list[Power]:
    """Everything that is declared, operations first, for one person; no query."""
    found = [*_operations(person), *_pages(person)]
    covered = {power.permission for power in found}
    return [*found, *_others(person, covered)]


def _operations(person: Staff) -> Iterator[Power]:
    from backoffice.entities import registry as entities
    from backoffice.operations import registry

    places = {entity.name: place for place, entity in enumerate(entities.all())}
    operations = registry.all_operations().values()
    # What is done to no record, such as to events, comes last.
    for operation in sorted(operations, key=lambda one: (places.get(one.entity, 999), one.name)):
        yield Power(
            name=operation.name,
            label=str(operation.label),
            group=str(operation.targets.label_plural),
            permission=operation.permission,
            allowed=may(person, operation.permission),
            why=why(person, operation.permission),
            icon=operation.icon,
            is_operation=True,
        )


def _pages(person: Staff) -> Iterator[Power]:
    for entry in navigation.entries():
        allowed = may(person, entry.permission) if entry.permission else has_access(person)
        yield Power(
            name=entry.permission or entry.target,
            label=str(entry.label),
            group=_("Pages"),
            permission=entry.permission or "",
            allowed=allowed,
            why=why(person, entry.permission or ""),
            icon=entry.icon,
            url=entry.url if allowed else "",
        )


def _others(person: Staff, covered: set[str]) -> Iterator[Power]:
    """What is neither an operation nor a page: to see what others do not, for example."""
    from backoffice.entities import registry as entities

    lists = {entity.view_permission: entity for entity in entities.all()}
    for permission in roles.all_permissions():
        if permission in covered:
            continue
        entity, allowed = lists.get(permission), may(person, permission)
        yield Power(
            name=permission,
            label=entity.label_plural if entity else roles.label_of(permission),
            group=_("Besides"),
            permission=permission,
            allowed=allowed,
            why=why(person, permission),
            icon="key",
            url=entity.list_url if entity and allowed else "",
        )


def may(person: Staff, permission: str) -> bool:
    """As `Staff.has_perm`, of someone who is maybe not signed in."""
    return person.is_active and roles.holds(person, permission)


def why(person: Staff, permission: str) -> str:
    """By what they may, or what it would take; "" as the permission: what every role may."""
    if not person.is_active:
        return _("switched off: may do nothing")
    holders = roles.roles_with(permission) if permission else _with_access()
    standing = bool(permission) and roles.is_standing(permission)
    role = person.role if standing else person.current_role
    words = {"role": _in_words(role), "roles": " · ".join(_in_words(r) for r in _sorted(holders))}
    if role in holders and role == person.current_role and person.is_elevated and not standing:
        until = time_format.clock(person.elevated_until) if person.elevated_until else ""
        return _("by the elevation to %(role)s, until %(until)s") % {**words, "until": until}
    if role in holders:
        return _("by the role %(role)s") % words
    if standing and person.current_role in holders:
        return _("needs %(roles)s as one's own role: an elevation is not enough") % words
    return _("needs %(roles)s") % words


def _with_access() -> frozenset[Role]:
    return frozenset(role for role in Role if role != Role.NONE)


def _sorted(holders: frozenset[Role]) -> list[Role]:
    return [role for role in Role if role in holders]


def _in_words(role: str) -> str:
    return str(Role(role).label)


def holders_of(permission: str) -> Any:
    """The people who hold a permission now, by name; a query that may be cut."""
    wanted = roles.roles_with(permission)
    holding = Staff.objects.holding(wanted, standing=roles.is_standing(permission))
    return holding.order_by("name", "pk")
