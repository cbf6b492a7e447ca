"""The demo's SQL: what the customer-facing service runs, a set of rows at a time."""

from __future__ import annotations

from psycopg import sql

ADD_CHANNEL = """
INSERT INTO articles_channel (id, name, plan, country, timezone, created_at, updated_at)
VALUES (%(id)s, %(name)s, %(plan)s, %(country)s, %(timezone)s, %(at)s, %(at)s)"""
ADD_MEMBERS = """
INSERT INTO articles_member (id, channel_id, key, name, email, role, created_at, updated_at)
SELECT id, %(channel)s, key, name, email, role, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(keys)s::text[], %(names)s::text[], %(emails)s::text[],
    %(roles)s::text[]) AS v (id, key, name, email, role)"""
ADD_SPACE = """
INSERT INTO articles_space (id, channel_id, name, slug, custom_domain, default_language,
    contact_email, home_layout, created_at, updated_at)
VALUES (%(id)s, %(channel)s, %(name)s, %(slug)s, %(domain)s, %(language)s, %(email)s,
    %(layout)s, %(at)s, %(at)s)"""
ADD_CATEGORIES = """
INSERT INTO articles_category
    (id, channel_id, space_id, parent_id, name, slug, position, created_at, updated_at)
SELECT id, %(channel)s, %(space)s, parent, name, slug, position, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(parents)s::bigint[], %(names)s::text[], %(slugs)s::text[],
    %(positions)s::integer[]) AS v (id, parent, name, slug, position)"""
ADD_ARTICLES = """
INSERT INTO articles_article (id, channel_id, space_id, category_id, slug, state, position,
    published_at, author_id, created_at, updated_at)
SELECT id, %(channel)s, space, category, slug, state, position, published, %(author)s, %(at)s,
    %(at)s
FROM unnest(%(ids)s::bigint[], %(spaces)s::bigint[], %(categories)s::bigint[], %(slugs)s::text[],
    %(states)s::text[], %(positions)s::integer[], %(published)s::timestamptz[])
    AS v (id, space, category, slug, state, position, published)"""
ADD_TEXTS = """
INSERT INTO articles_translation
    (id, channel_id, article_id, language, title, summary, body, created_at, updated_at)
SELECT id, %(channel)s, article, language, title, summary, body, %(at)s, %(at)s
FROM unnest(%(ids)s::bigint[], %(articles)s::bigint[], %(languages)s::text[], %(titles)s::text[],
    %(summaries)s::text[], %(bodies)s::text[]) AS v (id, article, language, title, summary, body)"""
CHANGE_TEXTS = """
UPDATE articles_translation t
SET title = v.title, summary = v.summary, body = v.body, updated_at = %(at)s
FROM unnest(%(ids)s::bigint[], %(titles)s::text[], %(summaries)s::text[], %(bodies)s::text[])
    AS v (id, title, summary, body)
WHERE t.id = v.id"""
TOUCH = "UPDATE articles_article SET updated_at = %(at)s WHERE id = ANY(%(ids)s::bigint[])"
PUBLISH = """
UPDATE articles_article SET state = 'published', published_at = %(at)s, updated_at = %(at)s
WHERE id = ANY(%(ids)s::bigint[])"""
TRASH_ARTICLES = """
UPDATE articles_article SET deleted_at = %(at)s, deleted_by_id = %(member)s, updated_at = %(at)s
WHERE id = ANY(%(ids)s::bigint[])"""
TRASH_TEXTS = """
UPDATE articles_translation SET deleted_at = %(at)s, updated_at = %(at)s
WHERE article_id = ANY(%(ids)s::bigint[]) AND deleted_at IS NULL"""
RESTORE_ARTICLES = """
UPDATE articles_article SET deleted_at = NULL, deleted_by_id = NULL, updated_at = %(at)s
WHERE id = ANY(%(ids)s::bigint[])"""
RESTORE_TEXTS = """
UPDATE articles_translation SET deleted_at = NULL, updated_at = %(at)s
WHERE article_id = ANY(%(ids)s::bigint[])"""
# Texts first: a translation's place in the history is looked up through its article.
DELETE_TEXTS = "DELETE FROM articles_translation WHERE article_id = ANY(%(ids)s::bigint[])"
DELETE_ARTICLES = "DELETE FROM articles_article WHERE id = ANY(%(ids)s::bigint[])"


def set_value(table: str, column: str) -> sql.Composed:
    """One column of some rows: takes `ids`, `value` and `at`."""
    return sql.SQL(
        "UPDATE {} SET {} = %(value)s, updated_at = %(at)s WHERE id = ANY(%(ids)s::bigint[])"
    ).format(sql.Identifier(f"articles_{table}"), sql.Identifier(column))
