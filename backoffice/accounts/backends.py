"""What staff may do: their role, within the scopes that they may see."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.core.exceptions import PermissionDenied
from django.db import models

from backoffice.accounts import access, roles


class RoleBackend(BaseBackend):
    """Answers `staff.has_perm(permission)` and `staff.has_perm(permission, record)`.

    A declared permission is settled here: yes, or PermissionDenied, which stops Django from asking
    the next backend, so that a grant on one record never outdoes a missing role. With a record,
    its scope must be open to the person as well. The scope permission itself asks only that.
    """

    def has_perm(self, user_obj: Any, perm: str, obj: models.Model | None = None) -> bool:
        is_scope_permission = obj is not None and perm == access.scope_permission()
        if not is_scope_permission and not roles.is_declared(perm):
            return False
        if not access.has_access(user_obj):
            raise PermissionDenied
        if not is_scope_permission and not roles.holds(user_obj, perm):
            raise PermissionDenied
        if obj is not None and not access.may_see_scope(user_obj, access.scope_id_of(obj)):
            raise PermissionDenied
        return True

    def get_all_permissions(self, user_obj: Any, obj: models.Model | None = None) -> set[str]:
        """The permissions of the role; with a record, none when its scope is closed to them."""
        if not access.has_access(user_obj):
            return set()
        if obj is not None and not access.may_see_scope(user_obj, access.scope_id_of(obj)):
            return set()
        return set(roles.permissions_held(user_obj))
