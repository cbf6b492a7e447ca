"""A channel's first days: it signs up, people join, help sites and their folders are made."""

from __future__ import annotations

from datetime import datetime, timedelta

from psycopg.types.json import Jsonb

from articles.demo import facts, statements
from articles.demo.acts import Act
from articles.demo.diary import Diary, Person, Shelf, change
from articles.demo.plans import SpacePlan
from articles.demo.words import english_name, korean_name
from articles.demo.writing import topics

# Some folders have folders of their own.
CORNERS = (("이용 가이드", "guides"), ("자주 묻는 질문", "questions"), ("문제 해결", "trouble"))
GROUP_SLUGS = {
    "주문·결제": "orders",
    "배송": "delivery",
    "취소·환불": "returns",
    "계정": "account",
    "구독·요금": "billing",
    "이용 안내": "using",
}
ENGLISH_GROUPS = {
    "주문·결제": "Orders and payment",
    "배송": "Delivery",
    "취소·환불": "Returns",
    "계정": "Your account",
    "구독·요금": "Plans and billing",
    "이용 안내": "Using the product",
}


def found(diary: Diary, people: int) -> None:
    """Plans the sign-up, so many people who join within months, and the sites within days."""
    diary.plan_for(diary.born, lambda at: _sign_up(diary, at))
    later = diary.born + timedelta(days=3)
    diary.plan_for(later, lambda at: _join(diary, at, [*facts.CAST.get(diary.plan.name, ())]))
    while people > 0:
        size = min(people, diary.rng.choice((1, 1, 2, 3, 5)))
        people -= size
        joins = diary.work_time(later, later + (diary.today - later) * 0.6)
        diary.plan_for(joins, lambda at, size=size: _join(diary, at, _newcomers(diary, size)))
    for number, plan in enumerate(diary.plan.spaces):
        opens = later + timedelta(days=1 + number * 9, hours=number)
        diary.plan_for(opens, lambda at, plan=plan: _open(diary, at, plan))
        diary.plan_for(opens + timedelta(hours=1), lambda at, plan=plan: _shelve(diary, at, plan))


def _sign_up(diary: Diary, at: datetime) -> Act:
    diary.id = diary.new_id("channel")
    plan = diary.plan
    channel = {"id": diary.id, "name": plan.name, "plan": plan.plan}
    place = {"country": plan.country, "timezone": plan.timezone}
    name, address = _name(diary)
    owner = Person(diary.new_id("member"), "owner", name, f"{address}@{plan.domain}", "owner")
    diary.people.append(owner)
    step = (statements.ADD_CHANNEL, channel | place)
    return diary.act(at, owner, step, _add_people(diary, [owner]), tool="sign-up")


def _name(diary: Diary) -> tuple[str, str]:
    return english_name(diary.rng) if diary.plan.country == "US" else korean_name(diary.rng)


def _newcomers(diary: Diary, size: int) -> list[facts.Named]:
    made = []
    for _ in range(size):
        name, address = _name(diary)
        key = f"m{diary.rng.getrandbits(32):08x}"
        role = diary.rng.choice(("editor", "editor", "editor", "admin", "viewer"))
        email = f"{address}{diary.rng.randrange(2, 99)}@{diary.plan.domain}"
        made.append(facts.Named(key, name, email, role))
    return made


def _join(diary: Diary, at: datetime, named: list[facts.Named]) -> Act | None:
    if not named:
        return None
    joining = [Person(diary.new_id("member"), n.key, n.name, n.email, n.role) for n in named]
    step = _add_people(diary, joining)
    by = diary.someone("owner", "admin")
    diary.people += joining
    return diary.act(at, by, step)


def _add_people(diary: Diary, people: list[Person]) -> tuple[str, dict]:
    return statements.ADD_MEMBERS, {
        "channel": diary.id,
        "ids": [person.id for person in people],
        "keys": [person.key for person in people],
        "names": [person.name for person in people],
        "emails": [person.email for person in people],
        "roles": [person.role for person in people],
    }


def _open(diary: Diary, at: datetime, plan: SpacePlan) -> Act:
    shelf = Shelf(diary.new_id("space"), plan)
    diary.shelves.append(shelf)
    space = {
        "id": shelf.id,
        "channel": diary.id,
        "name": plan.name,
        "slug": plan.slug,
        "domain": plan.domain,
        "language": plan.language,
        "email": f"help@{diary.plan.domain}",
        "layout": Jsonb({"hero": {"title": plan.name, "search": True}, "sections": ["popular"]}),
    }
    return diary.act(at, diary.someone("owner", "admin"), (statements.ADD_SPACE, space))


def _shelve(diary: Diary, at: datetime, plan: SpacePlan) -> Act:
    """Groups of topics, topics in them, and in some topics three corners more."""
    shelf = diary.shelf(plan.name)
    folders = _Folders(diary, shelf)
    for topic in topics(plan.language).values():
        if plan.groups and topic.group not in plan.groups:
            continue
        if topic.group not in shelf.groups:
            name = topic.group if plan.language == "ko" else ENGLISH_GROUPS[topic.group]
            shelf.groups[topic.group] = folders.add(None, name, GROUP_SLUGS[topic.group])
        name = topic.name if plan.language == "ko" else topic.name.capitalize()
        folder = folders.add(shelf.groups[topic.group], name, topic.slug)
        shelf.folders[topic.slug] = [folder]
        if plan.language == "ko" and diary.rng.random() < 0.4:
            corners = [folders.add(folder, *corner) for corner in CORNERS]
            shelf.folders[topic.slug] += corners
    return diary.act(at, diary.someone("owner", "admin"), folders.step())


class _Folders:
    """Categories on their way into one statement."""

    def __init__(self, diary: Diary, shelf: Shelf) -> None:
        self.diary, self.shelf = diary, shelf
        self.rows: list[tuple[int, int | None, str, str]] = []

    def add(self, parent: int | None, name: str, slug: str) -> int:
        self.rows.append((self.diary.new_id("category"), parent, name, slug))
        return self.rows[-1][0]

    def step(self) -> tuple[str, dict]:
        ids, parents, names, slugs = (list(column) for column in zip(*self.rows, strict=True))
        return statements.ADD_CATEGORIES, {
            "channel": self.diary.id,
            "space": self.shelf.id,
            "ids": ids,
            "parents": parents,
            "names": names,
            "slugs": slugs,
            "positions": list(range(len(ids))),
        }


def end(diary: Diary) -> None:
    """Plans the end of a channel that is suspended or closed today."""
    if diary.plan.status != "active":
        at = diary.today - timedelta(days=diary.rng.randint(12, 40))
        diary.plan_for(
            at,
            lambda at: diary.act(
                at,
                diary.someone("owner"),
                change("status", diary.plan.status, [diary.id], "channel"),
                tool="billing 2.1",
                reason="요금 미납" if diary.plan.status == "suspended" else "서비스 종료",
            ),
        )
