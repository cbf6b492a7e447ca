"""Sentences about events, in any language's order of words, with links in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import unescape
from typing import Any

from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.console.markup import fill, safe

FIELDS_NAMED = 3
# What stands behind an actor's name is said elsewhere on a page that has a plain heading.
_ASIDE = re.compile(r' ?<span class="actor__kind">.*?</span>')


def sentence(template: str | Promise, **parts: Any) -> SafeString:
    """A translated template with its parts put in; parts that are no markup are escaped."""
    escaped = {name: safe(part) for name, part in parts.items()}
    return SafeString(safe(str(template)) % escaped)


def plain(markup: str) -> str:
    """A sentence as bare text, for headings and for what is copied."""
    return unescape(strip_tags(_ASIDE.sub("", markup)))


def link(text: object, url: str) -> SafeString:
    """A link, or the bare text where there is no page."""
    if not url:
        return fill('<span class="strong">{}</span>', text)
    return fill('<a class="strong" href="{}">{}</a>', url, text)


def named_fields(labels: Sequence[str]) -> str:
    """Names of fields for a sentence: the first few, and how many more."""
    if not labels:
        return _("something")
    text = ", ".join(labels[:FIELDS_NAMED])
    more = len(labels) - FIELDS_NAMED
    if more <= 0:
        return text
    rest = ngettext("%(count)s more field", "%(count)s more fields", more) % {"count": more}
    return _("%(fields)s and %(rest)s") % {"fields": text, "rest": rest}
