"""A browser's way through a sign-in: the console, the provider on its own port, and back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import requests
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from backoffice.accounts.local_provider.provider import Provider
from backoffice.accounts.local_provider.server import Server, build_server
from backoffice.accounts.local_provider.tokens import Grant, SigningKey

BEGIN = "/sign-in/google/"
COMPLETE = "/sign-in/google/complete/"


class FaultyProvider(Provider):
    """The local provider, which can be told to sign what must be refused.

    `faults` replaces claims of the ID token (None leaves one out), `userinfo_faults` those of the
    userinfo answer; `forged` signs with a key that is not the published one.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.true_key, self.stranger = self.key, SigningKey()
        self.reset()

    def reset(self) -> None:
        """Back to telling the truth."""
        self.faults: dict[str, Any] = {}
        self.userinfo_faults: dict[str, Any] = {}
        self.forged = False

    def claims(self, grant: Grant, access_token: str) -> dict[str, Any]:
        return _altered(super().claims(grant, access_token), self.faults)

    def exchange(self, request: Any) -> Any:
        self.stranger.key_id = self.true_key.key_id
        self.key = self.stranger if self.forged else self.true_key
        try:
            return super().exchange(request)
        finally:
            self.key = self.true_key

    def userinfo(self, request: Any) -> Any:
        response = super().userinfo(request)
        if self.userinfo_faults:
            answer = _altered(json.loads(response.content), self.userinfo_faults)
            response.content = json.dumps(answer)
        return response


def _altered(claims: dict[str, Any], faults: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in {**claims, **faults}.items() if value is not None}


@contextmanager
def serving(provider: type[Provider]) -> Iterator[Server]:
    """The provider on a free port of loopback, in a thread of its own."""
    server = build_server(0, provider)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Inputs(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, str] = {}

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag == "input" and given.get("type") == "hidden":
            self.values[given["name"] or ""] = given.get("value") or ""


def hidden_inputs(html: str) -> dict[str, str]:
    """The hidden fields of a page's form."""
    parser = _Inputs()
    parser.feed(html)
    return parser.values


def browser(**options: Any) -> Client:
    """A browser of its own, which reaches the console on loopback as the demo's do."""
    return Client(SERVER_NAME="127.0.0.1", **options)


def begin(client: Client, next_page: str = "") -> str:
    """Press the button; the provider's address that the browser is sent to."""
    response = client.post(BEGIN, {"next": next_page})
    assert response.status_code == 302
    return response["Location"]


def choose(address: str, person: str) -> str:
    """Choose a person on the provider's page ("" cancels); the way back to the console."""
    page = requests.get(address, timeout=5)
    assert page.status_code == 200
    parts = urlsplit(address)
    answer = requests.post(
        f"{parts.scheme}://{parts.netloc}{parts.path}",
        {**hidden_inputs(page.text), "person": person},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == 302
    back = urlsplit(answer.headers["Location"])
    assert back.path == COMPLETE
    return f"{back.path}?{back.query}"


def sign_in(client: Client, person: str, next_page: str = "") -> HttpResponse:
    """The whole way, as far as the console's answer to Google's answer."""
    return client.get(choose(begin(client, next_page), person))


def home() -> str:
    """Where a sign-in leads by default."""
    return reverse("console-home")
