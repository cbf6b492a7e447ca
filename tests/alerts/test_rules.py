"""What the rules find: over their thresholds, by their indexes, once for each incident."""

from __future__ import annotations

import json
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone

from articles.alerts import switching
from audit import alert_builtin, alert_rules, reads
from audit.actors import Actor
from audit.alert_builtin import bare_roles, exporting, refusing, removing
from audit.alert_streams import Window
from audit.events import record
from audit.models import Outcome
from audit.seals import seal_pending
from backoffice.alerts.trying import tried
from tests.audit.writing import JIHO, MINJI, change_by

OTIS = Actor("staff", "7", "Otis")


@pytest.fixture(autouse=True)
def thresholds(settings):
    settings.ALERT_REMOVALS_PER_HOUR, settings.ALERT_REMOVALS_PER_DAY = 5, 20
    settings.ALERT_REFUSALS_PER_HOUR, settings.ALERT_EXPORTED_PER_DAY = 3, 1_000


def found(stream, hours=1):
    now = timezone.now()
    return stream.findings(now - timedelta(hours=hours), now)


def test_one_by_one_below_the_threshold_it_finds_nothing(remove):
    remove(4)
    assert found(removing) == []


def test_it_finds_slow_deletions_as_one_with_their_sum_and_place(remove, site):
    remove(7)
    (finding,) = found(removing)
    assert (finding.count, finding.what) == (7, {"deleted": 7})
    assert (finding.actor_kind, finding.actor_id, finding.actor_label) == (
        "member",
        "jiho",
        "이지호",
    )
    assert finding.scopes == (site.channel,)
    assert finding.first_at < finding.last_at


def test_it_adds_up_kinds_of_removal_and_tells_people_apart(remove):
    remove(4)
    remove(3, at_once=True)
    remove(4, actor=MINJI)
    (finding,) = found(removing)
    assert (finding.actor_id, finding.what) == ("jiho", {"deleted": 4, "hidden": 3})


def test_it_tells_apart_members_of_one_key_in_two_scopes(remove, elsewhere):
    remove(4)
    remove(4, where=elsewhere)
    assert found(removing) == []
    remove(2, where=elsewhere)
    (finding,) = found(removing)
    assert (finding.count, finding.scopes) == (6, (elsewhere.channel,))


def test_what_goes_along_with_a_record_is_not_counted(site, product):
    with change_by(product, JIHO) as cursor:
        cursor.execute(
            "DELETE FROM articles_translation WHERE article_id = ANY(%s)", (site.articles,)
        )
        cursor.execute("DELETE FROM articles_article WHERE id = ANY(%s)", (site.articles,))
    assert found(removing) == []


def test_the_longer_window_finds_what_the_shorter_lets_pass(remove, settings):
    settings.ALERT_REMOVALS_PER_HOUR, settings.ALERT_REMOVALS_PER_DAY = 1_000, 6
    remove(7)
    (finding,) = found(removing)
    assert finding.count == 7


def test_it_finds_refusals_of_one_person_and_not_of_many(committed_db):
    for number in range(4):
        record("records.changed", actor=Actor("staff", str(number), "x"), outcome=Outcome.DENIED)
    assert found(refusing) == []
    for _ in range(2):
        record("records.changed", actor=Actor("staff", "3", "x"), outcome=Outcome.DENIED)
    (finding,) = found(refusing)
    assert (finding.actor_id, finding.count) == ("3", 3)


def test_it_finds_large_exports_by_their_lines(committed_db):
    params = {"filter": "", "format": "csv"}
    reads.note("activity.exported", actor=OTIS, outcome=Outcome.REQUESTED, params=params)
    reads.note("activity.exported", actor=OTIS, params={**params, "count": 900})
    assert found(exporting) == []
    reads.note("activity.exported", actor=OTIS, params={**params, "count": 100})
    (finding,) = found(exporting)
    assert (finding.count, finding.what) == (1_000, {"activity.exported": 1_000})


def test_it_finds_changes_of_a_bare_role_and_of_the_owner_but_no_migrations(
    site, product, role_connection, settings
):
    made = {finding.actor_id for finding in found(bare_roles)}
    assert made == {"product"}  # It made the site, and named nobody.
    owner = role_connection("owner")
    owner.execute(
        "SELECT set_config('application_name', %s, false)", (settings.MIGRATION_APPLICATION,)
    )
    owner.execute("UPDATE articles_article SET pinned = true")
    assert {finding.actor_id for finding in found(bare_roles)} == {"product"}
    owner.execute("SET application_name = 'psql'")
    owner.execute("UPDATE articles_article SET pinned = false")
    assert {finding.actor_id for finding in found(bare_roles)} == {"product", "owner"}


