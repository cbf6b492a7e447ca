"""A question about some months reads those months and no other; the net is emptied safely."""

from __future__ import annotations

import json
import re
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection

from audit.models import Effect, Event
from audit.partitions import empty_default, held_by_default
from audit.seals import Finding, seal_pending, verify
from tests.audit.old_months import at, write_then

MONTH = re.compile(r"audit_(?:event|effect)_(\d{4}_\d{2}|default)")


def plan_of(query, params=(), analyze=True):
    option = ", ANALYZE" if analyze else ""
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (FORMAT JSON{option}) {query}", params)
        plan = cursor.fetchone()[0]
    return json.dumps(plan if not isinstance(plan, str) else json.loads(plan))


def ran(plan):
    """The months that a plan really read."""
    found = set()

    def walk(node):
        if isinstance(node, list):
            for item in node:
                walk(item)
        elif isinstance(node, dict):
            if node.get("Actual Loops", 1) and MONTH.match(node.get("Relation Name", "")):
                found.add(MONTH.match(node["Relation Name"])[1])
            for value in node.values():
                walk(value)

    walk(json.loads(plan))
    return found


def sql_of(queryset):
    query, params = queryset.query.sql_with_params()
    return query, params


def test_a_range_of_time_reads_its_months_only(old):
    for model in (Event, Effect):
        page = model.objects.filter(
            occurred_at__gte=at("2021-03-10"), occurred_at__lt=at("2021-04-10")
        )[:50]
        assert ran(plan_of(*sql_of(page))) == {"2021_03", "2021_04"}


def test_an_event_by_its_key_reads_one_month(old):
    event = Event.objects.filter(occurred_at__lt=at("2021-04-01")).first()
    one = Event.objects.filter(pk=event.pk, occurred_at=event.occurred_at)
    assert ran(plan_of(*sql_of(one))) == {"2021_03"}


def test_months_are_also_left_out_when_the_time_is_known_only_while_it_runs(old):
    with connection.cursor() as cursor:
        cursor.execute("SET plan_cache_mode = force_generic_plan")
        cursor.execute(
            "PREPARE page(timestamptz, timestamptz) AS SELECT * FROM audit_event "
            "WHERE occurred_at >= $1 AND occurred_at < $2 ORDER BY occurred_at DESC LIMIT 50"
        )
    plan = plan_of("EXECUTE page('2021-03-10Z', '2021-03-20Z')")
    assert ran(plan) == {"2021_03"}
    assert int(re.search(r'"Subplans Removed": (\d+)', plan)[1]) > 12
    with connection.cursor() as cursor:
        cursor.execute("RESET plan_cache_mode; DEALLOCATE page")


def test_the_effects_of_an_event_are_read_in_its_month(old):
    plan = plan_of(
        "SELECT f.* FROM audit_event e JOIN audit_effect f ON f.event_id = e.id "
        "AND f.occurred_at = e.occurred_at WHERE e.occurred_at >= '2021-03-10Z' "
        "AND e.occurred_at < '2021-03-20Z' AND f.occurred_at >= '2021-03-10Z' "
        "AND f.occurred_at < '2021-03-20Z'"
    )
    assert ran(plan) == {"2021_03"}


def told(*arguments):
    out = StringIO()
    call_command("audit_partitions", *arguments, stdout=out, stderr=out)
    return out.getvalue()


def test_the_command_shows_every_month_and_what_may_be_archived(old):
    said = told()
    assert re.search(r"2021-03 +\d+ .*2021-03-28 +sealed, may be archived", said)
    assert "partitions made ahead" in said
    assert "default" not in said


def test_what_the_default_holds_moves_into_months_of_its_own(old, role_connection):
    importer = role_connection("importer")
    for text in ("2018-05-03T10:00", "2018-07-04T10:00"):
        write_then(importer, at(text))
    seal_pending()
    before = list(Event.objects.order_by("id").values()), list(Effect.objects.values())
    assert held_by_default() == 4
    assert "hold 4 rows" in told()
    assert "4 rows moved" in told("--empty-default")
    assert held_by_default() == 0
    assert (list(Event.objects.order_by("id").values()), list(Effect.objects.values())) == before
    assert ran(plan_of("SELECT * FROM audit_event WHERE occurred_at < '2018-06-01Z'")) == {
        "2018_05", "default"}  # fmt: skip
    assert [step for step in verify() if isinstance(step, Finding)] == []
    for table in ("audit_event_default", "audit_event_2018_05", "audit_effect_default"):
        for statement in ("TRUNCATE {}", "DELETE FROM {}"):
            if "default" in table and "DELETE" in statement:
                continue  # It is empty: there is no row to refuse for.
            with pytest.raises(Exception, match="is refused"):
                role_connection("owner").execute(statement.format(table))
    write_then(importer, at("2018-09-01T10:00"))
    assert held_by_default() == 2


def test_it_refuses_to_move_too_many_and_to_wait_for_others(old, role_connection):
    importer, reader = role_connection("importer"), role_connection("console")
    write_then(importer, at("2018-05-03T10:00"))
    with pytest.raises(CommandError, match="more than the 0"):
        told("--empty-default", "--at-most", "0")
    with reader.transaction():
        reader.execute("SELECT count(*) FROM audit_event")
        with pytest.raises(DatabaseError, match="lock timeout"):
            empty_default()
    assert held_by_default() == 2
