"""Whatever an address or a form holds: a page that says what is wrong, never an error of ours."""

from urllib.parse import quote

import pytest
from django.test import Client

from backoffice.console import saved_views
from tests.content import make_help_center
from tests.contracts.test_masking import content_of
from tests.harness import databases
from tests.people import make_people

BAD = (
    "a\x00b",
    "-1",
    "9" * 400,
    "1e308",
    "²",
    "１２",
    "x" * 10_000,
    "2026-02-30",
    "9" * 19,
    "'\\<b>%",
)
ENCODED = ("%ff%fe", "%ed%a0%80")
READ = {
    "/activity/": ("before", "view", "scope", "since"),
    "/activity/fold/": ("at", "rows"),
    "/activity/export/csv/": ("scope", "until"),
    "/events/export/ndjson/": ("record",),
    "/articles/1/compare/": ("from", "to"),
    "/articles/1/as-of/": ("at",),
    "/articles/1/history/hidden/": ("version",),
    "/alerts/": ("state", "before"),
    "/jobs/": ("state", "before"),
    "/seals/": ("before",),
    "/activity/writers/": ("days",),
    "/views/": ("page", "query"),
}
PATHS = (
    "/alerts/{}/",
    "/alerts/rules/{}/",
    "/views/{}/",
    "/activity/export/{}/",
    "/articles/{}/as-of/",
)
WRITTEN = {
    "/views/": ("page", "name", "query"),
    "/views/1/": ("name", "query"),
    "/alerts/1/acknowledge/": ("note",),
    "/jobs/1/retry/": ("x",),
    "/activity/layout/": ("layout", "next"),
}


@pytest.fixture(scope="module")
def ada(committed_db_once):
    people = make_people()
    with databases.connect("product") as product:
        make_help_center(product)
    page = saved_views.page_called("activity")
    saved_views.save(people["ada"], page, "mine", "verb=hidden", shared=False, default=False)
    client = Client(headers={"accept-language": "en"}, raise_request_exception=False)
    client.force_login(people["ada"], backend="backoffice.accounts.google.GoogleSignIn")
    return client


def complaint(answer):
    """What is wrong with an answer; "" for a page, a file, or a refusal in words."""
    text = content_of(answer)
    if answer.status_code >= 500:
        return f"{answer.status_code}"
    if answer.status_code >= 400 and "<h1" not in text and answer.status_code != 405:
        return f"{answer.status_code} without a page"
    return ""


def complaints(answers):
    return [(where, said) for where, answer in answers if (said := complaint(answer))]


@pytest.mark.parametrize("page", READ)
def test_an_address_that_cannot_be_meant_is_answered_by_a_page(ada, page):
    assert ada.get(page).status_code in {200, 302, 400, 404}
    bad = [*map(quote, BAD), *ENCODED]
    queries = [f"{name}={value}" for name in READ[page] for value in bad]
    queries += [f"{name}=1&{name}=x&{name}=" for name in READ[page]] + ["&&=", "a=1;b=2"]
    assert complaints((q[:80], ada.get(f"{page}?{q}")) for q in queries) == []


@pytest.mark.parametrize("path", PATHS)
def test_an_id_that_cannot_be_one_is_answered_by_a_page(ada, path):
    parts = [*(quote(text, safe="") for text in BAD), *ENCODED]
    assert complaints((part[:80], ada.get(path.format(part))) for part in parts) == []


@pytest.mark.parametrize("page", WRITTEN)
def test_a_form_that_cannot_be_meant_is_answered_by_a_page(ada, page):
    for name in WRITTEN[page]:
        answers = [(text[:80], ada.post(page, {name: [text, text]})) for text in BAD]
        assert complaints(answers) == [], name
    assert complaints([("no form", ada.post(page, b"\x00" * 50, content_type="text/plain"))]) == []


@pytest.mark.parametrize("page", [*READ, *WRITTEN])
def test_another_method_is_refused(ada, page):
    for method in ("put", "delete", "patch", "trace", "options"):
        answer = getattr(ada, method)(page)
        assert answer.status_code in {405, 404}, method
    allowed = "post" if page in READ and page != "/views/" else "get"
    if page not in {"/views/", "/views/1/"}:
        assert getattr(ada, allowed)(page).status_code == 405
