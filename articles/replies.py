"""How the customers of the help sites are answered: their clock, and what mends what."""

from __future__ import annotations

from articles.models import Channel
from backoffice.replies.declarations import Replies, register


@register
class ContentReplies(Replies):
    folder = "articles/replies"
    entities = ("channel", "space", "category", "article")
    mends = {
        ("article", "hidden"): ("unhidden",),
        ("article", "trashed"): ("restored",),
        ("article", "deleted"): ("resurrected",),
        ("article", "unpublished"): ("published",),
        ("article", "archived"): ("published",),
        ("category", "hidden"): ("unhidden",),
        ("category", "deleted"): ("resurrected",),
        ("translation", "trashed"): ("restored",),
        ("space", "turned_off"): ("turned_on",),
        ("channel", "suspended"): ("activated",),
    }

    def zone(self, scope: int | None) -> str:
        if scope is None:
            return ""
        found = Channel.objects.filter(pk=scope).values_list("timezone", flat=True)
        return found.first() or ""
