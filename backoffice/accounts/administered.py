"""What all operations on access have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.utils.functional import Promise

from backoffice.accounts.roles import Role
from backoffice.operations.base import Operation

if TYPE_CHECKING:
    from backoffice.operations.order import Order


class Administered(Operation):
    """Done by administrators by their own role, alone.

    An elevated one cannot make their hour last, for themselves or for others. Nobody sends it to
    someone else: a console with one administrator would wait for ever.
    """

    roles: ClassVar[tuple[Role, ...]] = (Role.ADMIN,)
    standing: ClassVar[bool] = True
    askable: ClassVar[bool] = False

    def approval(self, order: Order) -> str | Promise:
        """Whatever its size, and whatever it reaches into."""
        return ""
