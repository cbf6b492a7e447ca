"""Markup made in Python: `format_html`'s promise for what a page draws hundreds of times.

Whatever is no markup is escaped, and only templates written in the code are markup themselves. It
takes a third of the time, as it knows no keywords and looks for no lazy texts among its arguments.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

from django.utils.safestring import SafeString

NOTHING = SafeString("")


def safe(part: object) -> str:
    """A part as it stands in markup: markup as it is, and anything else escaped."""
    if type(part) is SafeString:
        return part
    if hasattr(part, "__html__"):
        return str(part.__html__())
    return escape(str(part))


def fill(template: str, *parts: object) -> SafeString:
    """A template of the code, such as `"<b>{}</b>"`, with its parts put in."""
    return SafeString(template.format(*[safe(part) for part in parts]))


def join(parts: Iterable[object], between: str = "") -> SafeString:
    """Parts in a row; `between` is markup of the code."""
    return SafeString(between.join([safe(part) for part in parts]))


def each(template: str, parts: Iterable[object]) -> SafeString:
    """A template of the code once for every part."""
    return SafeString("".join([template.format(safe(part)) for part in parts]))
