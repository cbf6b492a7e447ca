"""What nobody may do, and what each role may not do; every refusal leaves all as it was."""

from __future__ import annotations

import psycopg
import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from psycopg.errors import InsufficientPrivilege, ObjectNotInPrerequisiteState

from articles.models import Article, Channel, Translation
from audit.actors import Actor
from audit.context import change
from tests.audit.capturing import Mark, content, histories, nothing_left
from tests.content import make_help_center

OTIS = Actor("staff", "42", "Otis")
TRACKED = [f"articles_{name}" for name in ("channel", "member", "space", "category", "article")]
TRACKED += ["articles_translation", "accounts_staff", "guardian_userobjectpermission"]
APPENDED = ["audit_event", "audit_effect", "audit_event_default", "audit_effect_default"]
PAYLOAD = (
    '{"name": "x", "kind": "change", "outcome": "succeeded", "actor_kind": "staff",'
    ' "actor_id": "1", "actor_label": "Ada"}'
)


@pytest.fixture(scope="module")
def site(committed_db_once):
    with psycopg.connect(committed_db_once.url("product"), autocommit=True) as product:
        return make_help_center(product)


@pytest.fixture
def refused(site, role_connection):
    """Runs statements as a role, and holds that each was refused and nothing happened."""

    def run(role: str, *statements: str, error: type = InsufficientPrivilege) -> list[str]:
        mark, before, said = Mark(), content(), []
        session = role_connection(role)
        if role in {"reports", "console_ro"}:
            # A role that only reads by default may say otherwise: its privileges must hold it.
            session.execute("SET default_transaction_read_only = off")
        for statement in statements:
            with pytest.raises(error) as caught:
                session.execute(statement)
            said.append(str(caught.value))
        assert nothing_left(mark)
        assert content() == before
        return said

    return run


def history_tables() -> list[str]:
    return [model._meta.db_table for model in histories().values()]


def partitions() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent IN"
            " ('audit_event'::regclass, 'audit_effect'::regclass)"
        )
        return [row[0] for row in cursor.fetchall()]


@pytest.mark.parametrize("role", ["owner", "superuser"])
def test_nobody_empties_a_tracked_or_appended_table(refused, site, role):
    tables = [*TRACKED, *APPENDED, *history_tables(), *partitions(), "audit_transaction"]
    assert len(tables) > 40
    for said in refused(role, *(f"TRUNCATE {table} CASCADE" for table in tables)):
        assert "TRUNCATE on" in said and "is refused" in said


def test_the_owner_does_not_change_events_effects_or_history(refused, site, role_connection):
    owner = role_connection("owner")
    tables = [
        table
        for table in [*APPENDED[:2], *history_tables(), *partitions()]
        # A wall before each row stands only where there is one.
        if owner.execute(f"SELECT EXISTS (SELECT FROM {table})").fetchone()[0]
    ]
    assert len(tables) > 8
    for table in tables:
        column = "verb" if "historical" in table or "effect" in table else "reason"
        said = refused("owner", f"UPDATE {table} SET {column} = 'x'", f"DELETE FROM {table}")
        assert "UPDATE on" in said[0] and "DELETE on" in said[1]
        assert all("append-only" in text for text in said)


WRITES = [
    "UPDATE articles_article SET hidden = true",
    "DELETE FROM articles_translation",
    "INSERT INTO articles_channel (name) VALUES ('x')",
    "UPDATE accounts_staff SET role = 'admin'",
    "INSERT INTO accounts_staff (email, password, name, role, is_active, date_joined, updated_at)"
    " VALUES ('x@example.com', '', '', 'admin', true, now(), now())",
]


@pytest.mark.parametrize("statement", [w for w in WRITES if "UPDATE accounts" not in w])
def test_the_console_changes_nothing_without_an_event(refused, statement):
    (said,) = refused("console", statement)
    assert "a change without an event was refused" in said


def test_a_claim_is_no_event_for_the_console(refused):
    (said,) = refused(
        "console",
        "SET backoffice.actor_kind = 'member'; SET backoffice.actor_id = 'minji';"
        " UPDATE articles_article SET hidden = true",
    )
    assert "a change without an event was refused" in said


def test_an_event_of_another_transaction_is_no_event(site):
    with change("records.changed", actor=OTIS, reason="erst"):
        pass
    mark = Mark()
    with pytest.raises(ProgrammingError, match="a change without an event"):
        Article.objects.update(hidden=True)
    assert nothing_left(mark)


def test_an_event_of_another_session_is_no_event(site, role_connection):
    with change("records.changed", actor=OTIS, reason="hier"), pytest.raises(InsufficientPrivilege):
        role_connection("console").execute("UPDATE articles_article SET hidden = true")


def test_a_rolled_back_event_is_no_event(site):
    mark = Mark()
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SAVEPOINT s")
        cursor.execute("SELECT audit_open(%s)", [PAYLOAD])
        cursor.execute("ROLLBACK TO SAVEPOINT s")
        Article.objects.update(hidden=True)
    assert nothing_left(mark)


