"""Each request gets its route; a reader's own last write travels in a signed cookie."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse

from backoffice.replicas.routing import Route, routed

COOKIE, SALT = "backoffice_lsn", "backoffice.replicas.lsn"
COOKIE_AGE = 15 * 60
LSN = re.compile(r"[0-9A-F]{1,8}/[0-9A-F]{1,8}")
SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
# Signing in writes on GET, and must see what it wrote.
PRIMARY_PATHS = ("/sign-in/",)


class RoutedRequest(HttpRequest):
    """A request that can say how old the data is that it reads."""

    data_age: Callable[[], float | None]


class ReplicaMiddleware:
    """Safe requests may read a replica that has the reader's last write; all others may not."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: RoutedRequest) -> HttpResponse:
        unsafe = request.method not in SAFE or request.path.startswith(PRIMARY_PATHS)
        route = Route(primary=unsafe or not settings.REPLICAS, needed=own_last_write(request))
        with routed(route):
            request.data_age = lambda: route.age if route.alias else None
            response = self.get_response(request)
        if isinstance(response, StreamingHttpResponse) and not response.is_async:
            response.streaming_content = _by_route(route, response.streaming_content)
        if route.written:
            response.set_cookie(
                COOKIE,
                signing.dumps(route.written, salt=SALT),
                max_age=COOKIE_AGE,
                httponly=True,
                samesite="Lax",
                secure=settings.SESSION_COOKIE_SECURE,
            )
        return response


def _by_route(route: Route, parts: Iterable[Any]) -> Iterator[Any]:
    """A stream is read after the view has returned: each part of it by the request's route too."""
    iterator = iter(parts)
    try:
        while True:
            with routed(route):
                try:
                    part = next(iterator)
                except StopIteration:
                    return
            yield part
    finally:
        close = getattr(iterator, "close", None)
        if close is not None:
            with routed(route):
                close()


def own_last_write(request: HttpRequest) -> str:
    """The LSN in the reader's cookie; "" when there is none or it is not ours."""
    try:
        value = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return ""
    return value if isinstance(value, str) and LSN.fullmatch(value) else ""
