"""Fixtures of the archives: old months in the database, and a folder for their files."""

from __future__ import annotations

import pytest

from tests.audit.old_months import make_old_months


@pytest.fixture
def old(committed_db, role_connection):
    """A help site whose articles changed in two months of long ago; all of it sealed."""
    return make_old_months(role_connection)


@pytest.fixture
def folder(tmp_path):
    """Where archives go."""
    made = tmp_path / "archive"
    made.mkdir()
    return made
