"""The registry of banners: lines above every page that say what is wrong with the whole console."""

from collections.abc import Callable
from dataclasses import dataclass

from django.http import HttpRequest
from django.utils.functional import Promise


@dataclass(frozen=True)
class Banner:
    """One line; `tone` is info, warning or error. It says what is wrong and what still works.

    `url` with `action` is what can be done about it.
    """

    text: str | Promise
    tone: str = "warning"
    icon: str = "warning"
    url: str = ""
    action: str | Promise = ""


Source = Callable[[HttpRequest], Banner | None]
_sources: list[Source] = []


def register(source: Source) -> Source:
    """Add a source of banners (usable as a decorator); it is asked at every page, so keep it cheap.

    Example: `@register` over `def read_only(request): return Banner(_("Writes are refused…"))`.
    """
    _sources.append(source)
    return source


def banners_for(request: HttpRequest) -> list[Banner]:
    """Return the banners to show on this page."""
    return [banner for source in _sources if (banner := source(request))]
