"""Error pages: what is wrong, what to do next, the id and a way on, whatever is broken."""

import logging

import pytest
from django.core.exceptions import BadRequest, PermissionDenied
from django.db import OperationalError
from django.http import Http404, HttpResponse
from django.test import Client
from django.urls import include, path

from backoffice.console import errors
from tests.console.drawing import Person, request_of


def _raise(error):
    def view(request):
        raise error

    view.login_required = False
    return view


urlpatterns = [
    path("boom", _raise(RuntimeError("secret detail"))),
    path("denied", _raise(PermissionDenied("Vera may not do this."))),
    path("odd", _raise(BadRequest("The id is not a number."))),
    path("gone", _raise(Http404("That record was deleted."))),
    path("", include("backoffice.urls")),
]
handler400 = "backoffice.console.errors.bad_request"
handler403 = "backoffice.console.errors.permission_denied"
handler404 = "backoffice.console.errors.not_found"
handler500 = "backoffice.console.errors.server_error"


def english(**options):
    return Client(headers={"accept-language": "en"}, **options)


@pytest.fixture
def otis(browse):
    return browse("otis", headers={"accept-language": "en"})


def says(response, status, *texts):
    """The page has the status, a heading, the request's id, a way on, and the texts."""
    page = response.content.decode()
    assert response.status_code == status
    assert response["X-Request-ID"] in page
    assert "<h1>" in page
    assert 'href="/"' in page
    for text in texts:
        assert text in page
    return page


def test_an_unknown_address_is_a_page_with_the_navigation(otis):
    page = says(otis.get("/no/such/page"), 404, "There is nothing here", "Search for the name")
    assert 'id="navigation"' in page


@pytest.mark.usefixtures("committed_db_once")
def test_nobody_signed_in_sees_it_without_the_navigation():
    page = says(english().get("/no/such/page"), 404, "There is nothing here")
    assert 'id="navigation"' not in page


def test_a_wrong_method_is_a_page_that_keeps_which_are_allowed(otis):
    response = otis.post("/help/")
    says(response, 405, "This address cannot be used that way")
    assert "GET" in response["Allow"]


def test_a_request_for_data_gets_no_page(otis):
    response = otis.post("/help/", headers={"accept": "application/json"})
    assert response.status_code == 405
    assert response.content == b""


def test_a_form_without_its_token_is_refused_with_a_page(browse):
    client = browse("otis", headers={"accept-language": "en"}, enforce_csrf_checks=True)
    says(client.post("/theme/", {"theme": "dark"}), 403, "This form has expired")
    assert "backoffice_theme" not in client.cookies


def test_a_request_that_is_too_large_is_refused_with_a_page(otis, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    says(otis.post("/theme/", {"theme": "d" * 1_000}), 413, "This is too large")
    assert "backoffice_theme" not in otis.cookies


def test_a_foreign_host_is_refused_with_a_page():
    client = english()
    says(client.get("/", headers={"host": "evil.example"}), 400, "This request cannot be read")


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("committed_db_once")
@pytest.mark.parametrize(
    ("address", "status", "text"),
    [
        ("/denied", 403, "Vera may not do this."),
        ("/odd", 400, "The id is not a number."),
        ("/gone", 404, "That record was deleted."),
    ],
)
def test_what_the_code_said_is_on_the_page(address, status, text):
    says(english().get(address), status, text)


@pytest.mark.urls(__name__)
@pytest.mark.usefixtures("committed_db_once")
def test_a_crash_is_a_page_that_tells_no_secrets(caplog):
    client = english(raise_request_exception=False)
    client.cookies["backoffice_theme"] = "dark"
    response = client.get("/boom")
    page = says(response, 500, "Something went wrong in the console")
    assert "secret detail" not in page
    assert 'data-theme="dark"' in page
    assert f"Request {response['X-Request-ID']} failed at GET /boom" in caplog.text


class Nobody:
    """A person whose session cannot be read, as when the database is gone."""

    @property
    def is_authenticated(self):
        raise OperationalError("the database is gone")


def test_it_needs_no_database(caplog):
    request = request_of()
    request.user = Nobody()
    response = errors.not_found(request, Http404())
    assert response.status_code == 404
    assert "<h1>" in response.content.decode()
    assert "drawing it bare" in caplog.text


def test_it_falls_back_to_plain_text_and_never_raises(monkeypatch, caplog):
    def broken(*args):
        raise RuntimeError("no templates")

    monkeypatch.setattr(errors, "render_to_string", broken)
    caplog.set_level(logging.ERROR)
    response = errors.server_error(request_of())
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/plain")
    assert "f00dfeed" in response.content.decode()


def test_a_detail_is_escaped_and_bounded():
    request = request_of(Person(role="none"))
    page = errors.permission_denied(request, PermissionDenied("<b>" + "가" * 5_000))
    text = page.content.decode()
    assert "&lt;b&gt;가" in text
    assert text.count("가") < 500


def test_a_filled_response_is_left_alone(rf):
    from backoffice.console.middleware import ErrorPageMiddleware

    answer = HttpResponse("mine", status=404)
    assert ErrorPageMiddleware(lambda request: answer)(rf.get("/")).content == b"mine"
