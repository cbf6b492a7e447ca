"""What the demo's articles say: a recipe for each, which an edit changes a little."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random

from articles.demo.words import fit_particles

HERE = Path(__file__).parent

# How a title is put, in both languages, with the slug that goes with it.
SHAPES = (
    ("guide", "{place}{subject} {topic} 안내", "{Topic}: {subject}, a guide"),
    ("how-to", "{place}{subject} {topic} 방법", "How {topic} works ({subject})"),
    ("steps", "{place}{subject} {topic}, 이렇게 하세요", "{Topic} step by step: {subject}"),
    ("faq", "{place}{subject} {topic} 자주 묻는 질문", "Questions about {topic} ({subject})"),
    ("trouble", "{place}{subject} {topic}에 문제가 있을 때", "When {topic} fails: {subject}"),
    (
        "before",
        "{place}{subject} {topic} 전에 확인해 주세요",
        "Before you begin: {topic}, {subject}",
    ),
    ("change", "{place}{subject} {topic} 기준이 바뀝니다", "What changes for {topic} ({subject})"),
)
PLACES = ("", "", "앱에서 ", "법인 회원 ", "제휴사 ")
SHOP_PLACES = (*PLACES, "선물하기 ", "정기배송 ", "매장 ", "라이브 방송 ", "사전 예약 ")
SHOP_GROUPS = {"주문·결제", "배송", "취소·환불"}
MENUS = ("마이페이지", "내 정보", "설정", "고객 메뉴")
UPDATES = (
    "※ 이 안내는 고객 문의를 반영해 내용을 다듬었습니다.",
    "※ 앱 화면이 바뀌어 메뉴 이름을 새로 적었습니다.",
    "※ 연휴 기간에는 처리에 하루 이틀 더 걸릴 수 있습니다. 😊",
    "※ 상담 시간이 평일 09:00–18:00로 바뀌었습니다.",
    "※ 자세한 기준은 이용약관 제12조를 참고해 주세요.",
)
ENGLISH_UPDATE = "Note: we reworded this page after questions from customers."


@dataclass(frozen=True)
class Topic:
    """A subject that people write about, in one language."""

    slug: str
    name: str
    group: str
    subjects: list[str]
    about: list[str]
    steps: list[str]
    notes: list[str]
    questions: list[list[str]]


@cache
def topics(language: str) -> dict[str, Topic]:
    """Every topic by slug in Korean (`ko`) or English."""
    korean = {entry["slug"]: entry for entry in _read("topics_ko.toml")["topic"]}
    if language == "ko":
        return {slug: Topic(**entry) for slug, entry in korean.items()}
    return {
        slug: Topic(slug=slug, group=korean[slug]["group"], questions=[], **entry)
        for slug, entry in _read("topics_en.toml").items()
    }


def _read(name: str) -> dict:
    return tomllib.loads((HERE / name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Recipe:
    """All that decides an article's text; equal recipes give equal texts."""

    topic: str
    brand: tuple[str, str]
    subject: int
    shape: int
    place: str
    menu: str
    days: int
    hours: int
    order: int
    brief: bool = False
    updates: tuple[int, ...] = ()

    @property
    def slug(self) -> str:
        return f"{self.topic}-{SHAPES[self.shape][0]}"

    def edited(self, rng: Random) -> Recipe:
        """The recipe after someone went over the text: one detail differs."""
        return rng.choice(
            (
                lambda: replace(self, days=self.days % 9 + rng.randint(1, 3)),
                lambda: replace(self, hours=self.hours % 70 + rng.choice((2, 6, 12))),
                lambda: replace(self, menu=rng.choice([m for m in MENUS if m != self.menu])),
                lambda: replace(self, order=self.order + 1),
                lambda: replace(self, updates=(*self.updates, rng.randrange(len(UPDATES)))[-4:]),
            )
        )()


@dataclass(frozen=True)
class Written:
    """A text as a translation holds it."""

    title: str
    summary: str
    body: str


def new_recipe(rng: Random, topic: str, brand: tuple[str, str]) -> Recipe:
    """An article that nobody has written yet; `brand` is its name in Korean and in English."""
    known = topics("ko")[topic]
    return Recipe(
        topic,
        brand,
        subject=rng.randrange(len(known.subjects)),
        shape=rng.randrange(len(SHAPES)),
        place=rng.choice(SHOP_PLACES if known.group in SHOP_GROUPS else PLACES),
        menu=rng.choice(MENUS),
        days=rng.randint(2, 7),
        hours=rng.choice((1, 2, 6, 12, 24, 48)),
        order=rng.randrange(6),
        brief=rng.random() < 0.3,
    )


def write(recipe: Recipe, language: str) -> Written:
    """The text of a recipe in Korean (`ko`) or English."""
    topic = topics(language)[recipe.topic]
    subject = topic.subjects[recipe.subject]
    facts = {
        "topic": topic.name,
        "Topic": topic.name.capitalize(),
        "subject": subject,
        "place": recipe.place,
        "brand": recipe.brand[language != "ko"],
        "menu": recipe.menu if language == "ko" else "My page",
        "days": recipe.days,
        "hours": recipe.hours,
        "phone": "1588-0000",
    }
    fill = _Filler(facts)
    title = fill(SHAPES[recipe.shape][1 if language == "ko" else 2])
    parts = _korean(topic, recipe) if language == "ko" else _english(topic, recipe)
    return Written(title, fill(topic.about[-1]), "\n\n".join(fill(part) for part in parts))


class _Filler:
    """Puts the facts into a text, without touching braces that belong to it, as code has."""

    def __init__(self, facts: dict[str, object]) -> None:
        self.facts = facts

    def __call__(self, text: str) -> str:
        for name, value in self.facts.items():
            text = text.replace("{" + name + "}", str(value))
        return fit_particles(text)


def _korean(topic: Topic, recipe: Recipe) -> list[str]:
    questions = "\n\n".join(f"**Q. {ask}**\n\n{answer}" for ask, answer in topic.questions)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(topic.steps, start=1))
    sections = [
        f"## 이용 방법\n\n{steps}",
        "## 알아 두세요\n\n" + "\n".join(_noted(note) for note in topic.notes),
        *([f"## 자주 묻는 질문\n\n{questions}"] if recipe.hours % 4 else []),
    ]
    shift = recipe.order % len(sections)
    if recipe.brief:
        return [*topic.about, sections[shift], *(UPDATES[number] for number in recipe.updates)]
    return [
        *topic.about,
        *sections[shift:],
        *sections[:shift],
        *(UPDATES[number] for number in recipe.updates),
        "더 궁금하신 점은 {brand} 고객센터({phone}, 평일 09:00–18:00)로 문의해 주세요.",
    ]


def _noted(note: str) -> str:
    return note if note.startswith("```") else f"- {note}"


def _english(topic: Topic, recipe: Recipe) -> list[str]:
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(topic.steps, start=1))
    sections = [f"## Steps\n\n{steps}", "## Good to know\n\n" + "\n".join(topic.notes)]
    return [
        *topic.about,
        *sections[:: 1 if recipe.order % 2 else -1],
        *([ENGLISH_UPDATE] if recipe.updates else []),
        "Anything else? Write to {brand} support; we answer within {hours} hours.",
    ]
