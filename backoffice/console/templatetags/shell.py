"""The tags of the frame around every page."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backoffice.console.markup import NOTHING, fill, join
from backoffice.console.navigation import Line
from backoffice.console.templatetags.console import icon, number

register = template.Library()
_LINE = '<li><a class="sidebar__link" href="{}"{}>{} {}{}</a></li>'
_COUNT = ' <span class="sidebar__count">{}<span class="visually-hidden"> {}</span></span>'
_CURRENT = {True: SafeString(' aria-current="page"'), False: NOTHING}


@register.simple_tag
def navigation_lines(lines: list[Line]) -> SafeString:
    """`{% navigation_lines section.lines %}`: the links of one section of the sidebar."""
    return join(_line(line) for line in lines)


def _line(line: Line) -> SafeString:
    count = NOTHING
    if line.count:
        count = fill(_COUNT, number(line.count, cap=99), _("waiting for you"))
    return fill(_LINE, line.url, _CURRENT[line.current], icon(line.icon), line.label, count)


@register.simple_tag
def unchanging(name: str) -> SafeString:
    """`{% unchanging "console/_keys.html" %}`: a partial that depends on the language alone.

    It is drawn once for each language and given nothing of the page.
    """
    return _drawn(name, get_language())


@lru_cache(maxsize=100)
def _drawn(name: str, language: str | None) -> SafeString:
    return render_to_string(name)
