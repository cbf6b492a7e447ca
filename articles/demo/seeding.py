"""The seeding itself: plan every channel's life, then write it down in order of time."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
from django.apps import apps
from django.db import connections
from psycopg.types.json import Jsonb

from articles.demo import facts
from articles.demo.acts import Act, perform
from articles.demo.diary import Diary, change
from articles.demo.founding import end, found
from articles.demo.growth import grow
from articles.demo.oddities import plant
from articles.demo.plans import CHANNELS
from articles.demo.settings import change_hands
from articles.demo.stories import tell
from articles.importing.site import connect
from articles.importing.storage import reserve

YEARS = timedelta(days=730)
ZONE = ZoneInfo("Asia/Seoul")
# The act that is written when all others are: without it, making the data was broken off.
LAST_ACT = "demo:complete"
# What the stories bring by themselves; the rest of the articles comes from ordinary life.
STORY_ARTICLES = 48 + 1 + 8 + facts.EMPTIED_ARTICLES
TABLES = ("channel", "member", "space", "category", "article", "translation")


class SeedError(Exception):
    """The demo data cannot be made here; the text says why."""


@dataclass(frozen=True)
class Seeded:
    """What was made, and how long it took."""

    articles: int
    transactions: int
    seconds: float


def seed(articles: int, chance: int, say: Callable[[str], None]) -> Seeded:
    """Makes so many articles in the demo's channels, with members, sites and two years of history.

    Args:
        articles: how many are made in all; some of them are deleted again.
        chance: the seed; the same gives the same lives, told from today.
        say: hears the progress.

    Raises SeedError when the demo's channels stand already.
    """
    begun = monotonic()
    found = state()
    if found in {State.COMPLETE, State.BROKEN_OFF}:
        raise SeedError(
            f"Nothing was made: {found.value}. Start afresh with `make clean-demo`, or in another "
            "database."
        )
    with closing(connect()) as connection:
        base = _now(connection)
        _make_partitions(connection, base)
        diaries = _plan(articles, chance, base, reserve(connection))
        # From here on as the product's own role: the session may claim times, its rights are less.
        connection.execute("SET ROLE product")
        written = _write(connection, diaries, say)
    _give_roles()
    say("Counting what is there for the query planner …")
    _analyze()
    made = sum(len(diary.documents) for diary in diaries)
    return Seeded(made, written, monotonic() - begun)


class State(Enum):
    """What stands in the database, as far as the demo is concerned."""

    EMPTY = "there are no channels"
    OTHERS = "there are channels, none of the demo's"
    COMPLETE = "the demo's data stand"
    BROKEN_OFF = "the demo's data stand in part: making them was broken off"


def state() -> State:
    """Whether demo data were made here, wholly or in part."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT FROM articles_channel),"
            " EXISTS (SELECT FROM articles_channel WHERE name = ANY(%s))",
            [[plan.name for plan in CHANNELS]],
        )
        some, ours = cursor.fetchone()
        if not ours:
            return State.OTHERS if some else State.EMPTY
        cursor.execute("SELECT EXISTS (SELECT FROM audit_event WHERE request_id = %s)", [LAST_ACT])
        return State.COMPLETE if cursor.fetchone()[0] else State.BROKEN_OFF


def _now(connection: psycopg.Connection[Any]) -> datetime:
    row = connection.execute("SELECT clock_timestamp() - interval '1 second'").fetchone()
    return row[0].astimezone(ZONE).replace(microsecond=0) if row else datetime.now(ZONE)


def _make_partitions(connection: psycopg.Connection[Any], base: datetime) -> None:
    day = (base - YEARS).date()
    while day <= base.date():
        until = min(day + timedelta(days=180), base.date())
        connection.execute("SELECT public.audit_make_partitions(%s, %s)", [day, until])
        day = until + timedelta(days=1)


def _plan(articles: int, chance: int, base: datetime, new_id: Callable[[str], int]) -> list[Diary]:
    leaver = facts.DELETED_ARTICLES if articles >= 5_000 else articles // 3
    ordinary = max(articles - leaver - STORY_ARTICLES, 0)
    shares = sum(plan.share for plan in CHANNELS)
    diaries = []
    for number, plan in enumerate(CHANNELS):
        rng = Random(f"{chance}:{plan.name}")
        age = YEARS - timedelta(days=5) - timedelta(days=number * 18, minutes=rng.randrange(600))
        diary = Diary(plan, rng, base, base.replace(hour=10, minute=0, second=0) - age, new_id)
        amount = round(ordinary * plan.share / shares)
        found(diary, people=5 + min(60, amount // 25))
        grow(diary, amount)
        change_hands(diary)
        tell(diary, leaver)
        plant(diary)
        end(diary)
        diaries.append(diary)
    return diaries


def _write(
    connection: psycopg.Connection[Any], diaries: list[Diary], say: Callable[[str], None]
) -> int:
    total = sum(len(diary) for diary in diaries)
    said, begun, written = monotonic(), monotonic(), 0
    acts = heapq.merge(*(diary.acts() for diary in diaries), key=lambda act: act.at)
    # The next act is made up while the database still works on the last ones.
    with connection.pipeline():
        for act in acts:
            perform(connection, act)
            written += 1
            if monotonic() - said > 2:
                said = monotonic()
                rate = written / (said - begun)
                say(f"{written:,} of about {total:,} transactions, {rate:,.0f} a second")
        perform(connection, _last_act(diaries[-1]))
    return written


def _last_act(diary: Diary) -> Act:
    """Somebody turns a page of the newest channel around, as they might at any time."""
    step = change("home_layout", Jsonb({"sections": ["recent"]}), [diary.shelves[0].id], "space")
    return replace(diary.act(diary.base, diary.someone(), step), request_id=LAST_ACT)


def _give_roles() -> None:
    """The demo's staff get their roles where the accounts room is part of the project."""
    if apps.is_installed("backoffice.accounts"):
        from backoffice.accounts.demo import demo_people

        demo_people()


def _analyze() -> None:
    """As the owner where there is one: search indexes still hold new rows in a list to be read."""
    if "owner" not in connections:
        return
    with connections["owner"].cursor() as cursor:
        for entity in TABLES:
            cursor.execute(f"VACUUM (ANALYZE) articles_{entity}, articles_historical{entity}")
        cursor.execute("ANALYZE audit_event, audit_effect")
