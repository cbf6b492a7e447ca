"""Reading files with a bound on every size."""

from __future__ import annotations

import gzip
import lzma
import tracemalloc

import pytest

from articles.importing import source
from articles.importing.source import SourceError, read_lines

TEXT = b"one\ntwo\n\n  \nthree"


@pytest.mark.parametrize(
    ("name", "pack"),
    [("f.ndjson", bytes), ("f.ndjson.gz", gzip.compress), ("f.ndjson.xz", lzma.compress)],
)
@pytest.mark.parametrize("chunk", [1, 3, 1 << 18])
def test_it_reads_lines_and_passes_over_blank_ones(tmp_path, monkeypatch, name, pack, chunk):
    monkeypatch.setattr(source, "CHUNK_BYTES", chunk)
    path = tmp_path / name
    path.write_bytes(pack(TEXT))
    found = [(raw.number, raw.data) for raw in read_lines(path)]
    assert found == [(1, b"one"), (2, b"two"), (5, b"three")]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_it_reads_files_packed_in_several_pieces(tmp_path, pack):
    path = tmp_path / ("f.gz" if pack is gzip.compress else "f.xz")
    path.write_bytes(pack(b"one\ntw") + pack(b"o\n"))
    assert [raw.data for raw in read_lines(path)] == [b"one", b"two"]


@pytest.mark.parametrize("name", ["f.ndjson.gz", "f.ndjson.xz"])
@pytest.mark.parametrize("damage", [lambda d: d[:-30], lambda d: b"", lambda d: b"garbage" + d])
def test_it_names_a_damaged_file(tmp_path, name, damage):
    path = tmp_path / name
    pack = gzip.compress if name.endswith("gz") else lzma.compress
    damaged = damage(pack(b"".join(b"line %d\n" % n for n in range(999))))
    path.write_bytes(damaged)
    if name.endswith("gz") and not damaged:
        assert list(read_lines(path)) == []  # gzip takes an empty file for an empty text.
        return
    with pytest.raises(SourceError, match=f"{name} cannot be read after line"):
        list(read_lines(path))


def test_it_names_a_missing_file(tmp_path):
    with pytest.raises(SourceError, match="nothing.ndjson cannot be read after line 0"):
        list(read_lines(tmp_path / "nothing.ndjson"))


def test_it_drops_a_long_line_without_holding_it(tmp_path):
    path = tmp_path / "f.ndjson.xz"
    path.write_bytes(lzma.compress(b"a\n" + b"x" * 40_000_000 + b"\nb\n"))
    tracemalloc.start()
    found = [(raw.number, raw.data) for raw in read_lines(path, line_bytes=1_000)]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert found == [(1, b"a"), (2, None), (3, b"b")]
    # The packer's own dictionary is 8 MB of it.
    assert peak < 20_000_000


def test_it_stops_at_a_file_that_unpacks_to_too_much(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "TOTAL_BYTES", 100_000)
    path = tmp_path / "f.ndjson.gz"
    path.write_bytes(gzip.compress(b"x\n" * 200_000))
    with pytest.raises(SourceError, match="unpacks to more than 100,000 bytes"):
        list(read_lines(path))


def test_it_refuses_an_xz_file_that_asks_for_much_memory(tmp_path, monkeypatch):
    monkeypatch.setattr(source, "UNPACK_MEMORY_BYTES", 1_000_000)
    path = tmp_path / "f.ndjson.xz"
    path.write_bytes(lzma.compress(b"one\n", preset=9))
    with pytest.raises(SourceError, match="after line 0: Memory usage limit"):
        list(read_lines(path))
