"""The help topic about doing something to very many records."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "runs",
    _("Doing it to thousands"),
    _("Choose everything that fits, look at it beforehand, follow the run, undo it as one."),
    "bulk/help/runs",
    icon="play",
    order=55,
)
