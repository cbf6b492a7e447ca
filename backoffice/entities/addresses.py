"""Addresses of a list: they hold the whole state of the view, and nothing that is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponseRedirect

PLACES = ("after", "before")


class Address:
    """The address of the page at hand, for links that change one thing about it.

    A page has hundreds, most of which change the same parameter: what stays is written once.
    """

    def __init__(self, request: HttpRequest, prefix: str = "") -> None:
        self.path, self.params = request.path, request.GET
        self.places = [f"{prefix}{name}" for name in PLACES]
        self._kept: dict[tuple[str, ...], str] = {}

    def turned(self, name: str, cursor: str) -> str:
        """The page that a cursor leads to; "" for no cursor."""
        return self.changed({name: cursor}) if cursor else ""

    def changed(self, values: Mapping[str, str | None]) -> str:
        """With these values in place of what they were, on the first page."""
        added = urlencode([(name, value) for name, value in values.items() if value])
        return self._text(tuple(values), added)

    def toggled(self, name: str, value: str) -> str:
        """With one of several values added, or taken out when it is there."""
        chosen = self.params.getlist(name)
        kept = [other for other in chosen if other != value]
        values = kept if len(kept) < len(chosen) else [*chosen, value]
        return self._text((name,), urlencode([(name, one) for one in values]))

    def kept(self, without: Iterable[str]) -> list[tuple[str, str]]:
        """What a form must carry along in hidden fields."""
        gone = {*without, *self.places}
        return [
            (n, value) for n, values in self.params.lists() if n not in gone for value in values
        ]

    def _text(self, without: tuple[str, ...], added: str) -> str:
        if without not in self._kept:
            self._kept[without] = urlencode(self.kept(without))
        query = "&".join(part for part in (self._kept[without], added) if part)
        return f"{self.path}?{query}" if query else self.path


def redirect_without_blanks(request: HttpRequest) -> HttpResponseRedirect | None:
    """Lead to the address without the empty fields that a form sends; None when it has none."""
    blank = [name for name in request.GET if not any(request.GET.getlist(name))]
    if not blank:
        return None
    params = request.GET.copy()
    for name in blank:
        del params[name]
    query = params.urlencode()
    return HttpResponseRedirect(f"{request.path}?{query}" if query else request.path)
