"""A channel: one customer company. It is the scope of everything below it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import Dated
from audit.capture import Captured
from backoffice.entities.search_key import search_field, trigram_index


class Channel(Dated):
    class Plan(models.TextChoices):
        FREE = "free", _("Free")
        STARTER = "starter", _("Starter")
        GROWTH = "growth", _("Growth")
        ENTERPRISE = "enterprise", _("Enterprise")

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        SUSPENDED = "suspended", _("suspended")
        CLOSED = "closed", _("closed")

    name = models.CharField(_("name"), max_length=200)
    plan = models.CharField(_("plan"), max_length=20, choices=Plan, db_default=Plan.FREE)
    status = models.CharField(_("status"), max_length=20, choices=Status, db_default=Status.ACTIVE)
    country = models.CharField(_("country"), max_length=2, db_default="KR")
    timezone = models.CharField(_("time zone"), max_length=64, db_default="Asia/Seoul")
    search_key = search_field("name")

    history = Captured(
        entity="channel",
        scope="{row}.id",
        verbs={"status": {"suspended": "suspended", "active": "activated", "closed": "closed"}},
        untracked=["search_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("channel")
        verbose_name_plural = _("channels")
        permissions = [("access_channel", "May see this channel although it is restricted")]
        indexes = [
            trigram_index("search_key", "channel_search"),
            models.Index(fields=["name", "id"], name="channel_name"),
            models.Index(fields=["-created_at", "-id"], name="channel_created"),
        ]

    def __str__(self) -> str:
        return self.name
