"""Every address demands sign-in, but for the few that are named here."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

# Open without signing in, and why.
OPEN = {
    "health-live": "asked by machines",
    "health-ready": "asked by machines",
    "accounts-sign-in": "the door itself",
    "social:begin": "the way to Google",
    "social:complete": "the way back",
    "accounts-refused": "who was refused is not signed in",
}
SAMPLES = {"uuid": "7b0a1a52-5bd0-4a0c-8f43-4a1f2b3c4d5e", "int": "1"}


def patterns(resolver, prefix="", namespace=""):
    """Every address as (name, path with sample values)."""
    for entry in resolver.url_patterns:
        path = prefix + str(entry.pattern)
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, path, inner)
        elif isinstance(entry, URLPattern):
            yield f"{namespace}{entry.name}", "/" + filled(path)


def filled(path):
    """A path whose variables hold sample values."""

    def sample(match):
        kind, _, name = match.group(1).rpartition(":")
        if name in {"entities", "slug_plural"} or kind == "entity":
            return "articles"
        return SAMPLES.get(kind, "1" if "pk" in name or "id" in name else "hide")

    return re.sub(r"<([^>]+)>", sample, path).replace("^", "").replace("$", "")


ALL = sorted(set(patterns(get_resolver())))


def test_it_finds_the_addresses_at_all():
    assert len(ALL) > 15


def test_every_address_has_a_name_of_its_room():
    unnamed = [(name, path) for name, path in ALL if not re.fullmatch(r"[a-z]+[-:][a-z-]+", name)]
    assert unnamed == []


def test_the_open_addresses_are_still_there():
    assert OPEN.keys() <= {name for name, path in ALL}


@pytest.mark.parametrize(("name", "path"), [entry for entry in ALL if entry[0] not in OPEN])
def test_it_demands_sign_in(committed_db_once, name, path):
    for method in ("get", "post"):
        answer = getattr(Client(), method)(path)
        assert answer.status_code == 302, f"{method} {path} answered {answer.status_code}"
        assert answer["location"].startswith("/sign-in/"), f"{path} → {answer['location']}"
