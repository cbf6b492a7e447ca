"""From a preview to a request."""

from __future__ import annotations

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.actors import Actor
from backoffice.accounts.models import Staff
from backoffice.entities import registry as entities
from backoffice.operations import registry
from backoffice.operations.approval.endings import expires_at, note
from backoffice.operations.approval.models import WHY_LENGTH, Request
from backoffice.operations.approval.performers import Asking, asking
from backoffice.operations.exceptions import Conflict, Denied, Expired
from backoffice.operations.models import StoredPreview
from backoffice.operations.order import Order
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import prepare
from backoffice.replicas import note_write, use_primary


def why_needed(staff: Staff, stored: StoredPreview) -> str | Promise:
    """Why this person cannot apply their preview alone; "" when they can."""
    return _why(_order(staff, stored))


def _order(staff: Staff, stored: StoredPreview) -> Order:
    operation = registry.get(stored.operation)
    return prepare(
        stored.operation,
        stored.targets,
        stored.params,
        actor=asking(StaffPerformer(staff), operation),
        reason=stored.reason,
        ticket=stored.ticket,
        seen=stored,
    )


def _why(order: Order) -> str | Promise:
    why = order.operation.approval(order)
    if not why and isinstance(order.performer, Asking):
        return _("your role may not do it alone")
    return why


def ask(staff: Staff, stored: StoredPreview) -> Request:
    """Send a person's own preview for approval, once; sent again, the request is the same.

    Raises Denied where the person may not ask or has no need to, Expired for a preview that is too
    old, Conflict when it was applied already or the person has too many requests open.
    """
    with use_primary():
        known = Request.objects.using("default").filter(token=stored.token).first()
        if known is not None:
            return known
        order = _order(staff, stored)
        why = _refuse_needless(staff, stored, order)
        try:
            with transaction.atomic(using="default"):
                refuse_many(staff)
                made = _made(staff, stored, order, str(why))
                note("approval.requested", made, Actor.staff(staff), reason=made.reason)
        except IntegrityError:
            # The other of two clicks was faster.
            return Request.objects.using("default").get(token=stored.token)
    note_write()
    return made


def _refuse_needless(staff: Staff, stored: StoredPreview, order: Order) -> str | Promise:
    """Why a second person must agree; raises when nobody must, or nothing can be asked."""
    if stored.applied_event is not None:
        raise Conflict(_("This was carried out already."))
    if stored.expired or not stored.targets:
        raise Expired(_("This preview is too old to be sent. Look at a new one."))
    known = order.operation.targets.known(order.performer, stored.targets)
    if len(known) < len(stored.targets):
        raise Expired(_("Some of these records are gone, or no longer open to you. Begin again."))
    why = _why(order)
    if not why:
        raise Denied(_("Nobody else needs to agree to this: you can do it yourself."))
    return why


def refuse_many(staff: Staff) -> None:
    """Bound what one person leaves to others; the lock lets two tabs count one after the other."""
    limit = settings.APPROVAL_OPEN_LIMIT
    Staff.objects.using("default").select_for_update(no_key=True).get(pk=staff.pk)
    mine = Request.objects.using("default").filter(requester=staff, state=Request.State.OPEN)
    if mine.count() >= limit:
        raise Conflict(
            ngettext(
                "%(limit)s request of yours is open already. Withdraw it, or wait for an answer.",
                "%(limit)s requests of yours are open already. Withdraw some, or wait for answers.",
                limit,
            )
            % {"limit": limit}
        )


def _made(staff: Staff, stored: StoredPreview, order: Order, why: str) -> Request:
    return Request.objects.using("default").create(
        requester=staff,
        token=stored.token,
        operation=stored.operation,
        targets=stored.targets,
        count=len(stored.targets),
        params=stored.params,
        reason=stored.reason,
        ticket=stored.ticket,
        why=why[:WHY_LENGTH],
        scopes=sorted({*order.scopes, *_scopes_of_new(stored)}),
        refusals=stored.refusals,
        effects=stored.effects,
        rows=stored.rows,
        expires_at=expires_at(),
    )


def _scopes_of_new(stored: StoredPreview) -> set[int]:
    """The scopes of records that do not exist yet, which no query could tell."""
    found = set()
    for row in stored.rows:
        name = (entities.get(row["entity"]).scope_field or "").removesuffix("_id")
        value = row.get("state", {}).get(name) if row["verb"] == "created" else None
        if isinstance(value, int):
            found.add(value)
    return found
