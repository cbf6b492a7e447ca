"""The database as the importer sees it: what stands there, and one plan's writes.

Plain SQL on a connection of the role `importer`, which alone may claim times. Every statement takes
its rows as arrays, so that a line costs a handful of statements however many pages it changes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import psycopg

from articles.importing.lines import Author
from articles.importing.planning import Plan
from articles.importing.site import TOOL, Site
from articles.importing.tree import Page, Text, Tree, folder_of
from audit.actors import Actor
from audit.context import claim

RESERVED = 200

CATEGORIES = """
WITH RECURSIVE folder AS (
    SELECT id, slug::text AS path FROM articles_category
    WHERE space_id = %(space)s AND parent_id IS NULL
    UNION ALL
    SELECT c.id, f.path || '/' || c.slug
    FROM articles_category c JOIN folder f ON c.parent_id = f.id
) SELECT path, id FROM folder"""
PAGES = """
SELECT id, category_id, slug FROM articles_article
WHERE space_id = %(space)s AND deleted_at IS NULL"""
TEXTS = """
SELECT t.article_id, t.language, t.id,
    sha256(convert_to(length(t.title) || ':' || t.title || t.body, 'UTF8'))
FROM articles_translation t JOIN articles_article a ON a.id = t.article_id
WHERE a.space_id = %(space)s AND a.deleted_at IS NULL AND t.deleted_at IS NULL"""
MEMBERS = "SELECT key, id, name, email FROM articles_member WHERE channel_id = %(channel)s"

ADD_MEMBER = """
INSERT INTO articles_member (id, channel_id, key, name, email, created_at, updated_at)
VALUES (%(member)s, %(channel)s, %(key)s, %(name)s, %(email)s, %(at)s, %(at)s)"""
CHANGE_MEMBER = """
UPDATE articles_member SET name = %(name)s, email = %(email)s, updated_at = %(at)s
WHERE id = %(member)s"""
ADD_CATEGORIES = """
INSERT INTO articles_category
    (id, channel_id, space_id, parent_id, name, slug, position, created_at, updated_at)
SELECT id, %(channel)s, %(space)s, parent, slug, slug, position, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(parents)s::bigint[], %(slugs)s::text[], %(positions)s::integer[])
    AS v (id, parent, slug, position)"""
DELETE_TEXTS = "DELETE FROM articles_translation WHERE article_id = ANY(%(ids)s::bigint[])"
DELETE_PAGES = "DELETE FROM articles_article WHERE id = ANY(%(ids)s::bigint[])"
MOVE_PAGE = """
UPDATE articles_article SET category_id = %(category)s, slug = %(slug)s, updated_at = %(at)s
WHERE id = %(id)s"""
ADD_PAGES = """
INSERT INTO articles_article (id, channel_id, space_id, category_id, slug, state, author_id,
    published_at, created_at, updated_at)
SELECT id, %(channel)s, %(space)s, category, slug, 'published', %(member)s, %(at)s, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(categories)s::bigint[], %(slugs)s::text[])
    AS v (id, category, slug)"""
ADD_TEXTS = """
INSERT INTO articles_translation (id, channel_id, article_id, language, title, body, created_at,
    updated_at)
SELECT id, %(channel)s, page, %(language)s, title, body, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(pages)s::bigint[], %(titles)s::text[], %(bodies)s::text[])
    AS v (id, page, title, body)"""
CHANGE_TEXTS = """
UPDATE articles_translation t SET title = v.title, body = v.body, updated_at = %(at)s
FROM unnest(%(ids)s::bigint[], %(titles)s::text[], %(bodies)s::text[]) AS v (id, title, body)
WHERE t.id = v.id"""
TOUCH_PAGES = "UPDATE articles_article SET updated_at = %(at)s WHERE id = ANY(%(ids)s::bigint[])"


class Conflict(Exception):
    """Somebody else changed the site while it was being loaded. Run the import again: it goes on
    from what stands there then."""


def read_tree(connection: psycopg.Connection[Any], site: Site, dry_run: bool) -> Tree:
    """The site as it stands; one that is not there yet is empty. A dry run takes no real ids."""
    keys = {"channel": site.channel, "space": site.space}
    unreal = count(-1, -1)
    tree = Tree((lambda entity: next(unreal)) if dry_run else reserve(connection))
    tree.folders = dict(connection.execute(CATEGORIES, keys).fetchall())
    paths = {folder_id: path for path, folder_id in tree.folders.items()}
    texts: dict[int, dict[str, Text]] = {}
    for page_id, language, text_id, digest in connection.execute(TEXTS, keys):
        texts.setdefault(page_id, {})[language] = Text(text_id, bytes(digest))
    for page_id, category, slug in connection.execute(PAGES, keys):
        path = f"{paths[category]}/{slug}" if category else slug
        tree.pages[path] = Page(page_id, path, texts.get(page_id, {}))
    for key, member_id, name, email in connection.execute(MEMBERS, keys):
        tree.members[key] = (member_id, Author(key, name, email))
    return tree


def reserve(connection: psycopg.Connection[Any]) -> Callable[[str], int]:
    """Ids taken from the tables' sequences by the hundred, so that no write waits for one."""
    reserved: dict[str, Iterator[int]] = {}

    def take(entity: str) -> Iterator[int]:
        rows = connection.execute(
            "SELECT nextval(%s) FROM generate_series(1, %s)",
            [f"articles_{entity}_id_seq", RESERVED],
        ).fetchall()
        return iter([row[0] for row in rows])

    def new_id(entity: str) -> int:
        found = next(reserved.get(entity, iter(())), None)
        if found is None:
            reserved[entity] = take(entity)
            found = next(reserved[entity])
        return found

    return new_id


