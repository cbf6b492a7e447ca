"""Finds the areas' declarations of what visitors see."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class VisibilityConfig(AppConfig):
    name = "backoffice.visibility"
    label = "visibility"
    verbose_name = _("Visibility")

    def ready(self) -> None:
        from backoffice.console.states import register_state

        autodiscover_modules("visibility")
        from backoffice.visibility.filters import register_filters

        register_filters()
        register_state("not_visible", "eye-off", "red", _("Not visible to visitors"))
        register_state("seen", "eye", "green", _("Visible to visitors"))
