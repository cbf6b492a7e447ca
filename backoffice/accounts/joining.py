"""How a Google account becomes a member of staff: the last step of the sign-in."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from social_core.exceptions import AuthAssociationError
from social_django.models import UserSocialAuth

from audit.actors import Actor
from audit.context import change
from backoffice.accounts.google import GoogleSignIn
from backoffice.accounts.models import Staff
from backoffice.accounts.refusals import AddressTaken, StaffDisabled

SIGN_IN = Actor.service("sign-in")


def join_staff(
    backend: GoogleSignIn, uid: str, details: dict[str, Any], **kwargs: Any
) -> dict[str, Any]:
    """Find or make the member of staff whom a verified Google account stands for.

    1. Who has signed in before is known by Google's `sub`; a new name or address is taken over.
    2. Who has not is known by the verified address, when somebody gave it a role beforehand; an
       address that already stands for another `sub` is refused: it was given to someone else.
    3. Everyone else of the hosted domains joins without access.
    """
    email, name = details["email"], details["fullname"]
    known = _select_link(backend.name, uid)
    try:
        if known:
            _refuse_disabled(backend, known.user)
            _rename(backend, known.user, email, name)
            return {"user": known.user, "social": known, "is_new": False}
        staff = Staff.objects.using("default").filter(email=email).first()
        if staff:
            _refuse_disabled(backend, staff)
            return {**_link(backend, uid, staff, name), "is_new": False}
        return {**_join(backend, uid, email, name), "is_new": True}
    except IntegrityError as error:
        # Two tabs at once: the other one has made it, and beginning again finds it.
        raise AuthAssociationError(backend, code="identity_in_use", stage="pipeline") from error


def _select_link(provider: str, uid: str) -> UserSocialAuth | None:
    links = UserSocialAuth.objects.using("default").select_related("user")
    return links.filter(provider=provider, uid=uid).first()


def _refuse_disabled(backend: GoogleSignIn, staff: Staff) -> None:
    if not staff.is_active:
        raise StaffDisabled(backend, context={"staff": staff})


def _rename(backend: GoogleSignIn, staff: Staff, email: str, name: str) -> None:
    """Take over what Google says now; writes nothing when nothing differs."""
    name = name or staff.name
    if (staff.email, staff.name) == (email, name):
        return
    if Staff.objects.using("default").filter(email=email).exclude(pk=staff.pk).exists():
        raise AddressTaken(backend, context={"staff": staff})
    with change(
        "staff.renamed",
        actor=SIGN_IN,
        reason="Google says so at sign-in",
        params={"email": email, "before": staff.email},
        entity="staff",
        record_id=str(staff.pk),
    ):
        staff.email, staff.name = email, name
        staff.save(update_fields=["email", "name", "updated_at"])


def _link(backend: GoogleSignIn, uid: str, staff: Staff, name: str) -> dict[str, Any]:
    """Tie the account to someone who was given a role by address before they ever came."""
    links = UserSocialAuth.objects.using("default")
    with transaction.atomic(using="default"):
        # The lock lets one of two accounts with this address in, and not both.
        Staff.objects.using("default").select_for_update().get(pk=staff.pk)
        if links.filter(provider=backend.name, user=staff).exists():
            raise AddressTaken(backend, context={"staff": staff})
        social = links.create(provider=backend.name, uid=uid, id_key="sub", user=staff)
    if not staff.name:
        _rename(backend, staff, staff.email, name)
    return {"user": staff, "social": social}


def _join(backend: GoogleSignIn, uid: str, email: str, name: str) -> dict[str, Any]:
    with change(
        "staff.joined",
        actor=SIGN_IN,
        reason="first sign-in from a hosted domain",
        params={"email": email},
        entity="staff",
    ):
        staff = Staff.objects.create_user(email, name=name)
        links = UserSocialAuth.objects.using("default")
        social = links.create(provider=backend.name, uid=uid, id_key="sub", user=staff)
    return {"user": staff, "social": social}
