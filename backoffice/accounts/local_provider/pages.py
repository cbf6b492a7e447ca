"""The provider's answers to people: pages in the console's look, with its own stylesheets."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders
from django.http import HttpResponse
from django.template.loader import render_to_string

from backoffice.accounts.local_provider.asking import Refused

# The form's answer leads on to the console, on whichever port of this machine it runs.
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self' http:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
STATIC_TYPES = {".css": "text/css; charset=utf-8", ".svg": "image/svg+xml"}


def page(name: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """A page of templates/accounts/."""
    text = render_to_string(f"accounts/{name}.html", context)
    headers = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, status=status, headers=headers)


def static_file(name: str) -> HttpResponse:
    """A stylesheet or picture of the console; anything else is refused."""
    kind = STATIC_TYPES.get(Path(name).suffix)
    found = finders.find(name) if kind and ".." not in name else None
    if not isinstance(found, str):
        raise Refused("not_found", "There is nothing at this address.", 404)
    headers = {"Cache-Control": "max-age=60"}
    return HttpResponse(Path(found).read_bytes(), content_type=kind, headers=headers)
