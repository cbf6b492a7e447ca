"""A translation: an article's text in one language. It goes to the trash with its article."""

from django.db import models
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from articles.models.article import Article
from articles.models.base import Dated, Languages
from articles.models.channel import Channel
from audit.capture import Captured
from backoffice.entities.limits import LARGE_TEXT, SMALL_TEXT, text_limit
from backoffice.entities.search_key import SearchKey, search_field, trigram_index


class Translation(Dated):
    channel = models.ForeignKey(
        Channel, models.PROTECT, related_name="+", verbose_name=_("channel")
    )
    article = models.ForeignKey(
        Article, models.CASCADE, related_name="translations", verbose_name=_("article")
    )
    language = models.CharField(_("language"), max_length=10, choices=Languages)
    title = models.CharField(_("title"), max_length=300)
    summary = models.TextField(_("summary"), max_length=SMALL_TEXT, blank=True, db_default="")
    body = models.TextField(_("body"), max_length=LARGE_TEXT, blank=True, db_default="")
    deleted_at = models.DateTimeField(_("deleted at"), null=True, blank=True)
    search_key = search_field("title", "summary")

    history = Captured(
        entity="translation",
        scope="{row}.channel_id",
        area="(SELECT a.space_id FROM public.articles_article a WHERE a.id = {row}.article_id)",
        parent="article",
        verbs={"deleted_at": ("trashed", "restored")},
        untracked=["search_key", "updated_at"],
    )

    class Meta:
        verbose_name = _("translation")
        verbose_name_plural = _("translations")
        constraints = [
            models.UniqueConstraint(
                fields=["article", "language"],
                condition=models.Q(deleted_at=None),
                name="translation_language",
            ),
            text_limit("summary", SMALL_TEXT, "translation_summary_limit"),
            text_limit("body", LARGE_TEXT, "translation_body_limit"),
        ]
        indexes = [
            trigram_index("search_key", "translation_search"),
            # Bodies are searched by an expression, not a stored column: the text is not kept twice.
            trigram_index(SearchKey(F("body")), "translation_body_search"),
            models.Index(fields=["title", "id"], name="translation_title"),
            models.Index(fields=["-updated_at", "-id"], name="translation_changed"),
        ]

    def __str__(self) -> str:
        return self.title