def test_a_transaction_has_one_event(refused):
    (said,) = refused(
        "console",
        f"SELECT audit_open('{PAYLOAD}'); SELECT audit_open('{PAYLOAD}')",
        error=ObjectNotInPrerequisiteState,
    )
    assert "this transaction already has its event" in said


def test_an_event_cannot_be_opened_after_the_first_change(refused):
    # As the owner: the console would not get as far as the second statement.
    refused(
        "owner",
        f"UPDATE articles_article SET hidden = true; SELECT audit_open('{PAYLOAD}')",
        error=ObjectNotInPrerequisiteState,
    )


DIRECT = [
    "INSERT INTO audit_event SELECT * FROM audit_event LIMIT 1",
    "INSERT INTO audit_event_default SELECT * FROM audit_event LIMIT 1",
    "INSERT INTO audit_effect SELECT * FROM audit_effect LIMIT 1",
    "UPDATE audit_event SET reason = 'x'",
    "DELETE FROM audit_effect",
    "INSERT INTO articles_historicalarticle SELECT * FROM articles_historicalarticle LIMIT 1",
    "DELETE FROM articles_historicaltranslation",
    "INSERT INTO audit_transaction VALUES (pg_current_xact_id(), 1, now(), 1, false)",
    "UPDATE audit_transaction SET event_id = 1",
    "SELECT * FROM audit_transaction",
    "INSERT INTO audit_capture VALUES ('x', 'x', 'x', 'x', 'x')",
    "SELECT nextval('audit_event_id_seq')",
    "SELECT setval('audit_history_id_seq', 1)",
    "TRUNCATE articles_article CASCADE",
    "ALTER TABLE articles_article DISABLE TRIGGER ALL",
    "DROP TRIGGER audit_capture ON articles_article",
    "SET session_replication_role = replica",
    "CREATE TABLE public.mine ()",
    "CREATE TEMPORARY TABLE articles_article (id bigint)",
]
INTERNAL = [
    f"SELECT audit_insert_event('{PAYLOAD}', now(), '{{}}')",
    "SELECT audit_remember(1, now(), 1, false)",
    "SELECT audit_open_from_context()",
    "SELECT audit_enter()",
    "SELECT audit_rebuild_changes_of()",
    "SELECT audit_build_wall('audit_event', 'TRUNCATE')",
]
BY_CONSOLE_ONLY = [
    f"SELECT audit_record('{PAYLOAD}')",
    f"SELECT audit_open('{PAYLOAD}')",
]


@pytest.mark.parametrize("role", ["console", "product", "importer", "reports"])
def test_no_role_writes_the_audit_by_itself(refused, role):
    refused(role, *DIRECT, *INTERNAL, *(BY_CONSOLE_ONLY if role != "console" else []))


@pytest.mark.parametrize("role", ["product", "importer", "reports"])
def test_only_the_console_reads_the_audit(refused, role):
    tables = ["audit_event", "audit_effect", "audit_event_default", *history_tables()]
    for said in refused(role, *(f"SELECT * FROM {table}" for table in tables)):
        assert "permission denied" in said


@pytest.mark.parametrize("role", ["product", "reports", "console_ro"])
def test_partitions_are_made_by_the_console_and_the_importer_only(refused, role):
    refused(role, "SELECT audit_make_partitions('2030-01-01', '2030-02-01')")


def test_foreign_keys_keep_a_row_in_its_scope(refused, site, role_connection):
    other = make_help_center(role_connection("product"), slug="other")
    statements = [
        f"UPDATE articles_article SET channel_id = {other.channel} WHERE id = {site.articles[0]}",
        f"UPDATE articles_article SET space_id = {other.space} WHERE id = {site.articles[0]}",
        f"UPDATE articles_article SET category_id = {other.categories[0]}"
        f" WHERE id = {site.articles[0]}",
        f"UPDATE articles_translation SET channel_id = {other.channel}"
        f" WHERE id = {site.translations[0]}",
        f"UPDATE articles_category SET parent_id = {other.categories[0]}"
        f" WHERE id = {site.categories[1]}",
    ]
    refused("product", *statements, error=psycopg.errors.ForeignKeyViolation)


def test_a_refused_write_of_the_product_leaves_no_event(refused, site):
    refused(
        "product",
        "DELETE FROM articles_channel",
        "INSERT INTO articles_space (channel_id, name, slug) VALUES (-1, 'x', 'x')",
        error=psycopg.errors.ForeignKeyViolation,
    )


def test_the_console_does_write_under_an_event(site):
    """The denials above are not for some other reason."""
    mark = Mark()
    with change("records.changed", actor=OTIS, reason="darf"):
        Channel.objects.filter(pk=site.channel).update(plan="growth")
        Translation.objects.filter(pk=site.translations[0]).update(title="neu")
    assert len(mark.left().rows) == 2
