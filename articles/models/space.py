"""A space: one help site of a channel, with its settings."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from articles.models.base import Dated, Languages
from articles.models.channel import Channel
from audit.capture import Captured
from backoffice.entities.limits import JSON_BYTES, json_limit
from backoffice.entities.search_key import search_field, trigram_index


class Space(Dated):
    class Access(models.TextChoices):
        PUBLIC = "public", _("public")
        MEMBERS = "members", _("members only")
        PASSWORD = "password", _("with a password")

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="spaces", verbose_name=_("channel")
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(_("slug"), max_length=100)
    custom_domain = models.CharField(_("custom domain"), max_length=253, blank=True, db_default="")
    website_enabled = models.BooleanField(_("website"), db_default=True)
    access = models.CharField(
        pgettext_lazy("who may visit", "access"),
        max_length=20,
        choices=Access,
        db_default=Access.PUBLIC,
    )
    default_language = models.CharField(
        _("default language"), max_length=10, choices=Languages, db_default=Languages.KO
    )
    search_indexing = models.BooleanField(_("found by search engines"), db_default=True)
    feedback_enabled = models.BooleanField(_("feedback under articles"), db_default=True)
    contact_email = models.CharField(_("contact e-mail"), max_length=254, blank=True, db_default="")
    theme_color = models.CharField(_("theme colour"), max_length=20, db_default="#3b5bdb")
    home_layout = models.JSONField(_("home layout"), default=dict, blank=True, db_default={})
    search_key = search_field("name", "slug", "custom_domain")

    history = Captured(
        entity="space",
        scope="{row}.channel_id",
        area="{row}.id",
        verbs={"website_enabled": ("turned_on", "turned_off")},
        untracked=["search_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("space")
        verbose_name_plural = _("spaces")
        constraints = [
            models.UniqueConstraint(fields=["slug"], name="space_slug"),
            models.UniqueConstraint(
                fields=["custom_domain"],
                condition=~models.Q(custom_domain=""),
                name="space_domain",
            ),
            models.UniqueConstraint(fields=["id", "channel"], name="space_scope"),
            json_limit("home_layout", JSON_BYTES, "space_home_layout_limit"),
        ]
        indexes = [
            trigram_index("search_key", "space_search"),
            models.Index(fields=["name", "id"], name="space_name"),
            models.Index(fields=["-created_at", "-id"], name="space_created"),
        ]

    def __str__(self) -> str:
        return self.name
