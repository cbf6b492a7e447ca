"""Where a history goes: channel and space, found or made, held by one import at a time."""

from __future__ import annotations

import getpass
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import psycopg
from django.conf import settings
from django.db import connections
from django.utils.text import slugify

from articles.importing.lines import Line
from audit.actors import Actor
from audit.context import claim

TOOL = "import_history"
SPACE_NAME, SPACE_SLUG = 200, 100

FIND_CHANNELS = "SELECT id, created_at FROM articles_channel WHERE name = %s ORDER BY id LIMIT 3"
FIND_SPACE = """
SELECT id FROM articles_space WHERE channel_id = %(channel)s
AND (name = %(name)s OR slug = %(name)s) ORDER BY slug <> %(name)s, id LIMIT 1"""
ADD_CHANNEL = """
INSERT INTO articles_channel (name, created_at, updated_at) VALUES (%(name)s, %(at)s, %(at)s)
RETURNING id"""
ADD_SPACE = """
INSERT INTO articles_space (channel_id, name, slug, created_at, updated_at)
SELECT %(channel)s, %(name)s, s.slug, %(at)s, %(at)s
FROM unnest(%(slugs)s::text[]) WITH ORDINALITY AS s (slug, nth)
WHERE NOT EXISTS (SELECT FROM articles_space o WHERE o.slug = s.slug) ORDER BY nth LIMIT 1
RETURNING id"""
# Read by the space's effects, which have an index: the events themselves have none on the key.
DONE = """
SELECT DISTINCT e.request_id, e.occurred_at FROM audit_effect f
JOIN audit_event e ON e.id = f.event_id AND e.occurred_at = f.occurred_at
WHERE f.area = %(space)s AND f.occurred_at BETWEEN %(first)s AND %(last)s
AND starts_with(e.request_id, %(key)s)"""


class SiteError(Exception):
    """The import cannot begin; the text says why and what to do."""


@dataclass(frozen=True)
class Site:
    """A channel and a space by id; 0 is one that is not there yet."""

    channel: int
    space: int

    def key(self, line: Line) -> str:
        """What an event of this site's import carries for this line."""
        return f"{self.key_start}{line.digest}"

    @property
    def key_start(self) -> str:
        return f"import:{self.space}:"


def connect() -> psycopg.Connection[Any]:
    """A connection of the importer's role; SiteError names the setting when there is none."""
    url = getattr(settings, "IMPORT_DATABASE_URL", "")
    if not url:
        raise SiteError(
            "IMPORT_DATABASE_URL is not set. Set it to the primary's URL with the role importer, "
            "which alone may claim the times of a history."
        )
    try:
        connection = psycopg.connect(url, autocommit=True, connect_timeout=10)
    except psycopg.Error as error:
        host = urlsplit(url).hostname
        raise SiteError(f"IMPORT_DATABASE_URL ({host}) does not answer: {error}") from error
    role = connection.info.user
    if role != "importer":
        connection.close()
        raise SiteError(f"IMPORT_DATABASE_URL signs in as {role!r}; it must be the role importer.")
    # A prepared plan that was made while a table was small would read all of it for ever after.
    # A crash may lose the last commits, each whole with its event: the next run loads them again.
    connection.execute("SET enable_seqscan = off; SET synchronous_commit = off")
    connection.execute("SET application_name = 'import_history'")
    return connection


def clock(connection: psycopg.Connection[Any]) -> datetime:
    """The database's time."""
    return connection.execute("SELECT clock_timestamp()").fetchone()[0]


def find(connection: psycopg.Connection[Any], channel: str, space: str) -> Site:
    """The site by names; what is missing is 0. SiteError when several channels share the name."""
    found = connection.execute(FIND_CHANNELS, [channel]).fetchall()
    if len(found) > 1:
        ids = ", ".join(str(row[0]) for row in found)
        raise SiteError(
            f"Several channels are called {channel!r} (ids {ids}, …). Rename one first."
        )
    if not found:
        return Site(0, 0)
    _check_same_database(*found[0])
    row = connection.execute(FIND_SPACE, {"channel": found[0][0], "name": space}).fetchone()
    return Site(found[0][0], row[0] if row else 0)


def _check_same_database(channel: int, created_at: datetime) -> None:
    """What is loaded already is read from the console's database: it must be the same one."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT FROM articles_channel WHERE id = %s AND created_at = %s", [channel, created_at]
        )
        if cursor.fetchone() is None:
            raise SiteError("IMPORT_DATABASE_URL and DATABASE_URL name different databases.")


def make(
    connection: psycopg.Connection[Any], site: Site, channel: str, space: str, first: datetime
) -> Site:
    """The site with what was missing made, just before the time of the first line."""
    if site.space:
        return site
    row: dict[str, Any] = {"at": first - timedelta(seconds=1)}
    who = Actor.script(TOOL, getpass.getuser())
    why = f"import of a history into {channel}"
    with (
        connection.transaction(),
        connection.cursor() as cursor,
        claim(cursor, actor=who, reason=why, tool=TOOL, occurred_at=row["at"]),
    ):
        channel_id = site.channel
        if not channel_id:
            channel_id = cursor.execute(ADD_CHANNEL, row | {"name": channel}).fetchone()[0]
        slug = slugify(f"{channel} {space}", allow_unicode=True)[: SPACE_SLUG - 24] or "site"
        row |= {"channel": channel_id, "name": space, "slugs": [slug, f"{slug}-{channel_id}"]}
        made = cursor.execute(ADD_SPACE, row).fetchone()
    if made is None:
        raise SiteError(
            f"Sites {slug!r} and {slug}-{channel_id} stand already. Use another --space."
        )
    return Site(channel_id, made[0])


def hold(connection: psycopg.Connection[Any], site: Site) -> None:
    """Keeps other imports away from this site until the connection closes."""
    row = connection.execute(
        "SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [site.key_start]
    ).fetchone()
    if not row or not row[0]:
        raise SiteError("Another import into this site is running. Wait for it to end.")


def loaded_lines(site: Site, first: datetime, last: datetime) -> dict[str, datetime]:
    """Keys and times of the lines between two times that earlier runs have loaded."""
    keys = {"space": site.space, "first": first, "last": last, "key": site.key_start}
    with connections["default"].cursor() as cursor:
        cursor.execute(DONE, keys)
        return dict(cursor.fetchall())
