"""What an import says: as it goes, and at its end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from articles.importing.planning import Plan

EVERY_SECONDS = 2.0


@dataclass
class Report:
    """Counts of lines by what became of them; `say` takes one line of text for people.

    loaded: written now (or would be, in a dry run); already: loaded by an earlier run; unchanged:
    amounted to nothing; passed: older than what an earlier run loaded, without a trace of its own;
    refused: malformed, over a limit, or refused by the database; odd: contradictions.
    """

    say: Callable[[str], None]
    total: int = 0
    read: int = 0
    loaded: int = 0
    already: int = 0
    unchanged: int = 0
    passed: int = 0
    refused: int = 0
    odd: int = 0
    pages: int = 0
    stopped: str = ""
    begun: float = field(default_factory=monotonic)
    last_said: float = field(default_factory=monotonic)

    def refuse(self, number: int, why: str) -> None:
        self.refused += 1
        self.say(f"line {number}: refused: {why}")

    def note(self, made: Plan) -> None:
        for text in made.notes:
            self.odd += 1
            self.say(f"line {made.line.number}: {text}")

    def count(self, made: Plan) -> None:
        self.loaded += 1
        self.pages += len(made.deleted) + len(made.after)

    def progress(self) -> None:
        """Says how far it is, how fast, and how long it will take; every two seconds."""
        now = monotonic()
        if now - self.last_said < EVERY_SECONDS:
            return
        self.last_said = now
        rate = self.loaded / (now - self.begun)
        rest = (self.total - self.read) / rate if rate else 0
        self.say(
            f"{self.read:,} of {self.total:,} lines, {rate:,.0f} a second, {rest:,.0f} s to go"
        )

    def summary(self, dry_run: bool) -> list[str]:
        """The end of the report, one sentence for each kind of line that there was."""
        seconds = monotonic() - self.begun
        verb = "would be loaded" if dry_run else "loaded"
        sentences = [
            f"{self.loaded:,} lines {verb}, {self.pages:,} changes of pages, in {seconds:,.1f} s."
        ]
        kinds = [
            (self.already, "lines were loaded by an earlier run."),
            (self.unchanged, "lines changed nothing and left no event."),
            (self.passed, PASSED),
            (self.odd, "contradictions were applied as what they amount to (listed above)."),
            (self.refused, "lines were refused (listed above) and left nothing behind."),
        ]
        sentences += [f"{count:,} {words}" for count, words in kinds if count]
        return sentences + ([self.stopped] if self.stopped else [])


PASSED = (
    "lines stand before the last one that an earlier run loaded, but were not loaded: they changed "
    "nothing, were refused, or have been altered since. They are not applied out of order."
)
