"""`manage.py local_provider`: a process of its own, and never in production."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import requests
from django.core.management import CommandError, call_command

ROOT = Path(__file__).resolve().parents[2]


def test_the_command_refuses_to_run_in_production(settings):
    settings.EMBEDDED = False
    with pytest.raises(CommandError, match="does not run in production"):
        call_command("local_provider")


def test_the_package_refuses_to_be_imported_in_production():
    code = (
        "import django; from django.conf import settings; settings.EMBEDDED = False; "
        "import backoffice.accounts.local_provider.provider"
    )
    ran = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": os.environ["DJANGO_SETTINGS_MODULE"]},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ran.returncode != 0
    assert "does not run in production" in ran.stderr


@pytest.mark.parametrize("port", ["0", "-1", "65536"])
def test_the_command_refuses_a_port_that_is_none(port):
    with pytest.raises(CommandError, match=f"{port} is no port"):
        call_command("local_provider", f"--port={port}")


def test_the_command_says_when_the_port_is_taken(provider):
    port = urlsplit(provider.issuer).port
    with pytest.raises(CommandError, match=f"Port {port} cannot be used"):
        call_command("local_provider", f"--port={port}")


def test_the_command_serves_without_a_database_until_it_is_told_to_stop():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "manage.py", "local_provider", f"--port={port}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout.readline() == f"Local OpenID provider on http://127.0.0.1:{port}\n"
        found = requests.get(
            f"http://127.0.0.1:{port}/.well-known/openid-configuration", timeout=5
        ).json()
        assert found["issuer"] == f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    finally:
        process.kill()
        process.stdout.close()
        process.wait()
