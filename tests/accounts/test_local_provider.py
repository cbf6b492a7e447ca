"""The local OpenID provider by itself: strict about what a real one is strict about."""

from __future__ import annotations

import base64
import hashlib
import time
from urllib.parse import parse_qs, urlsplit
from wsgiref.util import setup_testing_defaults

import jwt
import pytest
import requests
from django.conf import settings as django_settings

from backoffice.accounts.local_provider.tokens import KEPT, Grant, Shelf
from tests.accounts.round_trip import hidden_inputs

REDIRECT = "http://127.0.0.1:8000/sign-in/google/complete/"
VERIFIER = "v" * 43


def challenge(verifier: str = VERIFIER) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


@pytest.fixture
def asked():
    return {
        "client_id": django_settings.GOOGLE_CLIENT_ID,
        "redirect_uri": REDIRECT,
        "response_type": "code",
        "scope": "openid email profile",
        "state": "한 state&x",
        "nonce": "n-1",
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
    }


@pytest.fixture
def exchange(provider):
    """Exchanges a code, with the right secret and verifier unless told otherwise."""

    def send(code: str, *, auth=None, **fields: str) -> requests.Response:
        form = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "code_verifier": VERIFIER,
            **fields,
        }
        return requests.post(f"{provider.issuer}/token", form, auth=auth or CLIENT, timeout=5)

    return send


CLIENT = (django_settings.GOOGLE_CLIENT_ID, django_settings.GOOGLE_CLIENT_SECRET)


def code_for(provider, asked, person="vera@example.com"):
    answer = requests.post(
        f"{provider.issuer}/authorize",
        {**asked, "person": person},
        allow_redirects=False,
        timeout=5,
    )
    return {key: v[0] for key, v in parse_qs(urlsplit(answer.headers["Location"]).query).items()}


def test_the_page_offers_the_people_as_buttons_and_says_what_it_is(provider, asked):
    page = requests.get(
        f"{provider.issuer}/authorize", asked, headers={"Accept-Language": "en"}, timeout=5
    )
    assert page.status_code == 200
    for name in ("vera@", "otis@", "ada@", "nolan@"):
        assert f'name="person" value="{name}example.com"' in page.text
    assert 'value="mallory@elsewhere.test"' in page.text
    assert "Demo only: this page stands in for Google" in page.text
    assert hidden_inputs(page.text) == asked
    assert "<script" not in page.text and "style=" not in page.text
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_it_serves_the_stylesheets_of_its_page_and_nothing_else(provider, asked):
    style = requests.get(f"{provider.issuer}/static/css/backoffice.css", timeout=5)
    assert style.headers["Content-Type"].startswith("text/css")
    for path in ("/static/../manage.py", "/static/js/console.js", "/static/css/no.css", "/admin"):
        assert requests.get(f"{provider.issuer}{path}", timeout=5).status_code == 404
    assert requests.get(f"{provider.issuer}/", timeout=5).status_code == 200


def test_a_code_becomes_a_signed_token_with_everything_in_it(provider, asked, exchange):
    back = code_for(provider, asked)
    assert back["state"] == asked["state"]
    tokens = exchange(back["code"]).json()
    keys = requests.get(f"{provider.issuer}/keys", timeout=5).json()["keys"]
    key = jwt.PyJWK(keys[0])
    claims = jwt.decode(
        tokens["id_token"], key, ["RS256"], audience=CLIENT[0], issuer=provider.issuer
    )
    assert (claims["email"], claims["hd"], claims["email_verified"], claims["nonce"]) == (
        "vera@example.com",
        "example.com",
        True,
        "n-1",
    )
    assert "d" not in keys[0]
    who = requests.get(
        f"{provider.issuer}/userinfo",
        headers={"Authorization": f"Bearer {tokens['access_token']}"},
        timeout=5,
    ).json()
    assert who["sub"] == claims["sub"]


def test_the_secret_may_come_in_the_form(provider, asked, exchange):
    form = {"client_id": CLIENT[0], "client_secret": CLIENT[1]}
    code = code_for(provider, asked)["code"]
    answer = exchange(code, auth=lambda request: request, **form)
    assert answer.status_code == 200


