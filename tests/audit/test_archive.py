"""Old months go to files and come back, whole at every moment, and still under the seals."""

from __future__ import annotations

import gzip
import hashlib
import json

import psycopg
import pytest
from django.core.management import CommandError
from django.db import DatabaseError

from articles.models import Article
from audit import archived, locks, retention
from audit.models import Effect, Event
from audit.seal_archives import _against_seals
from audit.seals import ArchiveSeen, seal_pending, verify
from tests.audit.old_months import (
    BEFORE,
    MONTHS,
    archive,
    at,
    findings,
    kept,
    make_old_months,
    run,
    tables,
    write_then,
)


def test_the_command_only_shows_what_it_would_do(old, folder, role_connection):
    before, there = kept(), tables(role_connection)
    said = run("audit_archive", "--to", str(folder))
    assert "2021-03: about" in said
    assert "2 of 2 months" in said
    assert "Nothing was done" in said
    assert (kept(), tables(role_connection), list(folder.iterdir())) == (before, there, [])


def test_it_writes_every_row_with_a_manifest_and_takes_the_months_out(old, folder, role_connection):
    march = Event.objects.filter(occurred_at__lt=at("2021-04-01")).order_by("id")
    events = {event.id: event.reason for event in march}
    effects = Effect.objects.filter(occurred_at__lt=at("2021-04-01")).count()
    history = Article.history.count()
    assert "2 months archived" in run("audit_archive", "--to", str(folder), "--apply")

    manifest = json.loads((folder / "audit-2021-03.manifest.json").read_text())
    first = manifest["files"][0]
    assert (first["rows"], first["first_id"], first["last_id"]) == (
        len(events), min(events), max(events))  # fmt: skip
    assert manifest["files"][1]["rows"] == effects
    assert manifest["seals"]["first"] == 1
    assert manifest["time_zone"] == "UTC"
    packed = (folder / first["file"]).read_bytes()
    assert hashlib.sha256(packed).hexdigest() == first["sha256"]
    rows = [json.loads(line) for line in gzip.decompress(packed).decode().splitlines()]
    assert {row["id"]: row["reason"] for row in rows} == events
    assert set(first["columns"]) == set(rows[0])

    assert not Event.objects.filter(occurred_at__lt=BEFORE).exists()
    assert not Effect.objects.filter(occurred_at__lt=BEFORE).exists()
    assert tables(role_connection) == set()
    assert Article.history.count() == history
    noted = Event.objects.filter(name="audit.archived").order_by("id")
    assert [event.params["month"] for event in noted] == list(MONTHS)
    assert noted[0].params["events"] == len(events)
    assert archived.archived_before() == at("2021-05-01")
    periods = archived.archived_months()
    assert archived.is_archived(at("2021-04-15"), periods)
    assert not archived.is_archived(at("2021-05-15"), periods)


def test_the_seals_still_hold_with_the_files_and_without(old, folder):
    run("audit_archive", "--to", str(folder), "--apply")
    assert findings() == []
    assert findings(archive=folder) == []
    seen = [step for step in verify() if isinstance(step, ArchiveSeen)]
    assert [(s.name, s.events, s.checked) for s in seen] == [
        ("audit-2021-03", 3, False), ("audit-2021-04", 3, False)]  # fmt: skip
    assert "archived, not checked" in run("verify_seals")
    assert "audit-2021-03: 3 events, checked" in run("verify_seals", "--archive", str(folder))


def test_a_row_altered_in_a_file_or_in_the_record_is_found(old, folder, role_connection):
    manifest = archive(folder)
    path = folder / manifest.part("audit_effect").file
    whole = path.read_bytes()
    path.write_bytes(gzip.compress(gzip.decompress(whole).replace(b'"count": 3', b'"count": 2')))
    assert [f.kind for f in findings(archive=folder)] == ["archive"]
    path.write_bytes(whole)
    assert findings(archive=folder) == []
    intruder = role_connection("superuser")
    intruder.execute("SET session_replication_role = replica")
    intruder.execute("UPDATE audit_archive SET manifest = replace(manifest, '2021', '2020')")
    assert "archive" in [f.kind for f in findings()]


def test_an_archive_written_from_altered_rows_is_found_against_the_seals(old, folder):
    manifest = archive(folder)
    path = folder / manifest.part("audit_effect").file
    lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    altered = [line.replace('"count": 3', '"count": 2') for line in lines]
    path.write_bytes(gzip.compress("\n".join(altered).encode()))
    found = list(_against_seals("default", "audit_effect", path))
    assert [(f.kind, f.table) for f in found] == [("altered", "audit_effect (archived)")] * 3


