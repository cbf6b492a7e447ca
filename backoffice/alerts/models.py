"""Incidents and their deliveries. Untracked: they are made from the audit, and can be made again;
that someone acknowledged one is an event.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from backoffice.entities.limits import json_limit

NOTE_LENGTH = 1_000


class Alert(models.Model):
    """One incident of one rule: extended while it goes on, never told twice.

    Its words and links are made from the rule and these facts when it is shown, so that every
    reader has it in their language, and no name that is not for them.
    """

    rule = models.CharField(max_length=40)
    subject = models.CharField(max_length=200)
    actor_kind = models.CharField(max_length=8, blank=True, default="")
    actor_id = models.CharField(max_length=64, blank=True, default="")
    actor_label = models.CharField(max_length=200, blank=True, default="")
    entity = models.CharField(max_length=40, blank=True, default="")
    record_id = models.CharField(max_length=64, blank=True, default="")
    scopes = ArrayField(models.BigIntegerField(), default=list)
    count = models.BigIntegerField()
    what = models.JSONField(default=dict)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    opened_at = models.DateTimeField()
    acknowledged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    acknowledged_at = models.DateTimeField(null=True)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True, default="")

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["rule", "subject", "-last_at"], name="alert_subject"),
            models.Index(
                fields=["-id"],
                condition=models.Q(acknowledged_at__isnull=True),
                name="alert_open",
            ),
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["rule", "subject", "first_at"], name="alert_once"),
            models.CheckConstraint(
                condition=models.Q(first_at__lte=models.F("last_at")), name="alert_times"
            ),
            json_limit("what", 5_000, "alert_what_limit"),
        ]

    def __str__(self) -> str:
        return f"alert-{self.pk}"


class Evaluation(models.Model):
    """How far a rule was evaluated; its lock keeps two workers from doing so at once."""

    rule = models.CharField(max_length=40, primary_key=True)
    until = models.DateTimeField(null=True)


class Delivery(models.Model):
    """One alert to be sent by one way: written with the alert, sent at least once."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    alert = models.ForeignKey(Alert, models.CASCADE, related_name="deliveries")
    way = models.CharField(max_length=10)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True, default="")
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["alert", "way"], name="delivery_once")
        ]
