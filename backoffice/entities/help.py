"""The help topics about looking up records."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "masking",
    _("Masked names and addresses"),
    _("Who sees the personal fields of customers' people, and how to ask for them."),
    "entities/help/masking",
    icon="eye-off",
    order=60,
)
