"""What makes the records of a fresh site targets of an operation, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from tests.content import HelpCenter
from tests.operations.facts import first_version, last_event_id

TRASH = (
    "WITH a AS (UPDATE articles_article SET deleted_at = now() RETURNING 1) "
    "UPDATE articles_translation SET deleted_at = now()"
)
ARCHIVED = "UPDATE articles_article SET state = 'archived'"
DRAFTS = "UPDATE articles_article SET state = 'draft', published_at = '2024-03-01 09:00+09'"

PUBLISHED_THEN = "UPDATE articles_article SET published_at = '2024-03-01 09:00+09'"


def nothing(site: HelpCenter) -> dict[str, Any]:
    return {}


class Recipe(NamedTuple):
    """A statement of the product that makes ready, the targets, what is typed in, what is wrong."""

    query: str
    targets: Callable[[HelpCenter], list[int]]
    params: Callable[[HelpCenter], dict[str, Any]] = nothing
    wrong: Callable[[HelpCenter], dict[str, Any]] | None = None


def articles(site: HelpCenter) -> list[int]:
    return site.articles


def first_article(site: HelpCenter) -> list[int]:
    return site.articles[:1]


def categories(site: HelpCenter) -> list[int]:
    return site.categories


def innermost(site: HelpCenter) -> list[int]:
    return site.categories[2:]


def space(site: HelpCenter) -> list[int]:
    return [site.space]


def channel(site: HelpCenter) -> list[int]:
    return [site.channel]


def member(site: HelpCenter) -> list[int]:
    return [site.member]


def first_text(site: HelpCenter) -> list[int]:
    return site.translations[:1]


WORDS = "DELETE FROM articles_translation WHERE article_id = 1"
DELETED = {
    "article": f"{WORDS}; DELETE FROM articles_article WHERE id = 1",
    "translation": WORDS,
    "category": "UPDATE articles_article SET category_id = 2; "
    "DELETE FROM articles_category WHERE id = 3",
    "member": "UPDATE articles_article SET author_id = NULL; DELETE FROM articles_member",
    "space": "DELETE FROM articles_translation; DELETE FROM articles_article; "
    "DELETE FROM articles_category; DELETE FROM articles_space",
    "channel": "INSERT INTO articles_channel (id, name) VALUES (77, '없어진 회사'); "
    "DELETE FROM articles_channel WHERE id = 77",
}
WRONG = {"all-taken": "whatever"}


def deleted(entity: str, *keys: int) -> Recipe:
    """Records that are gone, with all that stood in them."""
    contents = {"contents": "on"} if entity == "space" else {}
    return Recipe(DELETED[entity], lambda s: list(keys), lambda s: contents, lambda s: WRONG)


def changed(entity: str, change: str, target: Callable[[HelpCenter], list[int]]) -> Recipe:
    """Records that hold something else now than in their first version."""

    def first(site: HelpCenter) -> dict[str, Any]:
        return {"version": str(first_version(entity, target(site)[0]))}

    return Recipe(change, target, first, lambda s: {"version": "2147483647"})


RECIPES = {
    "event.undo": Recipe(
        "UPDATE articles_article SET hidden = true",
        lambda s: [last_event_id()],
        nothing,
        lambda s: {"all-later": "whatever"},
    ),
    "article.resurrect": deleted("article", 1),
    "translation.resurrect": deleted("translation", 1, 2),
    "category.resurrect": deleted("category", 3),
    "member.resurrect": deleted("member", 1),
    "space.resurrect": deleted("space", 1),
    "channel.resurrect": deleted("channel", 77),
    "article.revert": changed(
        "article", "UPDATE articles_article SET slug = slug || '-new', pinned = true", first_article
    ),
    "translation.revert": changed(
        "translation", "UPDATE articles_translation SET title = 'x', body = 'y'", first_text
    ),
    "category.revert": changed("category", "UPDATE articles_category SET name = 'x'", innermost),
    "space.revert": changed("space", "UPDATE articles_space SET home_layout = '[1]'", space),
    "channel.revert": changed("channel", "UPDATE articles_channel SET plan = 'growth'", channel),
    "member.revert": changed("member", "UPDATE articles_member SET name = 'x'", member),
    "article.hide": Recipe("", articles),
    "article.unhide": Recipe("UPDATE articles_article SET hidden = true", articles),
    "article.publish": Recipe(DRAFTS, articles),
    "article.unpublish": Recipe(PUBLISHED_THEN, articles),
    "article.archive": Recipe("", articles),
    "article.unarchive": Recipe(ARCHIVED, articles),
    "article.pin": Recipe("", articles),
    "article.unpin": Recipe("UPDATE articles_article SET pinned = true", articles),
    "article.move_to_trash": Recipe("", articles),
    "article.restore": Recipe(TRASH, articles),
    "article.move": Recipe(
        "",
        articles,
        lambda s: {"category": s.categories[0]},
        lambda s: {"category": "no such place"},
    ),
    "article.reorder": Recipe(
        "", first_article, lambda s: {"position": "7"}, lambda s: {"position": "first"}
    ),
    "article.edit": Recipe(
        "",
        first_article,
        lambda s: {"slug": "환불-안내", "author": "", "published_at": "2026-11-24T09:00:00"},
        lambda s: {"slug": "refund-2"},
    ),
    "translation.edit": Recipe(
        "",
        first_text,
        lambda s: {"title": "환불 안내 (개정)", "body": "환불은 14일 안에.\r\n그 뒤는 문의."},
        lambda s: {"title": ""},
    ),
    "translation.move_to_trash": Recipe("", first_text),
    "translation.restore": Recipe(
        "UPDATE articles_translation SET deleted_at = now()", lambda s: s.translations
    ),
    "category.hide": Recipe("", categories),
    "category.unhide": Recipe("UPDATE articles_category SET hidden = true", categories),
    "category.edit": Recipe(
        "", innermost, lambda s: {"name": "해외 결제"}, lambda s: {"slug": "a b"}
    ),
    "category.move": Recipe(
        "", innermost, lambda s: {"parent": ""}, lambda s: {"parent": "no such place"}
    ),
    "category.reorder": Recipe(
        "", innermost, lambda s: {"position": "3"}, lambda s: {"position": "9" * 30}
    ),
    "space.enable_website": Recipe("UPDATE articles_space SET website_enabled = false", space),
    "space.disable_website": Recipe("", space),
    "space.enable_indexing": Recipe("UPDATE articles_space SET search_indexing = false", space),
    "space.disable_indexing": Recipe("", space),
    "space.edit": Recipe(
        "",
        space,
        lambda s: {"custom_domain": "help.acme.test", "home_layout": '{"columns": 2}'},
        lambda s: {"home_layout": "{"},
    ),
    "channel.suspend": Recipe("", channel),
    "channel.activate": Recipe("UPDATE articles_channel SET status = 'suspended'", channel),
    "channel.close": Recipe("UPDATE articles_channel SET status = 'suspended'", channel),
    "channel.reopen": Recipe("UPDATE articles_channel SET status = 'closed'", channel),
    "channel.edit": Recipe(
        "", channel, lambda s: {"plan": "growth"}, lambda s: {"timezone": "Mars/Olympus"}
    ),
    "member.mark_left": Recipe("", member),
    "member.mark_returned": Recipe("UPDATE articles_member SET left_at = now()", member),
    "member.edit": Recipe("", member, lambda s: {"role": "admin"}, lambda s: {"email": "minji"}),
}
# Done at once, because they only show something: tests/operations/test_reveal.py.
CHANGING_NOTHING = ["member.reveal"]
# About the staff and who may see what, not about the customers' records: test_staff_operations.py.
ELSEWHERE = [
    *(f"staff.{verb}" for verb in ("add", "set_role", "disable", "enable")),
    *(f"staff.{verb}" for verb in ("elevate", "end_elevation")),
    *(f"channel.{verb}" for verb in ("restrict", "assign", "unassign", "open")),
]
