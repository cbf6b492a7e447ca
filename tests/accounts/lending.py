"""Elevations as people ask for them, and as someone else decides."""

from __future__ import annotations

from backoffice.accounts.models import Staff
from backoffice.operations.approval import deciding
from backoffice.operations.approval.asking import ask
from backoffice.operations.approval.models import Request
from backoffice.operations.exceptions import OperationError
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.preview import preview
from tests.operations.approval.asking import look_of

REASON = "오늘 밤 장애 대응"
HOUR = {"role": "operator", "minutes": "60"}


def now(person: Staff) -> Staff:
    """The person as the database has them."""
    return Staff.objects.get(pk=person.pk)


def asked(person: Staff, **params: str) -> Request:
    """Their request, with the preview that goes with it."""
    seen = preview(
        "staff.elevate",
        [person.pk],
        {**HOUR, **params},
        actor=StaffPerformer(now(person)),
        reason=REASON,
    )
    return ask(now(person), seen)


def approve(found: Request, staff: Staff) -> None:
    deciding.approve(found, staff, look_of(staff, found))


def refused(found: Request, staff: Staff) -> bool:
    """Whether their approval is refused: of a look that they have, or that they get from Ada."""
    ada = Staff.objects.get(email="ada@example.com")
    for look in (look_of(ada, found), "forged"):
        try:
            deciding.approve(found, now(staff), look)
        except OperationError:
            continue
        return False
    return True


def elevate(person: Staff, by: Staff, **params: str) -> Staff:
    approve(asked(person, **params), by)
    return now(person)
