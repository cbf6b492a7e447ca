"""A process that works until it is killed: `python -m tests.endurance.worker prepare|operate|…`.

It says each thing that it was told to be done, on a line of its own, so that whoever killed it can
hold the database to it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import django
import psycopg

from backoffice.postgres.cluster import Cluster


def main(work: str, seed: str) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "backoffice.settings"
    if work != "write":  # as a service that knows nothing of Django
        django.setup()
    works = {"prepare": prepare, "operate": operate, "write": write, "seal": seal}
    if work in {"ask_for_a_run", "run", "start", "queue"}:
        from tests.endurance import bulk

        works |= {"ask_for_a_run": bulk.ask_for_a_run, "run": bulk.run}
        works |= {"start": bulk.start, "queue": bulk.queue}
    works[work](Random(seed))


def prepare(rng: Random) -> None:
    """The people, and the articles that all work on."""
    from tests.content import make_help_center
    from tests.people import make_people

    make_people()
    with psycopg.connect(url("product"), autocommit=True) as product:
        say(make_help_center(product, articles=12).articles)


def operate(rng: Random) -> None:
    """Operations of the console on random articles; those that clash are refused."""
    from articles.models import Article
    from backoffice.accounts.models import Staff
    from backoffice.operations.exceptions import OperationError
    from backoffice.operations.performers import StaffPerformer
    from backoffice.operations.pipeline import execute
    from backoffice.replicas import use_primary

    operations = {
        "article.hide": {"hidden": False, "deleted_at": None},
        "article.unhide": {"hidden": True, "deleted_at": None},
        "article.move_to_trash": {"deleted_at": None},
        "article.restore": {"deleted_at__isnull": False},
    }
    for number in count(1):
        name = rng.choice(list(operations))
        django.db.close_old_connections()  # as every request does
        try:
            with use_primary():
                otis = StaffPerformer(Staff.objects.get(email="otis@example.com"))
                ids = list(Article.objects.filter(**operations[name]).values_list("pk", flat=True))
                targets = rng.sample(ids, min(len(ids), rng.randint(1, 5)))
                if targets:
                    done = execute(name, targets, {}, actor=otis, reason=f"attempt {number}")
                    say({"event": done.event_id, "name": name, "targets": len(targets)})
        except (OperationError, django.db.Error, psycopg.Error):
            time.sleep(0.05)


def write(rng: Random) -> None:
    """Plain SQL as the customers' service writes, several statements in a transaction."""
    while True:
        try:
            with psycopg.connect(url("product"), autocommit=True, connect_timeout=3) as product:
                product.execute("SET lock_timeout = '2s'")
                while True:
                    with product.transaction():
                        product.execute("UPDATE articles_space SET theme_color = %s", [color(rng)])
                        product.execute(
                            "UPDATE articles_translation SET title = %s WHERE id %% 3 = %s",
                            [color(rng), rng.randrange(3)],
                        )
                    say({"written": True})
        except psycopg.Error:
            time.sleep(0.05)


def seal(rng: Random) -> None:
    """The chain of seals, extended all the time."""
    from audit.seals import newest_seal, seal_pending

    while True:
        django.db.close_old_connections()
        try:
            seal_pending()
            say({"mark": newest.mark if (newest := newest_seal()) else ""})
        except django.db.Error:
            pass
        time.sleep(0.05)


def url(role: str) -> str:
    return Cluster(Path(os.environ["BACKOFFICE_DATA"]) / "cluster").url("primary", role)


def color(rng: Random) -> str:
    return f"#{rng.randrange(0x1000000):06x}"


def say(what: Any) -> None:
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:3])
