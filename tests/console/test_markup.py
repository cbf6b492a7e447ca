"""Markup made in Python escapes as Django's own does, and paths are those of `reverse`."""

import pytest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy

from backoffice.console.markup import each, fill, join
from backoffice.console.paths import path_of, path_to

PARTS = [
    "<script>alert('1')</script>",
    "\"'&<>",
    "{} {0} {name} %s %(name)s",
    "환불 안내",
    SafeString("<b>fett</b>"),
    gettext_lazy("Home"),
    42,
    None,
    True,
    "",
]


class Drawn:
    """Something that draws itself, as forms and their fields do."""

    def __html__(self):
        return "<i>drawn</i>"


@pytest.mark.parametrize("part", [*PARTS, Drawn()])
def test_it_escapes_as_format_html_does(part):
    template = '<a href="{}">{}</a>'
    assert fill(template, part, part) == format_html(template, part, part)


def test_it_joins_and_repeats_without_escaping_twice():
    once = fill("<b>{}</b>", "<")
    assert join([once, "<"], " · ") == "<b>&lt;</b> · &lt;"
    assert each("<li>{}</li>", [once, "&"]) == "<li><b>&lt;</b></li><li>&amp;</li>"
    assert all(isinstance(made, SafeString) for made in (once, join([]), each("", [])))


@pytest.mark.parametrize("pk", [1, 9_223_372_036_854_775_807, "7", "a b", "가", '"<>'])
def test_its_paths_are_those_of_reverse(pk):
    assert path_to("console-home") == reverse("console-home")
    assert path_of("activity-event", pk) == reverse("activity-event", args=[pk])
    field = path_of("activity-field", pk, ("articles",), ("hidden",))
    assert field == reverse("activity-field", args=["articles", pk, "hidden"])
