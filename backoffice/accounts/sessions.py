"""The beginning and the end of a session, each with its event."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.db import DatabaseError
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from social_core.exceptions import SocialAuthBaseException

from audit import events, reads
from audit.actors import Actor
from audit.models import Outcome
from backoffice.accounts.google import GoogleSignIn
from backoffice.accounts.models import Staff
from backoffice.accounts.refusals import Refusal

logger = logging.getLogger(__name__)
STARTED_AT = "started_at"
# Where social-auth keeps the sign-ins that this browser has begun, and the stages of an error at
# which it has not yet found the call-back to belong to one of them.
_PENDING = f"{GoogleSignIn.name}_oauth2_transaction_index"
_BEFORE_STATE = {"begin", "callback", "unknown"}


def person_of(request: HttpRequest) -> Staff | None:
    """Who is signed in, switched off or not; None for a visitor."""
    return request.user if request.user.is_authenticated else None


def start_session(request: HttpRequest, person: Staff) -> None:
    """Note that the person who has just signed in is here; without the event they are not."""
    try:
        events.record("session.started", actor=Actor.staff(person))
    except DatabaseError:
        request.session.flush()
        raise
    request.session[STARTED_AT] = int(time.time())


def session_mark(request: HttpRequest) -> str:
    """Tells this session from the person's others, for events; it does not give the key away."""
    key = request.session.session_key or ""
    return salted_hmac("backoffice.accounts.session", key).hexdigest()[:20] if key else ""


def end_session(request: HttpRequest, person: Staff, why: str) -> None:
    """Sign the person out on the server, and note why: signed_out, replaced, disabled, too_old."""
    logout(request)
    _record("session.ended", actor=Actor.staff(person), params={"why": why})


def has_outlived(request: HttpRequest) -> bool:
    """Whether the session is older than any may be, however often it was used."""
    started = request.session.get(STARTED_AT)
    return started is not None and time.time() - started > settings.SESSION_COOKIE_AGE


def record_refusal(request: HttpRequest, error: SocialAuthBaseException, refusal: Refusal) -> None:
    """Note a refused sign-in; a call-back that no sign-in of this browser awaits is only logged.

    Anyone can call the call-back's address as often as they like, and the log of events is for
    ever: so only what began here (by a form with a CSRF token) may add to it.
    """
    logger.warning("Sign-in refused: %s at %s (%s)", error.code, error.stage, error.detail[:200])
    if error.stage in _BEFORE_STATE and not request.session.get(_PENDING):
        return
    staff = error.context.get("staff")
    _record(
        "session.refused",
        actor=Actor.staff(staff) if staff else Actor.service("sign-in"),
        outcome=refusal.outcome,
        params={"why": error.code, "stage": error.stage, **_claims(error)},
        detail=(error.detail or str(error))[:1000],
    )


def _claims(error: SocialAuthBaseException) -> dict[str, str]:
    """Who was refused, as far as a verified token says so."""
    claims: dict[str, Any] = getattr(error.backend, "id_token", None) or {}
    return {key: str(claims[key])[:254] for key in ("email", "hd") if key in claims}


def _record(name: str, *, outcome: str = Outcome.SUCCEEDED, **details: Any) -> None:
    """Nobody stays in, or gets in, because the event of their leaving cannot be written."""
    reads.note(name, outcome=outcome, **details)