def write(connection: psycopg.Connection[Any], made: Plan, tree: Tree, site: Site) -> None:
    """One plan in one transaction, with the line's member as actor and its time as claimed.

    The line's key goes into the event, so that a later run knows it. Raises Conflict when a record
    is gone that the tree holds, or another has taken its place.
    """
    line, author = made.line, made.line.author
    with (
        connection.transaction(),
        connection.cursor() as cursor,
        claim(
            cursor,
            actor=Actor.member(author.key, author.name),
            reason=line.message,
            tool=TOOL,
            request_id=site.key(line),
            occurred_at=line.at,
        ),
    ):
        row = {"channel": site.channel, "space": site.space, "at": line.at}
        _write(cursor, made, tree, row)


def _write(cursor: psycopg.Cursor[Any], made: Plan, tree: Tree, row: dict[str, Any]) -> None:
    author = made.line.author
    row |= {"member": made.member_id, "language": made.line.language}
    if made.new_member or made.changed_member:
        person = {"key": author.key, "name": author.name, "email": author.email}
        cursor.execute(ADD_MEMBER if made.new_member else CHANGE_MEMBER, row | person)
    folders = tree.folders | {path: folder_id for folder_id, path in made.folders}
    _add_folders(cursor, made, folders, row)
    gone = [page.id for page in made.deleted]
    if gone:
        cursor.execute(DELETE_TEXTS, {"ids": gone})
        _exactly(cursor, DELETE_PAGES, {"ids": gone}, len(gone))
    for _, page in made.moved:
        place = {"id": page.id, **_place(page, folders)}
        _exactly(cursor, MOVE_PAGE, row | place, 1)
    _add_pages(cursor, made, folders, row)
    _write_texts(cursor, made, row)


def _add_folders(
    cursor: psycopg.Cursor[Any], made: Plan, folders: dict[str, int], row: dict[str, Any]
) -> None:
    if not made.folders:
        return
    first = len(folders) - len(made.folders)
    columns = {
        "ids": [folder_id for folder_id, _ in made.folders],
        "parents": [folders.get(folder_of(path)) for _, path in made.folders],
        "slugs": [path.rpartition("/")[2] for _, path in made.folders],
        "positions": list(range(first, len(folders))),
    }
    cursor.execute(ADD_CATEGORIES, row | columns)


def _add_pages(
    cursor: psycopg.Cursor[Any], made: Plan, folders: dict[str, int], row: dict[str, Any]
) -> None:
    if made.created:
        places = [_place(page, folders) for page in made.created]
        columns = {
            "ids": [page.id for page in made.created],
            "categories": [place["category"] for place in places],
            "slugs": [place["slug"] for place in places],
        }
        cursor.execute(ADD_PAGES, row | columns)


def _write_texts(cursor: psycopg.Cursor[Any], made: Plan, row: dict[str, Any]) -> None:
    for texts, statement in ((made.new_texts, ADD_TEXTS), (made.changed_texts, CHANGE_TEXTS)):
        columns = {
            "ids": [text.id for text in texts],
            "pages": [text.page_id for text in texts],
            "titles": [text.title for text in texts],
            "bodies": [text.body for text in texts],
        }
        if texts:
            _exactly(cursor, statement, row | columns, len(texts))
    if made.touched:
        _exactly(cursor, TOUCH_PAGES, row | {"ids": made.touched}, len(made.touched))


def _place(page: Page, folders: dict[str, int]) -> dict[str, Any]:
    """A page's category and slug; no category at the top of the site."""
    folder, _, slug = page.path.rpartition("/")
    return {"category": folders[folder] if folder else None, "slug": slug}


def _exactly(cursor: psycopg.Cursor[Any], statement: str, row: dict[str, Any], count: int) -> None:
    cursor.execute(statement, row)
    if cursor.rowcount != count:
        raise Conflict(Conflict.__doc__)
