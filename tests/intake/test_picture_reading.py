"""Pictures of lists are read, and what is no good picture is told with the way out."""

from __future__ import annotations

import io
import os
import random
import shutil
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest

from monitor.intake import pictures
from monitor.intake.pictures import PictureError, limits, read_picture


@pytest.fixture(scope="module")
def ocr(missing: Callable[[str], NoReturn]) -> None:
    """The extra that reads pictures, and a font to draw some with."""
    try:
        import onnxruntime  # noqa: F401
        import rapidocr  # noqa: F401
        from made_pictures import FONTS, font_path
    except ImportError as error:
        missing(str(error.name))
    if font_path(next(iter(FONTS))) is None:
        missing(next(iter(FONTS)))


def _made(style: str, seed: int = 5) -> tuple[bytes, tuple[str, ...]]:
    from made_pictures import FONTS, picture

    made = picture(style, random.Random(seed), FONTS["fonts-wqy-zenhei"])
    return made.content, made.lines


def _squeezed(lines: object) -> list[str]:
    return [line.replace(" ", "").replace("（", "(").replace("）", ")") for line in lines]  # type: ignore[attr-defined]


def _texts(content: bytes) -> list[str]:
    return [line.text for line in read_picture(content, "list.png").lines]


@pytest.mark.parametrize("style", [pytest.param("photo", marks=pytest.mark.long), "grid"])
def test_lines_of_a_list_are_read_row_by_row(ocr: None, style: str) -> None:
    content, lines = _made(style)
    reading = read_picture(content, "list.png")
    assert _squeezed(line.text for line in reading.lines) == _squeezed(lines)
    assert all(line.strip.startswith("/9j/") for line in reading.lines), (
        "each has its strip, a JPEG"
    )


@pytest.mark.long
def test_a_photo_that_was_turned_is_set_upright(ocr: None) -> None:
    from PIL import Image

    content, lines = _made("small")
    lying = Image.open(io.BytesIO(content)).convert("RGB").transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[0x0112] = 6  # shown, it is turned a quarter to the right
    stream = io.BytesIO()
    lying.save(stream, "WEBP", quality=90, exif=exif)
    assert _squeezed(_texts(stream.getvalue())) == _squeezed(lines)
    stream = io.BytesIO()
    lying.save(stream, "JPEG", quality=90)  # and nobody says that it lies on its side
    assert _squeezed(_texts(stream.getvalue())) == _squeezed(lines)


@pytest.mark.long
def test_a_long_screenshot_is_read_band_by_band(ocr: None) -> None:
    from PIL import Image

    content, lines = _made("chat")
    one = Image.open(io.BytesIO(content))
    long = Image.new("RGB", (one.width, one.height * 4), (237, 237, 237))
    for at in range(4):
        long.paste(one, (0, at * one.height))
    stream = io.BytesIO()
    long.save(stream, "PNG")
    assert _squeezed(_texts(stream.getvalue())) == _squeezed(lines) * 4


def _png(width: int, height: int, rest: bytes = b"") -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        check = struct.pack(">I", zlib.crc32(kind + data))
        return struct.pack(">I", len(data)) + kind + data + check

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rest) + chunk(b"IEND", b"")
    )


def test_a_bomb_is_refused_by_its_header(ocr: None) -> None:
    bomb = _png(20_000, 20_000, zlib.compress(bytes(3 * 20_000 * 2000)))
    with pytest.raises(PictureError, match=r"bomb\.png says that it has 20,000 × 20,000 pixels"):
        read_picture(bomb, "bomb.png")


@pytest.mark.parametrize("cut", [60, 2000])
def test_a_broken_picture_is_told(ocr: None, cut: int) -> None:
    content, _ = _made("plain")
    with pytest.raises(PictureError, match=r"half\.png .*broken.*screenshot"):
        read_picture(content[:cut], "half.png")


def test_a_picture_without_words_is_told(ocr: None) -> None:
    from PIL import Image

    stream = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(stream, "PNG")
    with pytest.raises(PictureError, match=r"no words found in white\.png"):
        read_picture(stream.getvalue(), "white.png")


def test_a_picture_that_takes_too_long_is_given_up(ocr: None) -> None:
    content, _ = _made("plain")
    with pytest.raises(PictureError, match="takes too long"):
        read_picture(content, "slow.png", seconds=0.01)


def test_reading_asks_nothing_of_a_network(ocr: None, tmp_path: Path) -> None:
    """Without its weights the reader fails at once, instead of fetching them."""
    import rapidocr

    there = Path(rapidocr.__file__).parent
    copy = tmp_path / "rapidocr"
    shutil.copytree(there, copy, ignore=shutil.ignore_patterns("*.onnx", "__pycache__"))
    content, _ = _made("plain")
    with (
        pytest.MonkeyPatch.context() as patch,
        pytest.raises(PictureError, match="weights .* are missing"),
    ):
        patch.setenv("PYTHONPATH", str(tmp_path))
        read_picture(content, "list.png")
    assert not list(copy.rglob("*.onnx"))


def test_the_missing_extra_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("rapidocr", "onnxruntime"):
        (tmp_path / f"{name}.py").write_text(f"raise ImportError('gone', name={name!r})")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(PictureError, match=r"pip install 'distress-signal-monitor\[ocr\]'"):
        read_picture(_png(8, 8, zlib.compress(bytes(8 * 25))), "list.png")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "x is empty; there are: PNG, JPEG, WebP"),
        (b"nur Text", "x is not a picture; there are: PNG, JPEG, WebP"),
        (b"%PDF-1.7 /Encrypt", "x is a PDF, not a picture; take a screenshot"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "x is a HEIC picture.*JPEG.*screenshot"),
        (b"GIF89a", "x is a GIF; save it as PNG or JPEG"),
        (b"PK\3\4....", "distress intake sheet FILE"),
        (b"\xff\xd8\xff" + bytes(limits.BYTES), "x has 20.0 MiB; at most 20 are read"),
    ],
    ids=["empty", "text", "pdf", "heic", "gif", "xlsx", "large"],
)
def test_what_is_no_picture_is_told_with_the_way_out(content: bytes, words: str) -> None:
    with pytest.raises(PictureError, match=words):
        read_picture(content, "x")


def test_a_file_is_not_read_beyond_what_is_allowed(tmp_path: Path) -> None:
    huge = tmp_path / "huge.png"
    with huge.open("wb") as file:
        file.truncate(3 * 1024**3)  # a hole: takes no room
    with pytest.raises(PictureError, match=r"huge\.png has 3072\.0 MiB"):
        pictures.content_of(huge)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.png")
    reading = os.open(tmp_path / "pipe.png", os.O_RDWR)  # or opening it would wait for a writer
    try:
        with pytest.raises(PictureError, match="is not a file"):
            pictures.content_of(tmp_path / "pipe.png")
    finally:
        os.close(reading)
