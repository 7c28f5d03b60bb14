"""Rows of a list stay rows, however the paper lay: boxes of words go in, lines come out."""

from __future__ import annotations

import math
import random
from dataclasses import replace

import pytest

from monitor.intake.pictures.layout import Box, Point, Sign, TextRow, lines

ROWS = [(f"物资{row}", f"规格{row}", f"{row}00个") for row in range(1, 13)]
COLUMNS = (60.0, 320.0, 560.0)
LETTER, STEP = 24.0, 36.0


def _signs(text: str, score: float = 1.0) -> tuple[Sign, ...]:
    return tuple(Sign(sign, score, (at + 0.5) / len(text)) for at, sign in enumerate(text))


def _box(text: str, x: float, y: float, score: float = 1.0) -> Box:
    width = len(text) * LETTER
    corners = ((x, y), (x + width, y), (x + width, y + LETTER), (x, y + LETTER))
    return Box(corners, _signs(text, score))


def _table() -> list[Box]:
    return [
        _box(cell, COLUMNS[at], 50 + row * STEP)
        for row, cells in enumerate(ROWS)
        for at, cell in enumerate(cells)
    ]


def _moved(boxes: list[Box], way: object) -> list[Box]:
    moved = []
    for box in boxes:
        a, b, c, d = (way(*corner) for corner in box.corners)  # type: ignore[operator]
        moved.append(Box((a, b, c, d), box.signs))
    return moved


def _turned(degrees: float) -> object:
    cos, sin = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))

    def way(x: float, y: float) -> Point:
        return 400 + (x - 400) * cos - (y - 250) * sin, 250 + (x - 400) * sin + (y - 250) * cos

    return way


def _from_aside(chance: random.Random) -> object:
    """A projective map as of a hand that holds a telephone over a sheet."""
    p, q = chance.uniform(-2.5e-4, 2.5e-4), chance.uniform(-2.5e-4, 2.5e-4)
    turn = math.radians(chance.uniform(-6, 6))
    cos, sin = math.cos(turn), math.sin(turn)

    def way(x: float, y: float) -> Point:
        depth = 1 + p * x + q * y
        return (x * cos - y * sin) / depth, (x * sin + y * cos) / depth

    return way


WHOLE = [" ".join(cells) for cells in ROWS]


def _texts(found: list[TextRow]) -> list[str]:
    return [line.text for line in found]


@pytest.mark.parametrize("degrees", [-12, -7, -3, 0, 2, 5, 9, 12])
def test_no_cell_of_a_tilted_list_slips_into_the_row_beside_it(degrees: float) -> None:
    boxes = _moved(_table(), _turned(degrees))
    random.Random(degrees).shuffle(boxes)
    assert _texts(lines(boxes)) == WHOLE


@pytest.mark.parametrize("seed", range(40))
def test_no_cell_slips_where_the_sheet_is_seen_from_aside(seed: int) -> None:
    chance = random.Random(seed)
    boxes = _moved(_table(), _from_aside(chance))
    chance.shuffle(boxes)
    assert _texts(lines(boxes)) == WHOLE


def test_a_missing_cell_leaves_its_row_alone() -> None:
    boxes = [box for box in _table() if "".join(s.text for s in box.signs) != "300个"]
    found = _texts(lines(_moved(boxes, _turned(6))))
    assert found == [*WHOLE[:2], "物资3 规格3", *WHOLE[3:]]


def test_words_of_one_column_are_never_one_row_however_close() -> None:
    found = lines([_box("防护服", 60, 50), _box("护目镜", 60, 62), _box("40个", 320, 50)])
    assert _texts(found) == ["防护服 40个", "护目镜"]


def test_signs_that_were_hard_to_read_are_marked() -> None:
    whole = _box("口罩500个", 60, 50)
    unsure = tuple(replace(sign, score=0.6) if 2 <= at < 4 else sign
                   for at, sign in enumerate(whole.signs))  # fmt: skip
    box = Box(whole.corners, unsure)
    [line] = lines([_box("急需", 10, 50), box])
    assert [line.text[start:end] for start, end in line.unsure] == ["50"]


def test_two_numbers_with_a_gap_between_them_stay_two() -> None:
    signs = (Sign("8", 1, 0.05), Sign("4", 1, 0.15), Sign("7", 1, 0.75))
    box = Box(_box("84 720瓶ABC", 60, 50).corners, signs)
    assert _texts(lines([box])) == ["84 7"]


def test_no_boxes_are_no_lines() -> None:
    assert lines([]) == []
