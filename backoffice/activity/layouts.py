"""How differences of texts are shown: as one text with marks, or side by side; a preference."""

from __future__ import annotations

from django.http import HttpRequest

COOKIE = "backoffice_differences"
INLINE, SIDES = "inline", "sides"
LAYOUTS = (INLINE, SIDES)


def layout_of(request: HttpRequest) -> str:
    """The layout that the address asks for, else the one that was chosen, else one text."""
    for chosen in (request.GET.get("layout"), request.COOKIES.get(COOKIE)):
        if chosen in LAYOUTS:
            return chosen
    return INLINE