def test_it_finds_a_website_that_was_switched_off(site, product):
    with change_by(product, MINJI) as cursor:
        cursor.execute("UPDATE articles_space SET website_enabled = false")
    (finding,) = found(switching)
    assert (finding.entity, finding.record_id) == ("space", str(site.space))
    assert finding.actor_label == "김민지"


def test_it_finds_events_that_wait_long_for_their_seal(site, settings):
    rule, now = alert_rules.get("unsealed"), timezone.now()
    assert rule.evaluate(now, now) == []
    settings.ALERT_UNSEALED_MINUTES = 0
    (finding,) = rule.evaluate(now, timezone.now())
    assert finding.count == alert_builtin.unsealed()[0] > 0
    seal_pending()
    assert rule.evaluate(now, timezone.now()) == []


def test_the_same_span_gives_the_same_and_a_past_one_nothing(remove):
    remove(7)
    assert found(removing, hours=24 * 30) == found(removing, hours=2)
    then = timezone.now() - timedelta(days=3)
    assert removing.findings(then - timedelta(days=1), then) == []


def test_trying_says_how_often_it_would_have_fired(remove):
    remove(7)
    assert len(tried(alert_rules.get("mass_removal"), 30)) == 1
    out = StringIO()
    call_command("try_alerts", stdout=out)
    assert "mass_removal (5 within an hour" in out.getvalue()
    assert "would have fired 1 times in the last 30 days" in out.getvalue()
    assert "이지호" not in out.getvalue()
    with pytest.raises(CommandError, match="1 to 366 days, not 0"):
        call_command("try_alerts", "--days", "0", stdout=out)


def nodes(node):
    yield node
    for inner in node.get("Plans", []):
        yield from nodes(inner)


STREAMS = [
    (removing, "audit_effect", "verb"),
    (switching, "audit_effect", "verb"),
    (exporting, "audit_event", "name"),
    (refusing, "audit_event", "outcome"),
    (bare_roles, "audit_event", "actor"),
]
FILLED = """
INSERT INTO audit_event (id, occurred_at, recorded_at, name, kind, outcome, actor_kind, actor_id,
    actor_label, database_role, transaction_id)
SELECT nextval('audit_event_id_seq'), at, at, CASE WHEN n % 500 = 0 THEN 'activity.exported' ELSE
    'records.changed' END, 'change', CASE WHEN n % 400 = 0 THEN 'denied' ELSE 'succeeded' END,
    CASE WHEN n % 300 = 0 THEN 'role' ELSE 'member' END, (n % 50)::text, 'x', 'product', n
FROM (SELECT n, now() - n * interval '2 minutes' AS at FROM generate_series(1, 30000) n) g;
INSERT INTO audit_effect (id, event_id, occurred_at, entity, verb, count, record_id)
SELECT nextval('audit_effect_id_seq'), e.id, e.occurred_at, 'space',
    CASE WHEN e.id % 200 = 0 THEN 'deleted' WHEN e.id % 300 = 0 THEN 'turned_off'
        ELSE 'changed' END, 1, 1
FROM audit_event e WHERE e.database_role = 'product';
ANALYZE audit_event; ANALYZE audit_effect
"""


def test_it_reads_recent_months_by_index(committed_db, role_connection):
    superuser = role_connection("superuser")
    for command in FILLED.split(";"):
        superuser.execute(command)
    now = timezone.now()
    for stream, table, index in STREAMS:
        query, values = stream.query(now - timedelta(hours=1), now)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (FORMAT JSON, ANALYZE) {query.as_string(None)}", values)
            plan = cursor.fetchone()[0]
        plan = list(nodes((plan if isinstance(plan, list) else json.loads(plan))[0]["Plan"]))
        ran = [n for n in plan if n.get("Actual Loops")]
        scanned = [n for n in ran if n.get("Relation Name", "").startswith(table)]
        assert len({n["Relation Name"] for n in scanned} - {f"{table}_default"}) <= 2
        assert any(index in n.get("Index Name", "") for n in ran), stream.source
        # A table with rows in it is never read from end to end.
        whole = [n for n in scanned if n["Node Type"] == "Seq Scan"]
        assert sum(n["Actual Rows"] + n.get("Rows Removed by Filter", 0) for n in whole) == 0


def test_an_alert_rule_is_registered_once_under_a_name_that_fits():
    rule = alert_rules.get("refusals")
    with pytest.raises(ValueError, match="registered already"):
        alert_rules.register(rule)
    with pytest.raises(alert_rules.UnknownRule):
        alert_rules.get("none")
    assert Window(timedelta(hours=1), 3) in refusing.windows()
