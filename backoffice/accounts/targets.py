"""Staff as targets of operations: who may be chosen, and in which order they are locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

from audit.models import ActorKind
from backoffice.accounts.administrators import take_turn
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role
from backoffice.operations.exceptions import Denied
from backoffice.operations.targets import Records

if TYPE_CHECKING:
    from backoffice.operations.performers import Performer


def is_self(performer: Performer, key: int) -> bool:
    """Whether the one who acts is that person."""
    actor = performer.actor
    return actor.kind == ActorKind.STAFF and actor.id == str(key)


class Colleagues(Records):
    """Everyone but oneself: nobody changes what they may do by themselves."""

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        if any(is_self(performer, key) for key in keys):
            raise Denied(_("Nobody changes their own access. Ask another administrator."))
        take_turn()
        _refuse_who_lost_it(performer)
        return super().lock(performer, keys)


def _refuse_who_lost_it(performer: Performer) -> None:
    """Stop someone who has ceased to be an administrator since their request began."""
    if performer.actor.kind != ActorKind.STAFF:
        return
    standing = Staff.objects.using("default").filter(role=Role.ADMIN, is_active=True)
    if not standing.filter(pk=performer.actor.id).exists():
        raise Denied(_("You are no administrator any more. Nothing was done."))


class Oneself(Records):
    """The one who acts, and nobody else."""

    def lock(self, performer: Performer, keys: Sequence[int]) -> list[Any]:
        if not all(is_self(performer, key) for key in keys):
            raise Denied(_("This is asked for oneself only."))
        return super().lock(performer, keys)
