"""Saved views: a page with its filters, kept under a name. Untracked; sharing one is an event."""

from __future__ import annotations

from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

QUERY_LENGTH, NAME_LENGTH = 2_000, 80


class SavedView(models.Model):
    """What one person keeps of a page: its name, and the query string that makes it.

    `page` is the name of a registered page (see saved_views.register_page), `query` holds only
    parameters of that page. A shared view is offered to everyone who may open the page, and shows
    each of them what they may see.
    """

    staff = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    page = models.CharField(max_length=40)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    query = models.TextField(blank=True, default="")
    shared = models.BooleanField(_("offered to everyone"), default=False)
    is_default = models.BooleanField(_("opened by default"), default=False)
    updated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes: ClassVar[list[Any]] = [
            models.Index(fields=["page", "name"], condition=Q(shared=True), name="view_shared")
        ]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["staff", "page", "name"], name="view_name"),
            models.UniqueConstraint(
                fields=["staff", "page"], condition=Q(is_default=True), name="view_default"
            ),
            models.CheckConstraint(
                condition=LessThanOrEqual(Length("query"), models.Value(QUERY_LENGTH)),
                name="view_query_limit",
                violation_error_message=f"query holds at most {QUERY_LENGTH:,} characters.",
            ),
        ]

    def __str__(self) -> str:
        return self.name
