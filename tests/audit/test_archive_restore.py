"""An archived month comes back: by the command, and by psql alone as the README says."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError

from audit import archived
from audit.models import Event
from backoffice.postgres.embedded.binaries import package
from tests.audit.old_months import archive, at, findings, kept, run, tables
from tests.harness import databases


def test_an_archive_comes_back_as_it_was(old, folder, role_connection):
    before, there = kept(), tables(role_connection)
    archive(folder)
    assert kept() != before
    assert "is whole. Nothing was done" in run(
        "audit_restore_archive", "audit-2021-03", "--from", str(folder)
    )
    assert "are back" in run(
        "audit_restore_archive", "audit-2021-03", "--from", str(folder), "--apply"
    )
    assert (kept(), tables(role_connection)) == (before, there)
    assert findings() == []
    assert archived.archived_before() is None
    for statement in ("UPDATE audit_archive SET name = 'x'", "DELETE FROM audit_archive"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
            role_connection("owner").execute(statement)
    for name in ("audit_event_2021_03", "audit_effect_2021_03"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
            role_connection("owner").execute(f"DELETE FROM {name}")
        with pytest.raises(psycopg.errors.InsufficientPrivilege, match="is refused"):
            role_connection("owner").execute(f"TRUNCATE {name}")
    with pytest.raises(CommandError, match="no archive that is out of the tables"):
        run("audit_restore_archive", "audit-2021-03", "--from", str(folder))
    archive(folder)  # under the next name, because the first is taken
    assert (folder / "audit-2021-03-2.manifest.json").exists()
    assert findings(archive=folder) == []


def test_a_damaged_archive_is_not_restored(old, folder):
    manifest = archive(folder)
    path = folder / manifest.part("audit_event").file
    path.write_bytes(path.read_bytes()[:-20])
    for options in ([], ["--apply"]):
        with pytest.raises(CommandError, match="Nothing was restored"):
            run("audit_restore_archive", "audit-2021-03", "--from", str(folder), *options)
    assert not Event.objects.filter(occurred_at__lt=at("2021-04-01")).exists()


def test_the_readme_s_lines_bring_an_archive_back_with_psql_alone(old, folder):
    before = kept()
    archive(folder)
    readme = (Path(settings.BASE_DIR) / "README.md").read_text(encoding="utf-8")
    lines = re.search(r"```sql\n(CREATE TABLE archived_lines.*?)```", readme, re.DOTALL)[1]
    lines = lines.replace("'2024-04", "'2021-04").replace("2024", "2021")
    lines = lines.replace("gzip -dc archive/", f"gzip -dc {folder}/")
    for text in (
        lines,
        lines.replace("audit_event", "audit_effect").replace(".events", ".effects"),
    ):
        psql(text)
    assert kept() == before
    assert findings() == []


def psql(text):
    program = package() / "pginstall" / "bin" / "psql"
    result = subprocess.run(
        [program, databases.current().url("owner"), "-X", "-v", "ON_ERROR_STOP=1", "-q"],
        input=text, capture_output=True, text=True, timeout=30, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