def test_a_code_works_once(provider, asked, exchange):
    code = code_for(provider, asked)["code"]
    assert exchange(code).status_code == 200
    again = exchange(code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("change", "status", "error"),
    [
        ({"auth": (CLIENT[0], "wrong")}, 401, "invalid_client"),
        ({"auth": ("wrong", CLIENT[1])}, 401, "invalid_client"),
        ({"code_verifier": "w" * 43}, 400, "invalid_grant"),
        ({"code_verifier": ""}, 400, "invalid_grant"),
        ({"redirect_uri": "http://127.0.0.1:9/"}, 400, "invalid_grant"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
    ],
    ids=["secret", "client", "verifier", "no verifier", "redirect", "grant type"],
)
def test_it_exchanges_a_code_for_its_owner_only(provider, asked, exchange, change, status, error):
    answer = exchange(code_for(provider, asked)["code"], **change)
    assert (answer.status_code, answer.json()["error"]) == (status, error)


def test_it_wants_no_verifier_where_no_challenge_was_sent(provider, asked, exchange):
    asked |= {"code_challenge": "", "code_challenge_method": ""}
    assert exchange(code_for(provider, asked)["code"]).status_code == 400
    assert exchange(code_for(provider, asked)["code"], code_verifier="").status_code == 200


def test_a_code_expires(provider, asked, exchange, monkeypatch):
    code = code_for(provider, asked)["code"]
    later = time.monotonic() + 61
    monkeypatch.setattr("backoffice.accounts.local_provider.tokens.time.monotonic", lambda: later)
    assert exchange(code).json()["error"] == "invalid_grant"


@pytest.mark.parametrize(
    "change",
    [
        {"redirect_uri": "https://evil.test/"},
        {"redirect_uri": "http://127.0.0.1.evil.test/"},
        {"redirect_uri": "http://evil.test@127.0.0.1/"},
        {"redirect_uri": "javascript:alert(1)"},
        {"redirect_uri": "http://[::1"},
        {"redirect_uri": ""},
        {"client_id": "another"},
        {"response_type": "token"},
        {"scope": "email"},
        {"code_challenge_method": "S512"},
        {"state": "x" * 2_001},
    ],
    ids=lambda change: str(change)[:50],
)
def test_it_serves_no_sign_in_that_leads_elsewhere(provider, asked, change):
    page = requests.get(f"{provider.issuer}/authorize", {**asked, **change}, timeout=5)
    assert page.status_code == 400
    assert "person" not in hidden_inputs(page.text)
    answer = requests.post(
        f"{provider.issuer}/authorize",
        {**asked, **change, "person": "vera@example.com"},
        allow_redirects=False,
        timeout=5,
    )
    assert answer.status_code == 400
    assert "Location" not in answer.headers


def test_cancelling_brings_back_an_error(provider, asked):
    assert code_for(provider, asked, "") == {"error": "access_denied", "state": asked["state"]}
    assert "code" not in code_for(provider, asked, "stranger@example.com")


@pytest.mark.parametrize("token", ["", "Bearer", "Bearer x", "Basic eDp5"])
def test_it_tells_nobody_without_a_token(provider, token):
    answer = requests.get(
        f"{provider.issuer}/userinfo", headers={"Authorization": token}, timeout=5
    )
    assert answer.status_code == 401


def test_it_serves_this_machine_only_and_small_requests_only(provider, asked):
    rebound = requests.get(f"{provider.issuer}/keys", headers={"Host": "evil.test"}, timeout=5)
    assert rebound.status_code == 400
    large = requests.post(f"{provider.issuer}/token", {"code": "x" * 30_000}, timeout=5)
    assert large.status_code == 413


@pytest.mark.parametrize("length", ["²", "١٢", "-1", "1e3", " 1", "0" * 20 + "9" * 9, "9" * 30])
def test_a_length_that_is_no_number_of_bytes_is_refused(provider, length):
    environ: dict = {}
    setup_testing_defaults(environ)
    environ |= {"CONTENT_LENGTH": length, "REQUEST_METHOD": "POST", "PATH_INFO": "/token"}
    said = []
    body = b"".join(provider(environ, lambda status, headers: said.append(status)))
    assert said == ["413 Request Entity Too Large"]
    assert b"too large" in body


def test_it_keeps_a_bounded_number_of_codes():
    shelf, grant = Shelf(60), Grant(None, None)
    first = shelf.put(grant)
    for _ in range(KEPT):
        last = shelf.put(grant)
    assert shelf.look(first) is None
    assert shelf.take(last) is grant
    assert shelf.take(last) is None
