"""The help topics that belong to the console itself."""

from django.utils.translation import gettext_lazy as _

from backoffice.console import topics

topics.register(
    "keyboard",
    _("Working with the keyboard"),
    _("Search, move through lists, tick and open without the mouse."),
    "help/keyboard",
    icon="keyboard",
    order=80,
)
topics.register(
    "roles",
    _("Who may do what"),
    _("The five roles, a role for an hour, named colleagues, and what to do when refused."),
    "help/roles",
    icon="key",
    order=90,
)
