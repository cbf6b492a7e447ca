"""The tags of the frame around every page."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import get_language

register = template.Library()


@register.simple_tag
def unchanging(name: str) -> SafeString:
    """`{% unchanging "console/_keys.html" %}`: a partial that depends on the language alone.

    It is drawn once for each language and given nothing of the page.
    """
    return _drawn(name, get_language())


@lru_cache(maxsize=100)
def _drawn(name: str, language: str | None) -> SafeString:
    return render_to_string(name)
