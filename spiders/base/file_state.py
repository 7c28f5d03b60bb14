"""Files read before: a file and what is remembered of it go in; what is new in it comes out."""

from __future__ import annotations

import hashlib
import io
import json
import os
import stat
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

_CHUNK = 1 << 18
_TICK = 2_000_000_000  # nanoseconds; the coarsest clock of a file system (FAT) has two seconds


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """What is remembered of a file that was read to its end.

    size, modified: bytes and time (in nanoseconds) that the file had when it was opened.
    settled: whether that time lay so far back that any later change gives the file another.
    options: what its rows were read with. digest: of its first `end` bytes.
    lines: how many these are; None where rows cannot be read on from there.
    """

    size: int
    modified: int
    settled: bool
    options: str
    digest: str
    end: int
    lines: int | None

    @classmethod
    def of(cls, bookmark: str | None, options: str) -> Self | None:
        """Return what a bookmark tells, None where it tells nothing or of other options."""
        try:
            state = cls(**json.loads(bookmark or ""))
        except (ValueError, TypeError):
            return None
        return state if state.options == options else None

    def as_bookmark(self) -> str:
        """Return this as a bookmark holds it."""
        return json.dumps(asdict(self))

    def unchanged(self, now: os.stat_result) -> bool:
        """Tell, without a look into the file, that it is as it was."""
        return self.settled and (self.size, self.modified) == (now.st_size, now.st_mtime_ns)


class WatchedFile(io.RawIOBase):
    """The bytes of a file, digested on their way to whoever reads them.

    head: the first of them, as many as came at once.
    """

    def __init__(self, file: io.FileIO) -> None:
        self._file = file
        self._stat = os.fstat(file.fileno())
        self._opened = time.time_ns()
        self._begin()

    def _begin(self) -> None:
        self._all = hashlib.blake2b(digest_size=16)
        self._size = 0
        self._to_line = self._all.copy()
        self._line_end = self._lines = 0
        self._again = b""
        self.head = b""

    def readable(self) -> bool:
        """Tell that it is."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill a buffer; return how many bytes it got."""
        view = memoryview(buffer).cast("B")
        if self._again:
            chunk = self._again[: len(view)]
            self._again = self._again[len(chunk) :]
        else:
            chunk = self._file.read(len(view)) or b""
            self._note(chunk)
        view[: len(chunk)] = chunk
        return len(chunk)

    def _note(self, chunk: bytes) -> None:
        if not self._size:
            self.head = chunk
        whole_lines = chunk.rfind(b"\n") + 1
        self._all.update(chunk[:whole_lines])
        if whole_lines:
            self._to_line = self._all.copy()
            self._line_end = self._size + whole_lines
            self._lines += chunk.count(b"\n")
        self._all.update(chunk[whole_lines:])
        self._size += len(chunk)

    def begins_as(self, state: FileState) -> bool:
        """Go past what was seen; give False, at the beginning again, where it is no longer there.

        Its first line comes once more: a table's header, or the row that tells what is what.
        """
        if self._stat.st_size < state.end or (
            state.lines is None and self._stat.st_size != state.end
        ):
            return False
        first = b""
        while self._size < state.end:
            chunk = self._file.read(min(_CHUNK, state.end - self._size))
            if not chunk:
                break
            if b"\n" not in first:
                first += chunk
            self._note(chunk)
        if (self._size, self._all.hexdigest()) != (state.end, state.digest):
            self._file.seek(0)
            self._begin()
            return False
        self._again = b"" if state.lines is None else first[: first.index(b"\n") + 1]
        return True

    @property
    def ends_with_line(self) -> bool:
        """Whether the last line read so far has its end."""
        return self._line_end == self._size

    def state(self, options: str, *, by_line: bool) -> FileState | None:
        """Return what to remember of a file read to its end; None for what is not a real file.

        by_line: whether rows can be read on behind the last whole line.
        """
        if not stat.S_ISREG(self._stat.st_mode):
            return None
        # Behind a broken place nobody reads on. What was written since is left to the next run.
        while chunk := self._file.read(min(_CHUNK, max(0, self._stat.st_size - self._size))):
            self._note(chunk)
        by_line = by_line and self._lines > 0
        return FileState(
            size=self._stat.st_size,
            modified=self._stat.st_mtime_ns,
            settled=self._stat.st_mtime_ns + _TICK < self._opened,
            options=options,
            digest=(self._to_line if by_line else self._all).hexdigest(),
            end=self._line_end if by_line else self._size,
            lines=self._lines if by_line else None,
        )
