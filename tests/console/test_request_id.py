"""Every request has an id; a proxy may give one, when it is harmless."""

import re

import pytest
from django.http import HttpResponse

from backoffice.console.middleware import RequestIdMiddleware


@pytest.fixture
def answer(rf):
    seen = []

    def view(request):
        seen.append(request.id)
        return HttpResponse()

    def ask(**headers):
        response = RequestIdMiddleware(view)(rf.get("/", headers=headers))
        assert response["X-Request-ID"] == seen[-1]
        return seen[-1]

    return ask


def test_it_makes_an_id(answer):
    first, second = answer(), answer()
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


def test_it_takes_a_well_formed_one(answer):
    assert answer(**{"x-request-id": "edge-7.f3a9_2026"}) == "edge-7.f3a9_2026"


@pytest.mark.parametrize(
    "given",
    ["", "short", "a" * 65, "with space in it", "tab\tinside", "<script>alert", "-starts-so"],
)
def test_it_replaces_what_is_not(answer, given):
    assert re.fullmatch(r"[0-9a-f]{32}", answer(**{"x-request-id": given}))
