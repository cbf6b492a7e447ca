"""The registry behind the sidebar. Rooms register their entries when their application is ready."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from backoffice.console.paths import path_to

# What stands beside a line: how many things wait there for the person of the request.
CountFor = Callable[[HttpRequest], int]
# The sections in the order in which they stand; the first has no title.
SECTIONS: dict[str, str | Promise] = {
    "top": "",
    "look_up": _("Look up"),
    "work": _("Work"),
    "manage": _("Manage"),
}


@dataclass(frozen=True)
class Entry:
    """One line of the sidebar; `target` is a URL name, or a path when it starts with a slash."""

    section: str
    label: str | Promise
    target: str
    icon: str
    order: int
    permission: str | None = None
    count: CountFor | None = None

    @property
    def url(self) -> str:
        """Return the path that the entry leads to; raises NoReverseMatch for an unknown name."""
        return self.target if self.target.startswith("/") else path_to(self.target)


@dataclass(frozen=True)
class Line:
    """An entry as one person sees it on one page."""

    label: str | Promise
    url: str
    icon: str
    current: bool
    count: int = 0


@dataclass(frozen=True)
class Section:
    """A titled group of lines."""

    name: str
    title: str | Promise
    lines: list[Line]


_entries: dict[str, Entry] = {}


def register(
    section: str,
    label: str | Promise,
    url_name_or_path: str,
    icon: str,
    order: int,
    permission: str | None = None,
    count: CountFor | None = None,
) -> None:
    """Add a line to the sidebar, shown to those who hold the permission (None: to all staff).

    `count` says how many things wait there; it is asked at every page, so keep it cheap.

    Example: `register("look_up", _("Invoices"), "/invoices/", "document", 40, "billing.view")`.
    Raises ValueError for a section that does not exist or a target that has a line already.
    """
    if section not in SECTIONS:
        raise ValueError(f"Navigation has no section {section!r}; use {', '.join(SECTIONS)}.")
    if url_name_or_path in _entries:
        taken = _entries[url_name_or_path].label
        raise ValueError(f"Navigation leads to {url_name_or_path!r} already, as {taken!r}.")
    entry = Entry(section, label, url_name_or_path, icon, order, permission, count)
    _entries[url_name_or_path] = entry


def entries() -> list[Entry]:
    """Return every registered entry, by section and order."""
    places = list(SECTIONS)
    return sorted(_entries.values(), key=lambda e: (places.index(e.section), e.order, e.target))


def sections_for(request: HttpRequest) -> list[Section]:
    """Return the sidebar of the signed-in person, without the sections that would be empty."""
    user = request.user
    allowed = [e for e in entries() if e.permission is None or user.has_perm(e.permission)]
    current = _current([entry.url for entry in allowed], request.path)
    sections = []
    for name, title in SECTIONS.items():
        lines = [_line(entry, request, current) for entry in allowed if entry.section == name]
        if lines:
            sections.append(Section(name, title, lines))
    return sections


def _line(entry: Entry, request: HttpRequest, current: str | None) -> Line:
    count = entry.count(request) if entry.count else 0
    return Line(entry.label, entry.url, entry.icon, entry.url == current, count)


def _current(urls: list[str], path: str) -> str | None:
    """Return the longest url that the path lies under; the home page only for itself."""
    under = [url for url in urls if path == url or (url != "/" and path.startswith(url))]
    return max(under, key=len, default=None)
