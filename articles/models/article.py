"""An article: its place and settings. Its texts are translations, so a switch copies no body."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from articles.models.base import Dated
from articles.models.category import Category
from articles.models.channel import Channel
from articles.models.member import Member
from articles.models.space import Space
from audit.capture import Captured
from backoffice.entities.search_key import search_field, trigram_index


class Article(Dated):
    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        ARCHIVED = "archived", _("archived")

    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="articles", verbose_name=_("channel")
    )
    space = models.ForeignKey(
        Space, models.PROTECT, related_name="articles", verbose_name=_("space")
    )
    category = models.ForeignKey(
        Category,
        models.PROTECT,
        related_name="articles",
        null=True,
        blank=True,
        verbose_name=_("category"),
    )
    slug = models.CharField(_("slug"), max_length=200)
    state = models.CharField(_("state"), max_length=20, choices=State, db_default=State.DRAFT)
    hidden = models.BooleanField(_("hidden"), db_default=False)
    pinned = models.BooleanField(_("pinned"), db_default=False)
    position = models.IntegerField(_("position"), db_default=0)
    published_at = models.DateTimeField(_("published at"), null=True, blank=True)
    author = models.ForeignKey(
        Member,
        models.PROTECT,
        related_name="articles",
        null=True,
        blank=True,
        verbose_name=_("author"),
    )
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    deleted_by = models.ForeignKey(
        Member,
        models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("deleted by"),
    )
    search_key = search_field("slug")

    history = Captured(
        entity="article",
        scope="{row}.channel_id",
        area="{row}.space_id",
        verbs={
            "deleted_at": ("trashed", "restored"),
            "hidden": ("hidden", "unhidden"),
            "state": {"published": "published", "draft": "unpublished", "archived": "archived"},
        },
        untracked=["search_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("article")
        verbose_name_plural = _("articles")
        constraints = [
            models.UniqueConstraint(
                fields=["space", "category", "slug"],
                condition=models.Q(deleted_at=None),
                nulls_distinct=False,
                name="article_slug",
            ),
            models.UniqueConstraint(fields=["id", "channel"], name="article_scope"),
        ]
        indexes = [
            trigram_index("search_key", "article_search"),
            models.Index(fields=["slug", "id"], name="article_slug_order"),
            models.Index(fields=["-created_at", "-id"], name="article_created"),
            models.Index(fields=["-updated_at", "-id"], name="article_changed"),
            models.Index(fields=["channel", "-updated_at", "-id"], name="article_channel_changed"),
            models.Index(fields=["space", "-updated_at", "-id"], name="article_space_changed"),
        ]

    def __str__(self) -> str:
        return self.slug
