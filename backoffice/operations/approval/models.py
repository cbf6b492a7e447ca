"""Requests for approval, what was said about them, and what their askers are told of them.

Untracked: what a request came to is told by events, what it changed by history.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from backoffice.entities.limits import json_limit
from backoffice.operations.models import PARAMS_BYTES, ROWS_BYTES

TEXT_LENGTH, WHY_LENGTH = 1_000, 300


class Request(models.Model):
    """An operation that someone asks for, with the preview that they saw, until it ends one way."""

    class State(models.TextChoices):
        OPEN = "open", _("open")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")
        WITHDRAWN = "withdrawn", _("withdrawn")
        EXPIRED = "expired", _("expired")

    requester = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    # Of the preview, or of the background run's: a second click asks for nothing more.
    token = models.UUIDField(unique=True, editable=False)
    is_run = models.BooleanField(default=False)
    operation = models.CharField(max_length=64)
    targets = models.JSONField(default=list)
    count = models.PositiveIntegerField()
    params = models.JSONField(default=dict)
    reason = models.CharField(max_length=1000)
    ticket = models.CharField(max_length=64, blank=True, default="")
    # Why a second person must agree, as the asker was told; which scopes it reaches into.
    why = models.CharField(max_length=WHY_LENGTH)
    scopes = ArrayField(models.BigIntegerField(), default=list)
    # The preview as it was.
    refusals = models.JSONField(default=list)
    effects = models.JSONField(default=list)
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)

    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=TEXT_LENGTH, blank=True, default="")
    # The event of what was approved.
    event_id = models.BigIntegerField(null=True)
    # Whether something happened that the asker has not looked at.
    is_news = models.BooleanField(default=False)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["-id"], name="request_open", condition=Q(state="open")),
            models.Index(fields=["requester", "-id"], name="request_requester"),
            models.Index(fields=["requester"], name="request_news", condition=Q(is_news=True)),
        ]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(state__in=["open", "approved", "refused", "withdrawn", "expired"]),
                name="request_state",
            ),
            # Whatever the code does, nobody decides about what they asked for themselves.
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "refused"]) | ~Q(decided_by=F("requester")),
                name="request_two_people",
            ),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False)),
                name="request_decided",
            ),
            json_limit("targets", 200_000, "request_targets_limit"),
            json_limit("params", PARAMS_BYTES, "request_params_limit"),
            json_limit("refusals", 500_000, "request_refusals_limit"),
            json_limit("effects", 200_000, "request_effects_limit"),
            json_limit("rows", ROWS_BYTES, "request_rows_limit"),
        ]

    def __str__(self) -> str:
        return f"request-{self.pk}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_overdue(self) -> bool:
        """Whether its time is over, said already or not."""
        return timezone.now() >= self.expires_at


class Comment(models.Model):
    """Something that the asker, or someone who may decide, said about a request."""

    request = models.ForeignKey(Request, models.CASCADE, related_name="comments")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    text = models.CharField(max_length=TEXT_LENGTH)
    created_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"comment-{self.pk}"


class Notice(models.Model):
    """What the asker is mailed of a request's end: written with it, sent at least once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    request = models.OneToOneField(Request, models.CASCADE, related_name="notice")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.request}-{self.request.state}"
