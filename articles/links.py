"""Addresses of help sites, as customers paste them: which space, category or article they mean.

`https://<custom domain or slug.anything>/[<language>/]articles/<slug or id>`, likewise
`categories`; an address without either is the space itself.
"""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import SplitResult, unquote

from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _

from articles.models import Space
from backoffice.entities.access import parse_id, visible_records
from backoffice.entities.links import Reading, register_reader
from backoffice.entities.registry import get

# One address may mean several records: one living and others in the trash.
MOST = 10
_PAGE = re.compile(r"^/(?:[a-z]{2}(?:-[A-Za-z]{2,4})?/)?(articles|categories)/([^/]{1,200})/?$")


@register_reader
def read_site_address(url: SplitResult, staff: Any) -> Reading | None:
    """What an address of a help site means; None when it is none of one that the person may see."""
    host = (url.hostname or "").lower()
    space = space_at(host, staff)
    page = _PAGE.match(unquote(url.path))
    if page is None:
        return None if space is None else _space(space)
    kind, key = page.groups()
    find = _articles if kind == "articles" else _categories
    entity = "article" if kind == "articles" else "category"
    ids = find(staff, space, key)
    if ids:
        return Reading(_understood(space, host, key), {entity: ids}, is_certain=space is not None)
    if space is None:
        return None
    text = _("There is no “%(key)s” at %(host)s, not in the trash either. This is the space:")
    understood = text % {"key": key, "host": host}
    return Reading(understood, {"space": [space.pk]}, is_certain=False)


def space_at(host: str, staff: Any) -> Space | None:
    """The space that answers at a host: by its own domain before its slug."""
    label = host.split(".")[0]
    spaces = visible_records(staff, get("space"))
    found = list(spaces.filter(Q(custom_domain=host) | Q(slug=label))[:2])
    by_domain = [space for space in found if space.custom_domain == host]
    return next(iter(by_domain or found), None)


def _space(space: Space) -> Reading:
    return Reading(_("This is the address of the space %s.") % space.name, {"space": [space.pk]})


def _understood(space: Space | None, host: str, key: str) -> str:
    if space is None:
        text = _("No space has the domain %(host)s. “%(key)s” stands in these places:")
        return text % {"host": host, "key": key}
    return _("“%(key)s” in the space %(space)s:") % {"key": key, "space": space.name}


def _articles(staff: Any, space: Space | None, key: str) -> list[int]:
    """Articles with that slug or id, the living first."""
    found = _in_space(visible_records(staff, get("article")), space, key)
    living_first = found.order_by(F("deleted_at").asc(nulls_first=True), "-pk")
    return list(living_first.values_list("pk", flat=True)[:MOST])


def _categories(staff: Any, space: Space | None, key: str) -> list[int]:
    found = _in_space(visible_records(staff, get("category")), space, key)
    return list(found.order_by("-pk").values_list("pk", flat=True)[:MOST])


def _in_space(records: QuerySet[Any], space: Space | None, key: str) -> QuerySet[Any]:
    pk = parse_id(key)
    by_key = Q(slug=key) | Q(pk=pk) if pk else Q(slug=key)
    return records.filter(by_key) if space is None else records.filter(by_key, space=space)
