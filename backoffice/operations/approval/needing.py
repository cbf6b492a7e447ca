"""Why a second person must agree to an order: what the settings say where it says nothing else."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from guardian.models import UserObjectPermission

from backoffice.accounts.access import scope_model

if TYPE_CHECKING:
    from backoffice.operations.order import Order


def why_by_settings(order: Order) -> str | Promise:
    """Half a sentence that says why, or "" where one person is enough."""
    operation, count = order.operation, len(order.keys)
    if operation.immediate:
        return ""
    limit = settings.APPROVAL_ABOVE
    if operation.dangerous:
        limit = min(limit, settings.APPROVAL_DANGEROUS_ABOVE)
    if count > limit:
        text = ngettext(
            "it is done to more than %(limit)s record at once",
            "it is done to more than %(limit)s records at once",
            limit,
        )
        return text % {"limit": f"{limit:,}"}
    wanted = {"all"} | ({"dangerous"} if operation.dangerous else set())
    if settings.APPROVAL_RESTRICTED in wanted and restricted_among(order.scopes):
        return _("it reaches into what is open only to some of the staff")
    return ""


def restricted_among(scopes: Iterable[int]) -> set[int]:
    """Those of the scopes that are open only to people who are named for them."""
    wanted = [str(scope) for scope in scopes]
    if not wanted:
        return set()
    meta = scope_model()._meta
    grants = UserObjectPermission.objects.using("default").filter(
        content_type__app_label=meta.app_label,
        content_type__model=meta.model_name,
        permission__codename=settings.BACKOFFICE_SCOPE_PERMISSION,
        object_pk__in=wanted,
    )
    return {int(pk) for pk in grants.order_by().values_list("object_pk", flat=True).distinct()}
