"""The list of roles and what they hold: no database."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from backoffice.accounts import roles
from backoffice.accounts.backends import RoleBackend
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import (
    PermissionDeclarationError,
    Role,
    UnknownPermission,
    declare_permission,
    permissions_of,
    roles_with,
)


@pytest.fixture(autouse=True)
def own_registry(monkeypatch):
    monkeypatch.setattr(roles, "_holders", {})


def test_it_knows_six_roles():
    assert Role.values == ["none", "viewer", "operator", "admin", "auditor", "developer"]


def test_it_says_who_holds_a_permission_and_what_a_role_holds():
    declare_permission("books.lend_book", [Role.OPERATOR, Role.ADMIN])
    declare_permission("books.view_book", ["viewer", "operator", "admin"])
    assert roles_with("books.lend_book") == {Role.OPERATOR, Role.ADMIN}
    assert permissions_of("operator") == {"books.lend_book", "books.view_book"}
    assert permissions_of(Role.VIEWER) == {"books.view_book"}
    assert permissions_of("none") == permissions_of("unheard-of") == frozenset()


def test_it_takes_the_same_declaration_twice_and_refuses_a_different_one():
    declare_permission("books.lend_book", [Role.ADMIN])
    declare_permission("books.lend_book", [Role.ADMIN])
    with pytest.raises(PermissionDeclarationError, match="for admin and for operator"):
        declare_permission("books.lend_book", [Role.OPERATOR])


@pytest.mark.parametrize(
    "codename", ["", "lend", "books.", "Books.lend", "books.lend.now", "b" * 200]
)
def test_it_refuses_a_codename_of_another_shape(codename):
    with pytest.raises(PermissionDeclarationError, match="not shaped like"):
        declare_permission(codename, [Role.ADMIN])


@pytest.mark.parametrize("holders", [[], ["none"], ["admin", "none"], ["king"]])
def test_it_refuses_holders_that_cannot_be(holders):
    with pytest.raises(PermissionDeclarationError, match=r"books\.lend"):
        declare_permission("books.lend_book", holders)


def test_it_names_a_permission_that_nobody_declares():
    with pytest.raises(UnknownPermission, match=r"books\.burn"):
        roles_with("books.burn_book")


@pytest.mark.parametrize(
    ("role", "is_active", "may"),
    [
        ("operator", True, True),
        ("operator", False, False),
        ("viewer", True, False),
        ("admin", True, False),
        ("none", True, False),
    ],
)
def test_the_role_alone_decides_over_a_declared_permission(role, is_active, may):
    declare_permission("books.lend_book", [Role.OPERATOR])
    person = Staff(email="x@example.com", role=role, is_active=is_active)
    assert person.has_perm("books.lend_book") is may
    assert person.has_perms(["books.lend_book"]) is may if hasattr(person, "has_perms") else True


def test_a_refusal_stops_the_next_backend_from_being_asked():
    declare_permission("books.lend_book", [Role.OPERATOR])
    viewer = Staff(email="x@example.com", role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        RoleBackend().has_perm(viewer, "books.lend_book")
    assert RoleBackend().has_perm(viewer, "books.undeclared_book") is False


def test_it_lists_the_permissions_of_a_person():
    declare_permission("books.lend_book", [Role.OPERATOR])
    operator = Staff(email="x@example.com", role=Role.OPERATOR)
    assert RoleBackend().get_all_permissions(operator) == {"books.lend_book"}
    assert operator.has_module_perms("books") and not operator.has_module_perms("films")
    operator.is_active = False
    assert RoleBackend().get_all_permissions(operator) == set()
