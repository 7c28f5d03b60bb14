"""The update model: fitted to later posts, kept as a file, and bundled."""

from __future__ import annotations

import io

import numpy as np
import pytest

from classifiers.measure.updates import UpdateExample, describe_updates, fit_updates
from classifiers.updates.model import EFFECTS, Model, model

TOLD = [
    ("none", "口罩还是不够"),
    ("none", "口罩明天才到"),
    ("enough", "口罩够了，不用再寄"),
    ("enough", "手套够了，谢谢"),
    ("arrived", "口罩收到了"),
    ("arrived", "手套送到了"),
]


def fitted() -> tuple[Model, list[np.ndarray]]:
    examples = [UpdateExample(kind, ("口罩", "手套"), (), text) for kind, text in TOLD]
    described = describe_updates(examples)
    return fit_updates([kind for kind, _ in TOLD], described), described


def test_what_was_learned_of_masks_holds_for_any_other_goods() -> None:
    one, _ = fitted()
    [described] = describe_updates([UpdateExample("enough", ("床单",), (), "床单够了，不用再寄")])
    chances = one.probabilities(described)
    assert max(chances, key=lambda kind: chances[kind]) == "enough"
    assert sum(chances.values()) == pytest.approx(1)


def test_a_model_comes_back_from_its_file_and_one_of_other_effects_is_refused() -> None:
    one, described = fitted()
    content = one.to_bytes()
    again = Model.from_bytes(content)
    for of_post in described:
        assert again.probabilities(of_post) == pytest.approx(one.probabilities(of_post), abs=0.01)
    with np.load(io.BytesIO(content)) as file:
        arrays = {**file, "effects": np.array(EFFECTS[1:])}
    other = io.BytesIO()
    np.savez_compressed(other, **arrays)
    with pytest.raises(ValueError, match="other effects"):
        Model.from_bytes(other.getvalue())


def test_the_bundled_model_knows_every_effect() -> None:
    assert tuple(model().probabilities(np.zeros(0, dtype=np.int64))) == EFFECTS
