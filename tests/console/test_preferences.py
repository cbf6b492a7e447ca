"""The switches of language and theme: a cookie, and back to where the person was."""

import pytest


def test_korean_is_the_default(otis):
    page = otis.get("/help/").content.decode()
    assert '<html lang="ko" data-theme="auto">' in page


def test_a_browser_is_asked_for_its_language_and_the_switch_wins(otis):
    english = {"accept-language": "en-GB,en;q=0.8"}
    assert '<html lang="en"' in otis.get("/help/", headers=english).content.decode()
    otis.post("/language/", {"language": "ko"})
    assert '<html lang="ko"' in otis.get("/help/", headers=english).content.decode()


def test_the_language_switch_leads_back_and_lasts(otis):
    back = "/activity/?who=%EA%B9%80&after=9"
    response = otis.post("/language/", {"language": "en", "next": back})
    assert (response.status_code, response["location"]) == (302, back)
    cookie = otis.cookies["backoffice_language"]
    assert cookie.value == "en"
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert '<html lang="en"' in otis.get("/help/").content.decode()


def test_the_theme_is_set_by_the_server_and_goes_round(otis):
    for chosen, following in [("light", "dark"), ("dark", "auto"), ("auto", "light")]:
        response = otis.post("/theme/", {"theme": chosen, "next": "/help/"})
        page = otis.get(response["location"]).content.decode()
        assert f'data-theme="{chosen}"' in page
        assert f'name="theme" value="{following}"' in page


def test_an_unknown_theme_in_the_cookie_is_ignored(otis):
    otis.cookies["backoffice_theme"] = '"><script>'
    assert 'data-theme="auto"' in otis.get("/help/").content.decode()


@pytest.mark.parametrize("address", ["/theme/", "/language/"])
@pytest.mark.parametrize("value", ["", "pink", "fr", "k" * 5_000, "ko\r\nX: y"])
def test_what_is_not_offered_is_refused(otis, address, value):
    response = otis.post(address, {"theme": value, "language": value})
    assert response.status_code == 400
    assert {"backoffice_theme", "backoffice_language"}.isdisjoint(otis.cookies)


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "/\\evil.example",
        "http:///evil.example",
        "javascript:alert(1)",
        "https://testserver@evil.example/",
        "/help/?" + "a" * 5_000,
        "",
    ],
)
@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_it_never_leads_out_of_the_console(otis, address, target):
    data = {"theme": "dark", "language": "en", "next": target}
    response = otis.post(address, data, headers={"referer": "https://evil.example/"})
    assert (response.status_code, response["location"]) == (302, "/")


@pytest.mark.parametrize("address", ["/theme/", "/language/"])
def test_a_link_cannot_set_them(otis, address):
    response = otis.get(address, {"theme": "dark", "language": "en"})
    assert response.status_code == 405
    assert {"backoffice_theme", "backoffice_language"}.isdisjoint(otis.cookies)
