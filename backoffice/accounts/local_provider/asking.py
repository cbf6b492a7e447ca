"""What the console asks of the provider, checked before anything is done with it."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from urllib.parse import urlsplit

from django.core.handlers.wsgi import WSGIRequest

from backoffice.accounts.apps import LOOPBACK

VALUE_LIMIT = 2_000


class Refused(Exception):
    """A request that the provider does not serve, with an OAuth error code for programs."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass(frozen=True)
class Asked:
    """The parameters of a sign-in, kept until its code is exchanged."""

    client_id: str
    redirect_uri: str
    response_type: str
    scope: str
    state: str
    nonce: str
    code_challenge: str
    code_challenge_method: str

    def hidden(self) -> dict[str, str]:
        """The same, for the page's form to bring back."""
        return asdict(self)


def asked_by(values: Mapping[str, str], client_id: str) -> Asked:
    """Read a sign-in's parameters; nothing leads anywhere but to this machine. Raises Refused."""
    asked = Asked(**{field.name: values.get(field.name, "") for field in fields(Asked)})
    too_long = [name for name, value in asdict(asked).items() if len(value) > VALUE_LIMIT]
    if too_long:
        raise Refused("invalid_request", f"{', '.join(too_long)} is too long.")
    if asked.client_id != client_id:
        raise Refused("unauthorized_client", "This provider does not know that client_id.")
    if not _is_loopback(asked.redirect_uri):
        raise Refused("invalid_request", "redirect_uri must be an http address of this machine.")
    if asked.response_type != "code" or "openid" not in asked.scope.split():
        raise Refused("invalid_request", "Only response_type=code with scope=openid is served.")
    if asked.code_challenge_method not in ("", "plain", "S256"):
        raise Refused("invalid_request", "code_challenge_method must be plain or S256.")
    return asked


def _is_loopback(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    is_plain = not parts.query and not parts.fragment and "@" not in parts.netloc
    return is_plain and parts.scheme == "http" and parts.hostname in LOOPBACK


def credentials(request: WSGIRequest) -> tuple[str, str]:
    """The client's id and secret, from the Authorization header or else from the form."""
    kind, _, encoded = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return request.POST.get("client_id", ""), request.POST.get("client_secret", "")
    try:
        user, _, password = b64decode(encoded, validate=True).decode().partition(":")
    except ValueError:
        raise Refused("invalid_client", "The Authorization header is malformed.", 401) from None
    return user, password


def bearer(request: WSGIRequest) -> str:
    """The access token in the Authorization header; blank when there is none."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    return token if kind.lower() == "bearer" else ""
