"""The app that finds every area's entities."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EntitiesConfig(AppConfig):
    name = "backoffice.entities"
    label = "entities"
    verbose_name = _("Entities")

    def ready(self) -> None:
        from backoffice.entities import checks, navigation, reads  # noqa: F401 - they register

        # An area's links.py says what the addresses of its pages mean.
        autodiscover_modules("entities", "links")
        checks.register()
        navigation.register_entries()
