"""Views that people save of a page: its filters under a name, their own or shared.

A page takes part by saying what its addresses may hold, at start-up:

    register_page("books", "books-list", ("shelf", "state"))

and draws `{% include "console/_saved_views.html" with saved=saved %}`, where `saved` is
`menu_for(request, "books")`. Nothing but the page's own parameters is ever stored.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, cast

from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, Q
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from audit import events
from audit.actors import Actor
from backoffice.console.models import QUERY_LENGTH, SavedView
from backoffice.console.view_places import BadView, Places, offered, scopes_named, settle
from backoffice.replicas import note_write

# The parameter by which an address says which view it is; "all" is none, also by default.
PARAM, ALL = "view", "all"
VALUE_LENGTH, MOST_VALUES, MOST_OWN, MOST_SHARED = 200, 40, 50, 50
events.declare("view.shared", gettext_lazy("shared a view"), required=("name", "page"))
events.declare("view.unshared", gettext_lazy("stopped sharing a view"), required=("name", "page"))


@dataclass(frozen=True)
class Page:
    """A page whose views can be saved: its address, and the parameters that make a view."""

    name: str
    url_name: str
    params: frozenset[str]
    places: Places | None = None

    @property
    def url(self) -> str:
        return reverse(self.url_name)

    def query_of(self, params: QueryDict) -> str:
        """The page's own parameters as a query string; BadView for more than one page needs."""
        kept = QueryDict(mutable=True)
        for name in sorted(self.params & params.keys()):
            values = [value for value in params.getlist(name) if value]
            if any(len(value) > VALUE_LENGTH or "\x00" in value for value in values):
                raise BadView(_("A filter of a saved view holds at most 200 characters."))
            if values:
                kept.setlist(name, values)
        query = kept.urlencode()
        if sum(len(values) for _name, values in kept.lists()) > MOST_VALUES:
            raise BadView(_("A saved view holds at most 40 filters."))
        if len(query) > QUERY_LENGTH:
            raise BadView(_("These filters are too long for a saved view. Remove some."))
        return query


_pages: dict[str, Page] = {}


def register_page(
    name: str, url_name: str, params: Iterable[str], places: Places | None = None
) -> None:
    """Let views of a page be saved; a name that is taken is refused.

    `places`: where parameters name scopes, so that views of closed ones are not offered.
    """
    if name in _pages:
        raise ValueError(f"Views of {name!r} are saved already. Choose another name.")
    _pages[name] = Page(name, url_name, frozenset(params), places)


def page_called(name: str) -> Page:
    """The page of that name; BadView when views of it cannot be saved."""
    try:
        return _pages[name]
    except KeyError:
        raise BadView(_("Views of this page cannot be saved.")) from None


@dataclass(frozen=True)
class Offered:
    """A view in the menu."""

    view: SavedView
    url: str
    is_current: bool
    owner: str = ""


@dataclass(frozen=True)
class Menu:
    """The views of a page for one person, and what the page shows now.

    Attributes: query: the filters that would be saved; current: the view that was opened;
    is_changed: whether its filters are others now.
    """

    page: Page
    query: str
    own: list[Offered] = field(default_factory=list)
    shared: list[Offered] = field(default_factory=list)
    current: SavedView | None = None
    default: SavedView | None = None
    is_own: bool = False

    @property
    def is_changed(self) -> bool:
        return self.current is not None and self.current.query != self.query

    @property
    def all_url(self) -> str:
        return f"{self.page.url}?{PARAM}={ALL}"


def url_of(view: SavedView) -> str:
    """Where a view is opened."""
    mark = f"{PARAM}={view.pk}"
    page = _pages[view.page]
    return f"{page.url}?{view.query}&{mark}" if view.query else f"{page.url}?{mark}"


def menu_for(request: HttpRequest, name: str) -> Menu:
    """The page's views that this person may open; one query."""
    page, staff = page_called(name), request.user
    open_to = Q(staff=staff.pk) | Q(shared=True)
    known = SavedView.objects.filter(open_to, page=name).select_related("staff")
    # One's own first, so that no number of shared ones crowds them out.
    is_own = ExpressionWrapper(Q(staff=staff.pk), output_field=BooleanField())
    found = list(known.order_by(is_own.desc(), "name", "pk")[: MOST_OWN + MOST_SHARED])
    own = [view for view in found if view.staff_id == staff.pk]
    shared = offered(page.places, staff, [view for view in found if view.staff_id != staff.pk])
    chosen = request.GET.get(PARAM, "")
    current = next((view for view in (*own, *shared) if str(view.pk) == chosen), None)
    try:
        query = page.query_of(request.GET)
    except BadView:
        query = ""
    return Menu(
        page=page,
        query=query,
        own=[Offered(view, url_of(view), view is current) for view in own],
        shared=[Offered(v, url_of(v), v is current, str(v.staff)) for v in shared],
        current=current,
        default=next((view for view in own if view.is_default), None),
        is_own=current in own,
    )


def keep_from_default(request: HttpRequest) -> None:
    """Every link of this page says that it is none of the default's, however bare it gets."""
    if PARAM not in request.GET:
        params = request.GET.copy()
        params[PARAM] = ALL
        request.GET = cast(Any, params)


def save(
    staff: Any, page: Page, name: str, query: str, *, shared: bool, default: bool
) -> SavedView:
    """Keep a view under a name; the person's own of that name is replaced."""
    with transaction.atomic(using="default"):
        views = SavedView.objects.using("default").select_for_update()
        view = views.filter(staff=staff.pk, page=page.name, name=name).first()
        if view is None:
            if views.filter(staff=staff.pk, page=page.name).count() >= MOST_OWN:
                raise BadView(_("You have 50 views of this page. Delete one of them first."))
            view = SavedView(staff_id=staff.pk, page=page.name, name=name)
        change(view, staff, name=name, query=query, shared=shared, is_default=default)
    note_write()
    return view


def change(view: SavedView, staff: Any, **values: Any) -> None:
    """Give a view these values, in the transaction at hand; sharing it is recorded."""
    was_shared = view.shared
    if values.get("is_default"):
        others = SavedView.objects.using("default").filter(staff=staff.pk, page=view.page)
        others.exclude(pk=view.pk).update(is_default=False)
    for name, value in values.items():
        setattr(view, name, value)
    settle(_pages[view.page].places, view, staff)
    view.updated_at = timezone.now()
    view.save(using="default")
    if view.shared != was_shared:
        _record_sharing(view, staff, "view.shared" if view.shared else "view.unshared")


def delete(view: SavedView, staff: Any) -> None:
    """Forget a view; others lose it too when it was shared."""
    with transaction.atomic(using="default"):
        if view.shared:
            _record_sharing(view, staff, "view.unshared")
        view.delete(using="default")
    note_write()


def _record_sharing(view: SavedView, staff: Any, event: str) -> None:
    params = {"page": view.page, "name": view.name, "query": view.query}
    scope, more = scopes_named(_pages[view.page].places, view)
    events.record(event, actor=Actor.staff(staff), params={**params, **more}, scope=scope)
