"""Strict content security: the header allows nothing inline, and no template needs it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(settings.BASE_DIR)
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SHEETS = sorted((ROOT / "static" / "css").glob("*.css"))
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))

# What would need 'unsafe-inline' or 'unsafe-eval', each with a bad line that it catches.
FORBIDDEN = {
    r"<style\b": "<style>p { color: red }</style>",
    r"\sstyle\s*=": '<p style="color: red">',
    r"<script(?![^>]*\bsrc=)": "<script>go()</script>",
    r"\son[a-z]+\s*=": '<button onclick="go()">',
    r"\bhx-on\b": '<button hx-on:click="go()">',
    r"javascript:": '<a href="javascript:go()">',
    r"\bhx-vals\s*=\s*['\"]js:": "<a hx-vals='js:{a: 1}'>",
}


def named(paths):
    return [pytest.param(path, id=str(path.relative_to(ROOT))) for path in paths]


def test_there_is_something_to_look_at():
    assert len(TEMPLATES) > 20
    assert SHEETS
    assert SCRIPTS


@pytest.mark.parametrize(("pattern", "bad"), FORBIDDEN.items())
def test_the_lint_catches_a_bad_line(pattern, bad):
    assert re.search(pattern, bad, re.IGNORECASE)


@pytest.mark.parametrize("path", named(TEMPLATES))
def test_no_template_holds_inline_script_or_style(path):
    text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
    found = [pattern for pattern in FORBIDDEN if re.search(pattern, text, re.IGNORECASE)]
    assert found == []


@pytest.mark.parametrize("path", named(SHEETS))
def test_no_stylesheet_loads_from_elsewhere(path):
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", path.read_text("utf-8"))


@pytest.mark.parametrize("path", named(SCRIPTS))
def test_no_script_makes_code_or_markup_from_text(path):
    assert not re.search(
        r"\beval\(|new Function|innerHTML|outerHTML|insertAdjacentHTML|document\.write",
        path.read_text("utf-8"),
    )


@pytest.mark.parametrize("path", ["/", "/help/", "/no/such/page", "/sign-in/"])
def test_the_header_allows_nothing_inline(otis, path):
    header = otis.get(path)["Content-Security-Policy"]
    assert "unsafe" not in header
    assert "default-src 'none'" in header
    assert "frame-ancestors 'none'" in header
    for directive in ("script-src", "style-src", "img-src", "connect-src"):
        assert f"{directive} 'self'" in [part.strip() for part in header.split(";")]


def test_htmx_is_kept_within_it(otis):
    page = otis.get("/").content.decode()
    for option in ("includeIndicatorStyles", "allowEval", "allowScriptTags"):
        assert f'"{option}":false' in page
    assert '"historyCacheSize":0' in page
