"""One channel while its two years are planned: what stands there, and who does what when."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from articles.demo import statements
from articles.demo.acts import Act
from articles.demo.plans import ChannelPlan, SpacePlan
from articles.demo.writing import Recipe, Written, write
from audit.actors import Actor


@dataclass(eq=False)
class Person:
    """A member; `until` is when they left."""

    id: int
    key: str
    name: str
    email: str
    role: str = "editor"
    until: datetime | None = None


@dataclass(eq=False)
class Document:
    """An article with its translations' ids by language; `set_aside` keeps it for a story."""

    id: int
    space: int
    category: int
    recipe: Recipe
    texts: dict[str, int]
    state: str = "published"
    hidden: bool = False
    deleted: bool = False
    gone: bool = False
    set_aside: bool = False
    slug: str = ""
    publish_at: datetime | None = None
    written: Written | None = None

    def text(self, language: str) -> Written:
        """What it says: a text of its own, or its recipe's."""
        return self.written or write(self.recipe, language)

    @property
    def ordinary(self) -> bool:
        return not (self.deleted or self.gone or self.set_aside)


@dataclass(eq=False)
class Shelf:
    """A space with its categories: `folders` by topic are where articles are put."""

    id: int
    plan: SpacePlan
    folders: dict[str, list[int]] = field(default_factory=dict)
    groups: dict[str, int] = field(default_factory=dict)
    count: int = 0


class Diary:
    """A channel's calendar. Entries are planned in any order and made in order of time.

    Args:
        plan: the company.
        rng: its own source of chance, so that no channel's life depends on another's.
        base: the moment of the seeding; nothing happens after it.
        born: when the channel signed up.
        new_id: gives the next id of an entity.
    """

    def __init__(
        self,
        plan: ChannelPlan,
        rng: Random,
        base: datetime,
        born: datetime,
        new_id: Callable[[str], int],
    ) -> None:
        self.plan, self.rng, self.base, self.born, self.new_id = plan, rng, base, born, new_id
        self.id = 0
        self.people: list[Person] = []
        self.shelves: list[Shelf] = []
        self.documents: list[Document] = []
        self._entries: list[tuple[datetime, int, Callable[[datetime], Act | None]]] = []

    @property
    def today(self) -> datetime:
        """Its beginning: lives are planned from it, so that a day's seedings are all alike."""
        return self.base.replace(hour=0, minute=0, second=0)

    def __len__(self) -> int:
        return len(self._entries)

    def plan_for(self, at: datetime, make: Callable[[datetime], Act | None]) -> None:
        """Something happens at a time; `make` sees the channel as it is then, None is nothing."""
        self._entries.append((min(at, self.base), len(self._entries), make))

    def acts(self) -> Iterator[Act]:
        """Everything that happens, in order of time."""
        for at, _, make in sorted(self._entries, key=lambda entry: entry[:2]):
            act = make(at)
            if act is not None and act.steps:
                yield act

    def act(self, at: datetime, person: Person | None, *steps: Any, **words: str) -> Act:
        """An act of one of its people; without one, of a service that names nobody."""
        actor = Actor.member(person.key, person.name) if person else None
        return Act(at, actor, list(steps), **{"tool": self._tool(at), **words})

    def _tool(self, at: datetime) -> str:
        """The app's version grows with the years."""
        months = max((self.base - at).days // 30, 0)
        return self.rng.choice(("web", "web", f"app 3.{max(2 - months // 8, 0)}", "app 3.2 (iPad)"))

    def someone(self, *roles: str) -> Person:
        """One of those who are here and may write."""
        allowed = roles or ("owner", "admin", "editor")
        here = [p for p in self.people if p.role in allowed and p.until is None]
        return self.rng.choice(here or self.people)

    def named(self, key: str) -> Person:
        return next(person for person in self.people if person.key == key)

    def shelf(self, name: str) -> Shelf:
        return next(shelf for shelf in self.shelves if shelf.plan.name == name)

    def ordinary(self, amount: int, fits: Callable[[Document], bool]) -> list[Document]:
        """At most so many documents that no story waits for, by chance."""
        found: list[Document] = []
        for _ in range(min(len(self.documents), amount * 6)):
            document = self.rng.choice(self.documents)
            if document.ordinary and fits(document) and document not in found:
                found.append(document)
            if len(found) == amount:
                break
        return found

    def work_time(self, first: datetime, last: datetime) -> datetime:
        """A moment between two others, mostly on a working day between nine and seven."""
        at = first + (last - first) * self.rng.random()
        working = at.replace(hour=self.rng.randrange(9, 19))
        weekend = max(working.weekday() - 4, 0) if self.rng.random() < 0.9 else 0
        working -= timedelta(days=weekend)
        return working if first <= working <= last else at


def change(column: str, value: Any, ids: Iterable[int], table: str = "article") -> tuple[Any, dict]:
    """The step that sets one column of some records."""
    return statements.set_value(table, column), {"ids": list(ids), "value": value}


def text_columns(rows: list[tuple[Document, str, int]]) -> dict[str, list[Any]]:
    """Columns of translations: of documents, in a language, with these ids."""
    written = [document.text(language) for document, language, _ in rows]
    return {
        "ids": [pk for _, _, pk in rows],
        "titles": [text.title for text in written],
        "summaries": [text.summary for text in written],
        "bodies": [text.body for text in written],
    }
