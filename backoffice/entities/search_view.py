"""The page of the search over everything."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backoffice.entities import links, reads, registry
from backoffice.entities.addresses import redirect_without_blanks
from backoffice.entities.entity import Entity
from backoffice.entities.search import Found, fetch, search_everything
from backoffice.entities.search_hits import Hit, hits_of
from backoffice.entities.search_parts import EXACT, TEXT
from backoffice.entities.search_query import BadQuery, Query, read_query

# Finds of each entity on the page of all; the others are one click away.
SHOWN = 6


@dataclass
class Group:
    """The finds of one entity."""

    entity: Entity
    hits: list[Hit]
    more_url: str = ""
    stopped: bool = False


@dataclass
class Results:
    """What the page shows for a search."""

    query: Query | None = None
    groups: list[Group] = field(default_factory=list)
    understood: str = ""
    problem: str = ""

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Everything that holds what was typed, or the record that a pasted address or id means."""
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    try:
        query = read_query(request.GET.get("q", ""))
    except BadQuery as problem:
        return _page(request, Results(problem=str(problem)), status=400)
    if query is None:
        return _page(request, Results())
    if query.url is not None:
        return _follow(request, query, query.url)
    found = search_everything(request.user, query, SHOWN)
    _note(request, query, found)
    only = _only_record(found, query)
    if only:
        return HttpResponseRedirect(only)
    groups = [_group(request.user, one, query) for one in found]
    return _page(request, Results(query, groups))


def _follow(request: HttpRequest, query: Query, url: SplitResult) -> HttpResponse:
    """Lead to the one record that an address means, or offer the few."""
    if url_has_allowed_host_and_scheme(query.text, {request.get_host()}):
        return HttpResponseRedirect(_path(url))
    reading = links.read(url, request.user)
    if reading is None:
        problem = _("No page of a customer is known by this address. Search for a word of it.")
        return _page(request, Results(query, problem=problem))
    found = _read_records(request.user, reading)
    _note(request, query, found)
    groups = [_group(request.user, one, query) for one in found]
    results = Results(query, groups, reading.understood)
    if results.count == 1 and reading.is_certain:
        return HttpResponseRedirect(groups[0].hits[0].url)
    return _page(request, results)


def _path(url: SplitResult) -> str:
    """The path alone; with one slash, since two begin the address of another host."""
    path = "/" + url.path.lstrip("/\\")
    return f"{path}?{url.query}" if url.query else path


def _read_records(staff: Any, reading: links.Reading) -> list[Found]:
    results = []
    for name, ids in reading.found.items():
        entity = registry.get(name)
        ranks = dict.fromkeys(ids, EXACT)
        records = fetch(staff, entity, ranks) if ranks else []
        if records:
            results.append(Found(entity, records, ranks))
    return results


def _only_record(found: Sequence[Found], query: Query) -> str:
    """The address of the one record that an id means, when it can mean no other."""
    if query.id is None:
        return ""
    records = [(one.entity, record.pk) for one in found for record in one.records]
    if len(records) != 1 or records[0][1] != query.id or any(one.stopped for one in found):
        return ""
    return records[0][0].url(query.id)


def _group(staff: Any, found: Found, query: Query) -> Group:
    more = _more_url(found, query) if found.more else ""
    return Group(found.entity, hits_of(staff, found, query), more, found.stopped)


def _more_url(found: Found, query: Query) -> str:
    """The list that shows all of them; it looks into long texts when this search had to."""
    params = {"q": query.text}
    if TEXT in found.ranks.values():
        params["texts"] = "yes"
    return f"{found.entity.list_url}?{urlencode(params)}"


def _note(request: HttpRequest, query: Query, found: Sequence[Found]) -> None:
    counts = {one.entity.name: len(one.records) for one in found}
    reads.note(request, "search.made", params={"q": query.text[:1000], "found": counts})


def _page(request: HttpRequest, results: Results, status: int = 200) -> HttpResponse:
    text = results.query.text if results.query else request.GET.get("q", "")[:200]
    context = {"results": results, "search_query": text, "entities": registry.all()}
    return render(request, "entities/search.html", context, status=status)
