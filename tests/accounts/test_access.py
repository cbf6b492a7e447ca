"""Scopes that are restricted to named people."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from guardian.shortcuts import assign_perm

from audit.actors import Actor
from audit.context import change
from audit.models import Event
from backoffice.accounts import access
from backoffice.accounts.models import Staff

PARAMS = {"email": "x@example.com", "role": "viewer", "before": "none"}


def tracked():
    return change("staff.role_granted", actor=Actor.service("tests"), reason="x", params=PARAMS)


@pytest.fixture
def world(make_staff):
    """Three scopes: one open, one restricted to Vera, one restricted to Otis."""
    scope = access.scope_model()
    vera, otis = make_staff("vera@example.com"), make_staff("otis@example.com", "operator")
    ada = make_staff("ada@example.com", "admin")
    with tracked():
        open_, for_vera, for_otis = (scope.objects.create(name=name) for name in "abc")
        assign_perm(access.scope_permission(), vera, for_vera)
        assign_perm(access.scope_permission(), otis, for_otis)
    return SimpleNamespace(
        scope=scope, vera=vera, otis=otis, ada=ada, open=open_, for_vera=for_vera, for_otis=for_otis
    )


def names(world, staff):
    seen = access.hide_restricted(world.scope.objects.order_by("name"), staff, "pk")
    return "".join(scope.name for scope in seen)


def test_a_scope_with_a_grant_is_open_to_those_it_names_only(world):
    assert names(world, world.vera) == "ab"
    assert names(world, world.otis) == "ac"
    assert access.restricted_scopes(world.vera) == {world.for_otis.pk}


def test_administrators_see_every_scope(world):
    assert names(world, world.ada) == "abc"
    assert access.restricted_scopes(world.ada) == frozenset()


def test_a_grant_of_another_permission_restricts_nothing(world):
    with tracked():
        assign_perm("articles.view_channel", world.otis, world.open)
    assert names(world, world.vera) == "ab"


def test_whoever_is_named_with_others_still_sees_it(world):
    with tracked():
        assign_perm(access.scope_permission(), world.vera, world.for_otis)
    world.vera = Staff.objects.get(pk=world.vera.pk)
    assert names(world, world.vera) == "abc"
    assert names(world, world.otis) == "ac"


def test_it_asks_once_for_a_person_and_again_when_told_to(world):
    with CaptureQueriesContext(
        connection,
    ) as queries:
        access.restricted_scopes(world.vera)
        access.may_see_scope(world.vera, world.open.pk)
        access.hide_restricted(world.scope.objects.all(), world.vera, "pk")
    assert len(queries) == 1
    with tracked():
        assign_perm(access.scope_permission(), world.otis, world.open)
    assert access.restricted_scopes(world.vera) == {world.for_otis.pk}
    expected = {world.for_otis.pk, world.open.pk}
    assert access.restricted_scopes(world.vera, fresh=True) == expected


def test_one_scope_at_a_time(world):
    assert access.may_see_scope(world.vera, world.open.pk)
    assert access.may_see_scope(world.vera, world.for_vera.pk)
    assert not access.may_see_scope(world.vera, world.for_otis.pk)
    assert access.may_see_scope(world.vera, None)


def test_rows_without_a_scope_stay(world):
    """Events may have none: the condition must not drop them."""
    hidden = access.hide_restricted(Event.objects.all(), world.vera, "scope")
    assert hidden.count() == Event.objects.count() > 0


def test_a_record_leads_to_its_scope(world):
    assert access.scope_id_of(world.open) == world.open.pk
    assert access.scope_id_of(world.vera) is None
    relations = [
        r for r in world.scope._meta.related_objects if r.related_model.__name__ == "Space"
    ]
    below = relations[0].related_model(**{relations[0].field.name: world.open})
    assert access.scope_id_of(below) == world.open.pk


def test_a_permission_with_a_record_needs_role_and_scope(world, monkeypatch):
    from backoffice.accounts import roles

    monkeypatch.setattr(roles, "_holders", {})
    roles.declare_permission("books.lend_book", ["operator"])
    assert world.otis.has_perm("books.lend_book", world.open)
    assert not world.otis.has_perm("books.lend_book", world.for_vera)
    assert not world.vera.has_perm("books.lend_book", world.for_vera)


def test_a_grant_on_one_record_never_outdoes_a_missing_role(world, monkeypatch):
    from backoffice.accounts import roles

    monkeypatch.setattr(roles, "_holders", {})
    roles.declare_permission("articles.change_channel", ["operator"])
    with tracked():
        assign_perm("articles.change_channel", world.vera, world.open)
    assert not world.vera.has_perm("articles.change_channel", world.open)


def test_the_scope_permission_itself_says_who_may_see(world):
    permission = access.scope_permission()
    assert world.vera.has_perm(permission, world.open)
    assert world.vera.has_perm(permission, world.for_vera)
    assert not world.vera.has_perm(permission, world.for_otis)
    assert world.ada.has_perm(permission, world.for_otis)


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        (AnonymousUser(), False),
        (Staff(role="none"), False),
        (Staff(role="viewer", is_active=False), False),
        (Staff(role="viewer"), True),
    ],
    ids=["anonymous", "without a role", "switched off", "viewer"],
)
def test_who_has_access_at_all(person, expected):
    assert access.has_access(person) is expected
