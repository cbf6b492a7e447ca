"""Addresses of a list: they hold the whole state of the view, and nothing that is empty."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.http import HttpRequest, HttpResponseRedirect, QueryDict

PLACES = ("after", "before")


class Address:
    """The address of the page at hand, for links that change one thing about it."""

    def __init__(self, request: HttpRequest, prefix: str = "") -> None:
        self.path, self.params = request.path, request.GET
        self.places = [f"{prefix}{name}" for name in PLACES]

    def turned(self, name: str, cursor: str) -> str:
        """The page that a cursor leads to; "" for no cursor."""
        return self.changed({name: cursor}) if cursor else ""

    def changed(self, values: Mapping[str, str | None]) -> str:
        """With these values in place of what they were, on the first page."""
        params = self._without(values)
        for name, value in values.items():
            if value:
                params[name] = value
        return self._text(params)

    def toggled(self, name: str, value: str) -> str:
        """With one of several values added, or taken out when it is there."""
        chosen = self.params.getlist(name)
        kept = [other for other in chosen if other != value]
        params = self._without([name])
        params.setlist(name, kept if len(kept) < len(chosen) else [*chosen, value])
        return self._text(params)

    def kept(self, without: Iterable[str]) -> list[tuple[str, str]]:
        """What a form must carry along in hidden fields."""
        params = self._without(without)
        return [(name, value) for name in params for value in params.getlist(name)]

    def _without(self, names: Iterable[str]) -> QueryDict:
        params = self.params.copy()
        for name in (*names, *self.places):
            params.pop(name, None)
        return params

    def _text(self, params: QueryDict) -> str:
        return f"{self.path}?{params.urlencode()}" if params else self.path


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
