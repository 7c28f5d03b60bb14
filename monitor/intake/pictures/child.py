"""The process that reads one picture: its bytes on standard input, its lines as JSON out.

usage: python -m monitor.intake.pictures.child

A picture is hostile input and the libraries that read it are large: so they are loaded only here,
where memory and time are bounded, and where nothing may be asked of a network. What is wrong with
the picture comes out as {"wrong": WHY, …}; anything else that goes wrong ends the process.
"""

from __future__ import annotations

import base64
import io
import json
import resource
import sys
from importlib import import_module
from typing import Any

from monitor.intake.pictures import layout, limits

_LONGEST_SIDE = 1600  # pixels of what is read at once; letters of 20 stay legible
_BAND = 1600  # height of a band of a long screenshot
_STRIP_HEIGHT = 44  # pixels of a line's picture
_STRIP_WIDTH = 1200
_LOW = 0.75  # mean score below which the picture may stand on its head
_HELP = 0.7  # darker than this share of white at its brightest, a picture is stretched


def main() -> None:
    """Read standard input and answer."""
    _bound()
    _no_network()
    content = sys.stdin.buffer.read(limits.BYTES + 1)
    try:
        answer = _read(content)
    except _WrongError as error:
        answer = error.answer
    sys.stdout.write(json.dumps(answer, ensure_ascii=False))


class _WrongError(Exception):
    def __init__(self, why: str, **more: Any) -> None:
        self.answer = {"wrong": why, **more}


