"""Every sign-in that must not succeed: a clear page, an event, and nobody made or let in."""

from __future__ import annotations

import time
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from social_django.models import UserSocialAuth

from audit.actors import Actor
from audit.context import change
from audit.models import Event
from tests.accounts.round_trip import COMPLETE, begin, browser, choose, sign_in

Staff = get_user_model()
pytestmark = pytest.mark.usefixtures("committed_db", "provider")


def assert_refused(client, response, status: int, why: str, *, outcome: str = "denied"):
    """The whole effect: the page, the event, no session, and no row that was not there before."""
    assert response.status_code == status
    assert response.templates[0].name == "accounts/refused.html"
    assert response.context["code"] == why
    assert f"<code>{why}</code>" in response.content.decode()
    assert "no-store" in response["Cache-Control"]
    assert "_auth_user_id" not in client.session
    event = Event.objects.get(name="session.refused")
    assert (event.kind, event.outcome, event.params["why"]) == ("access", outcome, why)
    assert not Event.objects.filter(name__in=["session.started", "staff.joined"]).exists()
    assert not UserSocialAuth.objects.exists()
    return event


def test_mallory_is_outside_the_domain(client):
    event = assert_refused(client, sign_in(client, "mallory@elsewhere.test"), 403, "outside_domain")
    assert event.params["email"] == "mallory@elsewhere.test"
    assert event.params["hd"] == "elsewhere.test"
    assert not Staff.objects.exists()


@pytest.mark.parametrize(
    "hosted",
    [None, "", "elsewhere.test", "example.com.evil.test", "notexample.com", ["example.com"]],
)
def test_it_believes_only_the_hosted_domain_in_the_token(client, provider, hosted):
    provider.faults = {"hd": hosted}
    assert_refused(client, sign_in(client, "vera@example.com"), 403, "outside_domain")


def test_it_does_not_believe_the_userinfo_answer_about_the_domain(client, provider):
    provider.faults = {"hd": None}
    provider.userinfo_faults = {"hd": "example.com"}
    assert_refused(client, sign_in(client, "vera@example.com"), 403, "outside_domain")


@pytest.mark.parametrize("verified", [False, None, "true", 1])
def test_it_refuses_an_address_that_google_has_not_verified(client, provider, verified):
    provider.faults = {"email_verified": verified}
    assert_refused(client, sign_in(client, "vera@example.com"), 403, "email_unverified")


