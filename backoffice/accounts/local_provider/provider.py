"""The provider as one WSGI application: discovery, `/authorize`, `/token`, `/userinfo`, `/keys`."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import DisallowedHost
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.utils import translation

from backoffice.accounts.demo import PEOPLE, DemoPerson
from backoffice.accounts.local_provider.asking import Refused, asked_by, bearer, credentials
from backoffice.accounts.local_provider.pages import page, static_file
from backoffice.accounts.local_provider.tokens import (
    CODE_SECONDS,
    TOKEN_SECONDS,
    Grant,
    Shelf,
    SigningKey,
    answers_challenge,
    hash_of_access_token,
)

BODY_LIMIT = 20_000
_FOR_PROGRAMS = ("/token", "/userinfo", "/keys", "/.well-known/openid-configuration")


class Provider:
    """The application. Tests override `claims` and `profile` to sign what must be refused.

    Args:
        issuer: its own address, such as http://127.0.0.1:8001.
        client_id, client_secret: what the console must present.
        people: whom the page offers.
    """

    def __init__(
        self,
        issuer: str,
        client_id: str,
        client_secret: str,
        people: Sequence[DemoPerson] = PEOPLE,
    ) -> None:
        self.issuer = issuer
        self.client = (client_id, client_secret)
        self.people = {person.email: person for person in people}
        self.key = SigningKey()
        self.codes, self.tokens = Shelf(CODE_SECONDS), Shelf(TOKEN_SECONDS)
        self._routes: dict[tuple[str | None, str], Callable[[WSGIRequest], HttpResponse]] = {
            ("GET", "/"): self.welcome,
            ("GET", "/.well-known/openid-configuration"): self.discovery,
            ("GET", "/keys"): self.keys,
            ("GET", "/authorize"): self.ask,
            ("POST", "/authorize"): self.answer,
            ("POST", "/token"): self.exchange,
            ("GET", "/userinfo"): self.userinfo,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        request = WSGIRequest(environ)
        with translation.override(translation.get_language_from_request(request)):
            response = self.respond(request)
        response.headers.setdefault("Cache-Control", "no-store")
        status = f"{response.status_code} {response.reason_phrase}"
        start_response(status, list(response.items()))
        return response

    def respond(self, request: WSGIRequest) -> HttpResponse:
        """The answer to a request; a refusal is JSON for programs and a page for people."""
        try:
            return self._route(request)
        except Refused as refused:
            if request.path in _FOR_PROGRAMS:
                answer = {"error": refused.error, "error_description": refused.description}
                return JsonResponse(answer, status=refused.status)
            return page("local_provider_refused", {"refused": refused}, refused.status)

    def _route(self, request: WSGIRequest) -> HttpResponse:
        try:
            request.get_host()
        except DisallowedHost:
            raise Refused("invalid_request", "This provider serves this machine only.") from None
        length = request.META.get("CONTENT_LENGTH") or "0"
        # Not `isdigit`: digits of other scripts are digits to Python, and some no number to it.
        if not re.fullmatch(r"[0-9]{1,9}", length) or int(length) > BODY_LIMIT:
            raise Refused("invalid_request", "The request is too large.", 413)
        if request.method == "GET" and request.path.startswith("/static/"):
            return static_file(request.path.removeprefix("/static/"))
        route = self._routes.get((request.method, request.path))
        if route is None:
            raise Refused("not_found", "There is nothing at this address.", 404)
        return route(request)

    def discovery(self, request: WSGIRequest) -> HttpResponse:
        """The document that says where everything is."""
        return JsonResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token",
                "userinfo_endpoint": f"{self.issuer}/userinfo",
                "jwks_uri": f"{self.issuer}/keys",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile"],
                "token_endpoint_auth_methods_supported": [
                    "client_secret_basic",
                    "client_secret_post",
                ],
                "code_challenge_methods_supported": ["plain", "S256"],
            }
        )

    def keys(self, request: WSGIRequest) -> HttpResponse:
        """The public keys."""
        return JsonResponse({"keys": [self.key.public()]})

    def welcome(self, request: WSGIRequest) -> HttpResponse:
        """Says what this is, to who opens the address by hand."""
        return page("local_provider_welcome", {})

    def ask(self, request: WSGIRequest) -> HttpResponse:
        """The page that asks whom to sign in as."""
        asked = asked_by(request.GET, self.client[0])
        context = {"people": self.people.values(), "hidden": asked.hidden()}
        return page("local_provider", context)

    def answer(self, request: WSGIRequest) -> HttpResponse:
        """Back to the console, with a code or with a refusal."""
        asked = asked_by(request.POST, self.client[0])
        person = self.people.get(request.POST.get("person", ""))
        back = {"state": asked.state, "error": "access_denied"}
        if person:
            back = {"state": asked.state, "code": self.codes.put(Grant(person, asked))}
        return HttpResponseRedirect(f"{asked.redirect_uri}?{urlencode(back)}")

    def exchange(self, request: WSGIRequest) -> HttpResponse:
        """A code for an access token and a signed ID token, once."""
        form = request.POST
        given = "\n".join(credentials(request))
        if not secrets.compare_digest(given.encode(), "\n".join(self.client).encode()):
            raise Refused("invalid_client", "The client's id or secret is wrong.", 401)
        if form.get("grant_type") != "authorization_code":
            raise Refused("unsupported_grant_type", "Only authorization_code is served.")
        grant = self.codes.take(form.get("code", ""))
        if grant is None:
            raise Refused("invalid_grant", "The code is unknown, used or expired.")
        if form.get("redirect_uri") != grant.asked.redirect_uri:
            raise Refused("invalid_grant", "redirect_uri is not the one that was asked for.")
        if not answers_challenge(grant.asked, form.get("code_verifier", "")):
            raise Refused("invalid_grant", "code_verifier does not answer the challenge.")
        access_token = self.tokens.put(grant)
        return JsonResponse(
            {
                "access_token": access_token,
                "id_token": self.key.sign(self.claims(grant, access_token)),
                "token_type": "Bearer",
                "expires_in": TOKEN_SECONDS,
            }
        )

    def userinfo(self, request: WSGIRequest) -> HttpResponse:
        """Who an access token stands for."""
        grant = self.tokens.look(bearer(request))
        if grant is None:
            raise Refused("invalid_token", "The access token is unknown or expired.", 401)
        return JsonResponse(self.profile(grant.person))

    def profile(self, person: DemoPerson) -> dict[str, Any]:
        """What both the token and the userinfo answer say of a person."""
        return {
            "sub": person.subject,
            "email": person.email,
            "email_verified": person.email_verified,
            "hd": person.domain,
            "name": person.name,
        }

    def claims(self, grant: Grant, access_token: str) -> dict[str, Any]:
        """The ID token's claims."""
        now = int(time.time())
        return {
            **self.profile(grant.person),
            "iss": self.issuer,
            "aud": self.client[0],
            "azp": self.client[0],
            "iat": now,
            "exp": now + TOKEN_SECONDS,
            "nonce": grant.asked.nonce,
            "at_hash": hash_of_access_token(access_token),
        }
