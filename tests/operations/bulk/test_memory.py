"""A run holds a batch at a time: ten times the records take no more memory."""

import tracemalloc

import pytest

from audit.actors import Actor
from backoffice.operations.bulk import runs
from backoffice.operations.bulk.working import work
from tests.operations.bulk.conftest import again

FEW, MANY, BATCH = 80, 800, 40


@pytest.fixture
def articles(product, site):
    def make(count):
        product.execute(
            "INSERT INTO articles_article (channel_id, space_id, slug, state) "
            "SELECT %s, %s, %s || '-' || n, 'draft' FROM generate_series(1, %s) n",
            [site.channel, site.space, f"of-{count}", count],
        )

    return make


def peak_of(act):
    """The most memory that something took beside what was there before, bytes."""
    tracemalloc.start()
    try:
        act()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_ten_times_the_records_take_no_more_memory(previewed, articles, people, settings):
    settings.BULK_BATCH_SIZE = BATCH
    peaks = {}
    for count in (FEW, MANY):
        articles(count)
        found = []
        looked = peak_of(lambda found=found: found.append(previewed(query="hidden=no")))
        (run,) = found
        runs.start_run(run, approver=Actor.staff(people["ada"]))
        done = peak_of(lambda run=run: work(run.pk, 300))
        assert again(run).done >= count
        peaks[count] = (looked, done)
    for few, many in zip(peaks[FEW], peaks[MANY], strict=True):
        assert many < 1.5 * few + 1_000_000, peaks
