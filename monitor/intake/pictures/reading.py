"""A picture's bytes go in; its lines come out, read by a process of its own with bounds on it all.

Whatever is wrong with a picture is a PictureError that names it and the way out.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import stat
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from monitor.errors import DistressError
from monitor.intake.pictures import limits

log = logging.getLogger(__name__)

_PACKAGES = str(Path(__file__).resolve().parents[3])
_MIB = 1024 * 1024
_KINDS = {b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}
_HEIC = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
_OTHERS = {  # the beginning of files that are taken for pictures: what each is, what to do
    b"%PDF": ("is a PDF, not a picture", "take a screenshot of its page"),
    b"GIF8": ("is a GIF", "save it as PNG or JPEG"),
    b"BM": ("is a BMP", "save it as PNG or JPEG"),
    b"II*\0": ("is a TIFF", "save it as PNG or JPEG"),
    b"MM\0*": ("is a TIFF", "save it as PNG or JPEG"),
    b"PK\3\4": ("is a ZIP or an office file", "a sheet goes in by: distress intake sheet FILE"),
    b"\xd0\xcf\x11\xe0": ("is an office file", "take a screenshot of the list"),
}


class PictureError(DistressError):
    """A picture that cannot be read; its words name the file, why and the way out.

    why: "file", "heic", "missing", "large", "broken", "crowded", "empty", "slow" or "memory"; at
        the desk also "busy" or "gone".
    """

    def __init__(self, words: str, *, why: str) -> None:
        super().__init__(words)
        self.why = why


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureLine:
    """A line as it was read.

    unsure: from where to where in the text signs stand that were hard to read.
    strip: the line's picture, a JPEG in base64.
    """

    text: str
    unsure: tuple[tuple[int, int], ...]
    strip: str

    @property
    def marked(self) -> str:
        """The text with what is unsure in brackets: 口罩 5〔0〕0个."""
        text, last = "", 0
        for start, end in self.unsure:
            text += f"{self.text[last:start]}〔{self.text[start:end]}〕"
            last = end
        return text + self.text[last:]


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureReading:
    """What was read in a picture; digest: of its bytes. kind: "png", "jpg" or "webp"."""

    digest: str
    kind: str
    width: int
    height: int
    lines: tuple[PictureLine, ...]


def content_of(path: Path) -> bytes:
    """Return the bytes of a picture's file; raises PictureError for what is no file or too large.

    Raises OSError where it is not there or may not be read.
    """
    status = path.stat()  # before opening, which would wait for ever at a pipe
    if not stat.S_ISREG(status.st_mode):
        raise PictureError(f"{path} is not a file; name a picture", why="file")
    _check_size(status.st_size, str(path))
    with path.open("rb") as file:
        return file.read(limits.BYTES + 1)


def kind_of(content: bytes, name: str) -> str:
    """Return "png", "jpg" or "webp"; raises PictureError for anything else, naming it `name`."""
    _check_size(len(content), name)
    for start, kind in _KINDS.items():
        if content.startswith(start):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    if content[4:8] == b"ftyp" and content[8:12] in _HEIC:
        raise PictureError(
            f"{name} is a HEIC picture, which is not read here; save it as JPEG, or send a "
            "screenshot (iPhone: Settings, Camera, Formats, Most Compatible)",
            why="heic",
        )
    for start, (what, way_out) in _OTHERS.items():
        if content.startswith(start):
            raise PictureError(f"{name} {what}; {way_out}", why="file")
    what = "is empty" if not content else "is not a picture"
    raise PictureError(f"{name} {what}; there are: PNG, JPEG, WebP", why="file")


def read_picture(content: bytes, name: str, *, seconds: float = limits.SECONDS) -> PictureReading:
    """Return the lines of a picture from top to bottom; name: how errors call it.

    Takes about three seconds of one core and half a gigabyte, in a child process.
    Raises PictureError, also where the extra `ocr` is missing.
    """
    kind = kind_of(content, name)
    answer = _answer(content, name, seconds)
    if "wrong" in answer:
        raise _error_of(answer, name)
    if not answer["lines"]:
        raise PictureError(
            f"no words found in {name}; is it sharp, upright and the right picture?", why="empty"
        )
    return PictureReading(
        digest=hashlib.sha256(content).hexdigest(),
        kind=kind,
        width=answer["width"],
        height=answer["height"],
        lines=tuple(
            PictureLine(
                text=line["text"],
                unsure=tuple((start, end) for start, end in line["unsure"]),
                strip=line["strip"],
            )
            for line in answer["lines"]
        ),
    )


def _answer(content: bytes, name: str, seconds: float) -> Mapping[str, Any]:
    paths = os.pathsep.join(filter(None, (_PACKAGES, os.environ.get("PYTHONPATH"))))
    with subprocess.Popen(
        [sys.executable, "-B", "-m", "monitor.intake.pictures.child"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": paths, "OMP_NUM_THREADS": "1"},
    ) as child:
        try:
            told, complaints = child.communicate(content, timeout=seconds)
        except subprocess.TimeoutExpired:
            child.kill()
            raise _slow(name) from None
        except BaseException:
            child.kill()
            raise
    if child.returncode == 0:
        answer: dict[str, Any] = json.loads(told)
        return answer
    complaint = complaints.decode("utf-8", "replace").strip()
    log.warning("the reader of pictures ended with %s: %s", child.returncode, complaint[-2000:])
    if limits.NO_NETWORK in complaint:
        raise PictureError(
            "the weights of the reader of pictures are missing; install it again: "
            "pip install --force-reinstall rapidocr",
            why="missing",
        )
    if "MemoryError" in complaint or "bad_alloc" in complaint or "allocate" in complaint:
        raise PictureError(
            f"reading {name} needs more than {limits.MEMORY // _MIB:,} MiB of memory; make the "
            "picture smaller, or cut it in two",
            why="memory",
        )
    if child.returncode in (-24, -9):  # SIGXCPU, or killed at the hard limit
        raise _slow(name)
    raise PictureError(
        f"{name} cannot be read; it may be broken: open it and take a screenshot", why="broken"
    )


def _slow(name: str) -> PictureError:
    return PictureError(
        f"reading {name} takes too long; cut the list out of the picture and try that", why="slow"
    )


def _error_of(answer: Mapping[str, Any], name: str) -> PictureError:
    why = answer["wrong"]
    if why == "missing":
        words = (
            f"reading pictures needs {answer['name']}: pip install 'distress-signal-monitor[ocr]'"
        )
    elif why == "large":
        words = (
            f"{name} says that it has {answer['width']:,} × {answer['height']:,} pixels; at most "
            f"{limits.PIXELS:,} are read, {limits.SIDE:,} a side: make it smaller"
        )
    elif why == "crowded":
        words = f"{name} holds more than {answer['most']} places with words; cut the list out of it"
    else:
        words = f"{name} is broken and cannot be shown; ask for it again, or take a screenshot"
    return PictureError(words, why=why)


def _check_size(size: int, name: str) -> None:
    if size > limits.BYTES:
        raise PictureError(
            f"{name} has {size / _MIB:.1f} MiB; at most {limits.BYTES // _MIB} are read: send it "
            "smaller, or a screenshot of the list",
            why="large",
        )
