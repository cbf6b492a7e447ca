"""Lines of a file, plain or packed, read with a bound on every size."""

from __future__ import annotations

import gzip
import lzma
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHUNK_BYTES = 1 << 18
LINE_BYTES = 16_000_000
TOTAL_BYTES = 8_000_000_000
# An xz file may ask its reader for gigabytes of memory; the highest preset asks for 65 MB.
UNPACK_MEMORY_BYTES = 128_000_000


class SourceError(Exception):
    """The file cannot be read to its end."""


@dataclass(frozen=True)
class RawLine:
    """One line as bytes without its end; `data` is None where it is longer than LINE_BYTES."""

    number: int
    data: bytes | None


def read_lines(path: Path, line_bytes: int = LINE_BYTES) -> Iterator[RawLine]:
    """Every line of an .ndjson, .ndjson.gz or .ndjson.xz file that is not blank.

    Raises SourceError with the last line that could be read when the file is missing, damaged,
    cut off or unpacks to more than TOTAL_BYTES.
    """
    number = 0
    try:
        for number, data in enumerate(_split(_bounded(_chunks(path)), line_bytes), start=1):
            if data is None or data.strip():
                yield RawLine(number, data)
    except (OSError, EOFError, lzma.LZMAError, zlib.error) as error:
        raise SourceError(f"{path.name} cannot be read after line {number}: {error}") from error


def _chunks(path: Path) -> Iterator[bytes]:
    if path.suffix == ".xz":
        yield from _unxz(path)
        return
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk


def _unxz(path: Path) -> Iterator[bytes]:
    """Unpacks at most CHUNK_BYTES at a time, however well the input is packed."""
    with path.open("rb") as file:
        unpacker = _unpacker()
        packed = file.read(CHUNK_BYTES)
        while packed or not unpacker.needs_input:
            yield unpacker.decompress(packed, CHUNK_BYTES)
            packed = b""
            if unpacker.eof:
                packed = unpacker.unused_data or file.read(CHUNK_BYTES)
                if not packed:
                    return
                unpacker = _unpacker()
            elif unpacker.needs_input:
                packed = file.read(CHUNK_BYTES)
        raise EOFError("it breaks off in the middle of its packed data")


def _unpacker() -> lzma.LZMADecompressor:
    return lzma.LZMADecompressor(format=lzma.FORMAT_XZ, memlimit=UNPACK_MEMORY_BYTES)


def _bounded(chunks: Iterator[bytes]) -> Iterator[bytes]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if total > TOTAL_BYTES:
            raise OSError(f"it unpacks to more than {TOTAL_BYTES:,} bytes")
        yield chunk


def _split(chunks: Iterator[bytes], line_bytes: int) -> Iterator[bytes | None]:
    """Lines of a stream of bytes; an over-long one is dropped while it is read, and yields None."""
    parts: list[bytes] = []
    size = 0
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for piece in ended:
            size += len(piece)
            yield None if size > line_bytes else b"".join([*parts, piece])
            parts, size = [], 0
        size += len(rest)
        parts = [] if size > line_bytes else [*parts, rest]
    if size:
        yield None if size > line_bytes else b"".join(parts)
