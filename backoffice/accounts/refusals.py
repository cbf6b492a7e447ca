"""Why a sign-in was refused, in words that say what to do next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from social_core.backends.base import BaseAuth
from social_core.exceptions import (
    AuthAssociationError,
    AuthCanceled,
    AuthConfigurationError,
    AuthCredentialError,
    AuthInputError,
    AuthPolicyError,
    AuthProviderError,
    AuthResponseError,
    AuthSessionError,
    SocialAuthBaseException,
)

from audit.models import Outcome


class _OwnRefusal(SocialAuthBaseException):
    """A refusal by a rule of this console; the docstring is what the event says of it."""

    own_code = ""

    def __init__(self, backend: BaseAuth[Any], **details: Any) -> None:
        text = self.__doc__ or ""
        super().__init__(backend, text, code=self.own_code, stage="pipeline", **details)


class OutsideDomain(_OwnRefusal, AuthPolicyError):
    """The Google account is not of a hosted domain that may sign in."""

    own_code = "outside_domain"


class EmailUnverified(_OwnRefusal, AuthPolicyError):
    """Google has not verified the account's e-mail address."""

    own_code = "email_unverified"


class StaffDisabled(_OwnRefusal, AuthPolicyError):
    """This person's access has been switched off."""

    own_code = "staff_disabled"


class AddressTaken(_OwnRefusal, AuthAssociationError):
    """The address stands here for another Google account."""

    own_code = "address_taken"


@dataclass(frozen=True)
class Refusal:
    """What the page says: a heading, what happened, what to do next, and the HTTP status."""

    status: int
    heading: str | Promise
    text: str | Promise
    next_step: str | Promise
    outcome: str = Outcome.DENIED


_AGAIN = _("Begin again from the sign-in page.")
_BY_CODE = {
    "outside_domain": Refusal(
        403,
        _("This account cannot sign in here"),
        _("Only Google accounts of our own company may use this console."),
        _("Sign in again and choose your work account."),
    ),
    "email_unverified": Refusal(
        403,
        _("Your address is not verified"),
        _("Google has not verified the e-mail address of this account."),
        _("Verify it in your Google account, or ask your Google Workspace administrator to."),
    ),
    "staff_disabled": Refusal(
        403,
        _("Your access has been switched off"),
        _("Your account exists, but an administrator has switched it off."),
        _("If you need it again, ask an administrator of this console."),
    ),
    "session_too_old": Refusal(
        403,
        _("You have been signed out"),
        _("A sign-in lasts a limited time, and yours is over."),
        _AGAIN,
    ),
    "address_taken": Refusal(
        403,
        _("This address belongs to another account"),
        _("Someone signed in here with the same address and a different Google account."),
        _("Ask an administrator of this console to sort out which account is yours."),
    ),
}
_CANCELLED = Refusal(
    400,
    _("You stopped the sign-in"),
    _("Google told us that you did not want to go on."),
    _AGAIN,
    Outcome.CANCELLED,
)
_STALE = Refusal(
    400,
    _("This sign-in is no longer valid"),
    _("It is too old, already used, or was begun in another browser."),
    _AGAIN,
)
_UNVERIFIABLE = Refusal(
    403,
    _("Google's answer could not be verified"),
    _("We refused it, because it does not prove who you are."),
    _("Begin again; if it happens twice, tell whoever runs this console."),
)
_UNREACHABLE = Refusal(
    503,
    _("Google cannot be reached"),
    _("The sign-in needs an answer from Google, and none came."),
    _("Try again in a minute. Nothing is wrong with your account."),
    Outcome.FAILED,
)
_OTHER = Refusal(
    400,
    _("The sign-in did not work"),
    _("Something unexpected happened between Google and this console."),
    _("Begin again; if it happens twice, tell whoever runs this console."),
    Outcome.FAILED,
)
_BY_FAMILY: tuple[tuple[type[SocialAuthBaseException], Refusal], ...] = (
    (AuthCanceled, _CANCELLED),
    (AuthSessionError, _STALE),
    (AuthInputError, _STALE),
    (AuthCredentialError, _STALE),
    (AuthResponseError, _UNVERIFIABLE),
    (AuthProviderError, _UNREACHABLE),
    (AuthConfigurationError, _OTHER),
)


def refusal_of(code: str) -> Refusal:
    """The refusal of one of our own codes."""
    return _BY_CODE.get(code, _OTHER)


def refusal_for(error: SocialAuthBaseException) -> Refusal:
    """The refusal that an error of the sign-in amounts to."""
    if error.code in _BY_CODE:
        return _BY_CODE[error.code]
    if error.code in {"response_expired", "nonce_mismatch"}:
        return _STALE
    return next((refusal for family, refusal in _BY_FAMILY if isinstance(error, family)), _OTHER)
