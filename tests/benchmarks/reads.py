"""The audit's pages against the bare ideal SQL for what they show, at two sizes."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from backoffice.accounts.demo import demo_people
from backoffice.accounts.models import Staff
from tests.benchmarks.timing import Figure, in_turns
from tests.harness.databases import Database, pointed_at

ROUNDS = 15
BACKEND = "backoffice.accounts.google.GoogleSignIn"
VERSIONS = (
    "SELECT h.*, e.* FROM (SELECT * FROM articles_historicalarticle WHERE id = {pk} "
    "ORDER BY history_date DESC, history_id DESC LIMIT 26) h "
    "JOIN audit_event e ON e.id = h.event_id AND e.occurred_at = h.event_at"
)
EFFECTS = "CROSS JOIN LATERAL (SELECT * FROM audit_effect s WHERE s.event_id = e.id) s"
EVENTS = (
    "SELECT * FROM (SELECT * FROM audit_event WHERE {where} "
    "ORDER BY occurred_at DESC, id DESC LIMIT 26) e " + EFFECTS
)


@dataclass(frozen=True)
class Question:
    """A page and the least that a database could be asked for it."""

    name: str
    address: str
    ideal: str


def questions(newest: int) -> list[Question]:
    """What is asked; the articles' numbers are the stage's own."""
    return [
        Question("timeline, 10,000 versions", "/articles/1/timeline/", VERSIONS.format(pk=1)),
        Question("timeline, 5,000 dormant", "/articles/2/timeline/", VERSIONS.format(pk=2)),
        Question("timeline, ordinary", "/articles/3900/timeline/", VERSIONS.format(pk=3900)),
        Question("activity", "/activity/", EVENTS.format(where="kind = 'change'")),
        Question(
            "activity of a person",
            "/activity/?actor=member:7",
            EVENTS.format(where="actor_kind = 'member' AND actor_id = '7'"),
        ),
        Question(
            "activity by field",
            "/activity/?field=pinned",
            "SELECT e.* FROM (SELECT DISTINCT event_id, occurred_at FROM (SELECT * FROM "
            "audit_effect WHERE 'pinned' = ANY (fields) ORDER BY occurred_at DESC, event_id DESC "
            "LIMIT 26) s) s JOIN audit_event e ON e.id = s.event_id AND e.occurred_at = "
            "s.occurred_at",
        ),
        Question(
            "channel's timeline",
            "/channels/9/timeline/",
            "SELECT * FROM (SELECT * FROM audit_effect WHERE scope = 9 ORDER BY occurred_at DESC, "
            "event_id DESC LIMIT 26) s JOIN audit_event e ON e.id = s.event_id "
            "AND e.occurred_at = s.occurred_at",
        ),
        Question(
            "events by ticket", "/events/?ticket=CX-50", EVENTS.format(where="ticket = 'CX-50'")
        ),
        Question("events", "/events/", EVENTS.format(where="true")),
        Question(
            "one event",
            f"/events/{newest}/",
            f"SELECT * FROM audit_event e {EFFECTS} JOIN articles_historicalarticle h "
            f"ON h.event_id = e.id WHERE e.id = {newest}",
        ),
    ]


def measure(large: Database, small: Database) -> list[Figure]:
    """Each page against its ideal on the large stage, and the large against the small."""
    with pointed_at(small):
        on_small = _page_times()
    with pointed_at(large):
        return _compared(on_small)


def _page_times() -> dict[str, float]:
    browser = signed_in()
    return {
        question.name: in_turns(ROUNDS, lambda q=question: opened(browser, q.address))[0]
        for question in questions(_newest())
    }


def _compared(on_small: dict[str, float]) -> list[Figure]:
    browser, figures = signed_in(), []
    for question in questions(_newest()):
        with CaptureQueriesContext(connections["default"]) as captured:
            opened(browser, question.address)
        # Now: the next request clears the list that this one looks at.
        queries = len(captured)
        ours, bare = in_turns(
            ROUNDS,
            lambda q=question: opened(browser, q.address),
            lambda q=question: asked(q.ideal),
        )
        figures.append(
            Figure(question.name, "ideal SQL", ours, bare, 3, 15, queries, plan(question))
        )
        growth = Figure(f"{question.name}, growth", "1 % of it", ours, on_small[question.name])
        figures.append(growth)
    return figures


def signed_in() -> Client:
    """A browser of an operator."""
    demo_people()
    browser = Client(headers={"accept-language": "en"})
    browser.force_login(Staff.objects.get(email="otis@example.com"), backend=BACKEND)
    return browser


def opened(browser: Client, address: str) -> None:
    """Open a page, all of it; a page that fails is no figure."""
    response = browser.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")


def asked(query: str) -> list[tuple[object, ...]]:
    """All rows of a query, through the connection that the page used."""
    with connections["default"].cursor() as cursor:
        cursor.execute(query)
        return list(cursor.fetchall())


def plan(question: Question) -> str:
    """How the database answers the ideal."""
    return "\n".join(
        str(line) for (line,) in asked(f"EXPLAIN (ANALYZE, COSTS OFF) {question.ideal}")
    )


def _newest() -> int:
    return int(asked("SELECT max(event_id) FROM articles_historicalarticle")[0][0])
