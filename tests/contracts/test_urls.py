"""Every address demands sign-in and a role, but for the few that are named here with the reason."""

import re

import pytest
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import URLPattern, URLResolver, get_resolver, path, resolve

from tests.people import make_people

# Open to everybody.
OPEN = {
    "health-live": "asked by machines",
    "health-ready": "asked by machines",
    "accounts-sign-in": "the door itself",
    "social:begin": "the way to Google",
    "social:complete": "the way back",
}
# Open to whoever is signed in, without any role.
OPEN_WITHOUT_ROLE = {
    "accounts-sign-out": "whoever came in may leave",
    "console-help": "tells how to get a role",
    "console-help-topic": "the same",
    "console-language": "the page without access is read in two languages",
    "console-theme": "and seen in two themes",
}
# A value for every variable of our addresses: they must lead to the address itself.
SAMPLES = {
    "backend": "google",
    "entity": "articles",
    "field": "hidden",
    "kind": "csv",
    "name": "article.hide",
    "pk": "1",
    "slug": "keyboard",
    "token": "7b0a1a52-5bd0-4a0c-8f43-4a1f2b3c4d5e",
}


def addresses(resolver, prefix="", namespace=""):
    """Every address as (name, path with sample values)."""
    for entry in resolver.url_patterns:
        route = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from addresses(entry, route, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", "/" + filled(route)


def filled(route):
    """A route whose variables hold their samples; a variable without one is a new one."""
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda match: SAMPLES[match.group(1)], route)


def complaint(client, address):
    """What is wrong with how an address answers a stranger; "" when it sends them to sign in."""
    for method in ("get", "head", "post", "put", "delete"):
        answer = getattr(client, method)(address)
        if answer.status_code != 302 or not answer["location"].startswith("/sign-in/?next="):
            return f"{method} {address} answered {answer.status_code}"
    return ""


ALL = sorted(set(addresses(get_resolver())))
CLOSED = [entry for entry in ALL if entry[0] not in OPEN]
every_closed = pytest.mark.parametrize(("name", "address"), CLOSED)


def test_it_finds_the_addresses_at_all():
    assert len(ALL) > 15


def test_every_address_has_a_name_of_its_room():
    unnamed = [entry for entry in ALL if not re.fullmatch(r"[a-z]+[-:][a-z-]+", entry[0])]
    assert unnamed == []


@pytest.mark.parametrize(("name", "address"), ALL)
def test_the_sample_leads_to_the_address_itself(name, address):
    assert resolve(address).view_name == name


def test_the_open_addresses_are_still_there():
    assert OPEN.keys() | OPEN_WITHOUT_ROLE.keys() <= {name for name, address in ALL}


@every_closed
def test_it_demands_sign_in(committed_db_once, name, address):
    assert complaint(Client(), address) == ""


@every_closed
def test_it_demands_a_role(nolan, name, address):
    found = {nolan.get(address).status_code, nolan.post(address).status_code}
    assert (found == {403}) == (name not in OPEN_WITHOUT_ROLE), f"{address} answered {found}"


@pytest.fixture(scope="module")
def nobody_with_a_role(committed_db_once):
    return make_people()["nolan"]


@pytest.fixture
def nolan(nobody_with_a_role):
    client = Client()
    client.force_login(nobody_with_a_role, backend="backoffice.accounts.google.GoogleSignIn")
    return client


@login_not_required
def answer_anyone(request):
    return HttpResponse("all our customers")


class WithAnOpenAddress:
    """Addresses among which somebody has left one open."""

    urlpatterns = [path("open/", answer_anyone, name="entities-open"), *get_resolver().url_patterns]


@override_settings(ROOT_URLCONF=WithAnOpenAddress)
def test_it_would_notice_a_new_address_that_is_open(committed_db_once):
    new = set(addresses(get_resolver())) - set(ALL)
    assert new == {("entities-open", "/open/")}
    assert complaint(Client(), "/open/") == "get /open/ answered 200"
