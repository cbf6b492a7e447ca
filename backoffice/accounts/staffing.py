"""Giving roles to people, whether or not they have ever signed in."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import IntegrityError

from audit.actors import Actor
from audit.context import change
from backoffice.accounts.administrators import take_turn, would_be_last
from backoffice.accounts.models import Staff
from backoffice.accounts.roles import Role

REASON_LENGTH = 1_000
NAME_LENGTH = 150
FIELDS = ["role", "elevated_role", "elevated_until", "updated_at"]


class StaffingError(ValueError):
    """The role was not given. Read the message and call again with what it asks for."""


@dataclass(frozen=True)
class Grant:
    """What came of it: the person, the role before, and whether anything changed."""

    staff: Staff
    before: str
    changed: bool


def grant_role(email: str, role: str, *, actor: Actor, reason: str, name: str = "") -> Grant:
    """Give a person a role; who is unknown is made, and can sign in with Google from then on.

    Args:
        email: their work address, any case.
        role: one of `Role`; "none" takes the role away.
        actor: who gives it.
        reason: the sentence why, 1 to 1,000 characters.
        name: their name, used only when they are made.

    Writes one event with the change, and nothing when the role is theirs already. Raises
    StaffingError for bad input, and for what would leave the console without an administrator.
    """
    role = _checked_role(role)
    email = _checked_email(email)
    reason = " ".join(reason.split())
    if not 1 <= len(reason) <= REASON_LENGTH:
        raise StaffingError(f"The reason has {len(reason)} characters. Give 1 to {REASON_LENGTH}.")
    if len(name) > NAME_LENGTH:
        raise StaffingError(f"The name has {len(name)} characters. Give at most {NAME_LENGTH}.")
    staff = Staff.objects.using("default").filter(email=email).first()
    if staff and staff.role == role:
        return Grant(staff, staff.role, changed=False)
    try:
        return _write(staff, email, role, actor, reason, name)
    except IntegrityError as error:
        raise StaffingError(f"{email} was added by someone else just now. Run it again.") from error


def _checked_role(role: str) -> Role:
    try:
        return Role(role)
    except ValueError:
        raise StaffingError(
            f"{role!r} is no role. Choose one of {', '.join(Role.values)}."
        ) from None


def _checked_email(email: str) -> str:
    email = Staff.objects.normalize_email(email)
    try:
        Staff._meta.get_field("email").clean(email, None)
    except ValidationError:
        raise StaffingError(f"{email[:300]!r} is no e-mail address.") from None
    return email


def _write(
    staff: Staff | None, email: str, role: Role, actor: Actor, reason: str, name: str
) -> Grant:
    before = staff.role if staff else Role.NONE.value
    params = {"email": email, "role": role.value, "before": before}
    with change(
        "staff.role_granted",
        actor=actor,
        reason=reason,
        params=params,
        entity="staff",
        record_id=str(staff.pk) if staff else None,
    ):
        take_turn()
        if staff is None:
            return Grant(Staff.objects.create_user(email, name=name, role=role), before, True)
        # As it stands now that nobody else changes roles.
        staff = Staff.objects.using("default").select_for_update().get(pk=staff.pk)
        demoted = staff.role == Role.ADMIN and role != Role.ADMIN
        if demoted and would_be_last([staff.pk]):
            raise StaffingError(
                f"{email} is the last administrator. Give someone else that role first."
            )
        staff.role, staff.elevated_role, staff.elevated_until = role, "", None
        staff.save(using="default", update_fields=FIELDS)
    return Grant(staff, before, changed=True)
