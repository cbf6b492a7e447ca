"""Clones of the template, and Django's connections pointed at them."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from django.conf import settings
from django.db import connections

from backoffice import env
from backoffice.postgres import roles
from backoffice.postgres.cluster import Cluster
from tests.harness.recycling import Baseline
from tests.harness.template import admin

# Set by the first process of a run for its workers: the template's name, or why there is none.
TEMPLATE, TROUBLE = "BACKOFFICE_TEST_TEMPLATE", "BACKOFFICE_TEST_TROUBLE"
ROLES = {"default": "console", "replica": "console", "owner": "owner"}
_numbers = count(1)
# This process's clones that no test uses now, and what all of them are brought back to.
_free: list[str] = []
_baseline: list[Baseline] = []


@dataclass(frozen=True)
class Database:
    """A database of the test cluster, with its address for each role."""

    name: str

    def url(self, role: str = "console", node: str = "primary") -> str:
        """`postgres://…` for a role on a node, for a process of its own or a raw connection."""
        return cluster().url(node, role, self.name)


def cluster() -> Cluster:
    """This run's cluster."""
    return Cluster(Path(settings.DATA_DIR) / "cluster")


def worker() -> str:
    """The name of this process among the run's workers."""
    return os.environ.get("PYTEST_XDIST_WORKER", "main")


def current() -> Database:
    """The database that Django's connections point at now."""
    return Database(connections["default"].settings_dict["NAME"])


@contextmanager
def clone() -> Iterator[Database]:
    """A copy of the template: fresh, or one that was brought back to it after another test."""
    if TEMPLATE not in os.environ:
        raise RuntimeError(f"There is no test database: {os.environ.get(TROUBLE, 'not started')}")
    name = _free.pop() if _free else _make()
    try:
        yield Database(name)
    finally:
        _give_back(name)


def _make() -> str:
    name = f"test_{worker()}_{next(_numbers)}"
    with admin(cluster()) as connection:
        roles.create_database(connection, name, os.environ[TEMPLATE])
    if not _baseline:
        with admin(cluster(), name) as connection:
            _baseline.append(Baseline.of(connection))
    return name


def _give_back(name: str) -> None:
    """Keep it for the next test, or drop it when the test changed more than rows."""
    with admin(cluster(), name) as connection:
        restored = _baseline[0].restore(connection)
    if restored:
        _free.append(name)
        return
    with admin(cluster()) as connection:
        roles.drop_database(connection, name)


@contextmanager
def pointed_at(database: Database, **nodes: tuple[str, str]) -> Iterator[None]:
    """All of Django's connections use this database; afterwards the one before.

    `nodes` gives an alias another node and role than the primary and its own: for the standby,
    `replica=("replica", "console_ro")`.
    """
    before = {alias: dict(connections[alias].settings_dict) for alias in ROLES}
    _close()
    for alias, role in ROLES.items():
        node, role = nodes.get(alias, ("primary", role))
        found = env.database(alias, database.url(role, node))
        places = {key: found[key] for key in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
        connections[alias].settings_dict.update(places)
    try:
        yield
    finally:
        _close()
        for alias, values in before.items():
            connections[alias].settings_dict.update(values)


@contextmanager
def mirrored() -> Iterator[None]:
    """Reads meant for a replica use the primary's very connection, so they see its transaction."""
    before = {alias: connections[alias] for alias in settings.REPLICAS}
    for alias in before:
        connections[alias] = connections["default"]
    try:
        yield
    finally:
        for alias, connection in before.items():
            connections[alias] = connection


@contextmanager
def unmirrored() -> Iterator[None]:
    """Inside `mirrored`: each replica has a connection of its own again."""
    before = {alias: connections[alias] for alias in settings.REPLICAS}
    for alias in before:
        connections[alias] = connections.create_connection(alias)
    try:
        yield
    finally:
        for alias, connection in before.items():
            connections[alias].close()
            connections[alias] = connection


def connect(role: str) -> psycopg.Connection[Any]:
    """A raw connection to the current database, in autocommit."""
    return psycopg.connect(current().url(role), autocommit=True, connect_timeout=5)


def _close() -> None:
    for alias in ROLES:
        # A test may have ended the server's side already; there is nothing to tell it then.
        with suppress(psycopg.Error):
            connections[alias].close()
