"""The predicate reads no large table whole: neither for what is visible nor for what is not."""

import pytest
from django.db import connection

from backoffice.entities import registry
from backoffice.visibility.declarations import subject_of
from backoffice.visibility.predicate import but_for_q, fit_q, inside_q, visible_q
from tests.harness import databases
from tests.visibility.worlds import asked

MANY = """
WITH made AS (
    INSERT INTO articles_article (channel_id, space_id, category_id, slug, state, updated_at)
    SELECT 1, 1, 1 + n %% 3, 'page-' || n, 'published', now() - n * interval '1 minute'
    FROM generate_series(1, 6000) n RETURNING id, slug
)
INSERT INTO articles_translation (channel_id, article_id, language, title)
SELECT 1, id, CASE WHEN id %% 5 = 0 THEN 'en' ELSE 'ko' END, slug FROM made
"""


@pytest.fixture(scope="module")
def large(world):
    world.product.execute(MANY, ())
    with databases.connect("owner") as owner:
        owner.execute("VACUUM ANALYZE articles_article, articles_translation, articles_category")
    return world


def plan_of(records):
    sql, params = records.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {sql}", params)
        return "\n".join(row[0] for row in cursor.fetchall())


@pytest.mark.parametrize("turned", [False, True], ids=["visible", "not-visible"])
def test_a_page_of_the_list_reads_only_the_texts_of_its_rows(large, turned):
    q = visible_q(subject_of("article"), asked())
    records = registry.get("article").records().filter(~q if turned else q)
    plan = plan_of(records.order_by("-updated_at", "-id")[:51])
    assert "Seq Scan on articles_translation" not in plan, plan
    # Once for the statement: neither for each row, nor by reading every text.
    assert plan.count("Recursive Union") == 1, plan


def test_what_one_category_hides_is_found_by_its_articles(large):
    subject = subject_of("article")
    place = subject.place("category")
    inside = registry.get("article").model.objects.filter(inside_q(place, 3))
    for q in (fit_q(subject, asked()), but_for_q(subject, asked(), place, 3)):
        plan = plan_of(inside.filter(q).order_by().values("pk")[:1001])
        assert "Seq Scan on articles_translation" not in plan, plan
        assert "Recursive Union" in plan, plan
