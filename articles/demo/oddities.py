"""What real data has and tidy data has not: pages must bear all of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from articles.demo import facts
from articles.demo.acts import Act
from articles.demo.changes import ids_of
from articles.demo.diary import Diary, Document, change
from articles.demo.growth import add_document, write_down
from articles.demo.writing import Written, new_recipe

LONG_TITLE = ("환불및교환신청방법과자주묻는질문모음" * 20)[:300]
HTML = """<h2>배송비 안내</h2>
<p>지역에 따라 <strong>배송비</strong>가 다릅니다. &amp; 표와 <em>그림</em>도 있습니다.</p>
<table><tr><th>지역</th><th>배송비</th></tr><tr><td>제주</td><td>3,000원</td></tr></table>
<img src="x" onerror="alert('배송')"><script>alert('안녕하세요')</script>
<a href="javascript:alert(1)">누르지 마세요</a>"""
ODD = (
    ("long-title", Written(LONG_TITLE, "제목이 아주 긴 글", "본문은 짧습니다.")),
    (
        "emoji",
        Written(
            "🎉 추석 배송 일정 🚚💨 👨‍👩‍👧‍👦",
            "🙏 미리 주문해 주세요",
            "연휴에는 쉽니다 🥮🌕\n\n👍🏽 감사합니다.",
        ),
    ),
    ("html-body", Written("배송비 표 (HTML)", "<b>굵은</b> 요약", HTML)),
    ("empty-body", Written("준비 중인 글", "", "")),
    ("right-to-left", Written("شحن دولي / 국제 배송", "두 방향의 글", "مرحبا — 안녕하세요\u200b.")),
)
SCHEDULED_SLUG, PINNED_SLUG, ARCHIVED_SLUG = "winter-sale", "notice-holiday", "notice-2024"


def plant(diary: Diary) -> None:
    """Plans odd articles in Acme's help center; one is scheduled, one pinned, one archived."""
    if diary.plan.name != facts.ACME:
        return
    made: list[Document] = []

    def write_all(at: datetime) -> Act:
        made.extend(_odd(diary))
        return write_down(diary, at, diary.someone(), made)

    def pin(at: datetime) -> Act:
        pinned = [d for d in made if d.slug == PINNED_SLUG]
        return diary.act(at, diary.someone(), change("pinned", True, ids_of(pinned)))

    def archive(at: datetime) -> Act:
        old = [d for d in made if d.slug == ARCHIVED_SLUG]
        return diary.act(at, diary.someone(), change("state", "archived", ids_of(old)))

    diary.plan_for(diary.today - timedelta(days=35), write_all)
    diary.plan_for(diary.today - timedelta(days=34), pin)
    diary.plan_for(diary.today - timedelta(days=33), archive)


def _odd(diary: Diary) -> list[Document]:
    found = [_document(diary, slug, written) for slug, written in ODD]
    scheduled = _document(diary, SCHEDULED_SLUG, _notice("겨울 할인 행사 안내", "다음 달"))
    scheduled.publish_at = diary.today + timedelta(days=21)
    pinned = _document(diary, PINNED_SLUG, _notice("연휴 고객센터 운영 안내", "이번 연휴"))
    archived = _document(diary, ARCHIVED_SLUG, _notice("2024년 서비스 점검 안내", "지난해"))
    return [*found, scheduled, pinned, archived]


def _notice(title: str, when: str) -> Written:
    body = f"{when}에 적용되는 안내입니다.\n\n자세한 내용은 고객센터로 문의해 주세요."
    return Written(title, f"{when} 안내", body)


def _document(diary: Diary, slug: str, written: Written) -> Document:
    shelf = diary.shelf(facts.ACME_HELP)
    recipe = new_recipe(diary.rng, "delivery", diary.plan.brand)
    document = add_document(diary, shelf.id, shelf.folders["delivery"][0], recipe)
    document.texts = {"ko": document.texts["ko"]}
    document.state, document.slug, document.written = "published", slug, written
    document.set_aside = True
    return document
