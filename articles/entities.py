"""What staff can look up of the customers' content: one declaration for each kind of record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from articles import models
from articles.places import name_articles, path_of_categories, title_of_article
from backoffice.accounts.grants import mark_restricted, named_people
from backoffice.console.states import register_state
from backoffice.entities.entity import Crumb, Entity, Related
from backoffice.entities.registry import get, register

register_state("website_off", "power", "slate", _("Website off"))

ON_OFF = (_("on"), _("off"))
DATES = (_("Dates"), ("created_at", "updated_at"))


def crumbs(*places: tuple[str, object]) -> list[Crumb]:
    """Steps of a breadcrumb out of (entity, record) pairs; a missing record is left out."""
    return [
        Crumb(get(name).title(record), get(name).url(record.pk))
        for name, record in places
        if record is not None
    ]


def category_crumbs(category: models.Category | None) -> list[Crumb]:
    """The folders from the outermost down to this one, itself included."""
    if category is None:
        return []
    return [Crumb(name, get("category").url(pk)) for pk, name in path_of_categories(category)]


@register
class ChannelEntity(Entity):
    name, slug, model, icon, order = "channel", "channels", models.Channel, "building", 10
    scope_field = "id"
    list_display = ("plan", "status", "country", "created_at")
    list_filter = ("status", "plan", "country", "created_at")
    ordering = ("name", "-created_at")
    search_fields = ("search_key",)
    exact_search_fields = ("name",)
    fieldsets = (
        (_("Contract"), ("name", "plan", "status")),
        (_("Region"), ("country", "timezone")),
        DATES,
    )
    related = (
        Related("space", "channel_id"),
        Related("member", "channel_id"),
        Related("article", "channel_id"),
    )
    timeline_boundary = "scope"

    panel_template = "accounts/_scope_panel.html"

    def badges(self, record: models.Channel) -> list[str]:
        return [record.status, *(["restricted"] if vars(record).get("is_restricted") else [])]

    def compute(self, records: Sequence[models.Channel]) -> None:
        mark_restricted(records)

    def panel(self, staff: Any, record: models.Channel) -> dict[str, Any]:
        return named_people(record)


@register
class MemberEntity(Entity):
    name, slug, model, icon, order = "member", "members", models.Member, "member", 20
    scope_field = "channel_id"
    list_display = ("channel", "email", "role")
    list_filter = ("channel", "role", "left_at", "created_at")
    filter_labels = {"left_at": _("left")}
    ordering = ("name", "-created_at")
    list_select_related = ("channel",)
    search_fields = ("search_key",)
    personal_search_fields = ("personal_key",)
    exact_search_fields = ("email", "key")
    personal_fields = ("name", "email")
    identifiers = ("key",)
    fieldsets = (
        (_("Person"), ("name", "email", "key")),
        (_("Place"), ("channel", "role", "left_at")),
        DATES,
    )
    related = (Related("article", "author_id", _("Articles written")),)
    timeline_actor = ("member", "key")

    def title(self, record: models.Member) -> str:
        return record.name

    def subtitle(self, record: models.Member) -> str:
        return record.channel.name

    def badges(self, record: models.Member) -> list[str]:
        return ["left"] if record.left_at else []

    def breadcrumb(self, record: models.Member) -> list[Crumb]:
        return crumbs(("channel", record.channel))


@register
class SpaceEntity(Entity):
    name, slug, model, icon, order = "space", "spaces", models.Space, "globe", 30
    scope_field = "channel_id"
    list_display = ("channel", "slug", "custom_domain", "access")
    list_filter = ("channel", "website_enabled", "access", "default_language", "created_at")
    ordering = ("name", "-created_at")
    list_select_related = ("channel",)
    search_fields = ("search_key",)
    exact_search_fields = ("slug", "custom_domain")
    identifiers = ("slug", "custom_domain")
    boolean_words = {"website_enabled": ON_OFF, "feedback_enabled": ON_OFF}
    fieldsets = (
        (_("Address"), ("channel", "name", "slug", "custom_domain")),
        (
            _("Website"),
            ("website_enabled", "access", "default_language", "search_indexing"),
        ),
        (_("Page"), ("home_layout", "theme_color", "feedback_enabled", "contact_email")),
        DATES,
    )
    related = (
        Related("category", "space_id"),
        Related("article", "space_id"),
    )
    timeline_boundary = "area"

    def subtitle(self, record: models.Space) -> str:
        return record.channel.name

    def badges(self, record: models.Space) -> list[str]:
        return [] if record.website_enabled else ["website_off"]

    def breadcrumb(self, record: models.Space) -> list[Crumb]:
        return crumbs(("channel", record.channel))


@register
class CategoryEntity(Entity):
    name, slug, model, icon, order = "category", "categories", models.Category, "folder", 40
    scope_field = "channel_id"
    list_display = ("channel", "space", "parent", "position")
    list_filter = ("channel", "space", "parent", "hidden", "created_at")
    ordering = ("name", "-created_at")
    list_select_related = ("channel", "space", "parent")
    search_fields = ("search_key",)
    exact_search_fields = ("slug", "name")
    identifiers = ("slug",)
    fieldsets = (
        (_("Place"), ("channel", "space", "parent", "position")),
        (_("Settings"), ("name", "slug", "hidden")),
        DATES,
    )
    related = (
        Related("article", "category_id"),
        Related("category", "parent_id", _("Folders inside")),
    )

    def subtitle(self, record: models.Category) -> str:
        return f"{record.channel.name} › {record.space.name}"

    def badges(self, record: models.Category) -> list[str]:
        return ["hidden"] if record.hidden else []

    def breadcrumb(self, record: models.Category) -> list[Crumb]:
        places = crumbs(("channel", record.channel), ("space", record.space))
        return places + category_crumbs(record.parent)


@register
class ArticleEntity(Entity):
    name, slug, model, icon, order = "article", "articles", models.Article, "document", 50
    scope_field = "channel_id"
    list_display = ("channel", "space", "category")
    list_filter = (
        "channel",
        "space",
        "state",
        "hidden",
        "deleted_at",
        "category",
        "author",
        "updated_at",
        "published_at",
        "pinned",
    )
    filter_labels = {"deleted_at": _("in the trash"), "published_at": _("with a publish date")}
    ordering = ("-updated_at", "-created_at", "slug")
    list_select_related = ("channel", "space", "category", "author")
    select_related = ("deleted_by",)
    search_fields = ("search_key", "translations__search_key")
    text_search_fields = ("translations__body",)
    exact_search_fields = ("slug",)
    identifiers = ("slug",)
    fieldsets = (
        (_("Publication"), ("state", "published_at", "hidden", "pinned")),
        (_("Place"), ("channel", "space", "category", "position", "slug")),
        (_("People"), ("author", "deleted_by", "deleted_at")),
        DATES,
    )
    related = (Related("translation", "article_id", template="articles/_translations.html"),)
    timeline_children = (("translation", "article_id"),)

    def records(self, *, full: bool = False) -> QuerySet[models.Article]:
        return super().records(full=full).annotate(translated_title=title_of_article())

    def prepare(self, records: Sequence[models.Article]) -> None:
        name_articles(records)

    def title(self, record: models.Article) -> str:
        if not hasattr(record, "translated_title"):
            self.prepare([record])
        return record.translated_title or record.slug

    def subtitle(self, record: models.Article) -> str:
        return f"{record.channel.name} › {record.space.name}"

    def badges(self, record: models.Article) -> list[str]:
        states = [record.state]
        if record.hidden:
            states.append("hidden")
        if record.deleted_at:
            states.append("trashed")
        if record.pinned:
            states.append("pinned")
        return states

    def breadcrumb(self, record: models.Article) -> list[Crumb]:
        places = crumbs(("channel", record.channel), ("space", record.space))
        return places + category_crumbs(record.category)


@register
class TranslationEntity(Entity):
    name, slug, model = "translation", "translations", models.Translation
    icon, order = "language", 60
    scope_field = "channel_id"
    timeline_qualifier = "language"
    list_display = ("channel", "article", "language")
    list_filter = ("channel", "article", "language", "deleted_at", "updated_at")
    filter_labels = {"deleted_at": _("in the trash")}
    ordering = ("-updated_at", "title")
    list_select_related = ("channel", "article")
    select_related = ("article__space",)
    defer = ("body", "summary")
    search_fields = ("search_key",)
    text_search_fields = ("body",)
    exact_search_fields = ("title",)
    fieldsets = (
        (_("Text"), ("title", "summary", "body")),
        (_("Place"), ("channel", "article", "language", "deleted_at")),
        DATES,
    )

    def subtitle(self, record: models.Translation) -> str:
        return f"{record.channel.name} · {record.get_language_display()}"

    def badges(self, record: models.Translation) -> list[str]:
        return ["trashed"] if record.deleted_at else []

    def breadcrumb(self, record: models.Translation) -> list[Crumb]:
        article = record.article
        return crumbs(("channel", record.channel), ("space", article.space), ("article", article))
