"""Which pages are open to whom, beside Django's `login_not_required`."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.utils.functional import Promise

from backoffice.accounts.roles import Role, roles_with

_View = TypeVar("_View", bound=Callable[..., Any])


def open_without_role(view: _View) -> _View:
    """Let in everyone who is signed in, those without a role too. Put it outermost."""
    vars(view)["open_without_role"] = True
    return view


def needs(permission: str, refusal: str | Promise) -> Callable[[_View], _View]:
    """A view for those only who hold a permission; the others are told whom it is for.

    Args:
        permission: a declared one (roles.declare_permission).
        refusal: a translatable sentence, in which `%(roles)s` stands for the roles that hold it.

        @require_safe
        @needs("books.view_loan", gettext_lazy("Loans are for these roles: %(roles)s."))
        def show_loans(request): ...
    """

    def decorate(view: _View) -> _View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            staff: Any = request.user
            if not staff.has_perm(permission):
                raise PermissionDenied(str(refusal) % {"roles": _roles(permission)})
            return view(request, *args, **kwargs)

        return cast(_View, guarded)

    return decorate


def _roles(permission: str) -> str:
    return ", ".join(sorted(str(Role(role).label) for role in roles_with(permission)))
