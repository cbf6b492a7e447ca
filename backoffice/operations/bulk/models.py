"""Selections and runs. Untracked: what a run changes is told by its events and by history."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.entities.limits import json_limit, text_limit
from backoffice.operations.models import PARAMS_BYTES

QUERY_LENGTH, PROBLEM_LENGTH = 8_000, 300


class Selection(models.Model):
    """Which records are meant, frozen as what they were chosen by; it expires.

    `kind` and `query` are read by bulk/selection.py: a list's query string, an address of a fold.
    """

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    entity = models.CharField(max_length=40)
    kind = models.CharField(max_length=16)
    query = models.TextField(blank=True, default="")
    keys = models.JSONField(default=list)
    # How many the person was told that they chose.
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="bulk_selection_created")]
        constraints = [
            text_limit("query", QUERY_LENGTH, "bulk_selection_query_limit"),
            json_limit("keys", 4_000_000, "bulk_selection_keys_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.token}"


class Phase(models.TextChoices):
    PREVIEW = "preview", _("preview")
    APPLY = "apply", _("run")


class RunState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    PAUSED = "paused", _("paused")
    CANCELLED = "cancelled", _("cancelled")
    FINISHED = "finished", _("finished")
    PARTIAL = "partial", _("partly done")
    FAILED = "failed", _("failed")


# States in which a worker has something to do, and those that may still go on.
AT_WORK = (RunState.WAITING, RunState.RUNNING)
OPEN = (*AT_WORK, RunState.PAUSED)


class BulkRun(models.Model):
    """An operation on many records: its preview first, then, started by hand, the thing itself."""

    token = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    selection = models.ForeignKey(Selection, models.CASCADE, related_name="runs")
    retry_of = models.ForeignKey("self", models.SET_NULL, null=True, related_name="retries")
    operation = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    reason = models.CharField(max_length=1000)
    ticket = models.CharField(max_length=64, blank=True, default="")
    # In which language reasons are told, and where the request came from (audit.context.Source).
    language = models.CharField(max_length=8, default="ko")
    source = models.JSONField(default=dict)

    phase = models.CharField(max_length=8, choices=Phase, default=Phase.PREVIEW)
    state = models.CharField(max_length=10, choices=RunState, default=RunState.WAITING)
    collected = models.BooleanField(default=False)
    # Of how many; how many were previewed, and refused then; how each one ended.
    total = models.PositiveIntegerField(default=0)
    looked = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    conflicts = models.PositiveIntegerField(default=0)
    # What the preview found: effects summed, the scopes it reached, how many rows are kept.
    effects = models.JSONField(default=list)
    scopes = models.JSONField(default=list)
    rows_kept = models.PositiveIntegerField(default=0)
    rows_cut = models.BooleanField(default=False)

    parent_event = models.BigIntegerField(null=True)
    closing_event = models.BigIntegerField(null=True)
    approver_kind = models.CharField(max_length=8, blank=True, default="")
    approver_id = models.CharField(max_length=64, blank=True, default="")
    approver_label = models.CharField(max_length=200, blank=True, default="")

    problem = models.CharField(max_length=1000, blank=True, default="")
    # What it waits for, when it does; records a second, of late.
    waits_for = models.CharField(max_length=200, blank=True, default="")
    rate = models.FloatField(default=0)
    created_at = models.DateTimeField(default=timezone.now)
    previewed_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    heartbeat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = [
            models.Index(fields=["staff", "-id"], name="bulk_run_staff"),
            models.Index(
                fields=["heartbeat_at"],
                name="bulk_run_at_work",
                condition=models.Q(state__in=["waiting", "running"]),
            ),
        ]
        constraints = [
            json_limit("params", PARAMS_BYTES, "bulk_run_params_limit"),
            json_limit("source", 2_000, "bulk_run_source_limit"),
            json_limit("effects", 200_000, "bulk_run_effects_limit"),
            json_limit("scopes", 200_000, "bulk_run_scopes_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.token}"

    @property
    def is_open(self) -> bool:
        """Whether it may still go on by itself or by its owner's hand."""
        return self.state in OPEN

    @property
    def is_at_work(self) -> bool:
        return self.state in AT_WORK

    @property
    def is_previewed(self) -> bool:
        """Whether it waits for the word of its owner."""
        return self.phase == Phase.PREVIEW and self.state == RunState.FINISHED

    @property
    def is_preview(self) -> bool:
        return self.phase == Phase.PREVIEW

    @property
    def possible(self) -> int:
        """How many records can be targets, as far as was looked."""
        return self.looked - self.refused

    @property
    def dealt_with(self) -> int:
        """How many records of this phase are behind it."""
        return self.looked if self.is_preview else self.done + self.failed + self.conflicts

    @property
    def of(self) -> int:
        """How many records this phase has in all."""
        return self.total if self.is_preview else self.possible


class ItemState(models.TextChoices):
    NEW = "new", _("not looked at")
    READY = "ready", _("to be done")
    REFUSED = "refused", _("left out")
    DONE = "done", _("done")
    FAILED = "failed", _("failed")
    CONFLICT = "conflict", _("conflict")


class BulkItem(models.Model):
    """One record of a run: how far it is, the version that was previewed, and how it ended."""

    pk = models.CompositePrimaryKey("run_id", "key")
    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="items", db_index=False)
    key = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=ItemState, default=ItemState.NEW)
    version = models.BigIntegerField(null=True)
    # The newest version of what hangs on it, where the operation does something to that.
    children = models.BigIntegerField(null=True)
    problem = models.CharField(max_length=PROBLEM_LENGTH, blank=True, default="")
    event_id = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["run", "state", "key"], name="bulk_item_state")]

    def __str__(self) -> str:
        return f"#{self.key}: {self.state}"


class PreviewRows(models.Model):
    """A part of the rows that a preview found, as `findings` keeps them."""

    run = models.ForeignKey(BulkRun, models.CASCADE, related_name="parts")
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    class Meta:
        constraints = [json_limit("rows", 40_000_000, "bulk_rows_limit")]

    def __str__(self) -> str:
        return f"{self.run_id}: {len(self.rows)}"
