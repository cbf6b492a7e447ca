"""The shell of the pages."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class ConsoleConfig(AppConfig):
    name = "backoffice.console"
    label = "console"
    verbose_name = _("Console")

    def ready(self) -> None:
        from backoffice.console import checks, navigation  # noqa: F401 - checks register themselves

        navigation.register("top", _("Home"), "console-home", "home", 0)
        navigation.register("manage", _("Help"), "console-help", "question", 90)
        # Every application may bring a help.py that registers its topics.
        autodiscover_modules("help")
