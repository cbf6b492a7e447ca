"""What one operation on thousands of records costs from its preview to its event, and its undoing.

Ours is everything that a person waits for: the preview, found by running and rolling back, the
application that compares with it, the event, effects and history. What it is compared with keeps
history and nothing else.
"""

from __future__ import annotations

from itertools import count

from django.db import connections, transaction
from django.test import override_settings
from simple_history.utils import bulk_update_with_history

from backoffice.accounts.demo import demo_people
from backoffice.accounts.models import Staff
from backoffice.operations.performers import StaffPerformer
from backoffice.operations.pipeline import execute
from backoffice.operations.preview import preview
from tests.benchmarks.timing import Figure, in_turns
from tests.benchmarks.writes import THEIRS, make_yardstick
from tests.benchmarks.yardstick.models import Page

MANY = 5_000
REASON = "벤치마크를 위한 변경"
# The stage's versions are made up: of some records they tell otherwise than the table.
ARTICLES = """
SELECT a.id FROM articles_article a CROSS JOIN LATERAL (
    SELECT h.pinned FROM articles_historicalarticle h WHERE h.id = a.id
    ORDER BY h.history_date DESC, h.history_id DESC LIMIT 1
) l WHERE NOT a.pinned AND NOT l.pinned ORDER BY a.id LIMIT %s
"""


def measure(many: int = MANY) -> list[Figure]:
    """One operation on so many articles, and its undoing."""
    demo_people()
    make_yardstick()
    limits = {"OPERATION_TARGET_LIMIT": many, "APPROVAL_ABOVE": many, **_no_haste()}
    with override_settings(**limits):
        return _figures(many)


def _no_haste() -> dict[str, int]:
    """The rate limits stand in the way of nobody who measures."""
    return {"OPERATIONS_PER_MINUTE": 1_000, "RECORDS_PER_HOUR": 1_000_000}


def _articles(many: int) -> list[int]:
    with connections["default"].cursor() as cursor:
        cursor.execute(ARTICLES, [many])
        return [row[0] for row in cursor.fetchall()]


def _figures(many: int) -> list[Figure]:
    ada = StaffPerformer(Staff.objects.using("default").get(email="ada@example.com"))
    articles = _articles(many)
    pages = list(Page.objects.using("owner").order_by("pk")[:many])
    events: list[int] = []
    numbers = count(1)

    def run(name: str, targets: list[int]) -> int:
        seen = preview(name, targets, {}, actor=ada, reason=REASON)
        typed = str(len(seen.targets))
        assert typed == str(len(targets)), seen.refusals[:3]
        done = execute(
            name, seen.targets, {}, actor=ada, reason=REASON, preview=seen, confirmed=typed
        )
        return done.event_id

    def operation() -> None:
        events.append(run("article.pin", articles))

    def undo() -> None:
        run("event.undo", [events.pop()])

    def saved() -> None:
        number = next(numbers)
        with THEIRS:
            for page in pages:
                page.position = number
                with transaction.atomic(using="owner"):
                    page.save(using="owner", update_fields=["position", "updated_at"])

    def updated() -> None:
        number = next(numbers)
        for page in pages:
            page.position = number
        manager = Page.objects.db_manager("owner")
        with THEIRS, transaction.atomic(using="owner"):
            bulk_update_with_history(pages, Page, ["position"], batch_size=500, manager=manager)

    ours, undone, by_save, by_bulk = in_turns(1, operation, undo, saved, updated)
    save, bulk = "simple-history's save(), one by one", "its bulk_update_with_history()"
    return [
        Figure(f"preview and pin {many:,} articles", save, ours, by_save, limit=1 / 20),
        Figure(f"preview and pin {many:,} articles", bulk, ours, by_bulk, limit=1 / 5),
        Figure(f"preview and undo it for {many:,}", save, undone, by_save, limit=1 / 20),
        Figure(f"preview and undo it for {many:,}", bulk, undone, by_bulk, limit=1 / 5),
    ]
