"""A member: a person of a customer company."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import Dated
from articles.models.channel import Channel
from audit.capture import Captured
from backoffice.entities.search_key import search_field, trigram_index


class Member(Dated):
    class Role(models.TextChoices):
        OWNER = "owner", _("owner")
        ADMIN = "admin", _("administrator")
        EDITOR = "editor", _("editor")
        VIEWER = "viewer", _("viewer")

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="members", verbose_name=_("channel")
    )
    key = models.CharField(_("key"), max_length=64)
    name = models.CharField(_("name"), max_length=150)
    email = models.CharField(_("e-mail"), max_length=254)
    role = models.CharField(_("role"), max_length=20, choices=Role, db_default=Role.EDITOR)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    search_key = search_field("key")
    # Personal fields have a key of their own, read only for those who may see them.
    personal_key = search_field("name", "email")

    history = Captured(
        entity="member",
        scope="{row}.channel_id",
        verbs={"left_at": ("left", "returned")},
        untracked=["search_key", "personal_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("member")
        verbose_name_plural = _("members")
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], name="member_key"),
            models.UniqueConstraint(fields=["id", "channel"], name="member_scope"),
        ]
        indexes = [
            trigram_index("search_key", "member_search"),
            trigram_index("personal_key", "member_personal"),
            models.Index(fields=["email"], name="member_email"),
            models.Index(fields=["name", "id"], name="member_name"),
            models.Index(fields=["-created_at", "-id"], name="member_created"),
        ]

    def __str__(self) -> str:
        return self.name
