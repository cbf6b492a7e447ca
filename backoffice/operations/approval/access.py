"""Who may know of a request, and who may decide about it."""

from __future__ import annotations

import logging
from typing import cast

from django.core.cache import cache
from django.db import DatabaseError
from django.db.models import Count, Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backoffice.accounts.access import restricted_scopes
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role, declare_permission
from backoffice.operations import registry
from backoffice.operations.approval.models import Request
from backoffice.operations.exceptions import Denied, UnknownOperation
from backoffice.operations.performers import StaffPerformer, who_may

logger = logging.getLogger(__name__)
# Those who answer for what was agreed to see all requests, whatever they may do themselves.
SEE_ALL = "approval.view_request"
declare_permission(
    SEE_ALL, [Role.ADMIN, Role.AUDITOR], label=gettext_lazy("See the requests of others")
)
# What is never needed for a list.
LARGE = ("targets", "params", "refusals", "effects", "rows")
COUNTS = "_request_counts"
# How old the number in the navigation may be, seconds; the home page and /requests/ count anew.
BADGE_SECONDS = 10
_changes = {"seen": 0}


def approvable(staff: Staff) -> list[str]:
    """The operations that this person may agree to for others."""
    performer = StaffPerformer(staff)
    found = registry.all_operations().items()
    return [name for name, one in found if not one.immediate and one.may_approve(performer, ())]


def open_to(staff: Staff) -> QuerySet[Request]:
    """The requests that a person may know of, newest first.

    Their own, those that they could decide about, all for those who answer for them; none that
    reaches into a scope which is closed to the person.
    """
    found = Request.objects.order_by("-id")
    if not staff.has_perm(SEE_ALL):
        found = found.filter(Q(requester=staff.pk) | Q(operation__in=approvable(staff)))
    return _in_open_scopes(found, staff)


def _in_open_scopes(found: QuerySet[Request], staff: Staff) -> QuerySet[Request]:
    hidden = restricted_scopes(staff)
    return found.exclude(scopes__overlap=sorted(hidden)) if hidden else found


def to_review(staff: Staff) -> QuerySet[Request]:
    """What waits for someone like this person."""
    return open_to(staff).filter(_waits_for(staff))


def _waits_for(staff: Staff) -> Q:
    return Q(state=Request.State.OPEN, operation__in=approvable(staff)) & ~Q(requester=staff.pk)


def _is_news_for(staff: Staff) -> Q:
    return Q(requester=staff.pk, is_news=True)


def counts(staff: Staff) -> dict[str, int]:
    """How many requests wait for the person, and on how many of theirs there is news.

    One query, remembered as long as a request lasts. A page that cannot learn it is shown without.
    """
    remembered: dict[str, int] | None = getattr(staff, COUNTS, None)
    if remembered is None:
        waits, news = _waits_for(staff), _is_news_for(staff)
        found = _in_open_scopes(Request.objects.filter(waits | news), staff).order_by()
        try:
            remembered = found.aggregate(
                review=Count("pk", filter=waits), news=Count("pk", filter=news)
            )
        except DatabaseError:
            logger.warning("The requests could not be counted.", exc_info=True)
            remembered = {"review": 0, "news": 0}
        setattr(staff, COUNTS, remembered)
    return remembered


def badge(request: HttpRequest) -> int:
    """What stands beside the line of the navigation, on every page.

    Asked again after BADGE_SECONDS, and at once after this process has changed any request.
    """
    staff = cast(Staff, request.user)
    key = f"approval.badge.{_changes['seen']}.{staff.pk}.{staff.current_role}"
    found: int | None = cache.get(key)
    if found is None:
        found = sum(counts(staff).values())
        cache.set(key, found, BADGE_SECONDS)
    return found


def ask_again(**kwargs: object) -> None:
    """Forget what badges said: a request was made, decided or read."""
    _changes["seen"] += 1


def get_for_staff(request: HttpRequest, pk: int) -> Request:
    """The request of that id, for this person; Http404 alike for one that is not there for them."""
    people = open_to(cast(Staff, request.user)).select_related("requester", "decided_by")
    found = people.using("default").filter(pk=min(pk, 2**63 - 1)).first()
    if found is None:
        raise Http404(_("There is no such request, or it is not open to you."))
    return found


def may_decide(staff: Staff, found: Request) -> bool:
    """Whether the person may approve or refuse it; the words why not are `refuse_to_decide`'s."""
    try:
        refuse_to_decide(staff, found)
    except Denied:
        return False
    return True


def refuse_to_decide(staff: Staff, found: Request) -> None:
    """Raise Denied unless the person may decide about this request at this moment."""
    if staff.pk == found.requester_id:
        raise Denied(_("Nobody decides about what they asked for themselves."))
    try:
        operation = registry.get(found.operation)
    except UnknownOperation:
        raise Denied(_("There is no operation of that name any more.")) from None
    performer = StaffPerformer(staff)
    if not (staff.is_active and operation.may_approve(performer, found.targets)):
        text = _("You need the permission “%(permission)s” for this. %(who)s")
        raise Denied(text % {"permission": operation.permission, "who": who_may(operation)})
    closed = restricted_scopes(staff, fresh=True).intersection(found.scopes)
    if closed or len(operation.targets.known(performer, found.targets)) < len(found.targets):
        raise Denied(_("Some of its records are gone, or not open to you."))
