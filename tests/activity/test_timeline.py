"""The timeline of a record: who, what, from what to what, when, why and from where."""

import pytest

from audit.actors import Actor
from audit.models import Event
from backoffice.accounts.models import Staff
from backoffice.accounts.staffing import grant_role
from tests.activity.conftest import BACKEND, words
from tests.audit.writing import JIHO, MINJI, change_by


def test_it_tells_who_did_what_why_and_from_where_and_links_to_the_event(browse, site, hide):
    event = hide(site.articles)
    otis = browse("otis")
    page = otis.get(f"/articles/{site.articles[0]}/timeline/")
    text = words(page)
    assert page.status_code == 200
    assert "Timeline of 환불 안내 1" in text
    assert "김민지 (member · editor) hid it with 2 others" in text
    assert "Hidden no → yes" in text
    assert "시즌 종료 정리" in text
    newest, *_others, oldest = page.context["timeline"].entries
    assert newest.sources == ["editor", "product", "127.0.0.1"]
    assert oldest.lines[0].text.endswith("created it")
    html = page.content.decode()
    assert f'href="/events/{event}/"' in html
    assert f'href="/members/{site.member}/"' in html
    assert "product (database role) created it" in text


def test_it_shows_differences_of_texts_with_the_language_of_the_translation(browse, site, product):
    old = "환불은 7일 이내에 신청하실 수 있습니다. " * 30
    for body in (old, old.replace("7일 이내에", "14일 안에", 1)):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_translation SET body = %s WHERE id = %s",
                (body, site.translations[0]),
            )
    page = browse("otis").get(f"/articles/{site.articles[0]}/timeline/")
    text, html = words(page), page.content.decode()
    assert "김민지 (member · editor) changed Body (Korean)" in text
    assert "characters unchanged" in text
    assert '<del><span class="visually-hidden">removed:</span>7</del>' in html
    assert '<ins><span class="visually-hidden">added:</span>14</ins>' in html


def test_it_escapes_whatever_customers_and_services_write(browse, site, product):
    evil = "<script>alert(1)</script>%(actor)s{{ 7 }}"
    with change_by(product, Actor.member("x", evil), reason=evil, tool=evil) as cursor:
        cursor.execute(
            "UPDATE articles_translation SET title = %s WHERE id = %s", (evil, site.translations[0])
        )
    vera = browse("vera")
    event = Event.objects.latest("id").id
    article = f"/articles/{site.articles[0]}"
    addresses = [
        f"{article}/timeline/",
        f"/translations/{site.translations[0]}/history/title/",
        f"/events/{event}/",
        "/events/",
        f"/channels/{site.channel}/timeline/",
        article + "/",
        "/",
    ]
    for address in addresses:
        html = vera.get(address).content.decode()
        assert "alert(1)" in html or address == article + "/", address
        assert "<script>alert" not in html, address


def test_it_narrows_by_field_and_person_and_says_what_it_narrows_to(browse, site, hide, product):
    hide(site.articles[:1])
    with change_by(product, JIHO) as cursor:
        cursor.execute(
            "UPDATE articles_article SET position = 7 WHERE id = %s", (site.articles[0],)
        )
    otis = browse("otis")
    address = f"/articles/{site.articles[0]}/timeline/"
    page = otis.get(address, {"field": "article.hidden"})
    by_field = words(page)
    assert "hid it" in by_field
    assert "changed Position" not in by_field
    (chip,) = page.context["reading"].chips
    assert (chip.label, chip.value, chip.url) == ("Field", "Article: Hidden", address)
    by_person = words(otis.get(address, {"person": "이지호"}))
    assert "changed Position" in by_person
    assert "hid it" not in by_person
    by_actor = words(otis.get(address, {"actor": "member:minji"}))
    assert "hid it" in by_actor
    assert "changed Position" not in by_actor
    nothing = words(otis.get(address, {"person": "nobody"}))
    assert "Nothing fits these filters" in nothing
    blank = otis.get(address, {"person": "", "field": "article.hidden"})
    assert blank["location"] == f"{address}?field=article.hidden"


def test_it_goes_on_page_by_page_until_the_creation(browse, site, product):
    for position in range(1, 31):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_article SET position = %s WHERE id = %s",
                (position, site.articles[0]),
            )
    vera = browse("vera")
    address = f"/articles/{site.articles[0]}/timeline/"
    first = vera.get(address)
    assert "created it" not in words(first)
    cursor = first.context["timeline"].next
    assert f"before={cursor}" in first.content.decode()
    last = vera.get(address, {"before": str(cursor)})
    assert "created it" in words(last)
    assert "Newest" in words(last)
    shown = [entry.event.id for page in (first, last) for entry in page.context["timeline"].entries]
    # Thirty changes, and the creation of the article and of its two translations.
    assert len(shown) == len(set(shown)) == 33


def test_it_needs_as_many_queries_for_a_long_history_as_for_a_short_one(
    browse, site, product, django_assert_max_num_queries
):
    vera = browse("vera")
    address = f"/articles/{site.articles[0]}/timeline/"
    with django_assert_max_num_queries(12) as few:
        vera.get(address)
    for number in range(40):
        with change_by(product, Actor.member(f"m{number}", f"멤버 {number}")) as cursor:
            cursor.execute(
                "UPDATE articles_article SET position = %s, author_id = %s WHERE id = %s",
                (number + 1, site.member if number % 2 else None, site.articles[0]),
            )
    with django_assert_max_num_queries(12) as many:
        vera.get(address)
    assert len(many) <= len(few) + 1


