"""History that nothing escapes: row triggers write django-simple-history's tables.

Declare `history = Captured(entity="…", scope="…")` on a model, make the migration, and add
`CaptureTable` for it in the same migration (or a later one when its columns change).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from simple_history.models import HistoricalRecords

from audit.retired import Fields, kept_fields

SQL = Path(__file__).parent / "sql"
BOOKKEEPING = (
    "history_id",
    "history_date",
    "history_type",
    "history_user_id",
    "event_id",
    "event_at",
    "verb",
    "changed_fields",
    "event_scope",
    "event_area",
)
# A field's verbs: a pair (became set, became unset), or one verb for each new value.
Verbs = Mapping[str, tuple[str, str] | Mapping[str, str]]


class Version(models.Model):
    """What every history row carries beside the record's own columns.

    `event_id` and `event_at` name the event (no foreign key: events are archived on their own),
    `verb` and `changed_fields` say what changed against the version before.
    """

    event_id = models.BigIntegerField()
    event_at = models.DateTimeField()
    verb = models.CharField(max_length=24)
    changed_fields = ArrayField(models.CharField(max_length=63), default=list)
    event_scope = models.BigIntegerField(null=True)
    event_area = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class Captured(HistoricalRecords):
    """History of a model, declared in django-simple-history's words, written by triggers.

    Args:
        entity: the entity's name in events and effects.
        scope: SQL of the boundary that guards and feeds go by; `{row}` stands for the row.
        area: SQL of the next boundary below the scope, or "NULL".
        parent: a foreign key's name by which a parent's timeline finds this history.
        verbs: verbs for changes of one field, the first that fits wins.
        untracked: fields that make no version when they change (generated columns, `updated_at`).
        retired: fields that the table has no longer, as it had them: history keeps their columns
            and shows what they held; capture writes none. `GoneKey` for keys of tables gone too.
    """

    def __init__(
        self,
        *,
        entity: str = "",
        scope: str = "NULL",
        area: str = "NULL",
        parent: str = "",
        verbs: Verbs | None = None,
        untracked: Sequence[str] = (),
        retired: Fields | None = None,
        **options: Any,
    ) -> None:
        options.setdefault("bases", (Version,))
        super().__init__(
            history_id_field=models.BigIntegerField(),
            history_user_id_field=models.BigIntegerField(null=True),
            excluded_fields=list(untracked),
            **options,
        )
        self.capture = Capture(entity, scope, area, verbs or {})
        self.parent, self.retired = parent, retired or {}

    def copy_fields(self, model: type[models.Model]) -> dict[str, Any]:
        """The record's columns without their indexes: history is asked by record or by event."""
        fields: dict[str, Any] = super().copy_fields(model)
        for copied in fields.values():
            copied.db_index = False
        return {**fields, **kept_fields(self.retired)}

    def get_meta_options(self, model: type[models.Model]) -> dict[str, Any]:
        options: dict[str, Any] = super().get_meta_options(model)
        indexes = [
            models.Index(fields=[primary_key(model).name, "-history_date", "-history_id"]),
            models.Index(fields=["event_id", "history_id"]),
        ]
        if self.parent:
            indexes.append(models.Index(fields=[self.parent, "-history_date", "-history_id"]))
        return {**options, "indexes": indexes}

    def finalize(self, sender: type[models.Model], **kwargs: Any) -> None:
        super().finalize(sender, **kwargs)
        history = getattr(sender, self.manager_name, None)
        if history is not None:
            history.model.capture = self.capture
            history.model.retired = tuple(self.retired)


@dataclass(frozen=True)
class Capture:
    """How a table is captured: see `Captured` for the words."""

    entity: str
    scope: str = "NULL"
    area: str = "NULL"
    verbs: Verbs = field(default_factory=dict)


