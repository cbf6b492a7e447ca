"""The chain of seals holds while nothing is touched, and names what was."""

import threading
import time
from io import StringIO

import psycopg
import pytest
from django.core.management import CommandError, call_command

from articles.models import Article
from audit.models import Effect, Event
from audit.seals import Finding, Seal, newest_seal, seal_pending, verify
from tests.content import make_help_center
from tests.harness import databases


@pytest.fixture
def sealed(committed_db, role_connection):
    """A sealed site; the intruder is a superuser with the triggers switched off."""
    product = role_connection("product")
    site = make_help_center(product)
    product.execute("UPDATE articles_article SET hidden = true")
    seal_pending()
    return site


@pytest.fixture
def intruder(committed_db, role_connection):
    connection = role_connection("superuser")
    connection.execute("SET session_replication_role = replica")
    return connection


def findings(expected=""):
    return [step for step in verify(expected=expected) if isinstance(step, Finding)]


def test_it_holds_while_nothing_is_touched(sealed):
    assert findings() == []
    assert newest_seal().events == Event.objects.count()


def test_it_seals_nothing_twice(sealed):
    before = newest_seal()
    assert seal_pending() == 0
    assert newest_seal() == before


def test_it_goes_on_where_it_ended_in_batches(sealed, role_connection):
    product = role_connection("product")
    for pinned in (True, False, True):
        product.execute("UPDATE articles_article SET pinned = %s", [pinned])
    assert seal_pending(batch=2) == 2
    assert findings() == []


def test_an_altered_event_is_named(sealed, intruder):
    event = Event.objects.order_by("id").first()
    intruder.execute(
        "UPDATE audit_event SET actor_label = 'someone else' WHERE id = %s", [event.id]
    )
    assert findings() == [Finding("altered", "audit_event", event.id, event.id)]


def test_a_removed_event_is_named(sealed, intruder):
    event = Event.objects.order_by("-id").first()
    intruder.execute("DELETE FROM audit_event WHERE id = %s", [event.id])
    assert Finding("removed", "audit_event", event.id, event.id) in findings()


def test_altered_removed_and_added_history_rows_are_named(sealed, intruder):
    first, second, third = Article.history.filter(verb="hidden").order_by("history_id")
    table = "articles_historicalarticle"
    intruder.execute(f"UPDATE {table} SET slug = 'x' WHERE history_id = %s", [first.history_id])
    intruder.execute(f"DELETE FROM {table} WHERE history_id = %s", [second.history_id])
    intruder.execute(
        f"CREATE TEMP TABLE copy AS SELECT * FROM {table} WHERE history_id = {third.history_id};"
        "UPDATE copy SET history_id = 999999999;"
        f"INSERT INTO {table} SELECT * FROM copy"
    )
    assert findings() == [
        Finding("altered", table, first.history_id, first.event_id),
        Finding("removed", table, second.history_id, second.event_id),
        Finding("added", table, 999_999_999, third.event_id),
    ]


def test_altered_removed_and_added_effects_are_named(sealed, intruder):
    first, second, third = Effect.objects.order_by("id")[:3]
    intruder.execute("UPDATE audit_effect SET count = 999 WHERE id = %s", [first.id])
    intruder.execute("DELETE FROM audit_effect WHERE id = %s", [second.id])
    intruder.execute(
        f"CREATE TEMP TABLE copy AS SELECT * FROM audit_effect WHERE id = {third.id};"
        "UPDATE copy SET id = 999999999; INSERT INTO audit_effect SELECT * FROM copy;"
        "UPDATE copy SET id = 999999998, event_id = -7; INSERT INTO audit_effect SELECT * FROM copy"
    )
    assert findings() == [
        Finding("altered", "audit_effect", first.id, first.event_id),
        Finding("removed", "audit_effect", second.id, second.event_id),
        Finding("added", "audit_effect", 999_999_999, third.event_id),
        Finding("added", "audit_effect", 999_999_998, -7),
    ]


def test_a_seal_from_before_effects_were_sealed_still_holds(committed_db, role_connection):
    product, intruder = role_connection("product"), role_connection("superuser")
    make_help_center(product)
    # What seals were like: no columns of effects named, none of their hashes taken.
    new = "SELECT pg_get_functiondef('audit_sealed_columns'::regproc)"
    new = intruder.execute(new).fetchone()[0]
    intruder.execute(new.replace("'audit_effect'", "'none'"))
    rows = "SELECT pg_get_functiondef('audit_rows_of'::regproc)"
    rows = intruder.execute(rows).fetchone()[0]
    intruder.execute(rows.replace("x.event_id = an_event", "false"))
    seal_pending()
    intruder.execute(new)
    intruder.execute(rows)
    assert Effect.objects.exists()
    assert findings() == []
    product.execute("UPDATE articles_article SET pinned = true")
    seal_pending()
    assert findings() == []


