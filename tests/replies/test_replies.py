"""The text for the customer: what happened, who, when, how it was mended; nothing internal."""

import re
from html import unescape

import pytest

from articles.models import Space
from audit.actors import Actor
from audit.models import Event
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from tests.audit.writing import MINJI, change_by
from tests.entities.conftest import browser

STAFF_WORDS = ("Otis", "Vera", "Ada", "otis@", "CX-1234", "고객 요청")


def replies(person, address):
    """The texts of a page by language, as the customer would read them."""
    answer = browser(person).get(address)
    assert answer.status_code == 200, answer.content.decode()[:1500]
    found = re.findall(
        r'<textarea class="reply__text" id="reply-(\w+)".*?>(.*?)</textarea>',
        answer.content.decode(),
        re.DOTALL,
    )
    return {language: unescape(text) for language, text in found}


def mend(name, targets, person):
    result = execute(
        name,
        targets,
        {},
        actor=StaffPerformer(person),
        reason="고객 요청: 실수로 숨김",
        ticket="CX-1234",
    )
    return result.event_id


@pytest.fixture
def hidden(site, product):
    """Minji hid all three articles, one by one."""
    for pk in site.articles:
        with change_by(product, MINJI, "내부 메모", tool="app 3.2") as cursor:
            cursor.execute("UPDATE articles_article SET hidden = true WHERE id = %s", [pk])
    return site


def internal(texts):
    """Words that no customer shall read."""
    whole = "\n".join(texts.values())
    return [word for word in (*STAFF_WORDS, "app 3.2", "내부 메모", "#") if word in whole]


def test_of_a_mending_it_says_what_was_wrong_and_that_we_mended_it(hidden, people):
    event = mend("article.unhide", hidden.articles, people["otis"])
    texts = replies(people["otis"], f"/events/{event}/reply/")
    assert texts.keys() == {"ko", "en"}
    assert "김민지 of your team hid 3 articles" in texts["en"]
    assert "We put this right for you" in texts["en"]
    assert "all of them are as before" in texts["en"]
    assert "- 환불 안내 1" in texts["ko"]
    assert "김민지 님이 문서 3개를 숨겼습니다." in texts["ko"]
    assert re.search(r"저희가 20\d\d년 .*에 모두 원래대로 되돌렸습니다", texts["ko"])
    assert internal(texts) == []


def test_of_a_fold_it_says_the_same_before_and_after_it_is_mended(hidden, people):
    otis = browser(people["otis"])
    activity = otis.get("/activity/?actor=member:minji").content.decode()
    fold = unescape(re.search(r'href="(/activity/fold/\?[^"]+)"', activity)[1])
    page = otis.get(fold).content.decode()
    address = unescape(re.search(r'href="(/activity/fold/reply/\?[^"]+)"', page)[1])
    texts = replies(people["otis"], address)
    assert "hid 3 articles" in texts["en"]
    assert "We can put all of this right for you." in texts["en"]
    mend("article.unhide", hidden.articles[:2], people["otis"])
    assert "2 of them are as before since" in replies(people["otis"], address)["en"]
    assert "그중 2개는" in replies(people["otis"], address)["ko"]
    mend("article.unhide", hidden.articles[2:], people["otis"])
    texts = replies(people["otis"], address)
    assert "We put this right for you" in texts["en"]
    assert internal(texts) == []


def test_who_may_not_see_names_gets_a_text_without_them(hidden, people):
    event = mend("article.unhide", hidden.articles, people["otis"])
    texts = replies(people["vera"], f"/events/{event}/reply/")
    assert "A member of your team hid 3 articles" in texts["en"]
    assert "고객사 구성원이 문서 3개를" in texts["ko"]
    assert "김민지" not in "".join(texts.values())
    page = browser(people["vera"]).get(f"/events/{event}/reply/").content.decode()
    assert "masked for your role" in page


