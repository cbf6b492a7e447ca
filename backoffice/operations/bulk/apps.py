"""Brings in the kinds of selections, and puts the runs where people look for them."""

import importlib

from django.apps import AppConfig


class BulkConfig(AppConfig):
    name = "backoffice.operations.bulk"
    label = "bulk"

    def ready(self) -> None:
        from backoffice.operations.bulk.panels import register

        for kinds in ("list_kind", "event_kinds"):
            importlib.import_module(f"{self.name}.{kinds}")
        register()
