"""Start-up checks of the audit: a bad declaration or an unguarded table is named, with the mend."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connections, models
from simple_history.utils import get_history_model_for_model

from audit.capture import capture_sql


def register() -> None:
    """Called once when the app is ready."""
    checks.register(check_single_writer)
    checks.register(check_capture_installed, checks.Tags.database)


def captured_models() -> dict[str, type[models.Model]]:
    """Every model whose history is declared, by entity name."""
    found = {}
    for model in apps.get_models():
        capture = getattr(model, "capture", None)
        if capture is not None and hasattr(model, "instance_type"):
            found[capture.entity] = model.instance_type
    return found


def check_single_writer(**kwargs: Any) -> list[checks.CheckMessage]:
    """django-simple-history must not write beside the triggers."""
    if getattr(settings, "SIMPLE_HISTORY_ENABLED", True):
        return [
            checks.Error(
                "django-simple-history would write history beside the triggers.",
                hint="Set SIMPLE_HISTORY_ENABLED = False.",
                id="audit.E001",
            )
        ]
    return []


def check_capture_installed(
    databases: Iterable[str] | None = None, **kwargs: Any
) -> list[checks.CheckMessage]:
    """The trigger of every captured table is the one that its declaration asks for."""
    if "default" not in (databases or ()):
        return []
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT c.relname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "JOIN pg_proc p ON p.oid = t.tgfoid WHERE t.tgname = 'audit_capture'"
        )
        installed = dict(cursor.fetchall())
    if not installed:
        return []  # Nothing is migrated yet; the migrations themselves install it.
    return [
        checks.Error(
            f"Table {model._meta.db_table} is not captured as {entity!r} declares it.",
            hint="Add a migration with CaptureTable for it, with the declaration's words.",
            id="audit.E002",
        )
        for entity, model in captured_models().items()
        if installed.get(model._meta.db_table) != _wanted(model)
    ]


def _wanted(model: type[models.Model]) -> str:
    history = get_history_model_for_model(model)
    return capture_sql(model, history, history.capture).split("$capture$")[1]
