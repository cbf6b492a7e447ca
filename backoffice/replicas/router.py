"""Django's database router over the request's route."""

from __future__ import annotations

from typing import Any

from django.db import models

from backoffice.replicas.routing import PRIMARY, current

# Who someone is and what they may do is read where it is written.
PRIMARY_APPS = {"accounts", "auth", "contenttypes", "guardian", "sessions", "social_django"}


class ReplicaRouter:
    """Reads of safe requests go to a replica; all else to the primary."""

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str:
        route = current()
        if route is None or model._meta.app_label in PRIMARY_APPS:
            return PRIMARY
        return route.reading()

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str:
        route = current()
        # Sign-in bookkeeping moves nothing that the pages read.
        if route is not None and model._meta.app_label not in PRIMARY_APPS:
            route.primary = True
        return PRIMARY

    def allow_relation(self, one: models.Model, other: models.Model, **hints: Any) -> bool:
        return True

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool:
        return db in {PRIMARY, "owner"}
