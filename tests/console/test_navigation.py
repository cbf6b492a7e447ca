"""The sidebar: what rooms register, for those who may, and where one is."""

import pytest
from django.core.checks import run_checks
from django.urls import NoReverseMatch

from backoffice.console import checks, navigation
from tests.console.drawing import Person, request_of


@pytest.fixture
def entries(monkeypatch):
    """A sidebar of its own for the test."""
    fresh: dict[str, navigation.Entry] = {}
    monkeypatch.setattr(navigation, "_entries", fresh)
    navigation.register("work", "Later", "/later/", "clock", 20)
    navigation.register("work", "Sooner", "/sooner/", "clock", 10)
    navigation.register("top", "Home", "console-home", "home", 0)
    navigation.register("manage", "Secrets", "/secrets/", "key", 0, "vault.open")
    return fresh


def labels(person=None, path="/"):
    sections = navigation.sections_for(request_of(person, path))
    return {section.name: [line.label for line in section.lines] for section in sections}


def test_it_stands_in_the_order_that_was_asked_for(entries):
    assert labels() == {"top": ["Home"], "work": ["Sooner", "Later"]}


def test_it_shows_an_entry_only_with_its_permission(entries):
    allowed = Person(permissions=frozenset({"vault.open"}))
    assert labels(allowed)["manage"] == ["Secrets"]
    assert "manage" not in labels(Person())


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", "Home"),
        ("/sooner/", "Sooner"),
        ("/sooner/42/timeline/", "Sooner"),
        ("/soon", None),
        ("/other/", None),
    ],
)
def test_it_marks_where_one_is(entries, path, current):
    sections = navigation.sections_for(request_of(path=path))
    marked = [line.label for section in sections for line in section.lines if line.current]
    assert marked == ([current] if current else [])


def test_the_deeper_of_two_entries_is_marked(entries):
    navigation.register("work", "Deeper", "/sooner/deeper/", "clock", 30)
    sections = navigation.sections_for(request_of(path="/sooner/deeper/1/"))
    marked = [line.label for section in sections for line in section.lines if line.current]
    assert marked == ["Deeper"]


def test_it_refuses_two_entries_to_one_place_and_unknown_sections(entries):
    with pytest.raises(ValueError, match="leads to '/later/' already, as 'Later'"):
        navigation.register("top", "Again", "/later/", "clock", 1)
    with pytest.raises(ValueError, match="no section 'attic'"):
        navigation.register("attic", "Old", "/old/", "clock", 1)


def test_a_dead_end_and_a_missing_icon_stop_the_start(entries):
    navigation.register("top", "Nowhere", "no-such-name", "no-such-icon", 1)
    with pytest.raises(NoReverseMatch):
        _ = entries["no-such-name"].url
    found = {problem.id for problem in checks.check_navigation() + checks.check_icons()}
    assert found == {"console.E001", "console.E002"}


def test_the_real_sidebar_is_sound():
    assert [problem for problem in run_checks() if (problem.id or "").startswith("console.")] == []


@pytest.mark.parametrize("name", ["vera", "otis", "ada"])
def test_every_entry_of_a_person_opens(browse, name):
    """No line of the sidebar leads to an error, and the page marks the line as current."""
    client = browse(name)
    request = request_of()
    request.user = client.get("/").wsgi_request.user
    lines = [line for section in navigation.sections_for(request) for line in section.lines]
    assert lines
    for line in lines:
        page = client.get(line.url)
        assert page.status_code == 200, line.url
        assert f'href="{line.url}" aria-current="page"' in page.content.decode()


def test_nobody_without_a_role_sees_it(browse):
    page = browse("nolan").get("/help/").content.decode()
    assert "sidebar__link" not in page
    assert "data-search" not in page
    assert "/sign-out" in page