def test_of_a_record_it_says_why_and_then_that_it_is_mended(site, people, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute(
            "UPDATE articles_category SET hidden = true WHERE id = %s", site.categories[:1]
        )
    address = f"/articles/{site.articles[0]}/visibility/"
    texts = replies(people["otis"], address)
    assert (
        "the category “결제” in which it stands was hidden (by 김민지 of your team," in texts["en"]
    )
    assert "Visitors could see it until" in texts["en"]
    assert "상위 카테고리가 숨김 상태였습니다: “결제”" in texts["ko"]
    mend("category.unhide", site.categories[:1], people["otis"])
    texts = replies(people["otis"], address)
    assert "We mended this for you: visitors can see it again since" in texts["en"]
    assert "“결제”" in texts["en"]
    assert "저희가 조치하여" in texts["ko"]
    assert internal(texts) == []


@pytest.mark.parametrize(
    ("change", "english", "korean"),
    [
        ("articles_channel SET status = 'suspended'", "is suspended", "정지된"),
        ("articles_space SET website_enabled = false", "was turned off", "웹사이트가 꺼져"),
        ("articles_space SET access = 'members'", "invited visitors only", "초대받은"),
        ("articles_article SET state = 'draft'", "still a draft", "초안입니다"),
        ("articles_article SET state = 'archived'", "in the archive", "보관함에"),
        ("articles_article SET published_at = '2099-01-01'", "1 January 2099", "2099년 1월 1일"),
        ("articles_article SET hidden = true", "itself was hidden", "문서가 숨김"),
        ("articles_article SET deleted_at = now()", "moved to the trash", "휴지통으로"),
        ("articles_translation SET deleted_at = now()", "no text", "쓴 글이 없습니다"),
    ],
)
def test_every_condition_has_its_words_in_both_languages(
    site, people, product, change, english, korean
):
    product.execute(f"UPDATE {change}")
    texts = replies(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    assert english in texts["en"]
    assert korean in texts["ko"]
    assert "connected to your account" in texts["en"] or "no text" in english


def test_it_reads_the_customer_s_clock(site, people, product):
    product.execute("UPDATE articles_channel SET timezone = 'America/New_York'")
    product.execute("UPDATE articles_article SET published_at = '2099-01-01 03:00Z'")
    texts = replies(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    assert "31 December 2098, 22:00 EST" in texts["en"]
    product.execute("UPDATE articles_channel SET timezone = '../etc/passwd'")
    texts = replies(people["otis"], f"/articles/{site.articles[0]}/visibility/")
    assert "1 January 2099, 12:00 KST" in texts["en"]


def test_what_is_written_by_customers_stays_text(site, people, product):
    with change_by(product, Actor.member("minji", "</textarea><script>x</script>")) as cursor:
        cursor.execute("UPDATE articles_category SET name = '{{ 7*7 }}<b>', hidden = true")
    address = f"/articles/{site.articles[0]}/visibility/"
    page = browser(people["otis"]).get(address).content.decode()
    assert "<script>x" not in page
    assert "{{ 7*7 }}<b>" in replies(people["otis"], address)["en"]


def test_of_what_no_customer_is_told_there_is_no_text(site, people, product):
    product.execute("UPDATE articles_article SET position = 5")
    event = Event.objects.filter(kind="change").latest("id")
    page = browser(people["otis"]).get(f"/events/{event.id}/reply/")
    assert page.status_code == 200
    assert "There is nothing to tell" in page.content.decode()
    assert "/reply/" not in browser(people["otis"]).get(f"/events/{event.id}/").content.decode()


def test_of_what_was_published_for_the_first_time_nothing_is_told(site, people, product):
    row = product.execute(
        "INSERT INTO articles_article (channel_id, space_id, slug) VALUES (1, 1, 'new') "
        "RETURNING id"
    ).fetchone()
    product.execute("UPDATE articles_article SET state = 'published' WHERE id = %s", row)
    for event in Event.objects.filter(kind="change").order_by("-id")[:2]:
        assert replies(people["otis"], f"/events/{event.id}/reply/") == {}


def test_what_was_brought_back_is_told_as_mended(site, people, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute("DELETE FROM articles_translation WHERE article_id = 1")
        cursor.execute("DELETE FROM articles_article WHERE id = 1")
    gone = Event.objects.filter(kind="change").latest("id")
    assert "deleted 1 article" in replies(people["otis"], f"/events/{gone.id}/reply/")["en"]
    event = mend("article.resurrect", [1], people["otis"])
    assert "We put this right for you" in replies(people["otis"], f"/events/{gone.id}/reply/")["en"]
    texts = replies(people["otis"], f"/events/{event}/reply/")
    assert "김민지 of your team deleted 1 article" in texts["en"]
    assert "We put this right for you" in texts["en"]


def test_it_is_offered_on_the_event_and_on_the_receipt(hidden, people):
    event = mend("article.unhide", hidden.articles, people["otis"])
    page = browser(people["otis"]).get(f"/events/{event}/").content.decode()
    assert f"/events/{event}/reply/" in page


@pytest.mark.parametrize("pk", ["0", "999999", "x", "9" * 30])
def test_an_event_that_there_is_not(people, pk):
    assert browser(people["vera"]).get(f"/events/{pk}/reply/").status_code == 404


@pytest.mark.parametrize("at", ["", "x", "1.1", "9" * 40])
def test_a_row_that_there_is_not(people, at):
    assert browser(people["vera"]).get("/activity/fold/reply/", {"at": at}).status_code in (
        400,
        404,
    )


def test_an_event_of_a_closed_channel_is_as_one_that_does_not_exist(hidden, people, restrict):
    event = Event.objects.filter(kind="change", actor_id="minji").latest("id")
    assert browser(people["vera"]).get(f"/events/{event.id}/reply/").status_code == 200
    restrict(hidden.channel, people["ada"])
    assert browser(people["vera"]).get(f"/events/{event.id}/reply/").status_code == 404
    assert Space.objects.exists()
