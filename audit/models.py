"""Events and effects: the two partitioned tables that every page of the audit reads.

Both are made by audit/sql/tables.sql (Django cannot declare partitions), written by SQL functions
only, and append-only. `id` is unique over all partitions because it comes from one sequence.
"""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    CHANGE = "change", _("change")
    READ = "read", _("read")
    ACCESS = "access", _("access")


class Outcome(models.TextChoices):
    SUCCEEDED = "succeeded", _("succeeded")
    DENIED = "denied", _("denied")
    FAILED = "failed", _("failed")
    CONFLICT = "conflict", _("conflict")
    PREVIEWED = "previewed", _("previewed")
    REQUESTED = "requested", _("requested")
    CANCELLED = "cancelled", _("cancelled")
    PARTIAL = "partial", _("partial")


class ActorKind(models.TextChoices):
    STAFF = "staff", _("staff")
    MEMBER = "member", _("member")
    TOKEN = "token", _("API token")
    SCRIPT = "script", _("script")
    SERVICE = "service", _("service")
    ROLE = "role", _("database role")


class Event(models.Model):
    """Who did what, when, why, and how it ended: one row for each."""

    id = models.BigIntegerField(primary_key=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    name = models.CharField(max_length=64)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    actor_kind = models.CharField(max_length=8, choices=ActorKind.choices)
    actor_id = models.CharField(max_length=64)
    actor_label = models.CharField(max_length=200)
    approver_id = models.CharField(max_length=64)
    approver_label = models.CharField(max_length=200)
    reason = models.CharField(max_length=1000)
    ticket = models.CharField(max_length=64)
    detail = models.CharField(max_length=1000)
    params = models.JSONField(default=dict)
    target_count = models.IntegerField(default=0)
    entity = models.CharField(max_length=40)
    record_id = models.CharField(max_length=64)
    scope = models.BigIntegerField(null=True)
    parent_id = models.BigIntegerField(null=True)
    tool = models.CharField(max_length=100)
    request_id = models.CharField(max_length=64)
    database_role = models.CharField(max_length=63)
    set_role = models.CharField(max_length=63)
    application = models.CharField(max_length=64)
    client_address = models.GenericIPAddressField(null=True)
    transaction_id = models.BigIntegerField()
    flags = ArrayField(models.CharField(max_length=40), default=list)

    class Meta:
        managed = False
        db_table = "audit_event"
        ordering = ("-occurred_at", "-id")

    def __str__(self) -> str:
        return f"{self.name} #{self.id}"


class Effect(models.Model):
    """What an event did, counted: so many records of an entity, this verb, these fields.

    `record_id` names the record where `count` is one. An event whose constraints were checked
    early may have two effects of one key: readers add their counts up.
    """

    id = models.BigIntegerField(primary_key=True)
    event_id = models.BigIntegerField()
    occurred_at = models.DateTimeField()
    entity = models.CharField(max_length=40)
    verb = models.CharField(max_length=24)
    fields = ArrayField(models.CharField(max_length=63), default=list)
    scope = models.BigIntegerField(null=True)
    area = models.BigIntegerField(null=True)
    count = models.IntegerField()
    record_id = models.BigIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "audit_effect"
        ordering = ("-occurred_at", "-event_id")

    def __str__(self) -> str:
        return f"{self.verb} {self.count} {self.entity}"
