"""The help topic about changing things."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "operations",
    _("Changing records"),
    _("Reason, preview, confirmation, and what happens when someone else was faster."),
    "operations/help/operations",
    icon="pencil",
    order=52,
)
