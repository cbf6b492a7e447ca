"""What customers did before they wrote in, made as their service makes it: SQL, claimed times."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audit.actors import Actor
from audit.context import claim
from tests.content import MEMBER, HelpCenter, make_help_center
from tests.stories.stack import Stack

MINJI, JIHO = Actor.member("minji", "김민지"), Actor.member("jiho", "이지호")


@dataclass(frozen=True)
class Customer:
    """One customer with a help site, and what the tests look for."""

    site: HelpCenter
    slug: str

    @property
    def company(self) -> str:
        return f"아크미 {self.slug}"

    @property
    def email(self) -> str:
        """Kim Minji's address."""
        return f"minji@{self.slug}.test"

    def article_address(self, number: int) -> str:
        """Of one of the articles, as a visitor's browser shows it."""
        return f"https://{self.slug}.help.test/ko/articles/refund-{number}"

    @property
    def space_name(self) -> str:
        return f"{self.slug} 도움말"


def ago(**span: float) -> datetime:
    return timezone.now() - timedelta(**span)


@contextmanager
def act(
    connection: Any, actor: Actor, at: datetime, tool: str = "web", reason: str = ""
) -> Iterator[Any]:
    """One transaction of somebody at the customer's, at a claimed time."""
    with (
        connection.transaction(),
        connection.cursor() as cursor,
        claim(cursor, actor=actor, tool=tool, reason=reason, occurred_at=at),
    ):
        yield cursor


def sign_up(stack: Stack, articles: int = 3) -> Customer:
    """A customer whose site has stood for a month; Lee Jiho administers it."""
    slug = f"acme-{next(stack.numbers)}"
    with stack.as_role("importer") as connection, act(connection, MINJI, ago(days=30)) as cursor:
        site = make_help_center(cursor, slug, articles)
        cursor.execute(MEMBER, (site.channel, "jiho", "이지호", f"jiho@{slug}.test"))
        cursor.execute(
            "UPDATE articles_member SET role = 'admin' WHERE key = 'jiho' AND channel_id = %s",
            (site.channel,),
        )
    return Customer(site, slug)


def hide_articles(stack: Stack, customer: Customer) -> None:
    """S1. Kim Minji hides every article at once, two hours ago, with the app."""
    with (
        stack.as_role("importer") as connection,
        act(connection, MINJI, ago(hours=2), "app 3.2") as cursor,
    ):
        cursor.execute(
            "UPDATE articles_article SET hidden = true, updated_at = %s WHERE channel_id = %s",
            (ago(hours=2), customer.site.channel),
        )


def turn_website_off(stack: Stack, customer: Customer) -> None:
    """S3. Lee Jiho switches the website off during a demo, four days ago, and forgets it."""
    with (
        stack.as_role("importer") as connection,
        act(connection, JIHO, ago(days=4), "app 3.2") as cursor,
    ):
        cursor.execute(
            "UPDATE articles_space SET website_enabled = false, updated_at = %s WHERE id = %s",
            (ago(days=4), customer.site.space),
        )