def test_an_event_removed_under_the_cover_of_an_archived_month_is_found(
    old, folder, role_connection
):
    archive(folder)
    importer, intruder = role_connection("importer"), role_connection("superuser")
    importer.execute("SELECT audit_make_partitions('2021-03-01', '2021-03-31')")
    write_then(importer, at("2021-03-20T10:00"))
    seal_pending()
    assert findings() == []
    intruder.execute("SET session_replication_role = replica")
    intruder.execute("DELETE FROM audit_event WHERE occurred_at = '2021-03-20T10:00Z'")
    assert ("removed", "audit_event of 2021-03") in [(f.kind, f.table) for f in findings()]


def test_an_altered_month_is_not_archived(old, folder, role_connection):
    intruder = role_connection("superuser")
    intruder.execute("SET session_replication_role = replica")
    intruder.execute("UPDATE audit_effect SET count = 99 WHERE occurred_at < '2021-04-01'")
    before = kept()
    with pytest.raises(retention.NotArchivable, match="not as it was sealed: altered"):
        archive(folder)
    assert kept() == before


def test_what_is_not_sealed_or_too_new_stays(committed_db, role_connection, folder):
    make_old_months(role_connection, sealed=False)
    before = kept()
    assert "stays: some of its events are not sealed" in run("audit_archive", "--to", str(folder))
    with pytest.raises(retention.NotArchivable, match="not sealed"):
        archive(folder)
    with pytest.raises(retention.NotArchivable, match="written to as late as"):
        archive(folder, before=at("2021-03-10"))
    with pytest.raises(CommandError, match="AUDIT_HOT_MONTHS"):
        run("audit_archive", "--before", "2999-01")
    with pytest.raises(CommandError, match="no month"):
        run("audit_archive", "--before", "yesterday")
    assert kept() == before


@pytest.mark.parametrize("broken", ["write_part", "write_manifest", "check_files", "note_archive"])
def test_whatever_breaks_off_the_month_is_whole_and_a_second_run_finishes(
    old, folder, monkeypatch, broken
):
    before = kept()

    def kill(*args, **options):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(retention, broken, kill)
        with pytest.raises(KeyboardInterrupt):
            archive(folder)
    assert kept() == before
    assert findings() == []
    archive(folder)
    assert Event.objects.filter(occurred_at__lt=at("2021-04-01")).count() == 0
    assert findings(archive=folder) == []


def test_a_month_written_to_meanwhile_stays(old, folder, role_connection, monkeypatch):
    importer = role_connection("importer")
    check = retention.check_files

    def check_while_someone_writes(*arguments):
        check(*arguments)
        write_then(importer, at("2021-03-20T10:00"))

    with monkeypatch.context() as patch:
        patch.setattr(retention, "check_files", check_while_someone_writes)
        with pytest.raises(DatabaseError, match="other rows than were archived"):
            archive(folder)
    assert Event.objects.filter(occurred_at__lt=at("2021-04-01")).count() == 4


def test_a_lock_that_is_not_to_be_had_leaves_all_as_it_was(
    old, folder, role_connection, monkeypatch
):
    monkeypatch.setattr(locks, "TRIES", 1)
    before, reader = kept(), role_connection("console")
    with reader.transaction():
        reader.execute("SELECT count(*) FROM audit_event")
        with pytest.raises(DatabaseError, match="lock timeout"):
            archive(folder)
        assert kept() == before


@pytest.mark.parametrize("statement", ["UPDATE {} SET id = id", "DELETE FROM {}", "TRUNCATE {}"])
def test_kept_tables_have_every_wall(old, folder, role_connection, statement):
    archive(folder, keep=True)
    names = {name for name in tables(role_connection) if "_kept_" in name}
    assert len(names) == 2
    for name in names:
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
            role_connection("owner").execute(statement.format(name))


def test_nobody_but_the_owner_takes_a_month_out(old, role_connection):
    for role in ("console", "console_ro", "reports", "product", "importer"):
        for statement in (
            "ALTER TABLE audit_event DETACH PARTITION audit_event_2021_03",
            "SELECT audit_take_out('2021_03', 3, 3, 3, 3, false)",
            "SELECT audit_empty_default(10)",
            "INSERT INTO audit_archive (name) VALUES ('x')",
        ):
            with pytest.raises(psycopg.Error, match="permission denied|must be owner|read-only"):
                role_connection(role).execute(statement)
