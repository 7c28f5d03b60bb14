"""The update model: fitted to later posts, kept as a file, and bundled."""

from __future__ import annotations

import io

import numpy as np
import pytest

from classifiers.measure import corpus
from classifiers.measure.updates import (
    UpdateExample,
    bundled_updates,
    describe_updates,
    fit_updates,
)
from classifiers.normalise import normalise
from classifiers.updates import may_update
from classifiers.updates.model import EFFECTS, UpdateModel, model

# Of the updates that are in our pairs; of those that the sieve was not fitted to, 99 in 100.
UPDATES_LET_THROUGH = 0.99
# Pleas, offers and comments speak of goods as updates do, and yet two in three go no further.
OTHERS_LET_THROUGH = 0.4

TOLD = [
    ("none", "口罩还是不够"),
    ("none", "口罩明天才到"),
    ("enough", "口罩够了，不用再寄"),
    ("enough", "手套够了，谢谢"),
    ("arrived", "口罩收到了"),
    ("arrived", "手套送到了"),
]


def fitted() -> tuple[UpdateModel, list[np.ndarray]]:
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
    again = UpdateModel.from_bytes(content)
    for of_post in described:
        assert again.probabilities(of_post) == pytest.approx(one.probabilities(of_post), abs=0.01)
    with np.load(io.BytesIO(content)) as file:
        arrays = {**file, "effects": np.array(EFFECTS[1:])}
    other = io.BytesIO()
    np.savez_compressed(other, **arrays)
    with pytest.raises(ValueError, match="other effects"):
        UpdateModel.from_bytes(other.getvalue())


def test_the_bundled_model_knows_every_effect() -> None:
    assert tuple(model().probabilities(np.zeros(0, dtype=np.int64))) == EFFECTS


def let_through(texts: list[str]) -> float:
    return sum(may_update(normalise(text)) for text in texts) / len(texts)


def test_the_sieve_lets_updates_through_and_few_other_posts() -> None:
    updates = [e.text for e in bundled_updates() if e.kind != "none" and len(e.text) <= 200]
    others = [e.text for e in corpus.bundled() if e.held_out]
    assert let_through(updates) >= UPDATES_LET_THROUGH
    assert let_through(others) <= OTHERS_LET_THROUGH
