"""What one actor did in a row, as one: folds of events that have a key in common.

Events of one key, each at most GAP before the next, are one fold, whatever others did in between.
It stands where its newest event stands; a page leaves out events whose fold began on an earlier
one, which it sees by looking just before itself. So pages need no memory, and only what is read:
a window of events, and along the actor's index what reaches beyond it, as far as BUDGET goes.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from psycopg import sql

from audit.filters import all_of
from audit.paging import MICROSECOND, Page, Places, Position
from audit.questions import FILE, GAP, Question, within
from audit.statements import statement
from audit.windows import LOOKED_AT, Run, read_runs, windows

# How many events of an actor are looked at to follow their folds: at first, then where some go
# on; of how many at least, and of all actors of a page together.
NEAR, FAR, LEAST, BUDGET = 300, 5_000, 500, 10_000
# How far back a fold is followed at most; months before that are left alone.
REACH = timedelta(days=40)
NOTHING = (0, None, None, None, None, None, None)
EVER = datetime(1900, 1, 1, tzinfo=UTC)
# Records that a fold names.
FEW = 5


@dataclass
class Fold:
    """Events of one actor that did the same in a row.

    Attributes:
        places: its events, newest first, as far back as was looked: one object for all.
        tools: by what they were made, the latest first.
        goes_on: whether there may be older ones than those.
        has_grown: whether newer ones have joined since its permalink was made.
    """

    actor: tuple[str, str]
    key: str
    places: Places
    tools: list[str] = field(default_factory=list)
    goes_on: bool = True
    has_grown: bool = False

    @property
    def newest(self) -> Position:
        return self.places[0]

    @property
    def oldest(self) -> Position:
        return self.places[-1]

    def add(self, older: Places, tools: Sequence[str]) -> None:
        """Take in its next older events."""
        self.places.extend(older)
        self.tools = list(dict.fromkeys([*self.tools, *tools]))

    def takes(self, older: Places) -> bool:
        """Whether events of the same key at these places belong to it."""
        return self.places.times[-1] - older.times[0] <= GAP // MICROSECOND


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
    """A page of folds, single events among them, newest first; few queries."""
    known: dict[str, Fold] = {}
    heads: list[Fold] = []
    edge: Position | None = None
    for window in windows(question, before, read_runs):
        edge = window.edge
        _sort_in(window.rows, known, heads, limit + 1)
        if len(heads) > limit:
            break
    shown = heads[:limit]
    _extend(question, shown, edge)
    if len(heads) > limit:
        return Page(shown, shown[-1].newest)
    return Page(shown, edge, edge.at if edge else None)


def _sort_in(runs: Sequence[Run], known: dict[str, Fold], heads: list[Fold], enough: int) -> None:
    """Each run into the fold that it belongs to; folds that begin here are heads, newest first."""
    for run in runs:
        fold = known.get(run.key)
        if fold is not None and fold.takes(run.places):
            fold.add(run.places, run.tools)
        elif len(heads) < enough:
            tools = list(dict.fromkeys(run.tools))
            known[run.key] = fold = Fold(run.actor, run.key, run.places, tools)
            # One that goes on with an event before the page began there, on an earlier page.
            if not run.joined:
                heads.append(fold)


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
    kind, actor, tool, own_key, has_grown = found[0]
    fold = Fold((kind, actor), own_key, Places.of(newest), [tool], has_grown=bool(has_grown))
    _extend(question, [fold], newest)
    return fold


@dataclass
class _Trail:
    """The folds of one actor that may go on: where to look on from, and down to when."""

    actor: tuple[str, str]
    start: Position
    since: datetime
    folds: dict[str, Fold] = field(default_factory=dict)
    grew: bool = False

    @property
    def floor(self) -> datetime:
        """Down to where the next event of a fold could be; much further, once one has grown."""
        if self.grew:
            return max(self.since, self.start.at - REACH)
        return max(self.since, min(fold.oldest.at for fold in self.folds.values()) - GAP)

    def absorb(
        self, found: Iterable[tuple[Position, str, str]], bottom: Position, whole: bool
    ) -> None:
        """Take in what was found down to a place: all there is from there on, if `whole`."""
        for place, key, tool in found:
            fold = self.folds.get(key)
            if fold is not None and fold.takes(at := Places.of(place)):
                fold.add(at, [tool])
                self.grew = True
            elif fold is not None:
                self.folds.pop(key).goes_on = False
        ended = whole and bottom.at <= self.since
        for key, fold in list(self.folds.items()):
            if ended or fold.oldest.at - bottom.at > GAP or (whole and not self.grew):
                self.folds.pop(key).goes_on = False
        self.start = bottom


def _extend(question: Question, folds: Sequence[Fold], edge: Position | None) -> None:
    """Follow the folds that reach the edge of what was read; two queries at most."""
    since = question.filters.since or EVER
    trails: dict[tuple[str, str], _Trail] = {}
    for fold in folds:
        fold.goes_on = edge is not None and fold.oldest.at - edge.at <= GAP
        if edge is not None and fold.goes_on:
            trail = trails.setdefault(fold.actor, _Trail(fold.actor, edge, since))
            trail.folds[fold.key] = fold
    going = _look(question, list(trails.values()), NEAR)
    if going:
        _look(question, going, max(LEAST, min(FAR, BUDGET // len(going))))


def _look(question: Question, trails: list[_Trail], size: int) -> list[_Trail]:
    """Look on along the actors' index; the trails that may still go on."""
    if not trails:
        return []
    parts = [_scan(number, trail, size) for number, trail in enumerate(trails)]
    question = question.spanning(
        min(trail.floor for trail in trails), max(trail.start.at for trail in trails)
    )
    query = statement(FILE, "extension").format(
        passing=question.passing, key=question.key, trails=sql.SQL(" UNION ALL ").join(parts)
    )
    keys = [key for trail in trails for key in trail.folds]
    rows = {row[0]: row[1:] for row in question.ask(query, {"keys": keys})}
    for number, trail in enumerate(trails):
        count, last_at, last_id, *found = rows.get(number, NOTHING)
        ats, ids, *rest = (part or [] for part in found)
        places = [Position(*pair) for pair in zip(ats, ids, strict=True)]
        whole = count < size
        bottom = Position(trail.floor, 0) if whole else Position(last_at, last_id)
        trail.absorb(zip(places, *rest, strict=True), bottom, whole)
    return [trail for trail in trails if trail.folds]


def _scan(number: int, trail: _Trail, size: int) -> sql.Composed:
    values = {"n": number, "kind": trail.actor[0], "actor": trail.actor[1], "size": size}
    values |= {"at": trail.start.at, "id": trail.start.id, "floor": trail.floor}
    literals = {name: sql.Literal(value) for name, value in values.items()}
    return statement(FILE, "trail").format(**literals)


def sums_of(question: Question, folds: Sequence[Fold]) -> list[list[Sum]]:
    """What each of these folds did, the largest part first; one query."""
    found: list[list[Sum]] = [[] for _ in folds]
    if not folds:
        return found
    first, last = min(fold.oldest.at for fold in folds), max(fold.newest.at for fold in folds)
    within = question.spanning(first, last)
    query = statement(FILE, "sums").format(shown=within.shown, few=sql.Literal(FEW))
    numbers = [n for n, fold in enumerate(folds) for _id in fold.places.ids]
    rows = within.ask(query, {"n": numbers, "ids": [pk for f in folds for pk in f.places.ids]})
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
