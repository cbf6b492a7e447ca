"""Pages of signing in and out."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import wraps
from urllib.parse import urlencode, urlsplit

from csp.decorators import csp_update
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST, require_safe
from social_django import views as social
from social_django.models import Association, Nonce

from backoffice.accounts.gates import open_without_role
from backoffice.accounts.google import GoogleSignIn
from backoffice.accounts.models import Staff
from backoffice.accounts.refusals import Refusal
from backoffice.accounts.roles import Role
from backoffice.accounts.sessions import end_session, person_of, start_session

NEXT_LENGTH = 2_000


def leads_to_the_provider(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """Lets the page's form be answered by a redirect to the provider: form-action covers it too."""

    @wraps(view)
    def page(request: HttpRequest) -> HttpResponseBase:
        provider = urlsplit(settings.GOOGLE_OIDC_ENDPOINT)
        origin = f"{provider.scheme}://{provider.netloc}"
        return csp_update({"form-action": [origin]})(view)(request)

    return page


def safe_next(request: HttpRequest, target: str) -> str:
    """Where to go after signing in: a page of this console, or "" for anything else."""
    safe = len(target) <= NEXT_LENGTH and url_has_allowed_host_and_scheme(
        target, {request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""


@never_cache
@login_not_required
@require_safe
@leads_to_the_provider
def sign_in(request: HttpRequest) -> HttpResponse:
    """The page with the one button."""
    target = safe_next(request, request.GET.get("next", ""))
    if request.user.is_authenticated:
        return redirect(target or resolve_url(settings.LOGIN_REDIRECT_URL))
    language = request.GET.get("language", "")
    if language in dict(settings.LANGUAGES):
        translation.activate(language)
    context = {
        "next": target,
        "domains": settings.GOOGLE_HOSTED_DOMAINS,
        "backend": GoogleSignIn.name,
        "is_demo": settings.EMBEDDED,
        "languages": list(_languages(target)),
    }
    response = render(request, "accounts/sign_in.html", context)
    if language in dict(settings.LANGUAGES):
        _remember_language(response, language)
    return response


@never_cache
@login_not_required
@require_POST
def begin(request: HttpRequest, backend: str) -> HttpResponse:
    """Send the browser to Google; whoever is signed in already is signed out first."""
    if len(request.POST.get("next", "")) > NEXT_LENGTH:
        raise BadRequest(f"next is longer than {NEXT_LENGTH} characters")
    person = person_of(request)
    if person:
        end_session(request, person, "replaced")
    _forget_abandoned()
    response: HttpResponse = social.auth(request, backend)
    return response


@never_cache
@login_not_required
@require_GET
def complete(request: HttpRequest, backend: str) -> HttpResponse:
    """Google's answer. A second sign-in in one browser replaces the first, never joins it."""
    before = person_of(request)
    request.user = AnonymousUser()
    response: HttpResponse = social.complete(request, backend)
    person = person_of(request)
    if person:
        if before:
            request.session.cycle_key()
        start_session(request, person)
    return response


@never_cache
@open_without_role
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session on the server, then show the sign-in page."""
    person = person_of(request)
    if person:
        end_session(request, person, "signed_out")
    return redirect(settings.LOGOUT_REDIRECT_URL)


def refused(request: HttpRequest, refusal: Refusal, code: str) -> HttpResponse:
    """The page of a refusal."""
    context = {"refusal": refusal, "code": code, "domains": settings.GOOGLE_HOSTED_DOMAINS}
    return _never_cached(render(request, "accounts/refused.html", context, status=refusal.status))


def no_access(request: HttpRequest, person: Staff) -> HttpResponse:
    """The page for who is signed in without a role: whom to ask for one."""
    admins = Staff.objects.filter(role=Role.ADMIN, is_active=True).order_by("date_joined")[:3]
    command = f"manage.py grant_role {person.email} admin"
    context = {"admins": list(admins), "command": command}
    return _never_cached(render(request, "accounts/no_access.html", context, status=403))


def _languages(target: str) -> Iterator[dict[str, object]]:
    """The links that show this page in another language: nobody is signed in to switch it."""
    for code, _name in settings.LANGUAGES:
        yield {
            "code": code,
            "name": translation.get_language_info(code)["name_local"],
            "query": urlencode({"language": code, **({"next": target} if target else {})}),
            "current": translation.get_language() == code,
        }


def _remember_language(response: HttpResponse, language: str) -> None:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=365 * 24 * 3600,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


def _never_cached(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "max-age=0, no-cache, no-store, must-revalidate, private"
    return response


def _forget_abandoned() -> None:
    """Sweep away what sign-ins that were begun and never finished have left."""
    oldest = int(time.time()) - 2 * GoogleSignIn.STATE_LIFETIME
    Nonce.objects.filter(timestamp__lt=oldest).delete()
    Association.cleanup_expired()