@pytest.mark.parametrize(
    ("fault", "status", "why"),
    [
        ({"aud": "another-client"}, 403, "invalid_claim"),
        ({"aud": ["backoffice-demo", "another"], "azp": None}, 403, "invalid_claim"),
        ({"azp": "another-client"}, 403, "invalid_claim"),
        ({"iss": "https://evil.test"}, 403, "invalid_claim"),
        ({"iss": None}, 403, "missing_claim"),
        ({"nonce": "another"}, 400, "nonce_mismatch"),
        ({"nonce": None}, 400, "nonce_mismatch"),
        # Named, because the workers of one run must collect the same names, each at its own time.
        pytest.param({"exp": int(time.time()) - 60}, 400, "response_expired", id="exp-over"),
        pytest.param({"iat": int(time.time()) - 3600}, 400, "response_expired", id="iat-long-ago"),
        ({"iat": None}, 403, "missing_claim"),
        ({"at_hash": "another"}, 403, "invalid_claim"),
        ({"sub": ""}, 403, "invalid_claim"),
        ({"sub": None}, 403, "missing_claim"),
        ({"sub": "x" * 256}, 403, "invalid_claim"),
        ({"email": "no-address"}, 403, "invalid_claim"),
        ({"email": None}, 403, "invalid_claim"),
        ({"email": f"{'x' * 250}@example.com"}, 403, "invalid_claim"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_refuses_a_token_that_does_not_prove_who_they_are(client, provider, fault, status, why):
    provider.faults = fault
    assert_refused(client, sign_in(client, "vera@example.com"), status, why)


def test_it_refuses_a_forged_signature(client, provider):
    provider.forged = True
    assert_refused(client, sign_in(client, "vera@example.com"), 403, "invalid_signature")


def test_it_refuses_a_userinfo_answer_about_someone_else(client, provider):
    provider.userinfo_faults = {"sub": "109999999999999999999"}
    assert_refused(client, sign_in(client, "vera@example.com"), 403, "invalid_claim")


def test_it_refuses_a_code_that_was_used_before(client):
    back = parse_qs(urlsplit(choose(begin(client), "vera@example.com")).query)
    thief = browser()
    state = parse_qs(urlsplit(begin(thief)).query)["state"][0]
    response = thief.get(COMPLETE, {"code": back["code"][0], "state": state})
    # The code is Vera's, and PKCE ties it to her browser: it is refused, and spent.
    assert_refused(thief, response, 400, "authorization_code_rejected")
    again = client.get(COMPLETE, {key: values[0] for key, values in back.items()})
    assert again.status_code == 400
    assert "_auth_user_id" not in client.session


def test_it_refuses_the_same_answer_twice(client, make_staff):
    make_staff("vera@example.com")
    back = choose(begin(client), "vera@example.com")
    assert client.get(back).status_code == 302
    client.cookies.clear()
    assert client.get(back).status_code == 400
    assert Event.objects.filter(name="session.started").count() == 1


@pytest.mark.parametrize("state", ["another", "x" * 5_000, "", "한글"])
def test_it_refuses_a_state_that_is_not_this_browsers(client, state):
    back = parse_qs(urlsplit(choose(begin(client), "vera@example.com")).query)
    response = client.get(COMPLETE, {"code": back["code"][0], "state": state})
    why = "missing_parameter" if not state else response.context["code"]
    assert why in ("missing_parameter", "session_context_missing", "state_mismatch")
    assert_refused(client, response, 400, why)


def test_it_refuses_an_answer_that_another_browser_asked_for(client):
    """Otherwise someone could make a victim work in the attacker's account."""
    back = choose(begin(client), "vera@example.com")
    victim = browser()
    response = victim.get(back)
    assert response.status_code == 400
    assert "_auth_user_id" not in victim.session


def test_it_only_logs_a_call_back_that_no_sign_in_awaits(client, caplog):
    for query in ("", "?state=x&code=y", "?error=access_denied"):
        assert client.get(f"{COMPLETE}{query}").status_code == 400
    assert not Event.objects.exists()
    assert not Session.objects.exists()
    assert "Sign-in refused" in caplog.text


def test_it_refuses_a_sign_in_that_took_too_long(client, monkeypatch):
    address = begin(client)
    back = choose(address, "vera@example.com")
    later = time.time() + 3_600
    monkeypatch.setattr("social_core.backends.oauth._time", lambda: later)
    assert_refused(client, client.get(back), 400, "state_mismatch")


def test_cancelling_leads_to_a_page_that_says_so(client):
    event = assert_refused(
        client, sign_in(client, ""), 400, "authorization_declined", outcome="cancelled"
    )
    assert (event.actor_kind, event.actor_id) == ("service", "sign-in")


def test_an_error_of_the_provider_leads_to_a_page(client):
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    query = urlencode({"error": "server_error", "error_description": "<b>x", "state": state})
    response = client.get(f"{COMPLETE}?{query}")
    assert response.status_code in (400, 503)
    assert "<b>x" not in response.content.decode()
    assert Event.objects.get(name="session.refused").outcome == "failed"


def test_it_says_so_when_google_cannot_be_reached(client, settings):
    settings.GOOGLE_OIDC_ENDPOINT = "http://127.0.0.1:1"
    response = client.post("/sign-in/google/")
    assert_refused(client, response, 503, "connection_failed", outcome="failed")


def test_it_refuses_a_discovery_document_of_another_issuer_and_forgets_it(client, provider):
    true, provider.issuer = provider.issuer, "http://127.0.0.1:9"
    from backoffice.accounts.google import GoogleSignIn

    GoogleSignIn.get_openid_configuration.invalidate()
    try:
        assert client.post("/sign-in/google/").status_code == 403
    finally:
        provider.issuer = true
    assert begin(client).startswith(true)


def test_who_was_switched_off_is_refused_by_name(client, make_staff):
    vera = make_staff("vera@example.com")
    with change("staff.role_granted", actor=Actor.service("tests"), reason="off", params=PARAMS):
        Staff.objects.filter(pk=vera.pk).update(is_active=False)
    event = assert_refused(client, sign_in(client, "vera@example.com"), 403, "staff_disabled")
    assert (event.actor_kind, event.actor_id) == ("staff", str(vera.pk))


def test_an_address_that_was_given_to_someone_else_is_refused(client, make_staff, provider):
    """A new Vera inherits the address of the one who left, but neither her role nor her history."""
    vera = make_staff("vera@example.com")
    sign_in(client, "vera@example.com")
    provider.faults = {"sub": "107777777777777777777"}
    provider.userinfo_faults = {"sub": "107777777777777777777"}
    newcomer = browser()
    response = sign_in(newcomer, "vera@example.com")
    assert response.status_code == 403
    assert "address_taken" in response.content.decode()
    assert "_auth_user_id" not in newcomer.session
    assert list(UserSocialAuth.objects.values_list("user", flat=True)) == [vera.pk]


def test_a_new_address_that_stands_for_someone_else_here_is_refused(client, make_staff, provider):
    make_staff("vera@example.com")
    make_staff("otis@example.com", "operator")
    sign_in(client, "vera@example.com")
    provider.faults = {"email": "otis@example.com"}
    response = sign_in(browser(), "vera@example.com")
    assert response.status_code == 403
    assert Staff.objects.filter(email="vera@example.com", role="viewer").exists()


PARAMS = {"email": "vera@example.com", "role": "viewer", "before": "viewer"}
