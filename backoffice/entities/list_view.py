"""The page of a list: filters, search, order, one page of rows."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.db import models, router
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backoffice.entities import access, filter_menus, paging, reads
from backoffice.entities.addresses import PLACES, Address, redirect_without_blanks
from backoffice.entities.counts import CAP, count_capped
from backoffice.entities.entity import Entity
from backoffice.entities.filter_menus import Chip, Menu
from backoffice.entities.filters import filterset_for
from backoffice.entities.names import shared_names
from backoffice.entities.orders import Order, orders_of, sortable
from backoffice.entities.paging import BadPage, Ordering, Page
from backoffice.entities.search_narrow import narrow
from backoffice.entities.search_query import BadQuery, Query, read_query
from backoffice.entities.tables import Column, Row, columns_of, rows_of
from backoffice.entities.time_limit import TookTooLong, limited

OWN_PARAMS = ("q", "texts", "order", *PLACES)
STATEMENT_LIMIT = 3_000  # milliseconds


@require_safe
def show_list(request: HttpRequest, entity: Entity) -> HttpResponse:
    """A list of an entity's records, as its address describes it."""
    access.require_view(request.user, entity)
    clean = redirect_without_blanks(request)
    if clean is not None:
        return clean
    listing = Listing(request, entity)
    listing.load()
    status = 400 if listing.problems else 200
    response = render(
        request, "entities/list.html", {"listing": listing, "entity": entity}, status=status
    )
    if listing.query is not None and not listing.problems:
        reads.note(
            request,
            "search.made",
            entity=entity.name,
            params={"q": listing.query.text, "found": len(listing.rows)},
        )
    return response


class Listing:
    """One page of a list with all that is drawn around it.

    What cannot be done as asked is a problem: it is said, and no row is shown, so that nobody takes
    other rows for those that they asked for.
    """

    def __init__(self, request: HttpRequest, entity: Entity) -> None:
        self.request, self.staff, self.entity = request, request.user, entity
        self.address, self.names = Address(request), shared_names(request.user)
        self.problems: list[str] = []
        self.rows: list[Row] = []
        self.page: Page | None = None
        self.filters = filterset_for(entity)(request.GET, queryset=self._all(), request=request)
        self.query = self._read_query()
        self.ordering = self._read_ordering()
        self.texts = bool(entity.text_search_fields) and request.GET.get("texts") == "yes"

    def load(self) -> None:
        """Ask the database, when everything asked for can be done."""
        self.check()
        if self.problems or self.ordering is None:
            return
        try:
            alias = router.db_for_read(self.entity.model)
            limit = STATEMENT_LIMIT if self.query else None
            with limited(alias, limit, by_index=self.query is not None):
                self.page = paging.page_of(self.records, self.ordering, self.request.GET)
                words = self.query.words if self.query else ()
                self.rows = rows_of(self.names, self.entity, self.page.records, self.columns, words)
        except (BadPage, TookTooLong) as problem:
            self.problems.append(str(problem))

    def _all(self) -> models.QuerySet[Any]:
        return access.visible_records(self.staff, self.entity)

    def _read_query(self) -> Query | None:
        try:
            return read_query(self.request.GET.get("q", ""))
        except BadQuery as problem:
            self.problems.append(str(problem))
            return None

    def _read_ordering(self) -> Ordering | None:
        try:
            order = self.request.GET.get("order", "")
            return paging.read_ordering(self.staff, self.entity, order)
        except BadPage as problem:
            self.problems.append(str(problem))
            return None

    def check(self) -> None:
        """Note what of the address this list does not know."""
        known = {*OWN_PARAMS, *filter_menus.params_of(self.filters)}
        for name in self.request.GET:
            if name not in known:
                self.problems.append(_("This list has no filter called “%s”.") % name[:60])
        for name, messages in self.filters.errors.items():
            text = " ".join(str(message) for message in messages)
            self.problems.append(f"{self.filters.filters[name].label}: {text}")

    @cached_property
    def records(self) -> models.QuerySet[Any]:
        """All records that the filters and the search leave."""
        records = self.filters.qs
        if self.query is None:
            return records
        return narrow(self.staff, self.entity, records, self.query, self.texts)

    @cached_property
    def columns(self) -> list[Column]:
        """The columns after the name."""
        columns = columns_of(self.entity)
        return sortable(self.staff, self.entity, columns, self.ordering, self.address)

    # What the template asks for.

    @property
    def previous_url(self) -> str:
        return self.address.turned("before", self.page.previous) if self.page else ""

    @property
    def next_url(self) -> str:
        return self.address.turned("after", self.page.next) if self.page else ""

    @cached_property
    def summary(self) -> str:
        """How many rows are shown, of how many."""
        shown = len(self.rows)
        if not self.previous_url and not self.next_url:
            return ngettext("%d record", "%d records", shown) % shown
        if not self.total:
            return _("Showing %d of many") % shown
        return _("Showing %(shown)d of %(total)s") % {"shown": shown, "total": self.total}

    @cached_property
    def total(self) -> str:
        """How many records there are on all pages, up to a cap; "" when nobody can say soon."""
        total = count_capped(self.records)
        if total is None:
            return ""
        return f"{CAP:,}+" if total > CAP else f"{total:,}"

    @cached_property
    def menus(self) -> list[Menu]:
        return filter_menus.menus_of(self.filters, self.address)

    @property
    def first_menus(self) -> list[Menu]:
        return self.menus[: filter_menus.IN_THE_ROW]

    @property
    def more_menus(self) -> list[Menu]:
        return self.menus[filter_menus.IN_THE_ROW :]

    @cached_property
    def chips(self) -> list[Chip]:
        chips = filter_menus.chips_of(self.filters, self.address, self.names)
        if self.query is not None:
            url = self.address.changed({"q": None, "texts": None})
            chips.insert(0, Chip(_("Search"), self.query.text, url))
        return chips

    @property
    def texts_url(self) -> str:
        """The same search in long texts too, or without them; "" where there is none to look in."""
        if self.query is None or not self.entity.text_search_fields:
            return ""
        return self.address.changed({"texts": None if self.texts else "yes"})

    @cached_property
    def orders(self) -> list[Order]:
        return orders_of(self.staff, self.entity, self.ordering, self.address)

    @property
    def order(self) -> Order | None:
        return next((order for order in self.orders if order.is_on), None)

    @cached_property
    def kept(self) -> list[tuple[str, str]]:
        """What the form of the typed filters carries along."""
        typed = filter_menus.typed_params(self.filters)
        return self.address.kept(["q", *typed])

    @property
    def empty_text(self) -> str:
        """Why there is nothing, and what to do about it."""
        if self.problems:
            return _(
                "Nothing is shown, so that no other records are taken for those you asked for."
            )
        if self.chips:
            return _("No record fits all of the chips above. Remove one of them.")
        return _("Nothing has been made yet. Records appear here as soon as customers make them.")
