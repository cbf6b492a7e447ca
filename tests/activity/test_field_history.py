"""The small history of one field: each value with who set it, when, from what and from where."""

import pytest

from audit.models import Event
from tests.activity.conftest import words
from tests.audit.writing import MINJI, change_by


@pytest.fixture
def address(site):
    return f"/spaces/{site.space}/history/website_enabled/"


@pytest.fixture
def switched_off(product, site):
    with change_by(product, MINJI, reason="고객 데모", tool="editor") as cursor:
        cursor.execute(
            "UPDATE articles_space SET website_enabled = false WHERE id = %s", (site.space,)
        )
    return Event.objects.latest("id")


def test_it_tells_each_value_who_set_it_and_their_role(browse, site, address, switched_off):
    page = browse("otis").get(address)
    text = words(page)
    assert page.status_code == 200
    assert "Who set Website of acme 도움말" in text
    assert "now off before: on" in text
    assert "김민지 (member · editor)" in text
    assert "고객 데모" in text
    assert "when it was created on product (database role)" in text
    html = page.content.decode()
    assert f'href="/events/{switched_off.id}/"' in html
    assert f'href="/members/{site.member}/"' in html


def test_it_is_a_part_of_a_page_for_a_popover(browse, address, switched_off):
    otis = browse("otis")
    part = otis.get(address, headers={"hx-request": "true"})
    html = part.content.decode()
    assert "<html" not in html
    assert "now" in html and "김민지" in html
    assert f'href="{address}"' in html
    assert "HX-Request" in part["vary"]
    assert "HX-Request" in otis.get(address)["vary"]


def test_the_record_page_leads_to_it_and_names_who_set_the_value(
    browse, site, address, switched_off
):
    page = browse("vera").get(f"/spaces/{site.space}/")
    assert address in page.content.decode()
    assert "turned off the website" in words(page)


def test_it_opens_one_version_whole(browse, site, product):
    old = "".join(f"{number}. 환불은 7일 이내에 신청하실 수 있습니다.\n" for number in range(2_500))
    new = old.replace("1000. 환불은 7일", "1000. 환불은 14일")
    for body in (old, new):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_translation SET body = %s WHERE id = %s",
                (body, site.translations[0]),
            )
    vera = browse("vera")
    article = words(vera.get(f"/articles/{site.articles[0]}/timeline/"))
    assert "characters Show the difference" in article
    address = f"/translations/{site.translations[0]}/history/body/"
    latest = vera.get(address).context["history"].values[0]
    opened = vera.get(address, {"version": latest.version.history_id})
    html = opened.content.decode()
    assert "This one change" in html
    assert '<del><span class="visually-hidden">removed:</span>7</del>' in html
    assert "1999. 환불은 7일" in html


def test_it_goes_on_page_by_page(browse, site, product):
    for position in range(1, 31):
        with change_by(product, MINJI) as cursor:
            cursor.execute(
                "UPDATE articles_article SET position = %s WHERE id = %s",
                (position, site.articles[0]),
            )
    vera = browse("vera")
    address = f"/articles/{site.articles[0]}/history/position/"
    first = vera.get(address).context["history"]
    rest = vera.get(address, {"before": str(first.next)}).context["history"]
    shown = [int(one.value.text) for one in first.values + rest.values]
    assert shown == [*range(30, -1, -1)]
    assert [one.is_current for one in first.values[:2]] == [True, False]
    assert not rest.values[0].is_current


@pytest.mark.parametrize(
    ("tail", "status"),
    [
        ("history/no_such_field/", 404),
        ("history/search_key/", 404),
        ("history/updated_at/", 404),
        ("history/id/", 404),
        ("history/website_enabled/?version=abc", 400),
        ("history/website_enabled/?version=999999999999", 400),
        ("history/website_enabled/?version=1", 400),
        ("history/website_enabled/?before=x", 400),
        ("history/web site/", 404),
    ],
)
def test_it_refuses_what_is_no_field_or_version(browse, site, tail, status):
    page = browse("vera").get(f"/spaces/{site.space}/{tail}")
    assert page.status_code == status
    assert "<h1" in page.content.decode()
