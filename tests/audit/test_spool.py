"""The folder of waiting reads when it takes no more: nothing is strewn, or lost in silence."""

import errno
import json
import threading
import time
from pathlib import Path

import pytest

from audit import delivery, reads
from audit.delivery import Delivered, Unreachable
from audit.reads import Courier
from audit.spool import FULL_FOR, LOST, LOST_BYTES, Segment, Spool, SpoolFull


class Full:
    """A file on a disk that takes only so many bytes more."""

    def __init__(self, file, room):
        self.file, self.room = file, room

    def write(self, line):
        if self.room == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        taken = min(self.room, len(line))
        self.room -= taken
        return self.file.write(line[:taken])

    def __getattr__(self, name):
        return getattr(self.file, name)


@pytest.fixture
def disk(tmp_path, monkeypatch):
    """A spool, and `disk.room`: how many bytes each of its files takes; None for any number."""
    spool = Spool(tmp_path / "spool", 10**9)
    begin = spool._begin
    spool.room = None

    def limited():
        file = begin()
        return file if spool.room is None else Full(file, spool.room)

    monkeypatch.setattr(spool, "_begin", limited)
    return spool


@pytest.fixture
def away(monkeypatch):
    """The primary takes nothing."""

    def refuse(lines_or_spool):
        raise Unreachable("away")

    monkeypatch.setattr(reads, "deliver", refuse)
    monkeypatch.setattr(reads, "deliver_spool", refuse)


def held(spool):
    return [line for path in spool._paths() for line in path.read_bytes().splitlines()]


@pytest.mark.parametrize("room", [0, 3])
def test_a_full_disk_is_strewn_with_no_files_and_asked_once_a_second(disk, room, monkeypatch):
    disk.room = room
    with pytest.raises(OSError, match="No space|only a part"):
        disk.append(b"a read")
    for _ in range(50):
        with pytest.raises(SpoolFull):
            disk.append(b"a read")
    assert list(disk.folder.iterdir()) == []
    disk.room = None
    later = time.monotonic() + FULL_FOR + 1
    monkeypatch.setattr(time, "monotonic", lambda: later)
    disk.append(b"a read")
    disk.let_go()
    assert held(disk) == [b"a read"]


def test_what_was_there_before_a_disk_was_full_stays(disk):
    disk.room = 10
    disk.append(b"first")
    with pytest.raises(OSError, match="only a part"):
        disk.append(b"second")
    assert held(disk) == [b"first"]


def test_reads_go_from_memory_to_the_folder_once_it_takes_them(disk, away, caplog):
    disk.room = 0
    courier = Courier(disk)
    for number in range(3):
        courier.keep(b"%d" % number)
    assert "Reads are kept in memory" in caplog.text
    assert held(disk) == []
    disk.room, disk._full_until = None, 0.0
    courier._quiet_until = time.monotonic() + 60
    courier._turn()
    assert held(disk) == [b"0", b"1", b"2"]
    courier.end()
    assert (held(disk), courier.lost) == ([b"0", b"1", b"2"], 0)


def test_what_ends_with_its_process_is_counted_and_said(disk, away, caplog):
    """No primary, no room: of its last reads a process can only say that they are lost."""
    disk.room = 0
    courier = Courier(disk)
    courier.keep(b"the last")
    courier.end()
    assert "A read is lost with its process" in caplog.text and "the last" in caplog.text
    assert disk.lost_count() == 1


def test_not_even_the_folder_can_be_told(tmp_path, away, caplog):
    (tmp_path / "file").write_text("no folder")
    courier = Courier(Spool(tmp_path / "file" / "spool", 10**9))
    courier.keep(b"the last")
    courier.end()
    assert "1 reads are lost, and no folder could be told of them." in caplog.text
    assert courier.lost == 1
    assert courier.spool.lost_count() == 0


def test_two_threads_that_deliver_at_once_lose_nothing(tmp_path, monkeypatch):
    """One at the end of the process, one that was at it: each took away what both delivered."""
    delivered = []

    def slow(lines):
        delivered.extend(lines)
        time.sleep(0.05)
        return Delivered(written=len(lines))

    monkeypatch.setattr(reads, "deliver", slow)
    monkeypatch.setattr(reads, "deliver_spool", lambda spool: Delivered())
    courier = Courier(Spool(tmp_path / "spool", 10**9))
    wanted = [b"%d" % number for number in range(reads.BATCH * 2 + 1)]
    courier._memory.extend(wanted)
    threads = [threading.Thread(target=courier.flush) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert delivered == wanted
    assert not courier._memory


def test_the_count_of_the_lost_is_written_over_itself(tmp_path):
    """A full disk takes no new byte, but those that it has."""
    spool = Spool(tmp_path, 10**9)
    (tmp_path / LOST).write_text(json.dumps({"count": 2, "key": "as it was written before"}))
    for count in (3, 100_000, 0):
        with spool.lost() as lost:
            lost.count, lost.key = count, "k" * (count % 7)
        assert spool.lost_count() == count
        assert (tmp_path / LOST).stat().st_size == LOST_BYTES


def test_a_segment_that_cannot_be_taken_keeps_no_other_back(tmp_path, monkeypatch, caplog):
    """As when it is another user's, or the folder may only be read."""
    taken = []
    monkeypatch.setattr(delivery, "deliver", lambda lines: taken.extend(lines) or Delivered())
    monkeypatch.setattr(Segment, "remove", lambda segment: Path(segment.path / "no").unlink())
    spool = Spool(tmp_path, 10**9)
    (tmp_path / f"{1:020d}-1.jsonl").mkdir()
    for number in (2, 3):
        (tmp_path / f"{number:020d}-1.jsonl").write_bytes(b"%d\n" % number)
    delivery.deliver_spool(spool)
    assert taken == [b"2", b"3"]
    assert caplog.text.count("cannot be taken from") == 1
    assert caplog.text.count("cannot be removed") == 2
    assert spool.waiting().segments == 3


def test_other_files_in_the_folder_break_nothing(tmp_path):
    spool = Spool(tmp_path, 10**9)
    for name in ("1x-2.jsonl", "0-0.jsonl.swp", "x.jsonl", "1-2.txt"):
        (tmp_path / name).write_text("{}")
    spool.append(b"a read")
    spool.let_go()
    assert (spool.waiting().segments, len(list(spool.finished()))) == (1, 1)
