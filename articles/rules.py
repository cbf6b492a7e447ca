"""Rules of the content's values that more than one operation asks about."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

# How deep categories may be nested: what visitors still find their way in.
DEEPEST_CATEGORY = 10


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str) -> None:
    """Refuse what is no time zone."""
    if name not in _zones():
        raise ValidationError(_("There is no such time zone. Write one such as Asia/Seoul."))
