"""Months of long ago: what an importer brings, made to look as if it had been recorded then."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO
from typing import Any

from django.core.management import call_command

from articles.models import Article
from audit import retention
from audit.actors import Actor
from audit.context import announce
from audit.models import Effect, Event
from audit.partitions import Month
from audit.seals import Finding, seal_pending, verify
from tests.audit.writing import MINJI
from tests.content import make_help_center

MONTHS = ("2021-03", "2021-04")
DAYS = (1, 15, 28)
BEFORE = datetime(2022, 1, 1, tzinfo=UTC)


def make_old_months(connect: Any, sealed: bool = True) -> Any:
    """A help site whose articles changed on some days of two old months; all of it sealed."""
    site = make_help_center(connect("product"))
    importer, intruder = connect("importer"), connect("superuser")
    importer.execute("SELECT audit_make_partitions('2021-03-01', '2021-04-30')")
    for month in MONTHS:
        for day in DAYS:
            write_then(importer, datetime.fromisoformat(f"{month}-{day:02}T12:00:00+00:00"))
    intruder.execute("SET session_replication_role = replica")
    intruder.execute(
        "UPDATE audit_event SET recorded_at = occurred_at WHERE occurred_at < '2022-01-01'"
    )
    if sealed:
        seal_pending()
    return site


def write_then(importer: Any, when: datetime) -> None:
    """A change as of a time, with a reason that no encoding mangles."""
    with importer.transaction():
        announce(
            importer.cursor(), actor=MINJI, reason='역슬래시 \\ "따옴표"\n줄', occurred_at=when
        )
        importer.execute("UPDATE articles_article SET position = position + 1")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def run(command, *arguments):
    out = StringIO()
    call_command(command, *arguments, stdout=out, stderr=out)
    return out.getvalue()


def archive(folder, **options):
    values = {
        "actor": Actor.script("audit_archive", "tests"),
        "before": BEFORE,
        "keep": False,
        **options,
    }
    return retention.archive_month(Month("2021-03"), folder, **values)


def kept():
    """Every event, effect and version, by what a reader sees of them."""
    return (
        list(Event.objects.exclude(name__startswith="audit.").order_by("id").values()),
        list(Effect.objects.order_by("id").values()),
        list(Article.history.order_by("history_id").values()),
    )


def findings(**options):
    return [step for step in verify(**options) if isinstance(step, Finding)]


def tables(role_connection):
    rows = role_connection("owner").execute(
        "SELECT relname FROM pg_class WHERE relname ~ '^audit_e.*_2021_0[34].*' AND relkind = 'r'"
    )
    return {name for (name,) in rows}
