"""Signing in with Google, by the same code path against the local provider."""

from __future__ import annotations

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from django.contrib.auth import get_user_model
from social_django.models import Association, Nonce, UserSocialAuth

from audit.models import Event
from tests.accounts.round_trip import BEGIN, COMPLETE, begin, browser, choose, home, sign_in

Staff = get_user_model()
pytestmark = pytest.mark.usefixtures("committed_db", "provider")


def test_it_signs_in_somebody_who_was_given_a_role_by_address(client, make_staff):
    vera = make_staff("Vera@Example.com")
    response = sign_in(client, "vera@example.com")
    assert (response.status_code, response["Location"]) == (302, home())
    assert client.session["_auth_user_id"] == str(vera.pk)
    vera.refresh_from_db()
    assert (vera.name, vera.role) == ("Vera", "viewer")
    assert UserSocialAuth.objects.get().user == vera
    assert UserSocialAuth.objects.get().extra_data == {}


def test_it_records_the_start_of_the_session(client, make_staff):
    vera = make_staff("vera@example.com", name="Vera")
    sign_in(client, "vera@example.com")
    event = Event.objects.get(name="session.started")
    assert (event.kind, event.outcome) == ("access", "succeeded")
    assert (event.actor_kind, event.actor_id) == ("staff", str(vera.pk))
    assert str(event.client_address) == "127.0.0.1"


def test_it_makes_newcomers_of_the_domain_without_a_role(client):
    assert sign_in(client, "nolan@example.com").status_code == 302
    nolan = Staff.objects.get(email="nolan@example.com")
    assert (nolan.role, nolan.name, nolan.has_usable_password()) == ("none", "Nolan", False)
    joined = Event.objects.get(name="staff.joined")
    assert (joined.kind, joined.actor_kind, joined.actor_id) == ("change", "service", "sign-in")
    assert joined.params == {"email": "nolan@example.com"}


def test_it_knows_people_by_their_google_key_and_takes_over_a_new_address(
    client, make_staff, provider
):
    vera = make_staff("vera@example.com")
    sign_in(client, "vera@example.com")
    provider.faults = {"email": "vera.lim@example.com", "name": "Vera Lim"}
    sign_in(browser(), "vera@example.com")
    vera.refresh_from_db()
    assert (vera.email, vera.name, vera.role) == ("vera.lim@example.com", "Vera Lim", "viewer")
    assert Staff.objects.count() == 1
    renamed = Event.objects.filter(name="staff.renamed").latest("id")
    assert renamed.params == {"email": "vera.lim@example.com", "before": "vera@example.com"}


def test_it_writes_nothing_about_the_person_at_an_ordinary_second_sign_in(client, make_staff):
    make_staff("vera@example.com", name="Vera")
    sign_in(client, "vera@example.com")
    before = Event.objects.filter(kind="change").count()
    sign_in(browser(), "vera@example.com")
    assert Event.objects.filter(kind="change").count() == before


def test_it_changes_the_session_key(client, make_staff):
    make_staff("vera@example.com")
    address = begin(client)
    before = client.session.session_key
    client.get(choose(address, "vera@example.com"))
    assert client.session.session_key not in (None, before)


def test_it_leaves_nothing_of_the_sign_in_behind(client, make_staff):
    make_staff("vera@example.com")
    sign_in(client, "vera@example.com")
    assert (Nonce.objects.count(), Association.objects.count()) == (0, 0)


def test_it_sweeps_up_sign_ins_that_were_never_finished(client):
    Nonce.objects.create(server_url="x", timestamp=1, salt="old")
    Association.objects.create(
        server_url="x", handle="old", secret="", issued=1, lifetime=1, assoc_type="x"
    )
    begin(client)
    assert not Nonce.objects.filter(salt="old").exists()
    assert not Association.objects.filter(handle="old").exists()


def test_it_replaces_whoever_was_signed_in_before(client, make_staff):
    make_staff("vera@example.com")
    otis = make_staff("otis@example.com", "operator")
    sign_in(client, "vera@example.com")
    sign_in(client, "otis@example.com")
    assert client.session["_auth_user_id"] == str(otis.pk)
    assert UserSocialAuth.objects.get(user=otis).uid != ""
    assert Event.objects.get(name="session.ended").params == {"why": "replaced"}


