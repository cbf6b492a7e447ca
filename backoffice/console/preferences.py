"""What a person chose for their browser: theme and language, each in a cookie."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

THEMES = ("auto", "light", "dark")
THEME_COOKIE = "backoffice_theme"
YEAR = 365 * 24 * 3_600
# Longer addresses than this are not led back to; browsers and proxies cut them anyway.
NEXT_LENGTH = 4_000


def theme_of(request: HttpRequest) -> str:
    """Return the chosen theme, `auto` when none or an unknown one is set."""
    theme = request.COOKIES.get(THEME_COOKIE, "auto")
    return theme if theme in THEMES else "auto"


def theme_after(theme: str) -> str:
    """Return the theme that the switch leads to: auto, light, dark and round again."""
    return THEMES[(THEMES.index(theme) + 1) % len(THEMES)]


def safe_next(request: HttpRequest) -> str:
    """Return the posted way back when it is a path of this console, else the home page."""
    target = request.POST.get("next", "")
    allowed = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if allowed and len(target) <= NEXT_LENGTH else reverse("console-home")


def remember(request: HttpRequest, name: str, value: str) -> HttpResponse:
    """Set a preference's cookie and lead back to where the person was."""
    response = HttpResponseRedirect(safe_next(request))
    response.set_cookie(
        name,
        value,
        max_age=YEAR,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response
