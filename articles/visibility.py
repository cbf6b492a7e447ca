"""When a visitor of a help site's main page sees a space, a category or an article.

An article is read in the language that the visitor asked for, or, where it has no text in it, in
the default language of its space: that counts as visible, and the explanation says so. An article
without a publish date is published at once. Everything else is one switch for each condition.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import F, OuterRef, Q, Subquery
from django.db.models.lookups import IsNull
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from articles import effective_settings
from articles.models import Article, Channel, Space, Translation
from articles.models.base import Languages
from backoffice.visibility.conditions import HasPassed, Is, IsEmpty
from backoffice.visibility.declarations import (
    FAILED,
    PASSED,
    Around,
    Asked,
    Check,
    Condition,
    Place,
    Standing,
    Subject,
    register,
)

CHANNEL = Place("channel", "channel", via="channel_id")
SPACE = Place("space", "space", via="space_id")


class ChannelActive(Is):
    name, place, field = "channel_active", "channel", "status"
    accepted = (Channel.Status.ACTIVE,)
    label = _("The channel is active")
    fault = _("The channel is not active")
    explanation = _("A suspended or closed customer's sites are not served to anybody.")
    mended_by = ("channel.activate", "channel.reopen")


class WebsiteOn(Is):
    name, place, field = "website_on", "space", "website_enabled"
    accepted = (True,)
    label = _("The website is on")
    fault = _("The website is off")
    explanation = _("While the website is off, visitors can open nothing of the site.")
    mended_by = ("space.enable_website",)


class AccessPublic(Is):
    name, place, field = "access_public", "space", "access"
    accepted = (Space.Access.PUBLIC,)
    label = _("The site is open to the public")
    fault = _("The site is not open to the public")
    explanation = _("Only those whom the customer lets in can open the site.")
    mended_by = ("space.edit",)


class CategoriesShown(Is):
    name, place, field = "categories_shown", "category", "hidden"
    accepted = (False,)
    label = _("No category above is hidden")
    fault = _("A category above is hidden")
    explanation = _("A hidden category hides everything in it, however deep.")
    mended_by = ("category.unhide",)


class ArticlePublished(Is):
    name, place, field = "published", "article", "state"
    accepted = (Article.State.PUBLISHED,)
    label = _("The article is published")
    fault = _("The article is not published")
    explanation = _("Drafts and archived articles are seen by the customer's own people only.")
    mended_by = ("article.publish", "article.unarchive")


class PublishDatePassed(HasPassed):
    name, place, field = "publish_date", "article", "published_at"
    label = _("The publish date has passed")
    fault = _("The publish date has not come yet")
    explanation = _("The article appears by itself when its publish date comes.")
    mended_by = ("article.edit",)
    after = ("published",)


class ArticleShown(Is):
    name, place, field = "not_hidden", "article", "hidden"
    accepted = (False,)
    label = _("The article is not hidden")
    fault = _("The article is hidden")
    explanation = _("A hidden article keeps its state and text, but visitors do not see it.")
    mended_by = ("article.unhide",)


class ArticleKept(IsEmpty):
    name, place, field = "not_deleted", "article", "deleted_at"
    label = _("The article is not in the trash")
    fault = _("The article is in the trash")
    explanation = _("What is in the trash is kept for the customer, and shown to nobody else.")
    mended_by = ("article.restore",)


class TextThere(Condition):
    """There is a text in the asked language, or in the space's default language instead."""

    name, place, field = "text_there", "translation", "deleted_at"
    columns = ("language",)
    shown = "language"
    label = _("There is a text to read")
    fault = _("There is no text to read")
    explanation = _(
        "Without a text in the language of the visitor or in the site's default language, there is "
        "nothing to show."
    )
    mended_by = ("translation.restore",)
    # Texts go to the trash with their article, and come back with it.
    after = ("not_deleted",)

    def check(self, around: Around, asked: Asked) -> Check:
        default = next((one.values["default_language"] for one in around["space"]), "")
        texts = {
            language: [o for o in around[self.place] if o.values["language"] == language]
            for language in dict.fromkeys((asked.language, default))
        }
        for language, found in texts.items():
            living = [one for one in found if one.values["deleted_at"] is None]
            if living:
                note = "" if language == asked.language else _instead(language)
                return Check(self, PASSED, living, note=note)
        lost = [one for found in texts.values() for one in found]
        return Check(self, FAILED, lost, lost[:1], "" if lost else _("It was never written."))

    def q(self, subject: Subject, asked: Asked, sparing: int | None = None) -> Q:
        texts = Translation.objects.filter(
            Q(language=asked.language) | Q(language=OuterRef("space__default_language")),
            article=OuterRef("pk"),
            deleted_at=None,
        )
        # Not EXISTS: its negation would be answered by reading every text there is.
        return Q(IsNull(Subquery(texts.values("pk")[:1]), False))


def _instead(language: str) -> Any:
    name = Languages(language).label if language in Languages.values else language
    return format_lazy(_("shown in the default language instead: {language}"), language=name)


class CategoryChainShown(CategoriesShown):
    """The same of a category, which is the first of its chain."""

    label = _("Neither the category nor one above is hidden")
    fault = _("The category or one above is hidden")


@register
class ChannelSubject(Subject):
    entity = "channel"
    places = (Place("channel", "channel"),)
    conditions = (ChannelActive(),)


@register
class SpaceSubject(Subject):
    entity = "space"
    places = (Place("space", "space"), CHANNEL)
    conditions = (ChannelActive(), WebsiteOn(), AccessPublic())
    settings = effective_settings.SPACE


@register
class CategorySubject(Subject):
    entity = "category"
    places = (Place("category", "category", up="parent_id"), SPACE, CHANNEL)
    conditions = (ChannelActive(), WebsiteOn(), AccessPublic(), CategoryChainShown())
    settings = effective_settings.CATEGORY


@register
class ArticleSubject(Subject):
    entity = "article"
    asks_language = True
    settings = effective_settings.ARTICLE
    places = (
        Place("article", "article"),
        CHANNEL,
        SPACE,
        Place("category", "category", via="category_id", up="parent_id"),
        Place(
            "translation",
            "translation",
            child="article_id",
            order=(F("deleted_at").desc(nulls_first=True), "-pk"),
        ),
    )
    conditions = (
        ChannelActive(),
        WebsiteOn(),
        AccessPublic(),
        CategoriesShown(),
        ArticlePublished(),
        PublishDatePassed(),
        ArticleShown(),
        ArticleKept(),
        TextThere(),
    )

    def columns_of(self, place: Place) -> list[str]:
        found = super().columns_of(place)
        # Which text is shown instead of a missing one is for the space to say.
        return [*found, "default_language"] if place.name == "space" else found

    def languages(self, around: Around) -> list[tuple[str, str]]:
        """The site's own language first, then those of the article's texts, then the others."""
        own = [one.values["default_language"] for one in around["space"]]
        written = [one.values["language"] for one in _living(around["translation"])]
        codes = dict.fromkeys([*own, *written, *Languages.values])
        names = dict(Languages.choices)
        return [(code, str(names.get(code, code))) for code in codes]


def _living(standings: Sequence[Standing]) -> list[Standing]:
    return [one for one in standings if one.values["deleted_at"] is None]
