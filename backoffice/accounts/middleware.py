"""Who may stay, and what a failed sign-in looks like."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import patch_cache_control
from social_core.exceptions import SocialAuthBaseException

from backoffice.accounts import views
from backoffice.accounts.elevation import note_end
from backoffice.accounts.models import Staff
from backoffice.accounts.refusals import refusal_for, refusal_of
from backoffice.accounts.roles import Role
from backoffice.accounts.sessions import (
    end_session,
    has_outlived,
    person_of,
    record_refusal,
    session_mark,
)

GetResponse = Callable[[HttpRequest], HttpResponse]


class SignInErrorMiddleware:
    """Turns social-auth's errors into a page that says what to do next, and an event."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, SocialAuthBaseException):
            return None
        refusal = refusal_for(exception)
        record_refusal(request, exception, refusal)
        return views.refused(request, refusal, exception.code)


class SignInMiddleware(LoginRequiredMiddleware):
    """Demands sign-in, and looks at nobody's session where a page does not.

    Django's own asks who it is first, so that a health check with a cookie would fail together
    with the database.
    """

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        if not getattr(view_func, "login_required", True):
            return None
        return super().process_view(request, view_func, view_args, view_kwargs)


class AccessMiddleware:
    """Ends sessions that must end, and keeps people without a role on one page.

    1. Whoever was switched off, or whose session has outlived `SESSION_COOKIE_AGE`, is signed out
       at the next page that demands a sign-in.
    2. Whoever was elevated acts in their own role again once the time is over, and that goes on
       record.
    3. Whoever has no role sees "no access yet" on every such page but those marked
       `open_without_role`.

    Pages that need no sign-in, such as the health checks, are let through without a look at the
    session, so that they answer while the database does not.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if getattr(request, "is_personal", False) and not response.has_header("Cache-Control"):
            # What a page shows of customers stays in no cache, and behind no Back button.
            patch_cache_control(response, private=True, no_store=True)
        return response

    def process_view(
        self, request: HttpRequest, view: Any, args: list[Any], kwargs: dict[str, Any]
    ) -> HttpResponse | None:
        cast(Any, request).is_personal = getattr(view, "login_required", True)
        person = person_of(request) if getattr(view, "login_required", True) else None
        if person is None:
            return None
        person.session_mark = session_mark(request)
        why = _reason_to_end(request, person)
        if why:
            end_session(request, person, why)
            code = {"disabled": "staff_disabled", "too_old": "session_too_old"}[why]
            return views.refused(request, refusal_of(code), code)
        note_end(person)
        if person.current_role == Role.NONE and not getattr(view, "open_without_role", False):
            return views.no_access(request, person)
        return None


def _reason_to_end(request: HttpRequest, person: Staff) -> str:
    if not person.is_active:
        return "disabled"
    return "too_old" if has_outlived(request) else ""
