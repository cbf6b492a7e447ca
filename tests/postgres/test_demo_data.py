"""`manage.py demo` makes its data once, and begins afresh when that was broken off."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError

from backoffice.postgres.management.commands import demo


class Cluster:
    """One that only remembers what was asked of it."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def remove(self) -> None:
        self.asked.append("remove")

    def start(self) -> None:
        self.asked.append("start")

    def port(self, node: str) -> int:
        return 5432


@pytest.fixture
def seeding(monkeypatch):
    """A command that makes data ends as `outcomes` say, one for each call."""

    def run(outcomes: list[int]) -> tuple[Cluster, str]:
        left = list(outcomes)

        def call_command(name: str, *arguments: str, **options: object) -> None:
            status = left.pop(0) if name == "seed_demo" else 0
            if status:
                raise CommandError("so it is", returncode=status)

        monkeypatch.setattr(demo, "call_command", call_command)
        cluster, said = Cluster(), StringIO()
        demo.Command(stdout=said)._seed(cluster)
        assert left == []
        return cluster, said.getvalue()

    return run


def test_it_keeps_the_data_that_stand(seeding):
    cluster, _ = seeding([0])
    assert cluster.asked == []


def test_it_begins_afresh_when_making_them_was_broken_off(seeding):
    cluster, said = seeding([3, 0])
    assert cluster.asked == ["remove", "start"]
    assert "was broken off the last time" in said


@pytest.mark.parametrize("outcomes", [[1], [3, 3]])
def test_it_removes_nothing_for_another_reason_and_tries_once(seeding, outcomes):
    with pytest.raises(CommandError, match="so it is"):
        seeding(outcomes)
