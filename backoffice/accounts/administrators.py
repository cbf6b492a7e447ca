"""The one rule about the last administrator, for every way to change who is one."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connections

from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role

# Any number that no other advisory lock of the console uses.
_TURN = 7_301_955


def take_turn() -> None:
    """Wait for whoever is changing roles; held until this transaction ends.

    Asked for before any row is locked, so that two people who demote each other do not wait for
    each other, and each counts the administrators that the other one leaves.
    """
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def would_be_last(leaving: Collection[int]) -> bool:
    """Whether no administrator would be left without these people.

    An elevated one does not count: their role ends by itself, and hands out no roles.
    """
    standing = Staff.objects.using("default").filter(role=Role.ADMIN, is_active=True)
    return not standing.exclude(pk__in=leaving).exists()
