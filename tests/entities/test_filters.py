"""Filters and the search of a list leave what fits, together."""

import pytest

from tests.entities.conftest import browser
from tests.entities.test_lists import rows
from tests.harness import databases


@pytest.fixture(scope="module")
def sorted_out(world):
    """Of the three articles the first is hidden and the second in the trash."""
    with databases.connect("product") as product:
        product.execute("UPDATE articles_article SET hidden = (id = 1) WHERE id <= 3")
        product.execute("UPDATE articles_article SET deleted_at = now() WHERE id = 2")
        product.execute("DELETE FROM articles_translation WHERE article_id > 3")
        product.execute("DELETE FROM articles_article WHERE id > 3")
    return world


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({"state": "published"}, [3, 2, 1]),
        ({"state": "draft"}, []),
        ({"state": ["draft", "published"]}, [3, 2, 1]),
        ({"hidden": "yes"}, [1]),
        ({"hidden": "no"}, [3, 2]),
        ({"deleted_at": "yes"}, [2]),
        ({"deleted_at": "no"}, [3, 1]),
        ({"channel": "1"}, [3, 2, 1]),
        ({"channel": "#1"}, [3, 2, 1]),
        ({"channel": "아크미"}, [3, 2, 1]),
        ({"channel": "nobody"}, []),
        ({"channel": "999"}, []),
        ({"author": "김민지"}, [3, 2, 1]),
        ({"author": "minji@acme.test"}, [3, 2, 1]),
        ({"category": "환불"}, []),
        ({"category": "해외"}, [3, 2, 1]),
        ({"updated_at_after": "2020-01-01"}, [3, 2, 1]),
        ({"updated_at_before": "2020-01-01"}, []),
        ({"q": "환불 안내 2"}, [2]),
        ({"q": "refunds", "hidden": "yes"}, [1]),
        ({"q": "7일"}, []),
        ({"q": "7일", "texts": "yes"}, [3, 2, 1]),
        ({"q": "#3"}, [3]),
        ({"q": "환"}, [3, 2, 1]),
        ({"q": "화"}, [3, 2, 1]),
        ({"q": "s"}, [3, 2, 1]),
    ],
)
def test_filters_and_search_leave_what_fits(sorted_out, params, expected):
    otis = browser(sorted_out.people["otis"])
    answer = otis.get("/articles/", {**params, "order": "-created_at"})
    assert answer.status_code == 200
    assert rows(answer) == expected


def test_a_whole_name_means_the_record_that_has_it(sorted_out):
    with databases.connect("product") as product:
        product.execute("INSERT INTO articles_channel (name) VALUES ('아크미 acme 2')")
    vera = browser(sorted_out.people["vera"])
    assert rows(vera.get("/spaces/", {"channel": "아크미 acme"})) == [sorted_out.site.space]
    assert rows(vera.get("/spaces/", {"channel": "아크미"})) != []
