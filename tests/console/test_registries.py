"""Home panels and banners: rooms hang them on the shell."""

import pytest

from backoffice.console import banners, panels
from backoffice.console.views import home
from tests.console.drawing import Person, request_of


@pytest.fixture(autouse=True)
def _own_registries(monkeypatch):
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(banners, "_sources", [])


def page(person=None):
    return home(request_of(person)).content.decode()


def test_home_greets_searches_and_helps_without_any_panel():
    text = page()
    assert "Hello, Otis" in text
    assert 'action="/search"' in text
    assert "/help/keyboard/" in text


def test_panels_are_drawn_in_their_order_with_what_their_function_gave():
    panels.register("b", "Second", "console/_empty.html", lambda request: {"title": "x"}, 20)
    panels.register("a", "First", "console/_empty.html", lambda request: {}, 10)
    panels.register("c", "Nothing to show", "console/_empty.html", lambda request: None, 1)
    text = page()
    assert text.index("First") < text.index("Second")
    assert "Nothing to show" not in text


def test_a_panel_is_kept_from_those_without_its_permission():
    def asked(request):
        raise AssertionError("not even asked")

    panels.register("secret", "Secret", "console/_empty.html", asked, 1, "vault.open")
    assert "Secret" not in page(Person())


def test_a_panel_has_one_name():
    panels.register("a", "First", "console/_empty.html", dict, 10)
    with pytest.raises(ValueError, match="panel 'a' already"):
        panels.register("a", "Other", "console/_empty.html", dict, 10)


def test_a_banner_stands_above_every_page_while_its_source_gives_one():
    banners.register(lambda request: banners.Banner("Writes are refused.", "error", "database"))
    banners.register(lambda request: None)
    text = page()
    assert text.count('class="banner') == 1
    assert "banner--error" in text
    assert "Writes are refused." in text