def test_it_remembers_records_that_were_deleted_for_good(browse, site, product, restrict, people):
    article = site.articles[0]
    with change_by(product, MINJI, reason="중복") as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = %s", (article,))
        cursor.execute("DELETE FROM articles_article WHERE id = %s", (article,))
    page = browse("vera").get(f"/articles/{article}/timeline/")
    text = words(page)
    assert page.status_code == 200
    assert "Deleted" in text
    assert "deleted it for good" in text
    assert "What it held" in text
    restrict(site.channel, people["otis"])
    assert browse("vera").get(f"/articles/{article}/timeline/").status_code == 404
    assert browse("otis").get(f"/articles/{article}/timeline/").status_code == 200


def test_it_hides_whatever_lies_in_a_restricted_scope(browse, site, hide, restrict, people):
    event = hide(site.articles)
    vera = browse("vera")
    addresses = [
        f"/articles/{site.articles[0]}/timeline/",
        f"/channels/{site.channel}/timeline/",
        f"/spaces/{site.space}/timeline/",
        f"/articles/{site.articles[0]}/history/hidden/",
        f"/events/{event}/",
    ]
    assert {vera.get(address).status_code for address in addresses} == {200}
    assert "hid 3 articles" in words(vera.get("/activity/"))
    restrict(site.channel, people["otis"])
    assert {vera.get(address).status_code for address in addresses} == {404}
    for address in ("/activity/", "/events/", "/"):
        assert "hid 3 articles" not in words(vera.get(address)), address
    assert {browse("otis").get(address).status_code for address in addresses} == {200}
    assert {browse("ada").get(address).status_code for address in addresses} == {200}


def test_a_boundary_shows_everything_inside_it_by_event_or_only_itself(
    browse, site, elsewhere, hide, product
):
    hide([*site.articles, *elsewhere.articles])
    with change_by(product, JIHO, reason="고객 데모") as cursor:
        cursor.execute(
            "UPDATE articles_space SET website_enabled = false WHERE id = %s", (site.space,)
        )
    otis = browse("otis")
    for address in (f"/channels/{site.channel}/timeline/", f"/spaces/{site.space}/timeline/"):
        text = words(otis.get(address))
        assert "hid 3 articles" in text, address
        assert "turned off the website of space acme 도움말" in text
        assert "Website on → off" in text
    itself = words(otis.get(f"/spaces/{site.space}/timeline/", {"own": "yes"}))
    assert "turned the website off" in itself
    assert "hid 3 articles" not in itself
    website = words(otis.get(f"/spaces/{site.space}/timeline/", {"field": "website_enabled"}))
    assert "이지호 (member) turned off the website" in website
    assert "hid 3 articles" not in website


def test_what_one_person_did_in_a_row_is_one_item_that_opens(browse, site, hide):
    for article in site.articles:
        hide([article], reason="")
    otis = browse("otis")
    page = otis.get(f"/channels/{site.channel}/timeline/")
    text = words(page)
    assert "김민지 (member · editor) hid 3 articles, one by one" in text
    assert "3 events" in text
    folded = page.context["timeline"].items[0]
    assert (folded.count, folded.goes_on) == (3, False)
    assert "hid article 환불 안내 2" in words(otis.get(folded.part_url))


def test_one_event_that_changed_several_records_alike_names_them(browse, site, hide):
    hide(site.articles)
    text = words(browse("vera").get(f"/channels/{site.channel}/timeline/"))
    assert "hid 3 articles" in text
    for number in (1, 2, 3):
        assert f"환불 안내 {number}" in text


def test_names_and_addresses_of_people_are_kept_from_who_may_not_see_them(browse, site, product):
    grant_role(
        "dev@example.com", "developer", actor=Actor.service("tests"), reason="tests", name="Dev"
    )
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_member SET email = 'new@acme.test', name = '김민지수' WHERE id = %s",
            (site.member,),
        )
    dev, otis = browse("vera"), browse("otis")
    dev.force_login(Staff.objects.get(email="dev@example.com"), backend=BACKEND)
    event = Event.objects.latest("id").id
    for address in (
        f"/members/{site.member}/timeline/",
        f"/members/{site.member}/history/email/",
        f"/events/{event}/",
        f"/channels/{site.channel}/timeline/",
    ):
        seen, kept = otis.get(address).content.decode(), dev.get(address).content.decode()
        assert "new@acme.test" in seen, address
        assert "new@acme.test" not in kept, address
        assert "김민지" not in kept, address
        assert f"Member #{site.member}" in kept, address


@pytest.mark.parametrize("language", ["ko", "en"])
def test_an_article_without_any_history_of_its_own_page_is_empty_and_says_so(
    browse, people, language
):
    page = browse("vera").get("/activity/?entity=space", headers={"accept-language": language})
    assert page.status_code == 200
    assert 'class="empty"' in page.content.decode()
