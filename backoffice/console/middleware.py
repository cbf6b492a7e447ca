"""The request's id, and pages for the errors that Django answers with an empty body."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.context import Source, source
from backoffice.console import errors

Handler = Callable[[HttpRequest], HttpResponse]
# What a proxy may hand us: nothing that could break a log line or a header.
REQUEST_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")


class IdentifiedRequest(HttpRequest):
    """A request as every view sees it: with the id that logs, events and error pages name."""

    id: str


class RequestIdMiddleware:
    """Give every request an id, taken from X-Request-ID when that is well formed."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: IdentifiedRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request.id = given if REQUEST_ID.fullmatch(given) else uuid.uuid4().hex
        # Every event written during the request says where it came from.
        with source(Source("console", request.id, request.META.get("REMOTE_ADDR") or None)):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request.id
        return response


class ErrorPageMiddleware:
    """Put a page where a view answered an error with an empty body, such as a wrong method."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        empty = not response.streaming and not response.content
        if response.status_code in errors.PAGES and empty and request.accepts("text/html"):
            return errors.page_for(request, response)
        return response
