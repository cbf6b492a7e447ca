"""Leaving, being made to leave, and being in without a role."""

from __future__ import annotations

import time

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.decorators import login_not_required
from django.contrib.sessions.models import Session
from django.http import HttpResponse
from django.test import Client
from django.utils.functional import SimpleLazyObject

from audit.actors import Actor
from audit.context import change
from audit.models import Event
from backoffice.accounts.middleware import AccessMiddleware
from tests.accounts.round_trip import browser, home, sign_in

Staff = get_user_model()
pytestmark = pytest.mark.usefixtures("committed_db", "provider")


@pytest.fixture
def vera(make_staff):
    return make_staff("vera@example.com", name="Vera")


@pytest.fixture
def signed_in(client, vera):
    sign_in(client, "vera@example.com")
    assert client.get(home()).status_code == 200
    return client


def switch_off(staff):
    params = {"email": staff.email, "role": staff.role, "before": staff.role}
    with change("staff.role_granted", actor=Actor.service("tests"), reason="off", params=params):
        Staff.objects.filter(pk=staff.pk).update(is_active=False)


def test_signing_out_ends_the_session_on_the_server(signed_in, vera):
    key = signed_in.session.session_key
    response = signed_in.post("/sign-out/")
    assert (response.status_code, response["Location"]) == (302, "/sign-in/")
    assert not Session.objects.filter(session_key=key).exists()
    event = Event.objects.get(name="session.ended")
    assert (event.actor_id, event.params) == (str(vera.pk), {"why": "signed_out"})
    assert signed_in.get(home()).status_code == 302


def test_signing_out_takes_a_post_with_a_csrf_token(signed_in):
    assert signed_in.get("/sign-out/").status_code == 405
    strict = browser(enforce_csrf_checks=True)
    strict.cookies = signed_in.cookies
    assert strict.post("/sign-out/").status_code == 403
    assert signed_in.get(home()).status_code == 200


def test_signing_out_without_a_session_leads_to_the_sign_in_page(client):
    response = client.post("/sign-out/")
    assert response["Location"].startswith("/sign-in/")
    assert not Event.objects.exists()


def test_switching_somebody_off_ends_their_session_at_once(signed_in, vera):
    key = signed_in.session.session_key
    switch_off(vera)
    response = signed_in.get(home())
    assert response.status_code == 403
    assert "staff_disabled" in response.content.decode()
    assert not Session.objects.filter(session_key=key).exists()
    assert Event.objects.get(name="session.ended").params == {"why": "disabled"}
    assert signed_in.get(home())["Location"].startswith("/sign-in/")


def test_taking_a_role_away_works_at_the_next_page(signed_in, make_staff):
    make_staff("vera@example.com", "none")
    assert signed_in.get(home()).status_code == 403
    make_staff("vera@example.com", "operator")
    assert signed_in.get(home()).status_code == 200


def test_a_session_ends_when_it_has_lasted_long_enough_however_often_it_was_used(
    signed_in, monkeypatch, settings
):
    session = signed_in.session
    session["started_at"] = int(time.time()) - settings.SESSION_COOKIE_AGE - 1
    session.save()
    response = signed_in.get(home())
    assert response.status_code == 403
    assert "session_too_old" in response.content.decode()
    assert Event.objects.get(name="session.ended").params == {"why": "too_old"}


def test_the_session_cookie_is_kept_from_scripts_and_other_sites(signed_in, settings):
    cookie = signed_in.cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"] and settings.EMBEDDED


class TestNolan:
    """Nolan has signed in and has no role."""

    @pytest.fixture
    def nolan(self, client):
        sign_in(client, "nolan@example.com")
        return client

    @pytest.mark.parametrize("page", ["/", "/help/components/"])
    def test_sees_no_page_but_the_one_that_says_whom_to_ask(self, nolan, make_staff, page):
        make_staff("ada@example.com", "admin", name="Ada")
        response = nolan.get(page)
        assert response.status_code == 403
        assert response.templates[0].name == "accounts/no_access.html"
        text = response.content.decode()
        assert "ada@example.com" in text and "nolan@example.com" in text
        assert "no-store" in response["Cache-Control"]

    def test_is_told_the_command_when_there_is_no_administrator(self, nolan):
        text = nolan.get("/").content.decode()
        assert "manage.py grant_role nolan@example.com admin" in text

    def test_may_sign_out_read_the_help_and_choose_a_language(self, nolan):
        assert nolan.get("/help/").status_code == 200
        assert nolan.post("/language/", {"language": "en"}).status_code == 302
        assert nolan.post("/theme/", {"theme": "dark"}).status_code == 302
        assert nolan.post("/sign-out/").status_code == 302
        assert "_auth_user_id" not in nolan.session


@pytest.mark.parametrize("page", ["/", "/help/", "/sign-out/", "/language/"])
def test_nobody_sees_anything_before_signing_in(client, page):
    response = client.get(page)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/?next=")


def test_a_page_that_needs_no_sign_in_is_served_without_a_look_at_the_session(rf):
    """So that health checks answer while the database does not."""

    @login_not_required
    def view(request):
        return HttpResponse("fine")

    request = rf.get("/")
    request.user = SimpleLazyObject(lambda: pytest.fail("the session was looked at"))
    middleware = AccessMiddleware(view)
    assert middleware.process_view(request, view, [], {}) is None
    assert middleware(request).content == b"fine"


def test_no_page_of_a_signed_in_person_stays_in_a_cache(people, committed_db):
    client = Client()
    client.force_login(people["otis"], backend="backoffice.accounts.google.GoogleSignIn")
    assert client.get("/articles/")["Cache-Control"] == "private, no-store"