def _bound() -> None:
    """Bound memory and time of this process, whatever a picture makes of it."""
    resource.setrlimit(resource.RLIMIT_DATA, (limits.MEMORY, limits.MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.CPU_SECONDS, limits.CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _no_network() -> None:
    """Refuse every connection: a library that wants to fetch its weights fails, and says so."""

    def refuse(event: str, _: tuple[Any, ...]) -> None:
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto"):
            raise PermissionError(limits.NO_NETWORK)

    sys.addaudithook(refuse)


def _read(content: bytes) -> dict[str, Any]:
    try:
        import onnxruntime  # noqa: F401
        from PIL import Image, ImageOps

        import_module("rapidocr.main")  # which the package itself imports only when asked
    except ImportError as error:
        raise _WrongError("missing", name=error.name or "rapidocr") from None
    Image.MAX_IMAGE_PIXELS = None  # our own limit stands, told before anything is decoded
    try:
        picture = Image.open(io.BytesIO(content), formats=["PNG", "JPEG", "WEBP"])
    except Exception:
        raise _WrongError("broken") from None
    width, height = picture.size
    if width * height > limits.PIXELS or max(width, height) > limits.SIDE:
        raise _WrongError("large", width=width, height=height)
    try:
        picture.draft("RGB", _target(width, height))  # a JPEG is decoded small at once
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = _on_white(upright)
    except MemoryError:
        raise
    except Exception:
        raise _WrongError("broken") from None
    plain.thumbnail(_target(*plain.size))
    found, plain = _upright_lines(plain)
    if len(found) > limits.LINES:
        raise _WrongError("crowded", most=limits.LINES)
    return {
        "width": plain.width,
        "height": plain.height,
        "lines": [
            {
                "text": line.text,
                "unsure": line.unsure,
                "strip": base64.b64encode(_strip(plain, line)).decode(),
            }
            for line in found
        ],
    }


def _target(width: int, height: int) -> tuple[int, int]:
    """Return the size within which a picture is read: a long screenshot keeps its width."""
    if height > 2 * width:
        return min(width, 1080), height
    return _LONGEST_SIDE, _LONGEST_SIDE


def _on_white(picture: Any) -> Any:
    """Return the picture in colours, what is transparent on white, a dark one stretched."""
    from PIL import Image, ImageOps

    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        picture = picture.convert("RGBA")
        picture = Image.alpha_composite(Image.new("RGBA", picture.size, "white"), picture)
    picture = picture.convert("RGB")
    brightest = picture.convert("L").getextrema()[1]
    return ImageOps.autocontrast(picture, cutoff=0.5) if brightest < 255 * _HELP else picture


def _upright_lines(picture: Any) -> tuple[list[layout.TextRow], Any]:
    """Return the lines and the picture as it is read best: it may lie on its side or head."""
    from PIL import Image

    engine = _engine()
    readings = [(_boxes(engine, picture), picture)]
    boxes = readings[0][0]
    tall = sum(box.height > 1.5 * box.width for box in boxes if len(box.signs) > 1)
    turns = []
    if boxes and tall > len(boxes) / 2:
        turns, readings = [Image.Transpose.ROTATE_90, Image.Transpose.ROTATE_270], []
    elif boxes and _score(boxes) < _LOW:
        turns = [Image.Transpose.ROTATE_180]
    for turn in turns:
        turned = picture.transpose(turn)
        readings.append((_boxes(engine, turned), turned))
    best = max(readings, key=lambda reading: _score(reading[0]))
    return layout.lines(best[0]), best[1]


def _score(boxes: list[layout.Box]) -> float:
    scores = [sign.score for box in boxes for sign in box.signs]
    return sum(scores) / len(scores) if scores else 0.0


def _engine() -> Any:
    from rapidocr import RapidOCR

    class Engine(RapidOCR):  # type: ignore[misc, unused-ignore]
        """Tells each sign with its own score: the library's words shift them behind a blank."""

        def calc_word_boxes(self, _imgs: Any, _boxes: Any, read: Any) -> Any:
            return tuple(map(_signs, read.txts, read.word_results))

    one = {f"EngineConfig.onnxruntime.{kind}_op_num_threads": 1 for kind in ("intra", "inter")}
    return Engine(
        params={
            "Global.use_cls": False,
            "Global.log_level": "critical",
            "Global.max_side_len": 2000,
            "Rec.rec_batch_num": 4,
            **one,
        }
    )


def _signs(text: str, read: Any) -> tuple[layout.Sign, ...]:
    """Return the signs of a box, blanks too, of which none is unsure."""
    columns = iter(column for word in read.word_cols for column in word)
    signs: list[layout.Sign] = []
    at = 0.0
    for sign, score in zip(text, read.confs, strict=False):
        if not sign.isspace():
            at = (next(columns, 0) + 0.5) / max(1.0, read.line_txt_len)
        signs.append(layout.Sign(sign, 1.0 if sign.isspace() else round(float(score), 3), at))
    return tuple(signs)


def _boxes(engine: Any, picture: Any) -> list[layout.Box]:
    """Return the boxes of words, band by band where the picture is long."""
    import numpy as np

    pixels = np.asarray(picture)[:, :, ::-1]
    boxes: list[layout.Box] = []
    for top, bottom in _bands(pixels):
        found = engine(
            np.ascontiguousarray(pixels[top:bottom]),
            return_word_box=True,
        )
        if found.boxes is None:
            continue
        for corners, signs in zip(found.boxes, found.word_results, strict=True):
            boxes.append(_box(corners, signs, top))
        if len(boxes) > limits.BOXES:
            raise _WrongError("crowded", most=limits.BOXES)
    return boxes


def _bands(pixels: Any) -> list[tuple[int, int]]:
    """Cut a long picture where a row of pixels is of one colour, so that no line is cut."""
    height = pixels.shape[0]
    bands, top = [], 0
    while height - top > 1.3 * _BAND:
        low, high = top + int(_BAND * 0.6), top + _BAND
        spread = pixels[low:high].max(axis=(1, 2)).astype(int) - pixels[low:high].min(axis=(1, 2))
        bottom = low + int(spread.argmin())
        bands.append((top, bottom))
        top = bottom
    return [*bands, (top, height)]


def _box(corners: Any, signs: tuple[layout.Sign, ...], top: int) -> layout.Box:
    a, b, c, d = ((float(x), float(y) + top) for x, y in corners)
    return layout.Box((a, b, c, d), signs)


def _strip(picture: Any, line: layout.TextRow) -> bytes:
    """Return the strip of a line, put straight, as a small JPEG."""
    from PIL import Image

    upper_left, upper_right, lower_right, lower_left = line.corners
    width = max(1.0, upper_right[0] - upper_left[0])
    height = max(1.0, lower_left[1] - upper_left[1])
    scale = min(_STRIP_HEIGHT / height, _STRIP_WIDTH / width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    corners = (*upper_left, *lower_left, *lower_right, *upper_right)
    strip = picture.transform(
        size, Image.Transform.QUAD, corners, Image.Resampling.BICUBIC, fillcolor="white"
    )
    stream = io.BytesIO()
    strip.save(stream, "JPEG", quality=70)
    return stream.getvalue()


if __name__ == "__main__":
    main()
