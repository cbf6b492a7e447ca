"""Everything that a list's filters and search leave, read again by the list's own code."""

from __future__ import annotations

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _

from backoffice.entities.addresses import PLACES
from backoffice.entities.entity import Entity
from backoffice.entities.list_view import Listing
from backoffice.operations.bulk.kinds import Asked, Rows, keys_of, register
from backoffice.operations.exceptions import Invalid


def pretended(asked: Asked, path: str) -> HttpRequest:
    """The request that the page was asked with, for code that reads requests."""
    request = HttpRequest()
    request.method, request.path, request.user = "GET", path, asked.staff
    request.GET = QueryDict(asked.query)
    return request


def list_query(entity: Entity, params: QueryDict) -> str:
    """What of a list's address says which records it holds: not their order, nor the page."""
    kept = params.copy()
    for name in ("order", *PLACES):
        kept.pop(name, None)
    return kept.urlencode()


@register
class WholeList:
    """All that a list holds, on whatever page."""

    name = "list"

    def rows(self, asked: Asked, selects: str) -> Rows:
        if selects != "records":
            raise Invalid(_("This is done to events. Choose them in the activity."))
        listing = self._read(asked)
        return keys_of(listing.records.using("default"))

    def told(self, asked: Asked) -> list[tuple[str, str]]:
        chips = self._read(asked).chips
        return [(str(chip.label), str(chip.value)) for chip in chips] or [(_("Filter"), _("none"))]

    def back(self, asked: Asked) -> str:
        url = asked.entity.list_url
        return f"{url}?{asked.query}" if asked.query else url

    def _read(self, asked: Asked) -> Listing:
        listing = Listing(pretended(asked, asked.entity.list_url), asked.entity)
        listing.check()
        if listing.problems:
            raise Invalid(" ".join(listing.problems))
        return listing
