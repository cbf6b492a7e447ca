"""A category: a folder of a space; folders stand in folders."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import Dated
from articles.models.channel import Channel
from articles.models.space import Space
from audit.capture import Captured
from backoffice.entities.search_key import search_field, trigram_index


class Category(Dated):
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    space = models.ForeignKey(
        Space, models.PROTECT, related_name="categories", verbose_name=_("space")
    )
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        related_name="children",
        null=True,
        blank=True,
        verbose_name=_("parent"),
    )
    name = models.CharField(_("name"), max_length=200)
    slug = models.CharField(_("slug"), max_length=200)
    position = models.IntegerField(_("position"), db_default=0)
    hidden = models.BooleanField(_("hidden"), db_default=False)
    search_key = search_field("name", "slug")

    history = Captured(
        entity="category",
        scope="{row}.channel_id",
        area="{row}.space_id",
        verbs={"hidden": ("hidden", "unhidden")},
        untracked=["search_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        constraints = [
            models.UniqueConstraint(
                fields=["space", "parent", "slug"], nulls_distinct=False, name="category_slug"
            ),
            models.UniqueConstraint(fields=["id", "space"], name="category_space"),
        ]
        indexes = [
            trigram_index("search_key", "category_search"),
            models.Index(fields=["name", "id"], name="category_name"),
            models.Index(fields=["-created_at", "-id"], name="category_created"),
        ]

    def __str__(self) -> str:
        return self.name
