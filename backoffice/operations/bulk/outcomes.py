"""The records of a run by how they ended: pages of them, and files."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backoffice.console.spreadsheets import MARK, Echo, safe_cell
from backoffice.operations import registry
from backoffice.operations.bulk.models import BulkItem, BulkRun
from backoffice.operations.presentation import presented_rows
from backoffice.operations.targets import SHOWN, Choice

BATCH = 500


@dataclass(frozen=True)
class Outcome:
    """A record and how it ended; `name` is None where it is gone or not open."""

    item: BulkItem
    choice: Choice | None

    @property
    def id_text(self) -> str:
        return f"#{self.item.key}"


def page_of(
    viewer: Any, run: BulkRun, state: str, after: int, size: int = SHOWN
) -> tuple[list[Outcome], int]:
    """A page of the records in a state, and after which key the next one begins; 0 at the end."""
    found = run.items.using("default").filter(state=state, key__gt=after).order_by("key")
    items = list(found[: size + 1])
    return named(viewer, run, items[:size]), items[size - 1].key if len(items) > size else 0


def to_choose(viewer: Any, run: BulkRun, state: str, shown: list[Outcome]) -> list[int]:
    """Those shown that were not done because something stands in the way, if one can choose how.

    Done at once, with a preview that lists every conflict with its choices; for the run's owner.
    """
    choosing = bool(registry.get(run.operation).preview_template)
    if not choosing or run.staff_id != viewer.pk or state not in {"refused", "failed", "conflict"}:
        return []
    return [outcome.item.key for outcome in shown][: settings.OPERATION_TARGET_LIMIT]


def named(viewer: Any, run: BulkRun, items: list[BulkItem]) -> list[Outcome]:
    """Records with their names, in a fixed number of queries for each SHOWN of them."""
    targets = registry.get(run.operation).targets
    keys = [item.key for item in items]
    choices: dict[int, Choice] = {}
    for start in range(0, len(keys), SHOWN):
        part = targets.choices(viewer, keys[start : start + SHOWN])
        choices.update((choice.pk, choice) for choice in part)
    return [Outcome(item, choices.get(item.key)) for item in items]


def undone_csv(viewer: Any, run: BulkRun) -> Iterator[str]:
    """What was not done, with the reasons, as lines of a file in constant memory."""
    yield MARK + _line([_("Id"), _("Name"), _("Outcome"), _("Reason")])
    for state in ("failed", "conflict", "refused"):
        after = 0
        while True:
            outcomes, after = page_of(viewer, run, state, after, BATCH)
            yield "".join(_line(_cells(outcome)) for outcome in outcomes)
            if not after:
                break


def _cells(outcome: Outcome) -> list[str]:
    name = outcome.choice.title if outcome.choice else ""
    item = outcome.item
    return [str(item.key), name, str(item.get_state_display()), item.problem]


def rows_csv(viewer: Any, run: BulkRun) -> Iterator[str]:
    """The rows that a preview found, a line for each changed field; the last says if it was cut."""
    header = [_("Entity"), _("Id"), _("Name"), _("Field"), _("Before"), _("After")]
    yield MARK + _line(header)
    for part in run.parts.using("default").order_by("pk").iterator(chunk_size=1):
        for start in range(0, len(part.rows), BATCH):
            yield "".join(_row_lines(viewer, part.rows[start : start + BATCH]))
    if run.rows_cut:
        text = _("Cut short: the first %s rows are kept.") % f"{run.rows_kept:,}"
        yield _line([f"# {text}"])


def _row_lines(viewer: Any, rows: list[dict[str, Any]]) -> Iterator[str]:
    for row in presented_rows(viewer, rows):
        told = (row["entity_label"], row["id"], row["name"])
        if not row["changes"]:
            yield _line([*told, "", "", ""])
        for change in row["changes"]:
            yield _line([*told, change["label"], change["old"].text, change["new"].text])


def _line(values: list[Any]) -> str:
    line: str = csv.writer(Echo()).writerow([safe_cell(value) for value in values])
    return line
