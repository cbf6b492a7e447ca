"""Finds the areas' declarations of what visitors see."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class VisibilityConfig(AppConfig):
    name = "backoffice.visibility"
    label = "visibility"
    verbose_name = _("Visibility")

    def ready(self) -> None:
        autodiscover_modules("visibility")