def test_writers_and_sealers_side_by_side_never_fork_or_stall_the_chain(sealed, role_connection):
    failures, done = [], threading.Event()

    def go(role, query):
        try:
            with psycopg.connect(databases.current().url(role), autocommit=True) as session:
                while not done.is_set():
                    session.execute(query)
        except Exception as error:
            failures.append(error)

    slow = role_connection("product")
    slow.execute("BEGIN; UPDATE articles_space SET name = 'slow'")  # open while all others seal
    write = "UPDATE articles_article SET position = position + 1 WHERE id = %d"
    work = [("product", write % pk) for pk in sealed.articles]
    work += [("console", "SELECT audit_seal_pending(50)")] * 3
    sessions = [threading.Thread(target=go, args=each) for each in work]
    before = newest_seal().id
    for session in sessions:
        session.start()
    deadline = time.monotonic() + 20
    while newest_seal().id < before + 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    done.set()
    assert newest_seal().id >= before + 8, "the chain stalled behind a transaction that is open"
    for session in sessions:
        session.join(20)
    assert failures == []
    slow.execute("COMMIT")
    seal_pending()
    steps = list(verify())
    assert [step for step in steps if isinstance(step, Finding)] == []
    seals = [step for step in steps if isinstance(step, Seal)]
    assert [seal.id for seal in seals] == list(range(1, len(seals) + 1))
    assert sum(seal.events for seal in seals) == Event.objects.count()


def test_a_change_that_outlasts_two_seals_is_sealed_by_the_third(sealed, role_connection):
    product, slow = role_connection("product"), role_connection("product")
    slow.autocommit = False
    product.execute("UPDATE articles_article SET pinned = true")
    # Begun last, and nothing has ended since: as far as a snapshot tells, it lies in the future.
    slow.execute("UPDATE articles_space SET name = 'slow'")
    assert seal_pending() == 1
    product.execute("UPDATE articles_article SET pinned = false")
    assert seal_pending() == 1
    product.execute("UPDATE articles_article SET pinned = true")
    assert seal_pending() == 1
    slow.commit()
    assert seal_pending() == 1
    assert findings() == []
    assert sum(seal.events for seal in verify()) == Event.objects.count()


def test_sealing_within_a_longer_transaction_leaves_nobody_out(sealed, role_connection):
    product, slow = role_connection("product"), role_connection("product")
    console = role_connection("console")
    product.execute("UPDATE articles_article SET pinned = true")
    console.execute("BEGIN; SELECT pg_current_xact_id()")
    slow.execute("BEGIN; UPDATE articles_space SET name = 'slow'")
    console.execute("SELECT audit_seal_pending(50)")
    console.execute("COMMIT")
    for pinned in (False, True):
        product.execute("UPDATE articles_article SET pinned = %s", [pinned])
        assert seal_pending() == 1
    slow.execute("COMMIT")
    seal_pending()
    assert findings() == []
    assert sum(seal.events for seal in verify()) == Event.objects.count()


def test_an_event_slipped_in_behind_the_seals_is_named(sealed, intruder, role_connection):
    product = role_connection("product")
    for pinned in (True, False):
        product.execute("UPDATE articles_article SET pinned = %s", [pinned])
        seal_pending()
    intruder.execute(
        "CREATE TEMP TABLE copy AS SELECT * FROM audit_event ORDER BY id LIMIT 1;"
        "UPDATE copy SET id = -5, reason = 'never happened';"
        "INSERT INTO audit_event SELECT * FROM copy"
    )
    seal_pending()
    assert Finding("added", "audit_event", -5, -5) in findings()


def test_a_rewritten_seal_breaks_the_chain(sealed, intruder):
    intruder.execute("UPDATE audit_seal SET events = events + 1")
    assert [finding.kind for finding in findings()] == ["chain"]


def test_a_cut_tail_is_found_against_a_mark_kept_elsewhere(sealed, intruder):
    mark = newest_seal().mark
    intruder.execute("DELETE FROM audit_seal_row; DELETE FROM audit_seal")
    assert findings() == []
    assert [finding.kind for finding in findings(mark)] == ["cut"]


def test_a_new_column_of_a_history_table_leaves_the_seals_whole(sealed, role_connection):
    role_connection("owner").execute(
        "ALTER TABLE articles_historicalarticle ADD COLUMN later text DEFAULT 'x'"
    )
    assert findings() == []


def test_two_sessions_make_one_chain(sealed, role_connection):
    product, other = role_connection("product"), role_connection("console")
    product.execute("UPDATE articles_article SET pinned = true")
    with other.transaction():
        assert other.execute("SELECT audit_seal_pending(10)").fetchone()[0] is not None
        assert seal_pending() == 0
    assert seal_pending() == 0
    assert findings() == []


def test_the_seals_themselves_are_append_only(sealed, role_connection):
    for role in ("owner", "console", "product"):
        with pytest.raises(Exception, match=r"refused|permission denied"):
            role_connection(role).execute("UPDATE audit_seal SET events = 0")


def test_the_command_says_what_it_found(sealed, intruder):
    out = StringIO()
    call_command("verify_seals", stdout=out, expect=newest_seal().mark)
    assert "seals hold" in out.getvalue()
    intruder.execute("DELETE FROM audit_event")
    with pytest.raises(CommandError, match="findings"):
        call_command("verify_seals", stdout=out, stderr=StringIO())


def test_the_command_refuses_a_mark_that_is_none():
    with pytest.raises(CommandError, match="number:link"):
        call_command("verify_seals", expect="1:zz")
