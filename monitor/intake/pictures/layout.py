"""From boxes of words to lines as they stand on the paper: what is beside stays beside.

The lines of a sheet that was photographed from aside or held askew all run towards one point. That
pencil of lines is fitted to the boxes; each box is put on its line of it, and only boxes of one
line, by height, make a row. No amount can slip to the row above or below because paper was tilted.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

Point = tuple[float, float]

SURE = 0.85  # of a sign, as the reader of pictures scores it; below, a person is shown it
_SAME_ROW = 0.55  # of a letter's height, that the middles of two boxes in a row may be apart
_LONG = 2.0  # widths of a letter that tell a box's slope
_WIDE_GAP = 1.4  # of a letter's height between the middles of two figures of two numbers
_ROUNDS = 8
_STEEPEST = 0.6


@dataclass(frozen=True, slots=True)
class Sign:
    """One sign that was read, how sure, and where its middle is in its box, from 0 to 1."""

    text: str
    score: float
    at: float


@dataclass(frozen=True, slots=True)
class Box:
    """Words that stand together; corners clockwise from the upper left, in pixels."""

    corners: tuple[Point, Point, Point, Point]
    signs: tuple[Sign, ...]

    @property
    def height(self) -> float:
        """Height of the words."""
        a, b, c, d = self.corners
        return (math.dist(a, d) + math.dist(b, c)) / 2

    @property
    def width(self) -> float:
        """Length of the words."""
        a, b, c, d = self.corners
        return (math.dist(a, b) + math.dist(d, c)) / 2

    @property
    def middle(self) -> Point:
        """The middle of the box."""
        return sum(x for x, _ in self.corners) / 4, sum(y for _, y in self.corners) / 4

    @property
    def slope(self) -> float:
        """How much lower it ends than it begins, by its length."""
        a, b, c, d = self.corners
        across = (b[0] - a[0]) + (c[0] - d[0])
        return ((b[1] - a[1]) + (c[1] - d[1])) / across if across > 0 else 0.0


@dataclass(frozen=True, slots=True)
class TextRow:
    """A line of the picture.

    text: its cells from left to right, a blank between two. unsure: from where to where in the
    text signs stand that were hard to read. corners: where it stands, clockwise in pixels.
    """

    text: str
    unsure: tuple[tuple[int, int], ...]
    corners: tuple[Point, Point, Point, Point]


@dataclass(frozen=True, slots=True)
class _Pencil:
    """Lines of a sheet: the slope of one at height y, left of which x is `at`, is a + b·y."""

    at: float
    a: float
    b: float

    def height(self, point: Point) -> float:
        """Return at which height the line through a point crosses x = at."""
        x, y = point
        along = x - self.at
        return (y - self.a * along) / max(0.2, 1 + self.b * along)

    def point(self, x: float, height: float) -> Point:
        """Return where the line of a height is at x."""
        return x, height + (self.a + self.b * height) * (x - self.at)


def lines(boxes: Sequence[Box]) -> list[TextRow]:
    """Return the lines from top to bottom."""
    boxes = [box for box in boxes if box.signs and box.width > 0 and box.height > 0]
    if not boxes:
        return []
    pencil = _fitted(boxes)
    placed = sorted(((pencil.height(box.middle), box) for box in boxes), key=lambda pair: pair[0])
    rows: list[list[tuple[float, Box]]] = []
    for height, box in placed:
        row = _row_for(rows[-1:], height, box)
        if row is None:
            rows.append([(height, box)])
        else:
            row.append((height, box))
    return [_line(pencil, [box for _, box in row]) for row in rows]


def _row_for(
    rows: list[list[tuple[float, Box]]], height: float, box: Box
) -> list[tuple[float, Box]] | None:
    """Return the row that a box is of, None where it begins one.

    Two boxes that stand over each other are never of one row.
    """
    for row in rows:
        middle = median(at for at, _ in row)
        letter = median([*(other.height for _, other in row), box.height])
        apart = abs(height - middle) > _SAME_ROW * letter
        if not apart and not any(_overlap(box, other) for _, other in row):
            return row
    return None


def _overlap(one: Box, other: Box) -> bool:
    """Tell whether two boxes share more of their width than boxes side by side do."""
    left = max(min(x for x, _ in one.corners), min(x for x, _ in other.corners))
    right = min(max(x for x, _ in one.corners), max(x for x, _ in other.corners))
    return right - left > 0.5 * min(one.width, other.width)


def _fitted(boxes: Sequence[Box]) -> _Pencil:
    """Fit the pencil of lines to the slopes of the longer boxes; those far off count little."""
    at = sum(box.middle[0] for box in boxes) / len(boxes)
    long = [box for box in boxes if box.width > _LONG * box.height and abs(box.slope) < _STEEPEST]
    if not long:
        return _Pencil(at, 0.0, 0.0)
    a, b = median(box.slope for box in long), 0.0
    for _ in range(_ROUNDS):
        pencil = _Pencil(at, a, b)
        points = [
            (height, box.slope, box.width**2 / (0.01 + abs(box.slope - a - b * height)))
            for box in long
            for height in (pencil.height(box.middle),)
        ]
        a, b = _straight(points)
    return _Pencil(at, a, b)


def _straight(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    """Return a and b of the line a + b·x through weighted points (x, y, weight)."""
    total = sum(weight for *_, weight in points)
    mean_x = sum(x * weight for x, _, weight in points) / total
    mean_y = sum(y * weight for _, y, weight in points) / total
    spread = sum((x - mean_x) ** 2 * weight for x, _, weight in points)
    joint = sum((x - mean_x) * (y - mean_y) * weight for x, y, weight in points)
    # A few lines close together tell nothing of how slopes change down the sheet.
    reach = max(x for x, *_ in points) - min(x for x, *_ in points)
    b = joint / spread if len(points) > 3 and spread > 0 and reach > 0 else 0.0
    return mean_y - b * mean_x, b


def _line(pencil: _Pencil, row: Sequence[Box]) -> TextRow:
    row = sorted(row, key=lambda box: box.middle[0])
    text, unsure = "", []
    for box in row:
        text += " " if text else ""
        for sign, gap in zip(box.signs, _gaps(box), strict=True):
            text += " " if gap else ""
            if sign.score < SURE:
                unsure.append((len(text), len(text) + len(sign.text)))
            text += sign.text
    return TextRow(text, _joined(unsure), _corners(pencil, row))


def _gaps(box: Box) -> list[bool]:
    """Tell of each sign whether it is a number apart from the one before it.

    The reader of pictures leaves blanks out now and then: 84 720瓶 must not become 84720瓶.
    """
    gaps = [False]
    letter = box.height / box.width
    for before, sign in zip(box.signs, box.signs[1:], strict=False):
        both = before.text.isdigit() and sign.text.isdigit()
        gaps.append(both and (sign.at - before.at) > _WIDE_GAP * letter)
    return gaps


def _joined(spans: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _corners(pencil: _Pencil, row: Sequence[Box]) -> tuple[Point, Point, Point, Point]:
    """Return the strip of a row, along its line."""
    points = [corner for box in row for corner in box.corners]
    letter = median(box.height for box in row)
    left = min(x for x, _ in points) - letter / 2
    right = max(x for x, _ in points) + letter / 2
    heights = [pencil.height(point) for point in points]
    top, bottom = min(heights) - letter * 0.15, max(heights) + letter * 0.15
    upper_left, upper_right = pencil.point(left, top), pencil.point(right, top)
    lower_right, lower_left = pencil.point(right, bottom), pencil.point(left, bottom)
    return upper_left, upper_right, lower_right, lower_left
