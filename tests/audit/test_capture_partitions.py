"""Months of events: made ahead, made for the past, and the default partition as a net."""

from __future__ import annotations

from datetime import UTC, date, datetime

import psycopg
import pytest
from django.utils import timezone

from audit.models import Effect, Event
from tests.audit.capturing import Mark
from tests.audit.writing import MINJI
from tests.content import make_help_center


@pytest.fixture
def importer(committed_db, role_connection):
    make_help_center(role_connection("product"))
    return role_connection("importer")


def claim_time(importer, when: datetime) -> None:
    """Changes an article as of a time."""
    from audit.context import announce

    with importer.transaction():
        announce(importer.cursor(), actor=MINJI, occurred_at=when)
        importer.execute("UPDATE articles_article SET position = position + 1")


def made(importer, first: str, last: str) -> int:
    return importer.execute("SELECT audit_make_partitions(%s, %s)", [first, last]).fetchone()[0]


def where(role_connection, when: datetime) -> set[tuple[str, str]]:
    """The partitions that hold what happened at a time."""
    owner = role_connection("owner")
    return {
        owner.execute(
            f"SELECT DISTINCT tableoid::regclass::text FROM {table} WHERE occurred_at = %s", [when]
        ).fetchone()[0]
        for table in ("audit_event", "audit_effect")
    }


def test_today_and_the_year_ahead_have_months(importer, role_connection):
    names = {
        row[0]
        for row in role_connection("owner").execute(
            "SELECT relname FROM pg_class WHERE relname ~ '^audit_(event|effect)_2'"
        )
    }
    today = timezone.now().date()
    for months in range(13):
        number = today.year * 12 + today.month - 1 + months
        month = f"{number // 12}_{number % 12 + 1:02}"
        assert {f"audit_event_{month}", f"audit_effect_{month}"} <= names


def test_the_importer_makes_the_months_that_it_brings(importer, role_connection):
    when = datetime(2019, 7, 31, 23, 59, 59, tzinfo=UTC)
    assert made(importer, "2019-07-15", "2019-09-01") == 6
    assert made(importer, "2019-07-15", "2019-09-01") == 0
    claim_time(importer, when)
    assert where(role_connection, when) == {"audit_event_2019_07", "audit_effect_2019_07"}


def test_a_month_that_nobody_made_is_caught_by_the_default(importer, role_connection):
    when = datetime(2015, 2, 3, tzinfo=UTC)
    mark = Mark()
    claim_time(importer, when)
    assert where(role_connection, when) == {"audit_event_default", "audit_effect_default"}
    assert mark.left().event.occurred_at == when


def test_a_month_that_the_default_holds_rows_of_is_left_to_it(importer, role_connection):
    when = datetime(2015, 2, 3, tzinfo=UTC)
    claim_time(importer, when)
    before = Event.objects.count(), Effect.objects.count()
    assert made(importer, "2015-01-01", "2015-03-31") == 4
    assert (Event.objects.count(), Effect.objects.count()) == before
    claim_time(importer, when)
    assert where(role_connection, when) == {"audit_event_default", "audit_effect_default"}


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_a_new_month_has_every_wall(importer, role_connection, statement):
    made(importer, "2019-07-01", "2019-07-01")
    claim_time(importer, datetime(2019, 7, 5, tzinfo=UTC))
    for table in ("audit_event_2019_07", "audit_effect_2019_07"):
        for role in ("owner", "superuser"):
            with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
                role_connection(role).execute(statement.format(table))


@pytest.mark.parametrize("role", ["console", "console_ro", "reports", "product", "importer"])
def test_nobody_reaches_into_a_month_directly(importer, role_connection, role):
    made(importer, "2019-07-01", "2019-07-01")
    for statement in ("SELECT * FROM {}", "INSERT INTO {} DEFAULT VALUES"):
        for table in ("audit_event_2019_07", "audit_effect_2019_07"):
            with pytest.raises(psycopg.Error, match="permission denied|read-only"):
                role_connection(role).execute(statement.format(table))


@pytest.mark.parametrize(
    ("first", "last"), [("2020-02-01", "2020-01-01"), ("1000-01-01", "2020-01-01")]
)
def test_a_range_that_is_none_is_refused(importer, first, last):
    with pytest.raises(psycopg.errors.RaiseException, match="is no range of at most 100 years"):
        made(importer, first, last)


def test_a_month_begins_at_midnight_utc_whatever_the_session_s_zone(importer, role_connection):
    importer.execute("SET timezone = 'Asia/Seoul'")
    made(importer, "2019-07-01", "2019-08-31")
    when = datetime(2019, 7, 31, 16, tzinfo=UTC)  # In Seoul it is August already.
    claim_time(importer, when)
    assert where(role_connection, when) == {"audit_event_2019_07", "audit_effect_2019_07"}
    assert Event.objects.filter(occurred_at__date=date(2019, 8, 1)).count() == 1
