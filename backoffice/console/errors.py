"""Error pages: what is wrong, what to do next, the request's id and a way on.

1. The page is drawn inside the shell for signed-in people.
2. Where that cannot be (no database, nobody signed in) it is drawn bare, without context.
3. Where even that fails, it is a line of plain text. An error page never raises.
"""

import logging
import sys
from dataclasses import dataclass

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.console import preferences

logger = logging.getLogger(__name__)

# Longer explanations are cut: they may repeat what was sent.
DETAIL_LENGTH = 400
TOO_BIG = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


@dataclass(frozen=True)
class Page:
    """What one kind of error says."""

    status: int
    title: str | Promise
    what: str | Promise
    next: str | Promise
    icon: str = "warning"


PAGES = {
    400: Page(
        400,
        _("This request cannot be read"),
        _("The address or the form holds something that the console does not understand."),
        _("Go back and try again. If you followed a link, it may have been cut off on its way."),
    ),
    403: Page(
        403,
        _("You may not see or do this"),
        _("Your role does not allow it, or the record is restricted to named colleagues."),
        _("Ask an administrator for access and name the address of this page."),
        "lock",
    ),
    404: Page(
        404,
        _("There is nothing here"),
        _("The address is mistyped, or what stood here is gone or not open to you."),
        _("Search for the name, the id or the link that you have."),
        "search",
    ),
    405: Page(
        405,
        _("This address cannot be used that way"),
        _("The page was asked for with a method that it does not take."),
        _("Open the page from the navigation and use the buttons on it."),
        "ban",
    ),
    409: Page(
        409,
        _("Someone else was faster"),
        _("What you were about to change has changed meanwhile. Nothing was done."),
        _("Go back, look at the present state and decide anew."),
        "conflict",
    ),
    413: Page(
        413,
        _("This is too large"),
        _("The request holds more than the console takes at once. Nothing was done."),
        _("Choose fewer records or a shorter text, and send it again."),
    ),
    500: Page(
        500,
        _("Something went wrong in the console"),
        _("An unexpected error stopped this page. A change that was under way was not made."),
        _("Try again in a moment. If it happens again, give the developers the id below."),
    ),
    503: Page(
        503,
        _("The console cannot do this at the moment"),
        _("A part that it needs does not answer."),
        _("Try again in a minute. The notices above the pages say what is affected."),
        "database",
    ),
}
NO_DATABASE = Page(
    503,
    _("The database does not answer"),
    _("The console cannot read or change anything until it does. Nothing was changed."),
    _("Try again in a minute. If it lasts, tell the operators: /readyz says what is wrong."),
    "database",
)
CSRF = Page(
    403,
    _("This form has expired"),
    _("The page was open for long, or cookies are blocked, so the form was not accepted."),
    _("Go back, reload the page and send the form again. Nothing was changed."),
    "clock",
)


def render_error(
    request: HttpRequest, page: Page, detail: str = "", bare: bool = False
) -> HttpResponse:
    """Return the error's page in the best form that can be drawn now; never raises.

    `detail` says more about this one case, `bare` leaves out the shell and with it all queries.
    """
    context = {"error": page, "detail": detail[:DETAIL_LENGTH], "request_id": _id(request)}
    html = None if bare else _draw_in_shell(request, context)
    html = html or _draw(context | {"shell": {"theme": preferences.theme_of(request)}})
    if html is not None:
        return HttpResponse(html, status=page.status)
    text = f"Error {page.status}. Request {context['request_id']}.\n"
    return HttpResponse(text, status=page.status, content_type="text/plain; charset=utf-8")


def _draw_in_shell(request: HttpRequest, context: dict[str, object]) -> str | None:
    """Draw the page for a person who is signed in; None when nobody is, or it cannot be."""
    try:
        user = getattr(request, "user", None)
        if user is None or not user.is_authenticated:
            return None
        return render_to_string("console/error.html", context, request)
    except Exception:
        logger.exception("The error page could not be drawn inside the shell; drawing it bare.")
        return None


def _draw(context: dict[str, object]) -> str | None:
    try:
        return render_to_string("console/error_bare.html", context)
    except Exception:
        logger.exception("The bare error page could not be drawn; answering in plain text.")
        return None


def _id(request: HttpRequest) -> str:
    return getattr(request, "id", "-")


def page_for(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Return the page for a response with an empty body, keeping its headers (such as Allow)."""
    page = render_error(request, PAGES[response.status_code])
    for name, value in response.items():
        page.headers.setdefault(name, value)
    page.cookies.update(response.cookies)
    return page


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler400; also what is too large, which Django counts among bad requests."""
    if isinstance(exception, TOO_BIG):
        return render_error(request, PAGES[413])
    return render_error(request, PAGES[400], _said(exception, "BadRequest"))


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler403."""
    return render_error(request, PAGES[403], _said(exception, "PermissionDenied"))


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """handler404."""
    return render_error(request, PAGES[404], _said(exception, "Http404"))


def server_error(request: HttpRequest) -> HttpResponse:
    """handler500; drawn bare, since the cause may be the database that the shell would ask."""
    logger.error("Request %s failed at %s %s", _id(request), request.method, request.path)
    without_database = isinstance(sys.exc_info()[1], OperationalError)
    return render_error(request, NO_DATABASE if without_database else PAGES[500], bare=True)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a form without a valid CSRF token (settings.CSRF_FAILURE_VIEW)."""
    return render_error(request, CSRF)


def _said(exception: Exception, kind: str) -> str:
    """Return what our own code said in the exception; Django's own wording is not for people."""
    told = exception.args[0] if exception.args else ""
    ours = type(exception).__name__ == kind and isinstance(told, (str, Promise))
    return str(told) if ours else ""
