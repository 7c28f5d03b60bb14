"""A stream of bytes goes in; its lines as text, with their numbers and faults, come out."""

from __future__ import annotations

import codecs
import gzip
import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from spiders.base.tables.encoding import NAMES, UNKNOWN, encoding_of, marked, wide
from spiders.base.tables.row import AHEAD, DAMAGED, GZIP, MAX_LINE, NOT_WHOLE, Row, broken

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its end.

    problem: why it cannot be read, for people; `text` is then its beginning.
    """

    number: int
    text: str
    problem: str | None = None

    def row(self, problem: str) -> Row:
        """Return the broken row that this line is."""
        return broken(str(self.number), problem, self.text)


@dataclass(frozen=True, slots=True)
class Opened:
    """A stream without packing and byte order mark.

    head: its first bytes, not yet read. encoding: of its text; None where the head is ASCII.
    guess: the encoding's name where nothing but its characters told it, else None.
    """

    stream: io.BufferedReader
    head: bytes
    encoding: str | None
    guess: str | None

    @property
    def utf8_head(self) -> bytes:
        """The first bytes as they are in UTF-8."""
        if self.encoding in (None, "utf-8", UNKNOWN):
            return self.head
        return self.head.decode(str(self.encoding), "replace").encode("utf-8", "replace")


def opened(stream: io.BufferedReader) -> Opened:
    """Return a stream as it is to be read: unpacked, UTF-16 and lone returns turned over.

    Raises EOFError, zlib.error or BadGzipFile where it is packed and broken.
    """
    if stream.peek(2)[:2] == GZIP:
        # A GzipFile peeks and reads lines too; a buffer around it would lose what stands
        # before the place where a cut file ends.
        stream = cast(io.BufferedReader, gzip.GzipFile(fileobj=stream))
    head = stream.peek(AHEAD)
    mark = marked(head)
    encoding = mark[0] if mark else wide(head)
    guess = NAMES[encoding] if encoding and not mark else None
    if encoding and encoding != "utf-8":
        stream = turned(stream, encoding)
        head = stream.peek(AHEAD)
        encoding = "utf-8"
    elif mark:
        stream.read(len(mark[1]))
        head = head[len(mark[1]) :]
    if b"\r" in head and b"\n" not in head:
        stream = turned(stream, None)
        head = head.replace(b"\r", b"\n")
    if encoding is None:
        encoding = encoding_of(head)
        guess = NAMES.get(encoding or "")
    return Opened(stream, head, encoding, guess)


def lines(source: Opened) -> Iterator[Line]:
    """Yield lines as text with their line ends; one that is too long or damaged says so."""
    stream, encoding = source.stream, source.encoding
    number = 0
    while True:
        number += 1
        try:
            line = stream.readline(MAX_LINE + 1)
            too_long = len(line) > MAX_LINE
            while too_long and not (rest := stream.readline(MAX_LINE)).endswith(b"\n") and rest:
                pass
        except NOT_WHOLE:
            yield Line(number, "", DAMAGED)
            return
        if not line:
            return
        encoding = encoding or encoding_of(line)
        readable = "utf-8" if encoding in (None, UNKNOWN) else str(encoding)
        if too_long:
            start = line[:400].decode(readable, "replace")
            yield Line(number, start, f"the line is longer than {MAX_LINE:,} bytes; shorten it")
            continue
        try:
            text = line.decode(readable)
        except UnicodeDecodeError as error:
            shown = line.decode(readable, "replace")
            name = NAMES.get(readable, readable)
            yield Line(
                number, shown, f"byte {error.start + 1} is not {name}; save the file as UTF-8"
            )
            continue
        problem = "the line holds NUL bytes; save the file as text in UTF-8"
        yield Line(number, text, problem if "\0" in text else None)


def turned(stream: io.BufferedReader, encoding: str | None) -> io.BufferedReader:
    """Return a stream's bytes as UTF-8. encoding: see _Turned."""
    return io.BufferedReader(_Turned(stream, encoding), AHEAD)


class _Turned(io.RawIOBase):
    """The bytes of a stream as UTF-8 with a line feed at the end of lines.

    encoding: that they are in; None where they stay and only lone returns are turned over.
    """

    def __init__(self, stream: io.BufferedReader, encoding: str | None) -> None:
        self._stream = stream
        decoder = codecs.getincrementaldecoder(encoding)("replace") if encoding else None
        self._decoder = decoder
        self._rest = b""
        self._returns: bool | None = None if encoding else True  # whether \r alone ends a line
        self._ended = False

    def readable(self) -> bool:
        """Tell that it is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer; return how many bytes it got."""
        view = memoryview(buffer).cast("B")
        while not self._rest and not self._ended:
            chunk = self._stream.read1(len(view) // 2 or 1)
            self._ended = not chunk
            if self._decoder:
                text = self._decoder.decode(chunk, self._ended)
                chunk = text.encode("utf-8", "replace")
            if self._returns is None and chunk:
                self._returns = b"\r" in chunk and b"\n" not in chunk
            self._rest = chunk.replace(b"\r", b"\n") if self._returns else chunk
        taken, self._rest = self._rest[: len(view)], self._rest[len(view) :]
        view[: len(taken)] = taken
        return len(taken)