def test_two_tabs_that_finish_one_after_the_other_never_join_two_accounts(client, make_staff):
    vera, otis = make_staff("vera@example.com"), make_staff("otis@example.com", "operator")
    first, second = begin(client), begin(client)
    client.get(choose(first, "vera@example.com"))
    before = client.session.session_key
    client.get(choose(second, "otis@example.com"))
    # The second tab's answer belonged to the session that the first one's sign-in has kept.
    assert client.session["_auth_user_id"] == str(otis.pk)
    assert client.session.session_key != before
    owners = UserSocialAuth.objects.order_by("pk").values_list("user", flat=True)
    assert list(owners) == [vera.pk, otis.pk]


@pytest.mark.parametrize("next_page", ["/help/", "/events/?actor=3&page=2", "/channels/7/"])
def test_it_leads_to_the_page_that_was_asked_for(client, make_staff, next_page):
    make_staff("vera@example.com")
    assert sign_in(client, "vera@example.com", next_page)["Location"] == next_page


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.test/",
        "//evil.test/",
        "///evil.test/",
        "/\\evil.test/",
        "\\\\evil.test/",
        "javascript:alert(1)",
        "http:evil.test",
        "\x01//evil.test",
        "http://127.0.0.1@evil.test/",
        "http://127.0.0.1.evil.test/",
    ],
)
def test_it_never_leads_anywhere_else(client, make_staff, next_page):
    make_staff("vera@example.com")
    page = client.get("/sign-in/", {"next": next_page})
    assert page.context["next"] == ""
    location = sign_in(client, "vera@example.com", next_page)["Location"]
    assert location == home()


def test_it_ignores_a_way_on_that_the_call_back_names(client, make_staff):
    make_staff("vera@example.com")
    back = choose(begin(client), "vera@example.com")
    assert client.get(f"{back}&next=https://evil.test/")["Location"].startswith(home())


def test_it_refuses_a_way_on_that_is_too_long(client):
    assert client.post(BEGIN, {"next": "/" + "x" * 2_000}).status_code == 400
    assert client.get("/sign-in/", {"next": "/" + "x" * 2_000}).context["next"] == ""


def test_it_shows_who_is_signed_in_the_way_on_at_once(client, make_staff):
    make_staff("vera@example.com")
    sign_in(client, "vera@example.com")
    assert client.get("/sign-in/?next=/help/")["Location"] == "/help/"
    assert client.get("/sign-in/?next=//evil.test")["Location"] == home()


def test_it_begins_by_post_with_a_csrf_token_only():
    client = browser(enforce_csrf_checks=True)
    assert client.get(BEGIN).status_code == 405
    assert client.post(BEGIN).status_code == 403
    assert client.post(COMPLETE).status_code in (403, 405)


def test_it_asks_google_for_a_work_account_with_state_nonce_and_pkce(client):
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["hd"] == ["example.com"]
    assert asked["prompt"] == ["select_account"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce", "code_challenge"} <= asked.keys()


@pytest.mark.parametrize("backend", ["github", "google-oauth2", "x" * 300])
def test_it_knows_no_other_provider(client, backend):
    assert client.post(f"/sign-in/{backend}/").status_code == 404
    assert client.get(f"/sign-in/{backend}/complete/").status_code == 404


def test_the_page_offers_one_button_and_both_languages(client):
    page = client.get("/sign-in/?next=/help/", headers={"accept-language": "en"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Sign in with Google" in text and 'lang="ko"' in text
    assert 'name="next" value="/help/"' in text
    assert re.search(
        r"form-action 'self' http://127\.0\.0\.1:\d+;", page["Content-Security-Policy"]
    )
    other = client.get("/help/nothing/")["Content-Security-Policy"]
    assert re.search(r"form-action 'self'(;|$)", other)


def test_the_page_remembers_the_language_that_was_chosen_on_it(client):
    client.get("/sign-in/?language=en")
    assert client.cookies["backoffice_language"].value == "en"
    client.get("/sign-in/?language=tlh")
    assert client.cookies["backoffice_language"].value == "en"
