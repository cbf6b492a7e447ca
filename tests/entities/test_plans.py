"""Lists and search ask the indexes: no statement of theirs reads a whole large table."""

import re

import pytest
from django.db import connection

from tests.entities.conftest import browser
from tests.harness import databases

LARGE = ("articles_article", "articles_translation", "articles_historicalarticle")
# A count of all that stops at its cap reads no more of the table than the cap, in whatever order.
CAPPED = re.compile(r"Limit  .*\n +->  Seq Scan on \w+  .*$(?!\n +Filter)", re.MULTILINE)
MANY = """
WITH made AS (
    INSERT INTO articles_article (channel_id, space_id, category_id, slug, updated_at)
    SELECT s.channel_id, s.id, c.id, 'page-' || n, now() - n * interval '1 minute'
    FROM generate_series(1, 6000) n
    JOIN articles_space s ON s.id = CASE WHEN n %% 20 = 0 THEN %(few)s ELSE %(most)s END
    JOIN articles_category c ON c.space_id = s.id AND c.parent_id IS NULL
    RETURNING id, channel_id, slug
)
INSERT INTO articles_translation (channel_id, article_id, language, title, body)
SELECT channel_id, id, 'ko', '배송 정책 ' || slug, repeat('본문 내용 ' || slug || ' ', 3) FROM made
"""


@pytest.fixture(scope="module")
def large(world):
    with databases.connect("product") as product:
        product.execute(MANY, {"few": world.site.space, "most": world.other.space})
    with databases.connect("owner") as owner:
        owner.execute(f"VACUUM ANALYZE {', '.join(LARGE)}")
    return world


class Plans:
    """Explains every statement about the large tables just before it runs, as it will run."""

    def __init__(self):
        self.found = []

    def __call__(self, execute, sql, params, many, context):
        # The timeline beside the record composes its own, and is explained by its own tests.
        if isinstance(sql, str) and any(name in sql for name in LARGE):
            with context["connection"].connection.cursor() as cursor:
                cursor.execute(f"EXPLAIN {sql}", params)
                self.found.append((sql, "\n".join(row[0] for row in cursor.fetchall())))
        return execute(sql, params, many, context)


@pytest.mark.parametrize(
    ("address", "index"),
    [
        ("/articles/", "article_changed"),
        ("/articles/?order=slug", "article_slug_order"),
        ("/articles/?order=created_at", "article_created"),
        ("/articles/?channel=1", "article_channel_changed"),
        ("/articles/?space=1", "article_space_changed"),
        ("/translations/?order=title", "translation_title"),
        ("/channels/1/?tab=articles", "article_channel_changed"),
        ("/articles/?q=page-4242", "translation_search"),
        ("/articles/?q=환불", "translation_search"),
        ("/articles/?q=page-42&texts=yes", "translation_body_search"),
        ("/search?q=환불", "translation_search"),
        ("/search?q=배송", "articles_translation_pkey"),
        ("/search?q=page-4242", "article_slug_order"),
        ("/search?q=7일", "translation_body_search"),
        ("/search?q=nothing", "translation_body_search"),
    ],
)
def test_it_uses_the_index(large, address, index):
    vera, plans = browser(large.people["vera"]), Plans()
    with connection.execute_wrapper(plans):
        assert vera.get(address, follow=True).status_code == 200
    everything = "\n\n".join(f"{sql}\n{plan}" for sql, plan in plans.found)
    assert re.search(rf"(using|Index Scan on) {index}\b", everything), everything
    whole = CAPPED.sub("", everything)
    assert not re.search(rf"Seq Scan on ({'|'.join(LARGE)})\b", whole), everything
