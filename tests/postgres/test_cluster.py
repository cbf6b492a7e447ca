"""The embedded cluster: known before it runs, and whole again whatever was done to it."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from pathlib import Path

import psycopg
import pytest
from django.conf import settings

from backoffice.postgres.cluster import Cluster
from backoffice.postgres.exceptions import ClusterError


@pytest.fixture(scope="module")
def cluster():
    """A cluster of this module's own, which its tests may break."""
    made = Cluster(Path(settings.DATA_DIR) / f"broken-{uuid.uuid4().hex[:8]}")
    made.make_volatile()
    made.start()
    yield made
    made.remove()
    shutil.rmtree(made.path)


def ask(cluster, query, node="primary", role="superuser"):
    with psycopg.connect(cluster.url(node, role), autocommit=True, connect_timeout=5) as connection:
        return connection.execute(query).fetchone()[0]


def pid(cluster, node):
    return int((home(cluster) / node / "postmaster.pid").read_text().split()[0])


def home(cluster):
    return Path(cluster.state.get("home"))


def is_whole(cluster):
    """Both nodes run, and what the primary writes arrives at the standby."""
    mark = uuid.uuid4().hex
    with psycopg.connect(cluster.url("primary", "superuser"), autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS marks (mark text)")
        connection.execute("INSERT INTO marks VALUES (%s)", [mark])
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with psycopg.connect(cluster.url("replica", "superuser"), autocommit=True) as connection:
            arrived = connection.execute("SELECT to_regclass('marks') IS NOT NULL").fetchone()[0]
            if arrived and (mark,) in connection.execute("SELECT mark FROM marks").fetchall():
                return all(status.running for status in cluster.status())
        time.sleep(0.05)
    return False


def test_it_knows_its_addresses_before_it_ever_ran(tmp_path):
    fresh = Cluster(tmp_path / "fresh")
    url = fresh.url("primary", "console")
    assert url.startswith("postgres://console:") and url.endswith("/backoffice")
    assert url == Cluster(tmp_path / "fresh").url("primary", "console")
    assert fresh.url("replica", "console_ro") != url
    assert [status.running for status in fresh.status()] == [False, False]


def test_it_keeps_its_secrets_to_its_owner(tmp_path):
    fresh = Cluster(tmp_path / "fresh")
    fresh.secret("django")
    assert (tmp_path / "fresh" / "state.json").stat().st_mode & 0o777 == 0o600


def test_it_gives_two_first_comers_the_same_address(tmp_path):
    code = (
        "import sys; from pathlib import Path; from backoffice.postgres.cluster import Cluster;"
        "c = Cluster(Path(sys.argv[1])); print([c.url(n, r) for n in ('primary', 'replica')"
        " for r in ('owner', 'console', 'product')], c.secret('django'))"
    )
    comers = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "race")],
            cwd=settings.BASE_DIR, stdout=subprocess.PIPE, text=True,
        )
        for _ in range(4)
    ]  # fmt: skip
    said = {comer.communicate(timeout=60)[0] for comer in comers}
    assert len(said) == 1 and "postgres://owner:" in said.pop()


def test_it_names_the_file_that_is_damaged(tmp_path):
    fresh = Cluster(tmp_path / "fresh")
    fresh.secret("django")
    fresh.state.path.write_text("{half")
    with pytest.raises(ClusterError, match=r"state\.json is damaged .* Delete"):
        fresh.url("primary", "console")


@pytest.mark.parametrize(("node", "role"), [("third", "console"), ("primary", "nobody")])
def test_it_names_what_there_is_when_asked_for_something_else(tmp_path, node, role):
    with pytest.raises(ClusterError, match="Nodes: primary, replica"):
        Cluster(tmp_path / "fresh").url(node, role)


def test_it_streams_to_a_real_standby(cluster):
    assert is_whole(cluster)
    assert ask(cluster, "SELECT pg_is_in_recovery()", "replica") is True
    assert cluster.status()[1].detail == "streaming"


def test_it_changes_nothing_when_started_again(cluster):
    before = pid(cluster, "primary"), pid(cluster, "replica")
    cluster.start()
    assert (pid(cluster, "primary"), pid(cluster, "replica")) == before


@pytest.mark.parametrize("nodes", [("primary",), ("replica",), ("primary", "replica")])
def test_it_recovers_from_a_kill(cluster, nodes):
    count = "SELECT count(*) FROM marks"
    assert is_whole(cluster)
    before = ask(cluster, count)
    for node in nodes:
        os.kill(pid(cluster, node), signal.SIGKILL)
    cluster.start()
    assert ask(cluster, count) == before
    assert is_whole(cluster)


def test_it_stops_and_starts_one_node(cluster):
    cluster.stop("replica")
    assert [status.running for status in cluster.status()] == [True, False]
    cluster.start("replica")
    assert is_whole(cluster)


def test_it_makes_a_broken_standby_anew(cluster):
    cluster.stop("replica")
    (home(cluster) / "replica" / "global" / "pg_control").unlink()
    cluster.start()
    assert is_whole(cluster)


def test_it_makes_a_standby_anew_that_the_primary_forgot(cluster):
    cluster.stop("replica")
    ask(cluster, "SELECT pg_drop_replication_slot('replica')::text")
    cluster.start()
    assert is_whole(cluster)


def test_it_begins_half_made_folders_again(cluster):
    cluster.stop()
    shutil.rmtree(home(cluster) / "replica")
    (home(cluster) / "replica.new" / "base").mkdir(parents=True)
    cluster.start()
    assert is_whole(cluster)


@pytest.mark.parametrize("node", ["primary", "replica"])
def test_it_moves_when_its_port_is_taken(cluster, node):
    cluster.stop()
    before = cluster.port(node)
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        squatter.bind(("127.0.0.1", before))
        squatter.listen()
        cluster.start()
    assert cluster.port(node) != before
    assert is_whole(cluster)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root runs PostgreSQL by another account")
def test_it_lives_elsewhere_when_its_account_cannot_reach_the_folder(tmp_path):
    (tmp_path / "closed").mkdir(mode=0o700)
    fresh = Cluster(tmp_path / "closed" / "cluster")
    fresh.make_volatile()
    try:
        fresh.start("primary")
        assert home(fresh).is_relative_to("/var/tmp")
        assert ask(fresh, "SELECT 1") == 1
        elsewhere = home(fresh).parent
    finally:
        fresh.remove()
    assert not elsewhere.exists()
