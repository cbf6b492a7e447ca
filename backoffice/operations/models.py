"""Stored previews: what a person saw before they said yes. Untracked, expiring."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from backoffice.entities.limits import json_limit
from backoffice.operations.exceptions import AlreadyApplied, Conflict, Expired

if TYPE_CHECKING:
    from backoffice.operations.findings import Findings
    from backoffice.operations.order import Order

# A long text that someone edits is a parameter; what an operation does to it is cut (findings).
PARAMS_BYTES, ROWS_BYTES = 2_000_000, 4_000_000


class StoredPreview(models.Model):
    """The result of running an operation and rolling it back, for its one later application."""

    token = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    operation = models.CharField(max_length=64)
    targets = models.JSONField(default=list)
    # Latest history id of each target when it was previewed: what apply compares.
    versions = models.JSONField(default=dict)
    params = models.JSONField(default=dict)
    reason = models.CharField(max_length=1000)
    ticket = models.CharField(max_length=64, blank=True, default="")
    # Records that cannot be targets, each with the reason, as the person was told.
    refusals = models.JSONField(default=list)
    effects = models.JSONField(default=list)
    rows = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    # A hash over what was written to which records and what they held: what apply must find again.
    digest = models.CharField(max_length=64, default="")
    created_at = models.DateTimeField(default=timezone.now)
    applied_event = models.BigIntegerField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="preview_created")]
        constraints = [
            json_limit("targets", 200_000, "preview_targets_limit"),
            json_limit("versions", 200_000, "preview_versions_limit"),
            json_limit("params", PARAMS_BYTES, "preview_params_limit"),
            json_limit("refusals", 500_000, "preview_refusals_limit"),
            json_limit("effects", 200_000, "preview_effects_limit"),
            json_limit("rows", ROWS_BYTES, "preview_rows_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.operation} {self.token}"

    @property
    def expired(self) -> bool:
        """Whether it is too old to be applied."""
        lifetime = timedelta(seconds=settings.PREVIEW_LIFETIME)
        return timezone.now() - self.created_at > lifetime

    def refuse_if_stale(self, order: Order) -> None:
        """Stop inside the transaction when this preview no longer describes what would happen.

        Raises AlreadyApplied for a double submit, Expired when too old, Conflict when a target has
        a newer version than the person saw.
        """
        current = StoredPreview.objects.using("default").select_for_update().get(pk=self.pk)
        if current.applied_event is not None:
            raise AlreadyApplied(current.applied_event)
        if current.expired:
            raise Expired(_("This preview is too old. Look at a new one, then apply it."))
        if (current.operation, current.targets) != (order.operation.name, order.keys):
            raise Conflict(_("The preview is of another selection. Look at a new one."))
        versions = order.operation.targets.versions(order.keys)
        moved = [key for key in order.keys if versions.get(key) != current.versions.get(str(key))]
        if moved:
            raise Conflict(
                _(
                    "%(count)d of these records changed after you looked, #%(first)s among them. "
                    "Nothing was done. Look at a new preview."
                )
                % {"count": len(moved), "first": moved[0]},
                moved=moved,
                keys=order.keys,
                seen=current.versions,
                given=current.params,
                fields=current.fields_of(order.operation.entity),
            )

    def fields_of(self, entity: str) -> set[str]:
        """The fields that would be written of the records of an entity."""
        return {name for row in self.rows if row["entity"] == entity for name in row["changes"]}

    def refuse_if_different(self, order: Order, found: Findings) -> None:
        """Stop, before the commit, when what was done is not what the person saw.

        Targets may be as they were while what hangs on them has changed: children, for example.
        """
        if found.digest != self.digest:
            raise Conflict(
                _(
                    "What belongs to these records changed after you looked, so more or less would"
                    " have happened than you saw. Nothing was done. Look at a new preview."
                ),
                keys=order.keys,
            )

    def mark_applied(self, event_id: int) -> None:
        """Remember, in the same transaction, the event that this preview became."""
        self.applied_event = event_id
        self.save(update_fields=["applied_event"])
