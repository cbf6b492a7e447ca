"""What two sequences have in common, in bounded time.

Two methods share one budget of steps: Myers' greedy algorithm ("An O(ND) Difference Algorithm and
Its Variations", Algorithmica 1, 1986) finds the shortest edit where there are few changes; where
there are many, items that occur once on either side split the problem (Bram Cohen's patience
difference). Past the budget a stretch is given as changed as a whole, and that is said.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass

# About a fifth of a second of one core.
STEPS = 400_000
# Further apart than this, splitting finds better stretches than a shortest edit does.
DISTANCE = 100
SPLITS = 12
# Where no item is the only one of its kind, a run of this many may be.
RUN = 4


@dataclass(frozen=True)
class Block:
    """`old[old_start:old_end]` became `new[new_start:new_end]`; one of the two may be empty."""

    old_start: int
    old_end: int
    new_start: int
    new_end: int


@dataclass
class Work:
    """A budget of steps, which several comparisons may share; `coarse` once it did not suffice."""

    left: int = STEPS
    coarse: bool = False


def changed_blocks(
    old: Sequence[Hashable], new: Sequence[Hashable], work: Work | None = None
) -> list[Block]:
    """The stretches that differ, in order; everything between them is equal on both sides."""
    work = Work() if work is None else work
    numbers: dict[Hashable, int] = {}
    a = [numbers.setdefault(item, len(numbers)) for item in old]
    b = [numbers.setdefault(item, len(numbers)) for item in new]
    found: list[Block] = []
    pending = [(Block(0, len(a), 0, len(b)), 0)]
    while pending:
        whole, depth = pending.pop()
        block = _trimmed(a, b, whole)
        if block.old_start == block.old_end or block.new_start == block.new_end:
            found.append(block)
            continue
        edits = _shortest_edit(a, b, block, work)
        if edits is not None:
            found += edits
            continue
        parts = _split(a, b, block) if depth < SPLITS else []
        if parts:
            pending += [(part, depth + 1) for part in parts]
        else:
            work.coarse = True
            found.append(block)
    return list(_joined(found))


def _joined(blocks: list[Block]) -> Iterator[Block]:
    """In order, without empty ones, neighbours made one."""
    last = None
    for block in sorted(blocks, key=lambda b: (b.old_start, b.new_start, b.old_end, b.new_end)):
        if block.old_start == block.old_end and block.new_start == block.new_end:
            continue
        if last and (last.old_end, last.new_end) == (block.old_start, block.new_start):
            last = Block(last.old_start, block.old_end, last.new_start, block.new_end)
            continue
        if last:
            yield last
        last = block
    if last:
        yield last


def _trimmed(a: list[int], b: list[int], block: Block) -> Block:
    """The block without what is equal at both of its ends."""
    i, i_end, j, j_end = block.old_start, block.old_end, block.new_start, block.new_end
    while i < i_end and j < j_end and a[i] == b[j]:
        i, j = i + 1, j + 1
    while i < i_end and j < j_end and a[i_end - 1] == b[j_end - 1]:
        i_end, j_end = i_end - 1, j_end - 1
    return Block(i, i_end, j, j_end)


def _shortest_edit(a: list[int], b: list[int], block: Block, work: Work) -> list[Block] | None:
    """Myers' shortest edit; None when it is longer than DISTANCE or the budget allows.

    `reach[k]` is how far into `a` the best path on diagonal k = x - y has come (diagonals below
    zero count from the list's end); `trail` keeps it for each number of edits, so that the path
    can be walked back.
    """
    i, j = block.old_start, block.new_start
    n, m = block.old_end - i, block.new_end - j
    furthest = min(n + m, DISTANCE)
    reach, trail = [0] * (2 * furthest + 3), []
    for edits in range(furthest + 1):
        trail.append(reach[: edits + 2] + reach[-edits - 1 :])
        for k in range(-edits, edits + 1, 2):
            x = _further(reach, k, edits)
            start = x
            while x < n and 0 <= x - k < m and a[i + x] == b[j + x - k]:
                x += 1
            reach[k] = x
            work.left -= 1 + x - start
            if x >= n and x - k >= m:
                return _walked_back(trail, block)
        if work.left <= 0:
            return None
    return None


def _further(reach: list[int], k: int, edits: int) -> int:
    """Where diagonal k is entered: from above (an insertion) or from the left (a deletion)."""
    if k == -edits or (k != edits and reach[k - 1] < reach[k + 1]):
        return reach[k + 1]
    return reach[k - 1] + 1


def _walked_back(trail: list[list[int]], block: Block) -> list[Block]:
    """The single insertions and deletions of the path that reached the block's end."""
    i, j = block.old_start, block.new_start
    x, y = block.old_end - i, block.new_end - j
    found = []
    for edits in range(len(trail) - 1, 0, -1):
        reach, k = trail[edits], x - y
        inserted = k == -edits or (k != edits and reach[k - 1] < reach[k + 1])
        before_k = k + 1 if inserted else k - 1
        x = reach[before_k]
        y = x - before_k
        found.append(Block(i + x, i + x + (not inserted), j + y, j + y + inserted))
    return found


def _split(a: list[int], b: list[int], block: Block) -> list[Block]:
    """The stretches between items, or else runs of items, that occur once on either side."""
    anchors = []
    for width in (1, RUN):
        once_a = _places_of_unique(a, block.old_start, block.old_end, width)
        once_b = _places_of_unique(b, block.new_start, block.new_end, width)
        anchors = _longest_rising([(i, once_b[run]) for run, i in once_a.items() if run in once_b])
        if anchors:
            break
    else:
        return []
    ends = [*anchors, (block.old_end, block.new_end)]
    starts = [(block.old_start, block.new_start), *((i + 1, j + 1) for i, j in anchors)]
    return [
        Block(start[0], end[0], start[1], end[1]) for start, end in zip(starts, ends, strict=True)
    ]


def _places_of_unique(
    items: list[int], start: int, end: int, width: int
) -> dict[tuple[int, ...], int]:
    runs = list(zip(*(items[start + shift : end] for shift in range(width)), strict=False))
    counts = Counter(runs)
    return {run: start + place for place, run in enumerate(runs) if counts[run] == 1}


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The longest run of pairs, given in order of the first number, whose second number rises."""
    tails: list[int] = []
    heads: list[int] = []
    before: list[int] = []
    for index, (_, j) in enumerate(pairs):
        place = bisect_left(tails, j)
        before.append(heads[place - 1] if place else -1)
        tails[place : place + 1] = [j]
        heads[place : place + 1] = [index]
    run = []
    index = heads[-1] if heads else -1
    while index >= 0:
        run.append(pairs[index])
        index = before[index]
    return run[::-1]
