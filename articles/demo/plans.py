"""The channels of the demo: who they are, and which help sites they have."""

from __future__ import annotations

from dataclasses import dataclass

from articles.demo import facts


@dataclass(frozen=True)
class SpacePlan:
    """A help site. `topics` are groups of topics that it writes about; empty means all."""

    name: str
    slug: str
    domain: str = ""
    language: str = "ko"
    groups: tuple[str, ...] = ()


@dataclass(frozen=True)
class ChannelPlan:
    """A customer company.

    Args:
        name: as it stands in the database.
        brand: what it calls itself in its articles, in Korean and in English.
        domain: of its people's addresses.
        share: of the articles that ordinary life makes, relative to the others.
        status: what it ends up as.
    """

    name: str
    brand: tuple[str, str]
    domain: str
    plan: str
    spaces: tuple[SpacePlan, ...]
    share: int = 4
    status: str = "active"
    country: str = "KR"
    timezone: str = "Asia/Seoul"


def _simple(name: str, english: str, plan: str, share: int = 4, status: str = "active"):
    slug = english.lower().replace(" ", "-")
    site = SpacePlan(f"{name} 고객센터", f"{slug}-help", f"help.{slug}.example")
    return ChannelPlan(
        f"{name} ({english})", (name, english), f"{slug}.example", plan, (site,), share, status
    )


SHOP = ("주문·결제", "배송", "취소·환불")

CHANNELS = (
    ChannelPlan(
        facts.ACME,
        ("아크미", "Acme"),
        "acme.example",
        "enterprise",
        (
            SpacePlan(facts.ACME_HELP, "acme-help", "help.acme.example"),
            SpacePlan(
                facts.ACME_PARTNERS,
                "acme-partners",
                "partners.acme.example",
                groups=("구독·요금", "이용 안내"),
            ),
        ),
        share=14,
    ),
    ChannelPlan(
        facts.CORAL,
        ("코랄상점", "Coral Store"),
        "coral.example",
        "enterprise",
        tuple(
            SpacePlan(f"코랄상점 {name}", f"coral-{slug}", f"{slug}.coral.example", groups=groups)
            for name, slug, groups in (
                ("고객센터", "help", ()),
                ("판매자 센터", "sellers", ("주문·결제", "구독·요금", "이용 안내")),
                ("배송 안내", "delivery", SHOP),
                ("직원 안내서", "staff", ("계정", "이용 안내")),
            )
        ),
        share=6,
    ),
    ChannelPlan(
        facts.BARUN,
        ("바른마켓", "Barun Market"),
        "barun.example",
        "growth",
        (
            SpacePlan("바른마켓 고객센터", "barun-help", "help.barun.example"),
            SpacePlan("바른마켓 판매자 안내", "barun-sellers", groups=SHOP),
        ),
        share=8,
    ),
    ChannelPlan(
        "Northwind Cloud",
        ("노스윈드", "Northwind"),
        "northwind.example",
        "enterprise",
        (SpacePlan("Northwind Help", "northwind-help", "help.northwind.example", "en"),),
        share=8,
        country="US",
        timezone="America/New_York",
    ),
    _simple(facts.RESTRICTED[0], facts.RESTRICTED[1], "enterprise"),
    _simple(facts.SUSPENDED[0], facts.SUSPENDED[1], "starter", 2, "suspended"),
    _simple("옛날다방", "Old Tearoom", "free", 1, "closed"),
    _simple("모두의주방", "Modu Kitchen", "growth", 7),
    _simple("푸른교육", "Pureun Edu", "growth", 5),
    _simple("달빛게임즈", "Dalbit Games", "enterprise", 8),
    _simple("라온여행", "Raon Travel", "starter", 5),
    _simple("다온헬스", "Daon Health", "growth", 4),
    _simple("소리책방", "Sori Books", "starter", 3),
    _simple("하늘통신", "Haneul Telecom", "enterprise", 8),
    _simple("도토리펀딩", "Dotori Funding", "starter", 3),
    _simple("그루터기가구", "Stump Furniture", "free", 3),
)