def capture_sql(model: type[models.Model], history: type[models.Model], capture: Capture) -> str:
    """The trigger's whole SQL for a model and its history model, ready to execute."""
    ignored = {*BOOKKEEPING, "history_change_reason"}
    names = {str(f.column): f.name for f in model._meta.local_concrete_fields}
    kept = {str(f.column) for f in history._meta.local_concrete_fields} - ignored
    # Sorted, because a migration's state may hold the fields in another order than the model. What
    # only history has is retired, and no longer written.
    columns = sorted(kept & names.keys())
    template = (SQL / "capture.sql").read_text(encoding="utf-8")
    return template.format(
        function=f"audit_capture_{model._meta.db_table}",
        table=model._meta.db_table,
        history_table=history._meta.db_table,
        pk=str(primary_key(model).column),
        entity=capture.entity,
        scope=capture.scope,
        area=capture.area,
        bookkeeping=", ".join(BOOKKEEPING),
        columns=", ".join(f'"{column}"' for column in columns),
        comparisons=", ".join(_comparison(column, names[column]) for column in columns),
        verbs=" ".join(_verb_cases(model, capture.verbs)) or "WHEN false THEN ''",
        **_row_parts("OLD", columns, capture),
        **_row_parts("NEW", columns, capture),
    )


def primary_key(model: type[models.Model]) -> models.Field[Any, Any]:
    """The field of a model's primary key, which every model that has a table has."""
    return next(f for f in model._meta.local_concrete_fields if f.primary_key)


def _comparison(column: str, name: str) -> str:
    return f"""CASE WHEN NEW."{column}" IS DISTINCT FROM OLD."{column}" THEN '{name}' END"""


def _row_parts(row: str, columns: Sequence[str], capture: Capture) -> dict[str, str]:
    prefix = row.lower()
    return {
        f"{prefix}_values": ", ".join(f'{row}."{column}"' for column in columns),
        f"{prefix}_scope": capture.scope.replace("{row}", row),
        f"{prefix}_area": capture.area.replace("{row}", row),
    }


def _verb_cases(model: type[models.Model], verbs: Verbs) -> list[str]:
    cases = []
    for name, words in verbs.items():
        field = next(f for f in model._meta.local_concrete_fields if f.name == name)
        column = field.column
        moved = f'NEW."{column}" IS DISTINCT FROM OLD."{column}"'
        if isinstance(words, tuple):
            boolean = isinstance(field, models.BooleanField)
            is_set = f'NEW."{column}"' + ("" if boolean else " IS NOT NULL")
            was_unset = f'NOT OLD."{column}"' if boolean else f'OLD."{column}" IS NULL'
            cases.append(f"WHEN {moved} AND {is_set} AND {was_unset} THEN '{words[0]}'")
            cases.append(f"WHEN {moved} AND NOT ({is_set}) THEN '{words[1]}'")
        else:
            cases += [
                f"""WHEN {moved} AND NEW."{column}" = '{value}' THEN '{verb}'"""
                for value, verb in words.items()
            ]
    return cases


class CaptureTable(Operation):
    """Migration operation: installs the capture of a model that has a history model.

    Args: the model's name (`app.Model` when it is another app's; its history is of this app) and
    the words of `Captured`, frozen in the migration, so that it says what it said when it was made.
    """

    reversible = True

    def __init__(self, model_name: str, **capture: Any) -> None:
        self.model_name = model_name
        self.capture = capture

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Triggers are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        model = self._model(app_label, to_state)
        history = to_state.apps.get_model(app_label, f"historical{model._meta.object_name}")
        schema_editor.execute(capture_sql(model, history, Capture(**self.capture)), params=None)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        table = self._model(app_label, from_state)._meta.db_table
        schema_editor.execute(
            f"DROP TRIGGER IF EXISTS audit_capture ON public.{table};"
            f"DROP FUNCTION IF EXISTS public.audit_capture_{table}();",
            params=None,
        )

    def _model(self, app_label: str, state: ProjectState) -> type[models.Model]:
        """The captured model: of this app, or of another named as `app.Model`."""
        if "." in self.model_name:
            return state.apps.get_model(self.model_name)
        return state.apps.get_model(app_label, self.model_name)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.model_name], dict(self.capture))

    def describe(self) -> str:
        return f"Capture the history of {self.model_name}"


class RunFile(Operation):
    """Migration operation: runs a file of SQL that says its own phase and may run again."""

    reversible = False

    def __init__(self, path: str) -> None:
        self.path = path

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Functions and walls are no part of the models' state."""

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        base = Path(__file__).resolve().parent.parent
        schema_editor.execute((base / self.path).read_text(encoding="utf-8"), params=None)

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return (self.__class__.__name__, [self.path], {})

    def describe(self) -> str:
        return f"Run {self.path}"
