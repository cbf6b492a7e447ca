"""`python -m tests.benchmarks [--versions N]`: what `make bench` runs."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / ".data" / "bench"


def main() -> None:
    parser = argparse.ArgumentParser(prog="make bench", description="Measure, as ratios.")
    parser.add_argument("--versions", type=int, default=5_000_000, help="rows of history")
    options = parser.parse_args()
    if not 50_000 <= options.versions <= 50_000_000:
        parser.error("--versions is 50,000 to 50,000,000")
    os.environ["BACKOFFICE_TEST_SLOT"] = str(DATA)
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"

    import django
    from django.conf import settings

    settings.INSTALLED_APPS.append("tests.benchmarks.yardstick")
    settings.ALLOWED_HOSTS.append("testserver")
    django.setup()
    DATA.mkdir(parents=True, exist_ok=True)
    run(options.versions)


def run(versions: int) -> None:
    """Make the stages, measure, print, save."""
    from tests.benchmarks import operations, reads, report, runs, stage, writes
    from tests.harness import databases

    cluster = databases.cluster()
    cluster.start("primary")
    try:
        with databases.pointed_at(databases.Database("postgres")):
            small, large = (stage.make(n, say) for n in (versions // 100, versions))
        with databases.mirrored():
            say("Reading …")
            figures = reads.measure(large, small)
            say("Writing …")
            with databases.pointed_at(large):
                figures += writes.measure()
                say("Operating …")
                figures += operations.measure()
                say("Running in the background …")
                figures += runs.measure(say=say)
        report.save(figures, DATA / "report.json", versions)
        sys.stdout.write(report.table(figures) + f"\n{DATA / 'report.json'}\n")
    finally:
        cluster.stop()


def say(text: str) -> None:
    """What goes on, as it goes on."""
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    main()
