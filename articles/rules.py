"""Rules of the content's values that more than one operation asks about."""

from functools import cache
from zoneinfo import available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

# How deep categories may be nested: what visitors still find their way in.
DEEPEST_CATEGORY = 10
# The last part of an address, in whatever script.
SLUG = RegexValidator(
    r"^[-\w]+\Z", gettext_lazy("Letters, digits, - and _ only, without spaces, as in refund-guide.")
)


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def known_zone(name: str) -> None:
    """Refuse what is no time zone."""
    if name not in _zones():
        raise ValidationError(_("There is no such time zone. Write one such as Asia/Seoul."))
