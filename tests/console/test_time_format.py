"""Times as people read them."""

from datetime import UTC, datetime, timedelta

import pytest

from backoffice.console import time_format

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("ago", "shown"),
    [
        (timedelta(0), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=60), "1 minute ago"),
        (timedelta(minutes=59, seconds=59), "59 minutes ago"),
        (timedelta(hours=1), "1 hour ago"),
        (timedelta(hours=23, minutes=59), "23 hours ago"),
        (timedelta(days=1), "1 day ago"),
        (timedelta(days=29), "29 days ago"),
        (timedelta(days=30), "1 month ago"),
        (timedelta(days=364), "11 months ago"),
        (timedelta(days=365), "1 year ago"),
        (timedelta(days=365 * 7), "7 years ago"),
        (timedelta(seconds=-30), "just now"),
        (timedelta(hours=-2), "in 2 hours"),
    ],
)
def test_it_says_how_long_ago_in_one_unit(ago, shown):
    assert time_format.relative(NOW - ago, NOW) == shown


def test_it_names_the_day_in_the_zone_of_the_console():
    late = datetime(2026, 11, 23, 15, 30, tzinfo=UTC)  # 00:30 on the 24th in Seoul
    assert time_format.day(late, NOW) == "Today"
    assert time_format.day(late - timedelta(hours=1), NOW) == "Yesterday"
    assert time_format.day(late - timedelta(days=3), NOW) == "2026-11-21 (Sat)"


def test_it_writes_the_moment_with_its_zone():
    assert time_format.absolute(NOW) == "2026-11-24 12:00 KST"
    assert time_format.absolute(NOW, seconds=True) == "2026-11-24 12:00:00 KST"
    assert time_format.with_offset(NOW) == "2026-11-24 12:00:00 KST (UTC+09:00)"
