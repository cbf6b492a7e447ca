"""Names and numbers that the support stories rest on; tests and help texts read them from here."""

from __future__ import annotations

from dataclasses import dataclass

from articles.demo.writing import Recipe

ACME = "아크미 (Acme)"
ACME_HELP = "아크미 고객센터"
ACME_PARTNERS = "아크미 파트너 센터"
CORAL = "코랄상점 (Coral Store)"
BARUN = "바른마켓 (Barun Market)"
RESTRICTED = ("한빛보안", "Hanbit Secure")
SUSPENDED = ("느린우체국", "Slow Post")


@dataclass(frozen=True)
class Named:
    """Someone whom a story names. `key` is their key among the channel's members."""

    key: str
    name: str
    email: str
    role: str = "editor"


# S1: she hid 42 articles between 14:02 and 14:09.
KIM_MINJI = Named("kim-minji", "김민지 (Kim Minji)", "minji.kim@acme.example")
HIDDEN_ARTICLES = 42
# Somebody else with the same name works beside her.
OTHER_MINJI = Named("kim-minji-2", "김민지", "minji2.kim@acme.example", "viewer")
# S2: published, but two folders up is hidden.
HIDDEN_CATEGORY = "해외 고객 안내"
INNER_CATEGORIES = ("해외 결제", "해외 카드")
UNSEEN_SLUG = "overseas-card-payment"
UNSEEN_TITLE = "해외 카드 결제 방법"
UNSEEN = Recipe("payment", ("아크미", "Acme"), 2, 1, "", "마이페이지", 3, 24, 0)
PARK_SEOYEON = Named("park-seoyeon", "박서연 (Park Seoyeon)", "seoyeon.park@acme.example", "admin")
# S3: he switched the partner center's website off during a demo.
LEE_JIHO = Named("lee-jiho", "이지호 (Lee Jiho)", "jiho.lee@acme.example", "admin")
DEMO_TOOL = "app 3.2"
# S4: the one who deleted thousands, one by one, and left.
PARK_DOYUN = Named("park-doyun", "박도윤 (Park Doyun)", "doyun.park@coral.example", "admin")
DELETED_ARTICLES = 3_214
# S6: she emptied the trash by mistake.
CHOI_HAEUN = Named("choi-haeun", "최하은 (Choi Haeun)", "haeun.choi@barun.example", "admin")
EMPTIED_ARTICLES = 57

CAST = {
    ACME: (KIM_MINJI, OTHER_MINJI, PARK_SEOYEON, LEE_JIHO),
    CORAL: (PARK_DOYUN,),
    BARUN: (CHOI_HAEUN,),
}
