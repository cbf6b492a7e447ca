"""The app that finds every area's entities."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules
from django.utils.translation import gettext_lazy as _


class EntitiesConfig(AppConfig):
    name = "backoffice.entities"
    label = "entities"
    verbose_name = _("Entities")

    def ready(self) -> None:
        from backoffice.entities import checks, navigation, reads  # noqa: F401

        autodiscover_modules("entities")
        checks.register()
        navigation.register_entries()
