"""What one actor did in a row, as one: folds of events that have a key in common.

Events of one key, each at most GAP before the next, are one fold, whatever others did in between.
It stands where its newest event stands; a page leaves out events whose fold began on an earlier
one, which it sees by looking just before itself. So pages need no memory, and only what is read:
a window of events, and along the actor's index what reaches beyond it, as far as BUDGET goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from psycopg import sql

from audit.filters import all_of
from audit.paging import Page, Position
from audit.statements import statement
from audit.windows import FILE, GAP, LOOKED_AT, Question, Row, windows, within

# How many events of an actor are looked at for each fold: at first, then for those that go on,
# and for all folds of a page together.
NEAR, FAR, LEAST, BUDGET = 300, 5_000, 500, 20_000
EVER = datetime(1900, 1, 1, tzinfo=UTC)
# Records that a fold names.
FEW = 5


@dataclass
class Fold:
    """Events of one actor that did the same in a row.

    Attributes:
        places: its events, newest first, as far back as was looked.
        goes_on: whether there may be older ones than those.
        has_grown: whether newer ones have joined since its permalink was made.
    """

    actor: tuple[str, str]
    key: str
    places: list[Position]
    goes_on: bool = True
    has_grown: bool = False

    @property
    def newest(self) -> Position:
        return self.places[0]

    @property
    def oldest(self) -> Position:
        return self.places[-1]

    def takes(self, place: Position) -> bool:
        """Whether an event of the same key at this place belongs to it."""
        return self.oldest.at - place.at <= GAP


@dataclass(frozen=True)
class Sum:
    """What a fold did to one entity in one area: `count` records, some of them by their ids."""

    entity: str
    verb: str
    area: int | None
    fields: tuple[str, ...]
    count: int
    records: tuple[int, ...]
    scopes: frozenset[int | None] = frozenset()


def folded_page(question: Question, before: Position | None, limit: int) -> Page[Fold]:
    """A page of folds, single events among them, newest first; at most five queries."""
    known: dict[str, Fold] = {}
    heads: list[Fold] = []
    edge: Position | None = None
    for window in windows(question, before):
        edge = window.edge
        heads += _sorted_in(window.rows, known)
        if len(heads) > limit:
            break
    shown = heads[:limit]
    _extend(question, shown, edge)
    if len(heads) > limit:
        return Page(shown, shown[-1].newest)
    return Page(shown, edge, edge.at if edge else None)


def _sorted_in(rows: Sequence[Row], known: dict[str, Fold]) -> list[Fold]:
    """Each event into the fold that it belongs to; the folds that begin here, newest first."""
    heads = []
    for row in rows:
        fold = known.get(row.key)
        if fold is not None and fold.takes(row.place):
            fold.places.append(row.place)
            continue
        known[row.key] = fold = Fold(row.actor, row.key, [row.place])
        # One that goes on with an event before the window began there, on an earlier page.
        if not row.joined:
            heads.append(fold)
    return heads


def fold_from(question: Question, newest: Position) -> Fold | None:
    """The fold whose newest event is this one, as a permalink names it; None when it is not open.

    Newer events that joined it since are left out and said (`has_grown`).
    """
    in_time = all_of(within("v", "id", question.filters, None))
    passing, key = question.passing, question.key
    joined = statement(FILE, "joined").format(
        in_time=in_time, passing=passing, key=key, looked_at=sql.Literal(LOOKED_AT)
    )
    query = statement(FILE, "one").format(key=key, passing=passing, joined=joined)
    place = {"id": newest.id, "at": newest.at}
    found = question.ask(query, {**place, "before_at": newest.at, "before_id": newest.id + 1})
    if not found:
        return None
    kind, actor, own_key, has_grown = found[0]
    fold = Fold((kind, actor), own_key, [newest], has_grown=bool(has_grown))
    _extend(question, [fold], newest)
    return fold


@dataclass
class _Open:
    """A fold that may go on: where to look on from, and down to when."""

    fold: Fold
    start: Position
    floor: datetime
    size: int = field(default=NEAR)

    def absorb(self, count: int, last: Position | None, found: Sequence[Position]) -> bool:
        """Take in what was found; whether the fold may still go on."""
        grew = False
        for place in found:
            if not self.fold.takes(place):
                return False
            self.fold.places.append(place)
            grew = True
        if count < self.size:
            # Everything down to the floor was seen.
            self.start = Position(self.floor, 0)
            return grew and self.floor > EVER
        if last is None or self.fold.oldest.at - last.at > GAP:
            return False
        self.start = last
        return True


def _extend(question: Question, folds: Sequence[Fold], edge: Position | None) -> None:
    """Follow the folds that reach the edge of what was read; two queries at most."""
    since = question.filters.since or EVER
    going = []
    for fold in folds:
        reaches = edge is not None and fold.oldest.at - edge.at <= GAP and fold.oldest.at > since
        fold.goes_on = reaches
        if edge is not None and reaches:
            going.append(_Open(fold, edge, max(since, fold.oldest.at - GAP)))
    going = _look(question, going)
    for one in going:
        one.size = max(LEAST, min(FAR, BUDGET // len(going)))
        one.floor = since if len(one.fold.places) > 1 else max(since, one.fold.oldest.at - GAP)
    _look(question, going)


def _look(question: Question, going: list[_Open]) -> list[_Open]:
    """Look on along the actors' index; those that may still go on."""
    if not going:
        return []
    query = statement(FILE, "extension").format(
        passing=question.passing, key=question.key, size=sql.Literal(going[0].size)
    )
    rows = question.ask(query, _asked(going))
    left = []
    for number, count, last_at, last_id, ats, ids in rows:
        one = going[number]
        last = Position(last_at, last_id) if last_at else None
        found = [Position(*pair) for pair in zip(ats or [], ids or [], strict=True)]
        one.fold.goes_on = one.absorb(count, last, found)
        if one.fold.goes_on:
            left.append(one)
    return left


def _asked(going: Sequence[_Open]) -> dict[str, Any]:
    return {
        "n": list(range(len(going))),
        "keys": [one.fold.key for one in going],
        "kinds_of": [one.fold.actor[0] for one in going],
        "actors": [one.fold.actor[1] for one in going],
        "from_at": [one.start.at for one in going],
        "from_id": [one.start.id for one in going],
        "down_to": [one.floor for one in going],
    }


def sums_of(question: Question, folds: Sequence[Fold]) -> list[list[Sum]]:
    """What each of these folds did, the largest part first; one query."""
    found: list[list[Sum]] = [[] for _ in folds]
    members = [(n, place) for n, fold in enumerate(folds) for place in fold.places]
    if not members:
        return found
    query = statement(FILE, "sums").format(shown=question.shown, few=sql.Literal(FEW))
    rows = question.ask(
        query,
        {
            "n": [n for n, _place in members],
            "ids": [place.id for _n, place in members],
            "ats": [place.at for _n, place in members],
        },
    )
    for number, entity, verb, area, fields, count, records, scopes in rows:
        found[number].append(
            Sum(
                entity,
                verb,
                area,
                tuple(fields),
                int(count),
                tuple(records or ()),
                frozenset(scopes),
            )
        )
    for part in found:
        part.sort(key=lambda one: (-one.count, one.entity, one.verb, one.area or 0))
    return found
