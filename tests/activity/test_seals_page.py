"""The page of the seals: the newest mark, what waits, and how to verify."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from audit.alert_builtin import unsealed
from audit.seals import newest_seal, newest_seals, seal_pending


@pytest.fixture
def signed_in(people):
    def browser(name):
        client = Client(headers={"accept-language": "en"})
        client.force_login(people[name], backend="backoffice.accounts.google.GoogleSignIn")
        return client

    return browser


def page(client):
    return client.get("/seals/").content.decode()


def test_it_shows_the_newest_mark_and_the_command_that_verifies_it(site, signed_in):
    seal_pending()
    mark = newest_seal().mark
    shown = page(signed_in("ada"))
    assert f"manage.py verify_seals --expect {mark}" in shown
    assert "Keep this mark elsewhere" in shown
    call_command("verify_seals", "--expect", mark)


def test_it_says_how_many_events_wait_and_since_when(site, signed_in):
    waiting, oldest = unsealed()
    assert waiting > 0
    assert timezone.now() - oldest < timedelta(minutes=5)
    assert f"{waiting} events" in page(signed_in("ada"))
    seal_pending()
    assert unsealed() == (0, None)
    assert "0 events" in page(signed_in("ada"))


def test_it_says_so_while_nothing_is_sealed(committed_db, signed_in):
    shown = page(signed_in("ada"))
    assert "Nothing is sealed yet." in shown
    assert "--expect" not in shown


def test_it_shows_the_last_seals_newest_first(site, signed_in):
    seal_pending(batch=5)
    seals = newest_seals(3)
    assert [seal.id for seal in seals] == sorted((seal.id for seal in seals), reverse=True)
    shown = page(signed_in("ada"))
    assert shown.index(seals[0].short) < shown.index(seals[1].short)


@pytest.mark.parametrize("name", ["vera", "otis"])
def test_it_refuses_whoever_does_not_answer_for_the_audit(committed_db, signed_in, name):
    client = signed_in(name)
    assert client.get("/seals/").status_code == 403
    assert "/seals/" not in client.get("/").content.decode()


def test_the_home_page_shows_it_to_those_who_may(site, signed_in):
    seal_pending()
    mark = newest_seal().mark
    assert mark in signed_in("ada").get("/").content.decode()
    assert mark not in signed_in("otis").get("/").content.decode()


def test_it_asks_a_handful_of_queries(site, signed_in, django_assert_max_num_queries):
    seal_pending()
    client = signed_in("ada")
    page(client)
    with django_assert_max_num_queries(8):
        page(client)
