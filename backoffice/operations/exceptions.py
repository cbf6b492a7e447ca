"""Why an operation did not happen. Each carries the status of its page and what to do next."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audit.models import Outcome


class OperationError(Exception):
    """The operation was not carried out; the data is as it was."""

    status = 422
    outcome = Outcome.FAILED
    heading: str | Promise = _("This could not be done")

    def __init__(self, message: str | Promise, **context: Any) -> None:
        super().__init__(message)
        self.message = message
        self.context = context


class UnknownOperation(OperationError):
    """There is no operation of that name."""

    status = 404


class Denied(OperationError):
    """The actor may not do this, or may not do it to one of these records."""

    status = 403
    outcome = Outcome.DENIED
    heading = _("You may not do this")


class NeedsApproval(OperationError):
    """Someone else must agree first: `why` says for what reason."""

    status = 403
    outcome = Outcome.DENIED
    heading = _("A second person must agree to this")


class Invalid(OperationError):
    """What was filled in is not right; `errors` says what, by field."""

    status = 422
    heading = _("Please correct what is marked")

    def __init__(self, message: str | Promise, errors: Mapping[str, Any] | None = None) -> None:
        super().__init__(message, errors=errors or {})
        self.errors = errors or {}


class Unconfirmed(Invalid):
    """What had to be typed to confirm it was not."""

    heading = _("Please confirm it")


class TooMany(OperationError):
    """One person did too much in a short time; `again`, if given, is when there is room."""

    status = 429
    outcome = Outcome.DENIED
    heading = _("Too much in a short time")


class Conflict(OperationError):
    """The records are no longer as the person saw them."""

    status = 409
    outcome = Outcome.CONFLICT
    heading = _("Something changed in the meantime")


class Expired(Conflict):
    """The preview is too old, or not this person's, to be applied."""

    status = 410
    heading = _("This preview has expired")


class Failed(OperationError):
    """The database or the operation itself failed; everything was rolled back."""

    status = 500
    outcome = Outcome.FAILED
    heading = _("This failed, and nothing was changed")


class AlreadyApplied(Exception):
    """A double submit: the preview became this event already."""

    def __init__(self, event_id: int) -> None:
        super().__init__(event_id)
        self.event_id = event_id
