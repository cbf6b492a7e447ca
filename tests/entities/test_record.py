"""The page of a record shows what it is, and says clearly when there is none."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from tests.entities.conftest import browser, met_again


def content(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return answer.content.decode()


def test_it_shows_name_id_state_place_and_settings(vera, world):
    text = content(vera, f"/articles/{world.site.articles[0]}/")
    assert "환불 안내 1" in text
    assert 'data-copy="1"' in text
    assert 'data-copy="refund-1"' in text
    assert 'data-state="published"' in text
    for place in ("아크미 acme", "acme 도움말", "결제", "환불", "해외"):
        assert place in text.partition('<nav class="breadcrumb"')[2].partition("</nav>")[0]
    assert '<h2 id="group-1">Publication</h2>' in text
    assert 'id="field-hidden"' in text


@pytest.mark.parametrize(
    ("language", "expected"), [("ko", "환불 안내 1"), ("en", "Refunds 1"), ("ja", "Refunds 1")]
)
def test_an_article_is_called_as_in_its_space_s_language(browse, site, product, language, expected):
    product.execute("UPDATE articles_space SET default_language = %s", [language])
    text = content(browse("vera"), "/articles/1/")
    assert f"<title>{expected}" in text


def test_an_article_without_texts_is_called_by_its_slug(browse, site, product):
    product.execute(
        "INSERT INTO articles_article (channel_id, space_id, slug) VALUES (1, 1, 'bare') "
    )
    assert "<title>bare" in content(browse("vera"), "/articles/4/")


def test_texts_are_shown_and_not_obeyed(browse, site, product):
    product.execute(
        "UPDATE articles_translation SET title = '<b>{{ 7*7 }}</b>', "
        "body = '<script>alert(1)</script>' WHERE article_id = 1"
    )
    text = content(browse("vera"), "/articles/1/")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in text
    assert "&lt;b&gt;{{ 7*7 }}&lt;/b&gt;" in text
    assert "<b>" not in text
    assert "<script>" not in text


def test_long_texts_are_folded(browse, site, product):
    product.execute("UPDATE articles_translation SET body = repeat('긴 본문 ', 40000)")
    text = content(browse("vera"), "/articles/1/")
    assert '<details class="long-text">' in text
    assert "긴 본문" in content(browse("vera"), "/translations/1/")


@pytest.mark.parametrize(
    "pk", ["0", "-1", "999999", "9" * 18, "9" * 19, "9" * 400, "abc", "1e3", "٤", "%00", "1.0"]
)
@pytest.mark.parametrize("slug", ["articles", "channels"])
def test_what_is_not_there_is_a_page_that_says_so(vera, slug, pk):
    answer = vera.get(f"/{slug}/{pk}/")
    assert answer.status_code == 404
    assert "There is no" in answer.content.decode()


def test_a_deleted_record_says_when_and_by_whom(browse, site, product):
    with product.transaction():
        product.execute(
            "SELECT set_config('backoffice.actor_kind', 'member', true), "
            "set_config('backoffice.actor_id', 'minji', true), "
            "set_config('backoffice.actor_label', '김민지', true), "
            "set_config('backoffice.reason', '정리', true)"
        )
        product.execute("DELETE FROM articles_translation WHERE article_id = 1")
        product.execute("DELETE FROM articles_article WHERE id = 1")
    answer = browse("otis").get("/articles/1/")
    text = answer.content.decode()
    assert answer.status_code == 404
    assert "deleted for good" in text
    assert "김민지" in text
    assert "정리" in text
    assert 'href="/articles/1/timeline/"' in text
    assert "<title>Refunds 1" in text or "<title>환불 안내 1" in text


def test_a_deleted_record_of_a_closed_scope_is_not_spoken_of(
    browse, people, site, product, restrict
):
    product.execute("DELETE FROM articles_translation WHERE article_id = 1")
    product.execute("DELETE FROM articles_article WHERE id = 1")
    assert "deleted for good" in browse("vera").get("/articles/1/").content.decode()
    restrict(site.channel, people["ada"])
    vera = browser(met_again(people["vera"]))
    answer = vera.get("/articles/1/")
    assert answer.status_code == 404
    assert "deleted for good" not in answer.content.decode()
    assert "refund" not in answer.content.decode()


@pytest.mark.parametrize(
    "address",
    ["/channels/1/", "/members/1/", "/spaces/1/", "/categories/1/", "/articles/1/"]
    + ["/translations/1/"],
)
def test_a_record_of_a_closed_scope_is_as_one_that_does_not_exist(
    browse, people, site, elsewhere, restrict, address
):
    assert browse("vera").get(address).status_code == 200
    restrict(site.channel, people["otis"])
    vera = browser(met_again(people["vera"])).get(address)
    missing = browser(met_again(people["vera"])).get(address.replace("/1/", "/777/"))
    assert vera.status_code == missing.status_code == 404
    assert "acme" not in vera.content.decode()
    assert browser(met_again(people["otis"])).get(address).status_code == 200
    assert browser(met_again(people["ada"])).get(address).status_code == 200


def test_related_records_stand_in_tabs_with_counts(vera, world):
    text = content(vera, f"/channels/{world.site.channel}/")
    tabs = text.partition('<section id="related"')[2].partition("</nav>")[0]
    assert [part.split("<")[0].strip() for part in tabs.split("</svg>")[1:]] == [
        "Spaces",
        "Members",
        "Articles",
    ]
    assert tabs.count('<span class="tab__count">') == 3
    text = content(vera, f"/channels/{world.site.channel}/?tab=articles")
    text = text.partition('<section id="related"')[2].partition("</section>")[0]
    assert "환불 안내 3" in text
    assert "Refunds" not in text
    assert f'href="/articles/?channel={world.site.channel}"' in text
    assert f"/articles/{world.other.articles[0]}/" not in text


def test_related_records_come_in_pages(browse, site, product):
    product.execute(
        "INSERT INTO articles_member (channel_id, key, name, email) "
        "SELECT 1, n, 'M' || lpad(n::text, 3, '0'), n || '@acme.test' FROM generate_series(1, 45) n"
    )
    otis = browse("otis")
    answer = otis.get("/channels/1/?tab=members")
    following = answer.context["contents"].next_url
    assert "M020" in answer.content.decode()
    assert "M021" in content(otis, following)
    assert otis.get("/channels/1/?tab=members&after=forged").status_code == 400


@pytest.mark.parametrize("tab", ["nothing", "x" * 3_000, "\x00", "<script>"])
def test_an_unknown_tab_is_the_first_one(vera, tab):
    assert vera.get("/channels/1/", {"tab": tab}).status_code == 200


def test_a_record_without_related_ones_says_so(browse, site, product):
    product.execute("INSERT INTO articles_channel (name) VALUES ('빈 회사')")
    assert "No Spaces here" in content(browse("vera"), "/channels/2/")


@pytest.mark.parametrize(
    "address",
    ["/channels/1/", "/members/1/", "/spaces/1/", "/categories/3/", "/articles/1/"]
    + ["/translations/1/"],
)
def test_it_costs_few_queries_whatever_points_to_it(vera, world, address):
    vera.get(address)
    with CaptureQueriesContext(connection) as queries:
        assert vera.get(address).status_code == 200
    own = [query["sql"] for query in queries if not _is_aside(query["sql"])]
    assert len(own) <= 12, own


def _is_aside(sql):
    return sql in ("BEGIN", "COMMIT") or "audit_" in sql or "historical" in sql


def test_opening_a_record_is_an_event(browse, site):
    content(browse("vera"), "/articles/2/")
    event = Event.objects.get(name="record.opened")
    assert (event.kind, event.entity, event.record_id) == ("read", "article", "2")
    assert event.scope == site.channel
    browse("vera").get("/articles/777/")
    assert Event.objects.filter(name="record.opened").count() == 1


def test_personal_fields_are_masked_for_those_who_may_not_see_them(world):
    dev = browser(world.people["dev"])
    text = content(dev, f"/members/{world.site.member}/")
    assert "김민지" not in text
    assert "minji@acme.test" not in text
    text = content(dev, "/articles/1/")
    assert "김민지" not in text.partition('class="page__aside"')[0]
    assert f"Member #{world.site.member}" in text


def test_a_page_can_only_be_read(vera):
    assert vera.post("/articles/1/").status_code in (403, 405)


def test_looking_into_a_closed_scope_is_noted_for_others_and_says_nothing(
    browse, site, people, restrict
):
    restrict(site.channel, people["ada"])
    otis = browse("otis")
    assert otis.get(f"/articles/{site.articles[0]}/").status_code == 404
    assert otis.get("/articles/999999/").status_code == 404
    (event,) = Event.objects.filter(name="record.opened")
    assert (event.outcome, event.actor_label, event.scope) == ("denied", "Otis", site.channel)
    assert (event.entity, event.record_id) == ("article", str(site.articles[0]))
    assert otis.get(f"/events/{event.id}/").status_code == 404
    assert f"#{event.id}" not in otis.get("/events/").content.decode()
    assert "was refused" in browse("ada").get(f"/events/{event.id}/").content.decode()
