"""Where a value comes from, in words."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backoffice.visibility.declarations import Place


def origin(place: Place, level: int, is_own: bool) -> str:
    """Where a record at a place stands: itself, what it stands in, or so many levels above that."""
    if is_own:
        return _("its own value")
    noun = str(place.declared.model._meta.verbose_name)
    if place.up and level:
        return ngettext(
            "inherited from the %(entity)s %(n)d level above",
            "inherited from the %(entity)s %(n)d levels above",
            level,
        ) % {"entity": noun, "n": level}
    if place.child:
        return _("value of the %(entity)s") % {"entity": noun}
    return _("inherited from the %(entity)s") % {"entity": noun}
