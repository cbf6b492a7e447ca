"""Every variable that the settings read stands in the README, and production demands its own."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from backoffice import settings as product

ROOT = Path(__file__).resolve().parent.parent.parent
FILES = [*(ROOT / "backoffice").glob("**/settings.py"), ROOT / "backoffice" / "ground.py"]
SETTINGS = "\n".join(path.read_text(encoding="utf-8") for path in FILES)
README = (ROOT / "README.md").read_text(encoding="utf-8")
READ = set(
    re.findall(
        r'env\.(?:text|words|number|whole|boolean|matching|pattern|zone|webhook|mail|address_of)\(\s*"([A-Z_]+)"',
        SETTINGS,
    )
)
MADE = re.compile(r"^(?: {4})?([A-Z][A-Z0-9_]+)(?:: [^=\n]+)? = ", re.MULTILINE)
PRODUCTION = {
    "DATABASE_URL": "postgres://console:x@127.0.0.1:1/backoffice",
    "MIGRATION_DATABASE_URL": "postgres://owner:x@127.0.0.1:1/backoffice",
    "SECRET_KEY": "kx7!" + "qwertyuiopasdfghjklzxcvbnm0123456789QWERTYUIOPASDFGH",
    "ALLOWED_HOSTS": "console.example.com",
    "GOOGLE_CLIENT_ID": "id",
    "GOOGLE_CLIENT_SECRET": "secret",
    "GOOGLE_HOSTED_DOMAINS": "example.com",
}


def check(tmp_path, *arguments, **variables):
    """`manage.py check` in an environment of just these variables."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check", *arguments],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path), **variables},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_it_finds_the_variables_at_all():
    assert {"DATABASE_URL", "REPLICA_LAG_LIMIT", "SECURE_SSL_REDIRECT"} <= READ
    assert {"BACKOFFICE_DATA", "GOOGLE_CLIENT_ID", "AUDIT_SPOOL", "ALERT_EMAILS"} <= READ


def test_no_setting_is_made_twice_and_all_of_the_rooms_are_taken():
    made = [set(MADE.findall(path.read_text(encoding="utf-8"))) for path in FILES]
    names = [name for found in made for name in found]
    assert sorted(names) == sorted(set(names))
    assert [name for name in names if not hasattr(product, name)] == []


@pytest.mark.parametrize("name", sorted(READ))
def test_it_stands_in_the_readme(name):
    assert f"`{name}`" in README


def test_production_is_clean_when_all_is_set(tmp_path):
    answer = check(tmp_path, "--deploy", "--fail-level", "WARNING", **PRODUCTION)
    assert answer.returncode == 0, answer.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"MIGRATION_DATABASE_URL"}))
def test_a_missing_value_stops_start_up_and_names_itself(tmp_path, name):
    rest = {key: value for key, value in PRODUCTION.items() if key != name}
    answer = check(tmp_path, **rest)
    assert answer.returncode != 0
    assert f"{name} is not set" in answer.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("REPLICA_LAG_LIMIT", "abc"),
        ("REPLICA_LAG_LIMIT", "-1"),
        ("SECURE_SSL_REDIRECT", "maybe"),
        ("DATABASE_URL", "mysql://x/y"),
        ("DATABASE_POOL_SIZE", "nan"),
    ],
)
def test_an_unreadable_value_stops_start_up_and_names_itself(tmp_path, name, value):
    answer = check(tmp_path, **{**PRODUCTION, name: value})
    assert answer.returncode != 0
    assert name in answer.stderr


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SECRET_KEY", "short", "Use 50 random characters"),
        ("ALLOWED_HOSTS", " , ", "Write host names with commas"),
        ("ALLOWED_HOSTS", "*", "is not taken"),
        ("GOOGLE_HOSTED_DOMAINS", "@example.com", "without @"),
        ("TICKET_PATTERN", "(", "is no pattern"),
        ("DATABASE_POOL_SIZE", "1.5", "no whole number"),
        ("SESSION_HOURS", "1e308", "out of range"),
        ("TIME_ZONE", "Mars/X", "no time zone"),
        ("LOG_LEVEL", "loud", "Use DEBUG, INFO"),
        ("TICKET_URL", "http://tickets.example.com/{ticket}", "no https address"),
        ("TICKET_URL", "https://tickets.example.com/", "one {ticket}"),
        ("TICKET_URL", "https://{ticket}.example.com/", "one {ticket}"),
        ("TICKET_URL", "javascript:alert('{ticket}')", "no https address"),
        ("CONFIRM_ABOVE", "0", "out of range"),
    ],
)
def test_a_value_that_could_not_work_stops_start_up_and_says_the_mend(tmp_path, name, value, said):
    answer = check(tmp_path, **{**PRODUCTION, name: value})
    assert answer.returncode != 0
    assert name in answer.stderr and said in answer.stderr
