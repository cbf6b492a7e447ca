"""The help topic about asking for approval."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "approval",
    _("Asking for approval"),
    _("When a second person must agree, how to ask, and what approving means."),
    "approval/help/approval",
    icon="requests",
    order=55,
)
