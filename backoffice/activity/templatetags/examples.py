"""Examples of code in help, each in a file of its own, so that tests run what people copy."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import get_template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from backoffice.console.templatetags.console import copy_button

register = template.Library()


@register.simple_tag
def example(path: str) -> SafeString:
    """`{% example "shop/help/examples/context.sql" %}`: the file as it stands, copyable."""
    found: Any = get_template(path)
    source = found.template.source.rstrip("\n")
    return format_html(
        '<div class="example">{}<pre><code data-example="{}">{}</code></pre></div>',
        copy_button(source),
        path.rpartition("/")[2],
        source,
    )
