"""The help topics about changing things, and about taking it back."""

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
topics.register(
    "taking-back",
    _("Taking it back"),
    _("Undo what was done, restore a version, bring back what was deleted for good."),
    "operations/help/taking_back",
    icon="undo",
    order=53,
)
