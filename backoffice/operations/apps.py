"""Finds the areas' events and operations at start-up."""

import importlib
import pkgutil

from django.apps import AppConfig, apps
from django.utils.module_loading import autodiscover_modules, module_has_submodule


class OperationsConfig(AppConfig):
    name = "backoffice.operations"
    label = "operations"

    def ready(self) -> None:
        from backoffice.operations import checks

        autodiscover_modules("events", "reasons")
        for config in apps.get_app_configs():
            if config is not self and module_has_submodule(config.module, "operations"):
                package = importlib.import_module(f"{config.name}.operations")
                for module in pkgutil.iter_modules(getattr(package, "__path__", ())):
                    importlib.import_module(f"{package.__name__}.{module.name}")
        importlib.import_module("backoffice.operations.rewriting.offers")
        checks.register()
