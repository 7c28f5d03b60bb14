"""Forty pictures of lists against what stands in them: signs, goods with amounts, rows, cost.

The seed and the fonts are others than those that the reader was built with; --seed takes another.
"""

from __future__ import annotations

import resource
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NoReturn

import pytest
from rapidfuzz.distance import Levenshtein

from classifiers import pipeline
from monitor.intake.pictures import read_picture

if TYPE_CHECKING:
    from made_pictures import MadePicture

SEED = 20_200_213
BUILT_WITH = ("fonts-wqy-zenhei", "fonts-noto-cjk")


@dataclass
class Score:
    """Counts over pictures; slipped: amounts at the goods of another row."""

    signs: int = 0
    wrong_signs: int = 0
    goods: int = 0
    exact: int = 0
    slipped: list[str] = field(default_factory=list)
    seconds: list[float] = field(default_factory=list)
    missed: Counter[str] = field(default_factory=Counter)

    def __str__(self) -> str:
        return (
            f"{len(self.seconds)} pictures: {1 - self.wrong_signs / self.signs:.4f} of "
            f"{self.signs} signs right, {self.exact / self.goods:.4f} of {self.goods} goods with "
            f"amounts exact, {len(self.slipped)} on a wrong row; "
            f"{sum(self.seconds) / len(self.seconds):.1f} s a picture, {max(self.seconds):.1f} at "
            f"most, {resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024} MB"
        )


def judge(pictures: Sequence[MadePicture]) -> Score:
    """Read pictures and compare with what stands in them."""
    score = Score()
    for number, made in enumerate(pictures):
        start = time.perf_counter()
        read = [line.text for line in read_picture(made.content, f"{made.style} {number}").lines]
        score.seconds.append(time.perf_counter() - start)
        truth = _plain(made.lines)
        score.signs += len(truth)
        score.wrong_signs += Levenshtein.distance(truth, _plain(read))
        [reading] = pipeline.read(["\n".join(read)], gated=False)
        items = {(item.name, item.quantity, item.unit) for item in reading.items}
        for row in made.rows:
            score.goods += 1
            if (row.goods, float(row.amount), row.unit) in items:
                score.exact += 1
            else:
                score.missed[made.style] += 1
            others = {float(other.amount) for other in made.rows if other is not row}
            slips = [one for one in items if one[0] == row.goods and one[1] in others]
            score.slipped += [f"{made.style} {number}: {slip}" for slip in slips]
    return score


def _plain(lines: Sequence[str]) -> str:
    return "".join("".join(lines).split()).replace("（", "(").replace("）", ")")


@pytest.mark.long
def test_forty_pictures_in_a_font_not_seen_before(
    missing: Callable[[str], NoReturn],
    pytestconfig: pytest.Config,
    record_property: Callable[[str, object], None],
) -> None:
    try:
        import onnxruntime  # noqa: F401
        import rapidocr  # noqa: F401
        from made_pictures import FONTS, font_path, pictures
    except ImportError as error:
        missing(str(error.name))
    fonts = [path for name in FONTS if name not in BUILT_WITH and (path := font_path(name))]
    if not fonts:
        missing("any of " + ", ".join(name for name in FONTS if name not in BUILT_WITH))
    seed = pytestconfig.getoption("--seed") or SEED
    made = [
        picture
        for at, font in enumerate(fonts)
        for picture in pictures(40, seed=seed + at, font=font)[at :: len(fonts)]
    ]
    score = judge(made)
    record_property("finding", str(score))
    assert len(made) == 40
    assert 1 - score.wrong_signs / score.signs >= 0.97
    assert score.exact / score.goods >= 0.90, score.missed
    assert not score.slipped
