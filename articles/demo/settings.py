"""Settings that change now and then: of sites and of people, by whoever is there."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from psycopg.types.json import Jsonb

from articles.demo import facts
from articles.demo.acts import Act
from articles.demo.diary import Diary, Shelf, change

COLOURS = ("#3b5bdb", "#e8590c", "#2b8a3e", "#862e9c", "#c92a2a", "#0b7285")
# S5: the settings of Acme's help center, with how many days ago; by whoever was there.
ACME_SETTINGS: tuple[tuple[int, str, Any], ...] = (
    (410, "theme_color", "#e8590c"),
    (320, "contact_email", "cs@acme.example"),
    (260, "access", "members"),
    (258, "access", "public"),
    (190, "custom_domain", "support.acme.example"),
    (150, "theme_color", "#2b8a3e"),
    (120, "search_indexing", False),
    (96, "custom_domain", "help.acme.example"),
    (61, "search_indexing", True),
    (44, "contact_email", "help@acme.example"),
    (30, "feedback_enabled", False),
    (17, "theme_color", "#3b5bdb"),
    (11, "feedback_enabled", True),
)


def change_hands(diary: Diary) -> None:
    """Plans settings that change now and then, and people who leave or are given another role."""
    life = diary.today - diary.born
    for number in range(3 + diary.rng.randrange(5)):
        at = diary.born + life * (0.2 + 0.1 * number)
        diary.plan_for(at, lambda at: _change_site(diary, at))
    for number in range(diary.rng.randrange(1, 5)):
        at = diary.born + life * (0.5 + 0.1 * number)
        diary.plan_for(at, lambda at: _leave(diary, at))
        later = at + timedelta(days=3)
        diary.plan_for(later, lambda at: _give_role(diary, at))
    if diary.plan.name == facts.ACME:
        _plan_acme(diary)


def _plan_acme(diary: Diary) -> None:
    for days, column, value in ACME_SETTINGS:
        at = diary.today - timedelta(days=days, hours=diary.rng.randrange(5), minutes=days % 60)
        diary.plan_for(
            at,
            lambda at, c=column, v=value: set_site(diary, at, diary.shelf(facts.ACME_HELP), c, v),
        )


def set_site(
    diary: Diary, at: datetime, shelf: Shelf, column: str, value: Any, **words: Any
) -> Act:
    """One setting of a site, by an administrator unless `by` says who."""
    person = words.pop("by", None) or diary.someone("owner", "admin")
    return diary.act(at, person, change(column, value, [shelf.id], "space"), **words)


def _change_site(diary: Diary, at: datetime) -> Act | None:
    # Acme's help center has its own list, whose values must be the last ones.
    shelves = [shelf for shelf in diary.shelves if shelf.plan.name != facts.ACME_HELP]
    if not shelves:
        return None
    shelf = diary.rng.choice(shelves)
    column, value = diary.rng.choice(
        (
            ("theme_color", diary.rng.choice(COLOURS)),
            ("contact_email", f"cs{diary.rng.randrange(9)}@{diary.plan.domain}"),
            ("feedback_enabled", diary.rng.random() < 0.7),
            ("home_layout", _layout(diary, shelf)),
        )
    )
    return set_site(diary, at, shelf, column, value)


def _layout(diary: Diary, shelf: Shelf) -> Jsonb:
    parts = ["popular", "recent", "categories", "banner", "contact"]
    sections = diary.rng.sample(parts, diary.rng.randint(2, 5))
    return Jsonb({"hero": {"title": shelf.plan.name, "search": True}, "sections": sections})


def _leave(diary: Diary, at: datetime) -> Act | None:
    cast = {named.key for named in facts.CAST.get(diary.plan.name, ())}
    here = [p for p in diary.people if p.until is None and p.key not in cast | {"owner"}]
    if len(here) < 4:
        return None
    person = diary.rng.choice(here)
    person.until = at
    step = change("left_at", at, [person.id], "member")
    return diary.act(at, diary.someone("owner", "admin"), step)


def _give_role(diary: Diary, at: datetime) -> Act | None:
    here = [p for p in diary.people if p.until is None and p.role in {"editor", "viewer"}]
    if not here:
        return None
    person = diary.rng.choice(here)
    person.role = "editor" if person.role == "viewer" else "admin"
    step = change("role", person.role, [person.id], "member")
    return diary.act(at, diary.someone("owner"), step)
