"""Customers' content for tests, written as the product writes it: plain SQL, its own role."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

# Conjures one channel with a site, a chain of three categories and articles in the innermost.
CHANNEL = "INSERT INTO articles_channel (name) VALUES (%s) RETURNING id"
MEMBER = (
    "INSERT INTO articles_member (channel_id, key, name, email) "
    "VALUES (%s, %s, %s, %s) RETURNING id"
)
SPACE = "INSERT INTO articles_space (channel_id, name, slug) VALUES (%s, %s, %s) RETURNING id"
CATEGORY = (
    "INSERT INTO articles_category (channel_id, space_id, parent_id, name, slug) "
    "VALUES (%s, %s, %s, %s, %s) RETURNING id"
)
ARTICLE = (
    "INSERT INTO articles_article (channel_id, space_id, category_id, slug, state, author_id) "
    "VALUES (%s, %s, %s, %s, 'published', %s) RETURNING id"
)
TRANSLATION = (
    "INSERT INTO articles_translation (channel_id, article_id, language, title, body) "
    "VALUES (%s, %s, %s, %s, %s) RETURNING id"
)


@dataclass(frozen=True)
class HelpCenter:
    """The ids of what `make_help_center` made."""

    channel: int
    member: int
    space: int
    categories: list[int]
    articles: list[int]
    translations: list[int]


def make_help_center(connection: Any, slug: str = "acme", articles: int = 3) -> HelpCenter:
    """A small help site; `connection` is psycopg's, as role product."""

    def make(query: str, *values: object) -> int:
        return int(connection.execute(query, values).fetchone()[0])

    channel = make(CHANNEL, f"아크미 {slug}")
    member = make(MEMBER, channel, "minji", "김민지", f"minji@{slug}.test")
    space = make(SPACE, channel, f"{slug} 도움말", slug)
    categories: list[int] = []
    for name in ("결제", "환불", "해외"):
        parent = categories[-1] if categories else None
        categories.append(make(CATEGORY, channel, space, parent, name, name))
    made, texts = [], []
    for number in range(1, articles + 1):
        pk = make(ARTICLE, channel, space, categories[-1], f"refund-{number}", member)
        made.append(pk)
        title = f"환불 안내 {number}"
        texts.append(make(TRANSLATION, channel, pk, "ko", title, "환불은 7일 안에."))
        texts.append(make(TRANSLATION, channel, pk, "en", f"Refunds {number}", "Within 7 days."))
    return HelpCenter(channel, member, space, categories, made, texts)
